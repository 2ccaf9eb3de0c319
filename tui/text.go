package tui

import (
	"fmt"

	"sfauth/flow"
)

// Text is every sentence a person reads on a screen, one value per language.
// Sentences with something in them are functions, so that each language can put
// it where it belongs.
type Text struct {
	New                 string // in place of an org's name
	Demo                string
	Steps               [4]string
	Sent                func(what string) string
	More                string // below what the window shows
	InvisibleCharacters string
	Unkept              string                  // a grant that came
	UnkeptAlive         func(why string) string // and could not be revoked
	Keys                keyText
	Org                 orgText
	App                 appText
	Create              createText
	Authorise           authoriseText
	Browser             browserText
	Done                doneText
	Facts               factsText
	Exports             exportsText
	Home                homeText
	Details             detailsText
	Remove              removeText
	Passphrase          passphraseText
	Clipboard           clipboardText
	Trouble             troubleText
	Help                helpText
	Troubles            map[flow.Kind]Trouble
	Plain               plainText
}

type keyText struct {
	Move, Scroll, Back, Help, Quit, Suspend, Close                                             string
	Continue, Next, Choose, Open                                                               string
	CopyCallback, Reveal, Hide, Create, Advanced                                               string
	CopyLink, OpenAgain, Paste, SeesError, MoreTime, SendPaste, StopPaste                      string
	Allow, Deny, Fault                                                                         string
	Retry, EditApp, EditOrg, Save, Again, KeepName, Rename, Finish, CopyToken, Copy, ShowToken string
	Clear, New, Filter, KeepFilter, ClearFilter, Check, Details, Remove, Forget, KeepIt        string
	Replace, Discard, ThrowAway, UseFile, RevealPassphrase, HidePassphrase                     string
}

type orgText struct {
	Title, Heading                                 string
	MyDomain, Production, Sandbox                  string
	Recommended, OnlyPackaged                      string
	Placeholder, WhereToFind, Changed              string
	Answers, Checking, Anyway, WhenDone, PlainHTTP string
}

type appText struct {
	Title, Heading                       string
	ClientID, ClientIDLike, OddClientID  string
	ClientSecret, PublicClient           string
	Register, NoApp, Advanced            string
	Callback, Scope, AllScopes, Prompt   string
	PromptLike, LoginHint, LoginHintLike string
	CallbackName                         string
}

type createText struct {
	Title, Heading string
	Steps          func(callback string) []string // the first belongs to Link
	InSetup        string                         // where the org has no known address
}

type authoriseText struct {
	Title, Heading, HeadingNoBrowser, HeadingTokens string
	Keychain, File, KeychainSlow, Listen, PasteOnly string
	BrowserOpened, BrowserNot                       string
	NoDisplay, SSH, NotAsked, BrowserFailed         string
	Wait, Exchange, Identify, Save, AskName, Revoke string
	Left                                            func(minutes, seconds int) string
	NoWindow                                        string
	Forward                                         string
	ForwardBy                                       func(port string) string
	PasteLabel, PasteLike, PasteBeside              string
	Link                                            string
	Ignored                                         func(n int) string
	InsistsOnTLS, OtherUser                         string
	Finishing, StandIn                              string
	FaultNow                                        func(title string) string
	Shows                                           func(page string) string
	FaultTitle, FaultHeading, NoFault               string
}

type browserText struct {
	Title, Heading, Label, Like, Or string
	Choices                         map[flow.Kind]string
}

type doneText struct {
	Title, Heading, HeadingUnsaved        string
	Next, Finish, BackHome                string
	Retry, SaveAsNew, Again, SaveInFile   string
	CopyToken, CopyAs, Show, Hide         string
	Replace, Discard                      func(name string) string
	Revoked, FiveApprovals, SixthApproval string
	NotRevoked                            func(why string) string
	ThrowAway, LeaveUnsaved, LeaveTaken   string
}

type troubleText struct {
	Title, Said, Shown string
	OrFile             string
	NoHost             string // where the login host is not known
	Who                map[flow.Who]string
}

type helpText struct {
	Title, Heading, Anywhere string
	About                    string
}

