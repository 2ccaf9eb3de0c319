package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sfauth/flow"
)

var English = Text{
	New:                 "new connection",
	Demo:                "demo",
	Played:              func(host string) string { return "In this demo your own computer plays " + host + "." },
	Steps:               [4]string{"Org", "App", "Authorise", "Done"},
	More:                "more below",
	Selects:             "The mouse selects text now. The next key lets it click again.",
	Revoked:             "The refresh token that came was revoked.",
	NotRevoked:          func(why string) string { return "The refresh token that came could not be revoked: " + why + "." },
	Line:                englishLine,
	Detail:              func(said string) string { return said },
	Left:                "interrupted: nothing was saved",
	Day:                 func(t time.Time) string { return t.Local().Format("2 Jan 2006") },
	Moment:              func(t time.Time) string { return t.Local().Format("2 Jan 2006, 15:04") },
	Ago:                 englishAgo,
	In:                  func(d time.Duration) string { return "in " + briefly(d) },
	InvisibleCharacters: "That has invisible characters in it. Nothing was taken.",
	Unmarked:            "Several lines came at once. Nothing was taken. Paste them one by one.",
	Faults:              englishFaults,
	Keys: keyText{
		Move: "move", Scroll: "scroll", Back: "back", Help: "help", Quit: "quit", Suspend: "suspend", Close: "close",
		Continue: "continue", Next: "next", Choose: "choose", Open: "open",
		CopyCallback: "copy callback", Reveal: "show secret", Hide: "hide secret", Create: "no app yet?", WhatFor: "what for", Advanced: "advanced",
		Tick: "tick", Untick: "untick", OpenPage: "open page", AsMetadata: "as metadata", Write: "write",
		CopyLink: "copy link", ShowLink: "show link", OpenAgain: "open again", Paste: "paste", SeesError: "browser error",
		MoreTime: "more time", SendPaste: "send", StopPaste: "leave the field",
		Allow: "allow", Deny: "deny", Fault: "failure",
		CopyCommand: "copy command", ForTool: "for a tool", Retry: "try again", EditApp: "edit app", EditOrg: "edit org", Save: "save", Again: "authorise again", KeepName: "keep this name", Rename: "rename", Finish: "finish",
		CopyToken: "copy token", CopyData360: "token for Data 360", Copy: "copy", ShowToken: "show token",
		New: "new", Filter: "filter", KeepFilter: "keep filter", ClearFilter: "all", Check: "check", Details: "details",
		Clear: "clear it", Remove: "remove", Forget: "only forget", KeepIt: "keep it", Replace: "replace", Discard: "keep", ThrowAway: "throw away",
		UseFile: "use a file", Elsewhere: "move", RevealPassphrase: "show passphrase", HidePassphrase: "hide passphrase",
	},
	Tab: flow.TabText{
		Language: "en", Connection: "Connection", User: "User", Footer: "sfauth, on this computer",
		Saved: flow.TabPage{Title: "Connected", Text: "sfauth has saved this connection. You can close this tab and go back to the terminal."},
		Failed: flow.TabPage{Title: "Go back to the terminal",
			Text: "The login is not finished. sfauth says there what happened and what to do. You can close this tab."},
		Stray: flow.TabPage{Title: "Not the answer to this login",
			Text: "Nothing was changed. If you came here from an earlier login, open the link that sfauth shows in the terminal now."},
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
		ClientSecret: "Consumer Secret", PublicClient: "empty if the app does not require one", NoSecret: "empty: such an app has none",
		WhatFor:  func(purpose string) string { return "What for: " + purpose },
		Register: "Callback URL, to be registered in the app exactly so",
		NoApp:    "No app yet? See how to make one", Advanced: "Advanced: callback URL, scopes, prompt, login hint",
		Callback: "Callback URL, as the app has it", Scope: "Scopes", AllScopes: "empty: all that the app has",
		Prompt: "Prompt", PromptLike: "login, consent or select_account", LoginHint: "Login hint", LoginHintLike: "username to fill in at the login",
		KeepIn:       func(store string) string { return "Keep it in " + store },
		CallbackName: "Callback URL",
		OddClientID:  oddClientID, OddSecret: oddSecret,
	},
	Purposes: purposesText{
		Title: "What for", Heading: "What is access for?",
		Names: Words[string]{{"rest", "REST and Bulk"}, {"data360", "Data 360"}, {"agent", "Agent API"}, {"mcp", "Hosted MCP"}, {"own", "My own scopes"}},
		For: Words[string]{
			{"rest", "records, queries, files: what most scripts need"}, {"data360", "queries and ingestion, with a token of its own"},
			{"agent", "talking to agents, with a JWT-based access token"}, {"mcp", "Salesforce's MCP servers, by an app without a secret"},
			{"own", "as you type them, with blanks between"},
		},
		Number: func(n int, name, what string) string { return fmt.Sprintf("%d: %s, %s.", n, name, what) },
		Ask:    "A number, or empty for no change:",
		Now: func(name, scopes string) string {
			if scopes == "" {
				return name + ": all that the app has."
			}
			return name + ": the scopes are " + scopes + "."
		},
	},
	Create: createText{
		Title: "No app yet", Heading: "Make an External Client App",
		Open:     "In Setup, open External Client App Manager: New External Client App.",
		Name:     "Name it, and give a contact email. Leave Distribution State at Local.",
		Enable:   "Under API (Enable OAuth Settings), tick Enable OAuth.",
		Callback: func(url string) string { return "Callback URL, exactly: " + url },
		Scopes:   func(labels []string) string { return "Select these OAuth scopes: " + strings.Join(labels, ", ") + "." },
		ScopeLabels: Words[string]{
			{"api", "“Manage user data via APIs (api)”"},
			{"refresh_token", "“Perform requests at any time (refresh_token, offline_access)”"},
			{"cdp_query_api", "“Perform ANSI SQL queries on Data Cloud data (cdp_query_api)”"},
			{"cdp_ingest_api", "“Manage Data Cloud Ingestion API data (cdp_ingest_api)”"},
			{"chatbot_api", "“Access chatbot services (chatbot_api)”"},
			{"sfap_api", "“Access the Salesforce API Platform (sfap_api)”"},
			{"mcp_api", "“Access Salesforce hosted MCP servers (mcp_api)”"},
		},
		Security:    "Under Security, leave PKCE and refresh token rotation on, and JWT-based access tokens off.",
		SecurityJWT: "Under Security, leave PKCE and refresh token rotation on, and tick Issue JSON Web Token (JWT)-based access tokens for named users.",
		NoSecret:    "Under Security, untick Require Secret for Web Server Flow and Require Secret for Refresh Token Flow.",
		Make:        "Create it. Copy Settings → OAuth Settings → Consumer Key and Secret.",
		MakePublic:  "Create it. Copy Settings → OAuth Settings → Consumer Key.",
		Wait:        "For up to 30 minutes the browser may show invalid_client_id for a new app.",
		Step:        func(n int, says string) string { return strconv.Itoa(n) + ". " + says },
		InSetup:     "sfauth does not know the address of your Setup: it was not given a My Domain.",
		Done:        func(n, of int) string { return fmt.Sprintf("%d of %d steps done", n, of) },
		AsMetadata:  "Or write it as metadata, for sf",
		SetupPage:   "Link to Setup", Link: "Open Setup ↗", ScopesName: "Scopes",
		Opened:    "Opened in your browser.",
		NotOpened: func(why string) string { return "No browser was opened: " + why + ". u shows the link." },
	},
	Metadata: metadataText{
		Title: "App as metadata", Heading: "Write the app as metadata",
		About: "Four files of an External Client App, for the Salesforce CLI. There is no secret in them.",
		Name:  "API Name of the app", Email: "Contact email (required)", EmailLike: "you@example.com", Dir: "Directory",
		BadName:  "An API Name is up to 60 letters, digits and single underscores between them, and begins with a letter.",
		BadEmail: "This is no email address.",
		NoDir:    "There is no directory yet.",
		Taken: func(path string) string {
			return "Another is there. Press enter again to replace it: " + path
		},
		NotWritten: func(why string) string { return "Not written: " + why + "." },
		Written:    func(dir string) string { return "The app is written to " + dir },
		Deploy:     "Deploy it. Where the org is not the default of sf, add --target-org:", DeployName: "Command",
		Then:       "Then copy the Consumer Key and the Consumer Secret: Setup → External Client App Manager → the app → Settings → OAuth Settings.",
		ThenPublic: "Then copy the Consumer Key: Setup → External Client App Manager → the app → Settings → OAuth Settings.",
		AskName:    func(given string) string { return "API Name of the app (empty: " + given + "):" },
		AskEmail:   "Contact email (required):",
		AskDir:     func(given string) string { return "Directory (empty: " + given + "):" },
		Replace:    func(path string) string { return "Another " + path + " is there. Replace it? (y/N)" },
	},
	Authorise: authoriseText{
		Title: "Authorise", Heading: "Allow access in your browser", HeadingNoBrowser: "Open this link in a browser", HeadingTokens: "Access was allowed",
		Keychain: "Keychain can be written", File: "Encrypted file can be written", Database: "PostgreSQL can be written", KeychainSlow: "it is slow to answer", KeychainAsks: "answer its window",
		Listen: "Listening for the answer", PasteOnly: "this callback can only be pasted",
		BrowserOpened: "Browser opened", BrowserNot: "No browser opened",
		NoDisplay: "there is no display here", SSH: "this is an SSH session", NotAsked: "as you asked", BrowserFailed: "it did not start",
		Wait: "Waiting for you", Exchange: "Exchange the code", Identify: "Confirm who and which org", Save: "Save",
		AskName: "Ask for the name of the user", Revoke: "Revoke the old refresh token",
		Left:         func(m, s int) string { return fmt.Sprintf("%d:%02d left", m, s) },
		LeftWithMore: func(m, s int) string { return fmt.Sprintf("%d:%02d left, + for more", m, s) },
		NoWindow:     "No browser window?", OpenLink: "Open this link:", LoginPage: "Open the login page ↗", CopyOrShow: "c copies the link, u shows it",
		Took: func(what string, s int) string {
			if what == "" {
				return fmt.Sprintf("took %d s", s)
			}
			return fmt.Sprintf("%s, took %d s", what, s)
		},
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
		Doubted:      func(host, why string) string { return host + ": " + why + "." },
		OtherUser:    "Ignored an answer from another user of this machine. If it was your browser's, press p and paste the address it shows.",
		InsistsOnTLS: "Your browser insists on https, which the callback is not. Press p and paste the address it shows.",
		Finishing:    "Press ctrl+c again to leave. What has come is saved first.",
		StandIn:      "Demo: y allows, n denies, as in the browser. f makes Salesforce fail.",
		FaultNow:     func(title string) string { return "Salesforce will fail: " + title },
		Shows: func(page string) string {
			return "The browser shows: “" + page + "”. Press e to see what it means."
		},
		FaultTitle: "Failures", FaultHeading: "How should Salesforce fail?", NoFault: "Not at all",
	},
	Browser: browserText{
		Title: "What the browser shows", Heading: "What does the browser show?",
		Label: "Paste or type some of it", Like: "error=… or the page's words", Or: "Or choose what is closest",
		Choices: browserChoices,
	},
	Done: doneText{
		Title: "Done", HeadingUnsaved: "Connected, but not saved",
		Connected: func(name string) string { return name + " is connected" },
		Renewed:   func(name string) string { return name + " is renewed" },
		InScript:  "In a script", CopiesIt: "y copies it",
		Finish: "Finish", BackHome: "Back to the connections", Rename: "Rename", NewName: "Name",
		Token: "The refresh token itself",
		Retry: "Try to save again", SaveAsNew: "Save as a new connection", Again: "Authorise again",
		SaveInFile: "Keep it in an encrypted file instead",
		CopyToken:  "Copy the refresh token", CopyAs: "Copy for another tool", Show: "Show the refresh token",
		Replace:       func(name string) string { return "Replace " + name },
		Discard:       func(name string) string { return "Keep " + name + " as it was" },
		Revoked:       "The old refresh token was revoked.",
		NotRevoked:    func(why string) string { return "The old refresh token could not be revoked: " + why + "." },
		FiveApprovals: "It counts until then: Salesforce allows five approvals per user and app, and the sixth ends the oldest.",
		SixthApproval: "Salesforce allows five approvals per user and app. This is at least the sixth: the oldest has ended.",
		LacksJWT:      "The app issues no JWT-based access tokens, and this needs them (INVALID_JWT_FORMAT). Tick Issue JSON Web Token (JWT)-based access tokens for named users in the app, under Security. The next renewal brings one then.",
		ThrowAway:     "Throw it away and revoke it",
		LeaveTaken:    "Press ctrl+c again to leave. You alone have the refresh token then.",
		LeaveUnsaved:  "Press ctrl+c again to leave. The refresh token is revoked then.",
	},
	Trouble: troubleText{
		Title: "Trouble", Said: "Salesforce said", Shown: "The browser shows",
		OrFile: "Or keep secrets in a file of sfauth's, encrypted with a passphrase or a key of yours.",
		NoHost: "the login host",
		Who: Words[flow.Who]{
			{flow.You, "You can fix this"}, {flow.Admin, "An administrator of the org can fix this"},
			{flow.Salesforce, "This is Salesforce's to fix"}, {flow.Nobody, "This may be a fault of sfauth"},
		},
	},
	Help: helpText{
		Title: "Keys", Heading: "Keys", Anywhere: "Anywhere",
		Lists: "j k, PgUp PgDn and Home End (g G) move, too.",
		About: "In a text field letters are text; F1 or ctrl+l opens this page from there.",
	},
	Facts: factsText{
		Name: "Name", User: "User", Before: "Before", Org: "Org", Login: "Login", Instance: "Instance", Scopes: "Scopes", Store: "Kept in",
		Authorised: "Authorised", Alive: "Last alive", Renewals: "Renewals", Rotates: "bring another refresh token each", Stays: "leave the refresh token as it is",
		NotSaid: "Salesforce did not say", ScopeMissing: "asked for, not granted",
		Stores: Words[string]{{"keychain", "the OS keychain"}, {"file", "an encrypted file"}, {"postgres", "PostgreSQL"}, {"memory", "memory alone"}},
	},
	Exports: exportsText{
		Title: "Copy", Heading: "Copy for which tool?",
		OnePlace:     "With refresh token rotation, a token used in two places stops working in both. Give each tool a connection of its own.",
		RefreshToken: "Refresh token", AccessToken: "Access token",
		Names: Words[string]{
			{"env", "Shell"}, {"dotenv", ".env"}, {"json", "JSON"}, {"sfdx-url", "SFDX auth URL"}, {"singer", "Singer"}, {"airbyte", "Airbyte"},
			{"jsforce", "jsforce"}, {"curl", "curl"}, {"python", "Python"}, {"node", "Node.js"}, {"dlt", "dlt"}, {"sf", "sf org login"}, {"mcp", "MCP"},
		},
		For: Words[string]{
			{"env", "export lines"}, {"dotenv", "a file of NAME=value"}, {"json", "scripts"}, {"sfdx-url", "Salesforce CLI"}, {"singer", "tap-salesforce"},
			{"airbyte", "source-salesforce"}, {"jsforce", "a Connection"}, {"curl", "one request"},
			{"python", "requests, simple-salesforce"}, {"node", "fetch"}, {"dlt", "a pipeline's first lines"}, {"sf", "Salesforce CLI, for hours"}, {"mcp", ".mcp.json"},
		},
		Itself: "the token itself", AsksSfauth: "asks sfauth",
		Asks:           "This asks sfauth for access tokens, and has no secret in it.",
		AsksAllTheSame: "This asks sfauth for access tokens instead, and has no secret in it; --refresh-token prints the token all the same.",
		KeptBack: func(names string) string {
			return "Left out, since it is a secret or leads to one: " + names + "; give it to the client that starts sfauth in another way."
		},
		Forgets: func(tool string) string {
			return "With refresh token rotation " + tool + " ends the connection by its second renewal: it forgets the token of the first."
		},
		Keeps: func(tool, since string, alone bool) string {
			if alone {
				return "From " + since + " on, with one operation at a time, " + tool + " keeps a rotated token; else its second renewal ends the connection."
			}
			return "From " + since + " on " + tool + " keeps a rotated token; the second renewal of an older one ends the connection."
		},
		RotationUnknown: func(name string) string {
			return "Whether the app of " + name + " rotates is known after its first renewal; until then it is taken to."
		},
		OtherHost: func(tool, host, own string) string {
			return "At " + host + ", where " + tool + " logs in, an app that is local to " + own + " is not known: invalid_grant."
		},
	},
	Home: homeText{
		Title: "Connections",
		Count: func(shown, all int) string {
			switch {
			case shown < all:
				return fmt.Sprintf("%d of %d", shown, all)
			case all == 1:
				return "1 connection"
			}
			return fmt.Sprintf("%d connections", all)
		},
		Need: func(all, sick int) string {
			switch {
			case all == 1:
				return "1 connection, it needs you"
			case sick == 1:
				return fmt.Sprintf("%d connections, 1 needs you", all)
			}
			return fmt.Sprintf("%d connections, %d need you", all, sick)
		},
		Place:  func(at, of int) string { return fmt.Sprintf("%d/%d", at, of) },
		Filter: "Filter", FilterLike: "part of a name, user or org",
		None: "There are no connections. Press n to set one up.", NoMatch: "Nothing matches. Press esc to see all.",
		Unread:          func(why string) string { return why + ": its connections are as last seen here." },
		NeedsPassphrase: "A check needs the passphrase: r in the list asks for it.",
		Checking:        "checking", Reading: "Reading its secrets…",
		Authorised: func(day string) string { return "authorised " + day },
		LastAlive:  func(moment string) string { return "Last seen alive " + moment + "." },
		Verdicts: Words[flow.Verdict]{
			{flow.Alive, "alive"}, {flow.Reauthorise, "needs re-authorising"}, {flow.Setup, "someone must change Setup"},
			{flow.ClientWrong, "app settings are wrong"}, {flow.Transient, "unreachable"}, {flow.Unknown, "not checked"},
		},
	},
	Details: detailsText{
		Title:      "Connection",
		CopyAccess: "Copy an access token", CopyData360: "Copy a token for Data 360", CopyAs: "Copy for another tool", CopyToken: "Copy the refresh token", Show: "Show the refresh token",
		CheckNow: "Check now", CheckByRenewing: "Check by renewing", Again: "Authorise again", Remove: "Remove",
		Renews:  "It asks for an access token. With rotation that replaces the refresh token: sfauth keeps the new one, copies elsewhere die.",
		Getting: "Getting an access token…", Renaming: "Renaming…", Renewing: "Renewing…", Moving: "Moving…",
		Share:   func(store string) string { return "Share it with other machines, in " + store },
		Unshare: func(store string) string { return "Keep it on this machine alone, in " + store },
	},
	Remove: removeText{
		Title:   "Remove",
		Heading: func(name string) string { return "Remove " + name + "?" },
		Revokes: "Its refresh token is revoked at Salesforce, then sfauth forgets it. Whatever uses it stops working.",
		No:      "No, keep it", Yes: "Yes, revoke and remove it", Forget: "Only forget it, keep the grant",
		Working:      "Removing…",
		Removed:      func(name string) string { return name + " was removed." },
		NotRevoked:   func(name string) string { return name + " was removed here, but could not be revoked" },
		Because:      func(why string) string { return why + "." },
		RevokeByHand: "An administrator can revoke it: Setup → Connected Apps OAuth Usage, or the user's own page.",
	},
	Passphrase: passphraseText{
		Title: "Passphrase", Heading: "Which passphrase opens the encrypted file?", HeadingNew: "Choose a passphrase for the encrypted file",
		Passphrase: "Passphrase", New: "New passphrase", Again: "The same again",
		Empty: "Without a passphrase nothing can be opened.", Differ: "This is not the same.",
		NoWayBack:     "Nobody can open the file without it. sfauth asks for it once in each run.",
		HeadingShared: "Which passphrase opens the connections in PostgreSQL?", HeadingNewShared: "Choose a passphrase for the connections in PostgreSQL",
		NoWayBackShared: "Every machine needs it, and nobody can open them without it.",
		Elsewhere:       "For scripts, set SFAUTH_KEY_FILE, SFAUTH_PASSPHRASE_COMMAND or SFAUTH_PASSPHRASE_FILE.",
	},
	Clipboard: clipboardText{
		Title:   "Clipboard",
		Heading: "A secret may still be on the clipboard",
		Copied: func(what string) string {
			return "You copied: " + what + ". Whatever runs on this computer can read it there."
		},
		Clear: "Clear it and leave", Leave: "Leave it there",
		NotCleared:  func(why string) string { return "It could not be cleared: " + why + "." },
		Copying:     "Copying…",
		There:       func(what string) string { return what + " copied." },
		SecretThere: func(what string) string { return what + " copied: use it in one place only." },
		Sent: func(what, see string) string {
			return what + " sent to the terminal. Not copied? " + see
		},
		Failed: func(what, why, see string) string { return what + " not copied: " + why + ". " + see },
		Other:  "something else is on the clipboard", Slow: "the clipboard does not answer",
		OnScreen: "Select it on the screen.", PressS: "s shows it.", PressU: "u shows it.", RunExport: "sfauth export prints it.", RunToken: "sfauth token prints it.",
		ThroughTerminal: "through the terminal (OSC 52), which does not say whether it takes one",
		ThroughTmux:     "through tmux, which has to be told: set -s set-clipboard on",
		WouldCopy: func(pkg string) string {
			return "through the terminal (OSC 52), which does not say whether it takes one; " + pkg + " would copy for sure"
		},
	},
	Explained: englishTrouble,
	Taken:     englishTaken,
	Lines: LinesText{
		AskDomain:       "Login domain, as acme or any address of your org:",
		AskClientID:     "Consumer Key:",
		AskSecret:       "Consumer Secret, which is not shown:",
		AskSecretOrNone: "Consumer Secret, which is not shown, empty if the app does not require one:",
		Register: func(callback string) string {
			return "The app must have " + callback + " as its Callback URL, exactly so."
		},
		Odd: "Going on with it all the same.",
		Missing: func(flags []string) string {
			return "nothing can be asked here: missing " + strings.Join(flags, " and ")
		},
		LoginHelp:        "run sfauth login --help",
		NewHere:          "This sets up a new connection: sfauth list shows those that are saved.",
		NameTwice:        "NAME and --name cannot both be given: --name is for a connection that must be new",
		OddSecretOnStdin: func(why error) error { return fmt.Errorf("--client-secret-stdin: %w", why) },
		NoSecretOnStdin:  func(why error) error { return fmt.Errorf("--client-secret-stdin: no secret on stdin (%w)", why) },
		GiveSecret:       "give the app's Consumer Secret with --client-secret-stdin: none was given",
		Host:             func(url string) string { return "Logging in at " + url + "." },
		PlainHTTP: func(url string) string {
			return "Logging in at " + url + ", by plain http: for a test server on this machine alone."
		},
		Doubted: func(why string) string {
			return "This may be the wrong host: " + why + ". Type it again to go on all the same, or type another."
		},
		GoingOn: func(why string) string {
			return "This may be the wrong host: " + why + ". Going on all the same, as --trust-domain says."
		},
		TrustDomain: "say --trust-domain besides --domain if you know who owns this host",
		NoPaste:     "the answer has to be pasted, and nothing comes from stdin any more",
		PasteError:  "run it again, and paste the error that the browser shows, if there is one",
		Keychain:    func(where string) string { return "Secrets go to " + where + "." },
		Listening:   func(callback string) string { return "Listening on " + callback + " for the answer." },
		PasteOnly: func(callback string) string {
			return "The answer goes to " + callback + ", where sfauth cannot listen: it has to be pasted."
		},
		Opened:       "Opened the browser.",
		NotOpened:    func(why string) string { return "Opened no browser: " + why + "." },
		Waiting:      func(left string) string { return "Open this address and allow access in the next " + left + ":" },
		Lasting:      englishDuration,
		StillWaiting: func(left string) string { return "Still waiting for you to allow access, for " + left + " more." },
		MoreTime:     func(left string) string { return "You have " + left + " from now." },
		StillBusy:    func(since string) string { return "Still waiting, for " + since + " now." },
		AwaitHost:    "Waiting for the login host to answer.",
		StoreFile:    "Say --store file to keep secrets in an encrypted file instead.",
		NoMore:       "Nothing comes from stdin any more: the browser alone can bring the answer.",
		Said:         func(words string) string { return "Salesforce said: “" + words + "”." },
		InSetup:      func(way string) string { return "It is here: " + way + "." },
		Link:         "This link opens it:",
		WhatPage:     "What does the browser show? Type the number of what is closest, or some of its words.",
		Page:         func(n int, shows string) string { return strconv.Itoa(n) + ": " + shows + "." },
		Org: func(id, instance string) string {
			if instance == "" {
				return "Its org is " + id + "."
			}
			return "Its org is " + id + ", at " + instance + "."
		},
		Paste:   "Or paste the address of the page you land on, or the error it shows, and press enter.",
		StandIn: "This is the demo: type allow or deny, and sfauth answers in your place.",
		Strays: Words[string]{
			{flow.StrayState, "Ignored an answer to another login: it came by an older link."},
			{flow.StrayCode, "Ignored a request to the right page that has no answer in it."},
			{flow.StrayPath, "Ignored a request for another page."},
			{flow.StrayHost, "Ignored a request for another host."},
			{flow.StrayMethod, "Ignored a request of a kind that is no answer."},
		},
		TLSStrayUnheard:     "Your browser insists on https for localhost, which sfauth does not listen with.",
		ForeignStrayUnheard: "Ignored an answer from another user of this machine.",
		Fixes: Words[flow.Who]{
			{flow.You, "You can fix this:"}, {flow.Admin, "An administrator of the org can fix this:"},
			{flow.Salesforce, "This is Salesforce's to fix:"}, {flow.Nobody, "This may be a fault of sfauth:"},
		},
		About:            func(what string) string { return "It is about this: " + what + "." },
		WhichDomain:      "The My Domain of your org is best. Production is login.salesforce.com, a sandbox is test.salesforce.com.",
		AskCallback:      "Callback URL, exactly as it is registered in the app:",
		AskScope:         "Scopes; or what for: rest, data360, agent, mcp; or all for every one that the app has:",
		AllScopes:        Typed{"all"},
		EmptyKeepsSecret: "Press enter alone to keep the Consumer Secret that was given.",
		EmptyKeeps:       func(what string) string { return "Press enter alone to keep " + what + "." },
		TLSStray:         "Your browser insists on https for localhost: paste the address of the page that does not load.",
		ForeignStray:     "Ignored an answer from another user of this machine. If it was your browser's, paste the address it shows.",
		Shows:            func(page string) string { return "The browser shows: “" + page + "”." },
		Stuck:            "the browser gets no further",
		Code:             "Access was allowed.",
		Granted:          func(scopes string) string { return "Granted: " + scopes + "." },
		GrantedAsked:     func(scopes string) string { return "Granted, as asked: " + scopes + "." },
		NotGranted:       func(scopes string) string { return "Asked for, not granted: " + scopes + "." },
		SignedIn:         func(user string) string { return "Signed in as " + user + "." },
		IdentityUnknown:  func(why string) string { return "Salesforce did not say who signed in: " + why + "." },
		Saved:            func(name, where string) string { return "Saved as " + name + " in " + where + "." },
		Next:             func(command string) string { return "Run " + command + " to get an access token." },
		Then: func(name string) string {
			return "Run sfauth export " + name + " --format dotenv to hand it to another tool, or sfauth rename " + name + " to give it another name."
		},
		Revoked: "Revoked the refresh token that was there before.",
		NotRevoked: func(why string) string {
			return "The refresh token that was there before could not be revoked: " + why + "."
		},
		NotSaved:      func(why string) string { return "The refresh token is here, but not saved: " + why + "." },
		AwaitDatabase: "Waiting for PostgreSQL, which is slow to answer.",
		AwaitKeychain: "Waiting for the keychain, which is slow to answer.",
		AwaitAnswer:   "Waiting for your answer in the window of the keychain.",
		AwaitTokens:   "Waiting for Salesforce to trade the code for tokens.",
		AwaitName:     "Asking Salesforce who has signed in.",
		AwaitRevoked:  "Revoking the refresh token that was there before.",
		Anothers:      func(name, user string) string { return name + " is of another user: " + user + "." },
		Allow:         Typed{"allow"},
		Deny:          Typed{"deny"},
		Yes:           Typed{"yes", "y"},
		Choices: ChoicesText{
			WhatFor:      Choice{Typed{"for"}, "Type for instead to choose what access is for, as Data 360 or hosted MCP."},
			NoApp:        Choice{Typed{"?", "help"}, "Type ? instead if there is no app yet, for the steps to make one."},
			Metadata:     Choice{Typed{"files"}, "Type files to write the app as metadata, for the Salesforce CLI."},
			Help:         Choice{Typed{"?", "help"}, "Type ? to hear what else can be typed."},
			MoreTime:     Choice{Typed{"+", "more"}, "Type + for five minutes more."},
			Open:         Choice{Typed{"open"}, "Type open to open the browser again."},
			Error:        Choice{Typed{"error"}, "Type error if the browser shows one, to see what it means."},
			App:          Choice{Typed{"app"}, "Type app to give another Consumer Key, Consumer Secret, callback URL or other scopes."},
			Org:          Choice{Typed{"org"}, "Type org to give another login domain."},
			Retry:        Choice{Typed{"retry"}, "Type retry to try again."},
			Paste:        Choice{Typed{"paste"}, "Type paste to go on without listening, and paste the answer."},
			File:         Choice{Typed{"file"}, "Type file to keep secrets in an encrypted file instead."},
			Quit:         Choice{Typed{"quit", "exit"}, "Type quit to leave."},
			SaveAgain:    Choice{Typed{"retry"}, "Type retry to save again."},
			SaveAsNew:    Choice{Typed{"new"}, "Type new to save this as a new connection, and keep the other."},
			ReplaceSaved: Choice{Typed{"replace"}, "Type replace to put it in that one's place."},
			LogInAgain:   Choice{Typed{"again"}, "Type again to revoke it, and log in once more."},
			SaveInFile:   Choice{Typed{"file"}, "Type file to keep it in an encrypted file instead."},
			Show:         Choice{Typed{"show"}, "Type show to print the refresh token here."},
			Discard:      Choice{Typed{"discard"}, "Type discard to revoke it."},
		},
		Columns:        "NAME\tUSER\tDOMAIN\tSTORE\tAUTHORISED",
		VerdictColumns: "NAME\tVERDICT\tREASON",
		Empty:          "no connections yet: run sfauth",
		None:           "none",
		ByHand:         "open the address that sfauth shows in a browser anywhere, and paste where it ends",
		Remove: func(name string) string {
			return "This revokes " + name + " at Salesforce and forgets it. Type yes to go on:"
		},
		Nobody:              "nobody can be asked here: say --yes",
		NothingDone:         "nothing was done",
		Passphrase:          "Passphrase of sfauth's encrypted file:",
		PassphraseNew:       "New passphrase for sfauth's encrypted file:",
		PassphraseShared:    "Passphrase of the connections in PostgreSQL:",
		PassphraseNewShared: "New passphrase for the connections in PostgreSQL:",
		PassphraseAgain:     "Once more:",

		IdleOf: func(n, of int) string { return fmt.Sprintf("near the idle limit: %d of %d", n, of) },
		SickAndIdle: func(sick, idle, of int) string {
			return fmt.Sprintf("not alive: %d of %d; near the idle limit: %d of %d", sick, of, idle, of)
		},
		Idle: func(unused, left time.Duration) string {
			if left <= 0 {
				return "unused for " + briefly(unused) + ": Salesforce may have ended it, as it does after 30 days for new apps"
			}
			return "unused for " + briefly(unused) + ": Salesforce may end it in " + briefly(left) + ", as it does after 30 days for new apps"
		},
		Renew: func(name string) string {
			return "run sfauth token " + name + " --fresh: each renewal begins the 30 days anew"
		},
		SickOf:      func(n, of int) string { return fmt.Sprintf("not alive: %d of %d", n, of) },
		Run:         func(command string) string { return "run " + command },
		OtherFormat: "choose another --format: json has room for everything",
		Finishing:   "Finishing what cannot be left half done…",
	},
	Did: didText{
		Connected: func(name, user, store string) string { return name + " is connected" + as(user) + ", kept in " + store },
		Renewed:   func(name, user, store string) string { return name + " is renewed" + as(user) + ", kept in " + store },
		Renamed:   func(old, new string) string { return old + " is called " + new + " now" },
		Moved:     func(name, store string) string { return name + " is kept in " + store + " now" },
		Removed:   func(name string) string { return name + " is removed, and its grant is revoked at Salesforce" },
		Forgotten: func(name string) string { return name + " is forgotten; its grant is still valid at Salesforce" },
		NotRevoked: func(name string) string {
			return name + " is forgotten, but could not be revoked: its grant is still valid at Salesforce"
		},
		Exported:  func(name, path string) string { return name + " is written to " + path + ", which only you may read" },
		TableMade: func(where string) string { return "sfauth's table is in " + where },
		Demo:      "The demo keeps nothing. Run sfauth to connect an org of yours.",
	},
	Doctor: doctorText{
		UseFile: "set SFAUTH_STORE=file: the encrypted file and its key work here",
		KeyFile: "on a server set SFAUTH_KEY_FILE: with a passphrase each command derives its key anew",
		Paste:   "a login goes on without it: paste the address that the browser ends on",
	},
	Table:    tableText{Name: "NAME", User: "USER", Domain: "DOMAIN", Store: "KEPT IN", Authorised: "AUTHORISED", Alive: "LAST ALIVE", Verdict: "VERDICT", Idle: "IDLE LIMIT", NotKnown: "not known"},
	Commands: englishCommands,
	Manual:   englishManual,
	Usage: usageText{
		EmptyName:   "the NAME is empty",
		NoneSaved:   "there is no connection yet",
		SetUp:       "run sfauth to set one up",
		OldAndNew:   "needs two names: the one it has, and the one that it gets",
		WhichStore:  "--store is missing: keychain, file or postgres",
		RemoveWhich: "needs the NAME of the connection to remove",
		TooMuch:     func(word string) string { return "there is one word too much: " + word },
		Unknown:     func(word string) string { return word + " is neither a command nor a saved connection" },
		DidYouMean:  func(command string) string { return "did you mean " + command + "?" },
		NeedsScreen: func(name string) string { return name + " is a saved connection, and needs a terminal to be shown" },
		ForToken: func(name string) string {
			return "run sfauth token " + name + " for an access token, or sfauth check " + name
		},
		Run:                func(command string) string { return "run " + command },
		Which:              func(names string) string { return "which connection? " + names },
		WhichFormat:        func(names string) string { return "--format is missing: one of " + names },
		NoFlag:             func(flag string) string { return "unknown flag: " + flag },
		NoValue:            func(flag string) string { return flag + " needs a value" },
		NoDuration:         "a duration has a unit, as 90s, 5m, 36h and 7d have",
		NoStore:            "not keychain, file or postgres",
		WhichShell:         func(names string) string { return "which shell? " + names },
		NoWait:             "not a time to wait",
		NoAge:              "not an age",
		NoIdle:             "not between nothing and the 30 days after which Salesforce ends unused tokens of new apps",
		NoPrefix:           "no variable begins so",
		NoRefreshToken:     "it takes access tokens alone",
		NoVariables:        "it names no variables",
		NameThenCommand:    "needs a NAME, then --, then a command",
		NotEverythingWorks: "not everything works here",
		OneUseOnly:         "note: with refresh token rotation, a token used in two places stops working in both; give each tool its own",
		NoFault:            "Salesforce does not fail so",
		Faults:             "choose one of these",
		NoneOf:             func(names string) string { return "not one of " + names },
		NoSuchStore: func(given string) string {
			return "the store is keychain, file or postgres, not " + strconv.Quote(given)
		},
		PlainDatabase: func(host string) string {
			return "note: the connection to PostgreSQL at " + host + " is not encrypted: set PGSSLMODE=verify-full"
		},
		LoggingTo:     func(path string) string { return "logging to " + path },
		Help:          func(command string) string { return "run " + command + " --help" },
		ForgottenOnly: func(why string) string { return "note: forgotten, but not revoked at Salesforce: " + why },
		Interrupted:   func(signal string) string { return strings.TrimSuffix("interrupted: "+signal, ": ") },
		NoLanguage: func(given string) string {
			return "note: SFAUTH_LANG is en or ja, not " + given + ": going on in English"
		},
	},
}

// englishAgo says how long ago something was.
func englishAgo(d time.Duration) string {
	if d < time.Minute { // a clock that was set back counts as this one
		return "just now"
	}
	return briefly(d) + " ago"
}

// briefly is a time in whole units of the largest that it has.
func briefly(d time.Duration) string {
	const day = 24 * time.Hour
	for _, u := range []struct {
		name string
		is   time.Duration
	}{{"y", 365 * day}, {"d", day}, {"h", time.Hour}} {
		if d >= u.is {
			return strconv.Itoa(int(d/u.is)) + " " + u.name
		}
	}
	return strconv.Itoa(max(1, int(d/time.Minute))) + " min"
}

// as says as whom, where that is known.
func as(user string) string {
	if user == "" {
		return ""
	}
	return " as " + user
}

// englishDuration is a time as a person says it, in the two largest units.
func englishDuration(d time.Duration) string {
	count := func(n int, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return strconv.Itoa(n) + " " + unit + "s"
	}
	d = d.Round(time.Second)
	if d > 10*time.Minute { // nobody counts the seconds of an hour
		d = d.Round(time.Minute)
	}
	var parts []string
	for _, u := range []struct {
		name string
		n    int
	}{{"hour", int(d.Hours())}, {"minute", int(d.Minutes()) % 60}, {"second", int(d.Seconds()) % 60}} {
		if u.n > 0 {
			parts = append(parts, count(u.n, u.name))
		}
	}
	if parts == nil {
		return count(0, "second")
	}
	return strings.Join(parts, " and ")
}