var english = Text{
	New:                 "new connection",
	Demo:                "demo",
	Steps:               [4]string{"Org", "App", "Authorise", "Done"},
	More:                "more below",
	Sent:                func(what string) string { return what + " sent to the clipboard." },
	Unkept:              "The refresh token that came was revoked.",
	UnkeptAlive:         func(why string) string { return "The refresh token that came could not be revoked: " + why + "." },
	InvisibleCharacters: "That has invisible characters in it. Nothing was taken.",
	Keys: keyText{
		Move: "move", Scroll: "scroll", Back: "back", Help: "help", Quit: "quit", Suspend: "suspend", Close: "close",
		Continue: "continue", Next: "next", Choose: "choose", Open: "open",
		CopyCallback: "copy callback", Reveal: "show secret", Hide: "hide secret", Create: "no app yet?", Advanced: "advanced",
		CopyLink: "copy link", OpenAgain: "open again", Paste: "paste", SeesError: "browser error",
		MoreTime: "more time", SendPaste: "send", StopPaste: "leave the field",
		Allow: "allow", Deny: "deny", Fault: "failure",
		Retry: "try again", EditApp: "edit app", EditOrg: "edit org", Save: "save", Again: "authorise again", KeepName: "keep this name", Rename: "rename", Finish: "finish",
		CopyToken: "copy token", Copy: "copy", ShowToken: "show token",
		New: "new", Filter: "filter", KeepFilter: "keep filter", ClearFilter: "all", Check: "check", Details: "details",
		Clear: "clear it", Remove: "remove", Forget: "only forget", KeepIt: "keep it", Replace: "replace", Discard: "keep", ThrowAway: "throw away",
		UseFile: "use a file", RevealPassphrase: "show passphrase", HidePassphrase: "hide passphrase",
	},
	Org: orgText{
		Title: "Org", Heading: "Where do you log in?",
		MyDomain: "My Domain", Production: "Production", Sandbox: "Sandbox",
		Recommended:  "recommended",
		OnlyPackaged: "An External Client App made in your org answers only at its My Domain.",
		Placeholder:  "acme, or any address of your org",
		WhereToFind:  "Copy it from the address bar of your org: any page will do.",
		Changed:      "The login host that was saved here was changed outside sfauth. Give the one of your org.",
		Answers:      "answers", Checking: "checking",
		PlainHTTP: "Plain http: for a test server on this machine alone.",
		Anyway:    "Press enter again to go on anyway.",
		WhenDone:  "Going on when it answers. Press enter again not to wait.",
	},
	App: appText{
		Title: "App", Heading: "Which app asks for access?",
		ClientID: "Consumer Key", ClientIDLike: "3MVG9…",
		OddClientID:  "A whole Consumer Key is 3MVG and some 80 characters more.",
		ClientSecret: "Consumer Secret", PublicClient: "empty if the app does not require one",
		Register: "Callback URL, to be registered in the app exactly so",
		NoApp:    "No app yet? See how to make one", Advanced: "Advanced: callback URL, scopes, prompt, login hint",
		Callback: "Callback URL, exactly as it is registered in the app", Scope: "Scopes", AllScopes: "empty: all that the app has",
		Prompt: "Prompt", PromptLike: "login, consent or select_account", LoginHint: "Login hint", LoginHintLike: "username to fill in at the login",
		CallbackName: "Callback URL",
	},
	Create: createText{
		Title: "No app yet", Heading: "Make an External Client App",
		Steps: func(callback string) []string {
			return []string{
				"In Setup, open External Client App Manager and choose New External Client App.",
				"Name it. Leave Distribution State at Local.",
				"Under API (Enable OAuth Settings), tick Enable OAuth.",
				"Callback URL, exactly: " + callback,
				"Select two OAuth scopes: “Manage user data via APIs (api)” and “Perform requests at any time (refresh_token, offline_access)”.",
				"Under Security, leave PKCE and refresh token rotation on, and JWT-based access tokens off.",
				"Create it. Under Settings → OAuth Settings → Consumer Key and Secret, copy both.",
				"A new app may take 30 minutes until Salesforce knows it. Until then the browser shows invalid_client_id.",
			}
		},
		InSetup: "sfauth does not know the address of your Setup: it was not given a My Domain.",
	},
	Authorise: authoriseText{
		Title: "Authorise", Heading: "Allow access in your browser", HeadingNoBrowser: "Open this link in a browser", HeadingTokens: "Access was allowed",
		Keychain: "Keychain can be written", File: "Encrypted file can be written", KeychainSlow: "is a window asking you to unlock it?",
		Listen: "Listening for the answer", PasteOnly: "this callback can only be pasted",
		BrowserOpened: "Browser opened", BrowserNot: "No browser opened",
		NoDisplay: "there is no display here", SSH: "this is an SSH session", NotAsked: "as you asked", BrowserFailed: "it did not start",
		Wait: "Waiting for you to allow access", Exchange: "Exchange the code for tokens", Identify: "Confirm who and which org", Save: "Save",
		AskName: "Ask for the name of the user", Revoke: "Revoke the old refresh token",
		Left:       func(m, s int) string { return fmt.Sprintf("%d:%02d left, + for more", m, s) },
		NoWindow:   "No browser window? Open this link:",
		Forward:    "Browser on another machine? Then run this there first:",
		ForwardBy:  func(port string) string { return "ssh -L " + port + ":localhost:" + port + " THIS-HOST" },
		PasteLabel: "Paste the address the browser ends on, or the code in it", PasteLike: "http://localhost…?code=…",
		PasteBeside: "The page may fail to load. The address is enough.",
		Link:        "Link",
		Ignored: func(n int) string {
			if n == 1 {
				return "Ignored 1 request that was not the answer. That is harmless."
			}
			return fmt.Sprintf("Ignored %d requests that were not the answer. That is harmless.", n)
		},
		OtherUser:    "Ignored an answer from another user of this machine. If it was your browser's, press p and paste the address it shows.",
		InsistsOnTLS: "Your browser insists on https, which the callback is not. Press p and paste the address it shows.",
		Finishing:    "Press ctrl+c again to leave. What has come is saved first.",
		StandIn:      "Demo: y allows, n denies, as in the browser. f makes Salesforce fail.",
		FaultNow:     func(title string) string { return "Salesforce will fail: " + title },
		Shows:        func(page string) string { return "The browser shows: " + page + " Press e to see what it means." },
		FaultTitle:   "Failures", FaultHeading: "How should Salesforce fail?", NoFault: "Not at all",
	},
	Browser: browserText{
		Title: "What the browser shows", Heading: "What does the browser show?",
		Label: "Paste or type some of it", Like: "error=… or the page's words", Or: "Or choose what is closest",
		Choices: browserChoices,
	},
	Done: doneText{
		Title: "Done", Heading: "Connected", HeadingUnsaved: "Connected, but not saved",
		Next: "In a script:", Finish: "Finish", BackHome: "Back to the connections",
		Retry: "Try to save again", SaveAsNew: "Save as a new connection", Again: "Authorise again",
		SaveInFile: "Keep it in an encrypted file instead",
		CopyToken:  "Copy the refresh token", CopyAs: "Copy for another tool", Show: "Show the refresh token", Hide: "Hide the refresh token",
		Replace:       func(name string) string { return "Replace " + name },
		Discard:       func(name string) string { return "Keep " + name + " as it was" },
		Revoked:       "The old refresh token was revoked.",
		NotRevoked:    func(why string) string { return "The old refresh token could not be revoked: " + why + "." },
		FiveApprovals: "It counts until then: Salesforce allows five approvals per user and app, and the sixth ends the oldest.",
		SixthApproval: "Salesforce allows five approvals per user and app. This is at least the sixth: the oldest has ended.",
		ThrowAway:     "Throw it away and revoke it",
		LeaveTaken:    "Press ctrl+c again to leave. You alone have the refresh token then.",
		LeaveUnsaved:  "Press ctrl+c again to leave. The refresh token is revoked then.",
	},
	Trouble: troubleText{
		Title: "Trouble", Said: "Salesforce said", Shown: "The browser shows",
		OrFile: "Or keep secrets in a file of sfauth's, encrypted with a passphrase or a key of yours.",
		NoHost: "the login host",
		Who: map[flow.Who]string{
			flow.You: "You can fix this", flow.Admin: "An administrator of the org can fix this",
			flow.Salesforce: "This is Salesforce's to fix", flow.Nobody: "This may be a fault of sfauth",
		},
	},
	Help: helpText{
		Title: "Keys", Heading: "Keys", Anywhere: "Anywhere",
		About: "In a text field letters are text; F1 opens this page from there.",
	},
	Facts:      factsEN,
	Exports:    exportsEN,
	Home:       homeEN,
	Details:    detailsEN,
	Remove:     removeEN,
	Passphrase: passphraseEN,
	Clipboard:  clipboardEN,
	Troubles:   troublesEN,
	Plain:      plainEN,
}
