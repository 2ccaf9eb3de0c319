package tui

import (
	"fmt"

	"sfauth/flow"
)

type homeText struct {
	Title              string
	Count              func(shown, all int) string
	Filter, FilterLike string
	None, NoMatch      string
	NeedsPassphrase    string
	Checking, Reading  string
	Authorised         func(day string) string
	LastAlive          func(moment string) string
	Verdicts           map[flow.Verdict]string
}

var homeEN = homeText{
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
	Filter: "Filter", FilterLike: "part of a name, user or org",
	None: "There are no connections. Press n to set one up.", NoMatch: "Nothing matches. Press esc to see all.",
	NeedsPassphrase: "A check needs the passphrase: r in the list asks for it.",
	Checking:        "checking", Reading: "Reading its secrets…",
	Authorised: func(day string) string { return "authorised " + day },
	LastAlive:  func(moment string) string { return "Last seen alive " + moment + "." },
	Verdicts: map[flow.Verdict]string{
		flow.Alive: "alive", flow.Reauthorise: "needs re-authorising", flow.Setup: "someone must change Setup",
		flow.ClientWrong: "app settings are wrong", flow.Transient: "unreachable", flow.Unknown: "not checked",
	},
}

type factsText struct {
	Name, User, Org, Before, Login, Instance, Scopes, Store, Authorised, Alive string
	NotSaid, ScopeMissing                                                      string
	Stores                                                                     map[string]string // by Vault.Kind
}

var factsEN = factsText{
	Name: "Name", User: "User", Before: "Before", Org: "Org", Login: "Login", Instance: "Instance", Scopes: "Scopes", Store: "Kept in",
	Authorised: "Authorised", Alive: "Last alive",
	NotSaid: "Salesforce did not say", ScopeMissing: "asked for, not granted",
	Stores: map[string]string{"keychain": "OS keychain", "file": "encrypted file", "memory": "memory only"},
}

type detailsText struct {
	Title                                string
	Again, CopyToken, CopyAs, Show, Hide string
	Remove, CheckByRenewing, Renews      string
	Renaming, Renewing                   string
}

var detailsEN = detailsText{
	Title: "Connection",
	Again: "Authorise again", CheckByRenewing: "Check by renewing", CopyToken: "Copy the refresh token", CopyAs: "Copy for another tool",
	Show: "Show the refresh token", Hide: "Hide the refresh token", Remove: "Remove",
	Renews:   "It asks for an access token. With rotation that replaces the refresh token: sfauth keeps the new one, copies elsewhere die.",
	Renaming: "Renaming…", Renewing: "Renewing…",
}

type exportsText struct {
	Title, Heading, OnePlace, RefreshToken string
	Sent                                   func(what string) string
	Names                                  map[string]string // of formats
	For                                    map[string]string // who takes them
}

var exportsEN = exportsText{
	Title: "Copy", Heading: "Copy for which tool?",
	OnePlace:     "With refresh token rotation, a token used in two places stops working in both. Give each tool a connection of its own.",
	RefreshToken: "Refresh token",
	Sent:         func(what string) string { return what + " sent to the clipboard: use it in one place only." },
	Names: map[string]string{
		"env": "Shell", "dotenv": ".env", "json": "JSON", "sfdx-url": "SFDX auth URL", "singer": "Singer", "airbyte": "Airbyte",
		"jsforce": "jsforce", "curl": "curl",
	},
	For: map[string]string{
		"env": "export lines", "dotenv": "a file of NAME=value", "json": "scripts", "sfdx-url": "Salesforce CLI", "singer": "tap-salesforce",
		"airbyte": "source-salesforce", "jsforce": "connection registry", "curl": "a command that renews",
	},
}

type removeText struct {
	Title        string
	Heading      func(name string) string
	Revokes      string
	No, Yes      string
	Forget       string
	Working      string
	Removed      func(name string) string
	NotRevoked   func(name string) string
	RevokeByHand string
}

var removeEN = removeText{
	Title:   "Remove",
	Heading: func(name string) string { return "Remove " + name + "?" },
	Revokes: "Its refresh token is revoked at Salesforce, then sfauth forgets it. Whatever uses it stops working.",
	No:      "No, keep it", Yes: "Yes, revoke and remove it", Forget: "Only forget it, keep the grant",
	Working:      "Removing…",
	Removed:      func(name string) string { return name + " was removed." },
	NotRevoked:   func(name string) string { return name + " was removed here, but could not be revoked" },
	RevokeByHand: "An administrator can revoke it: Setup → Connected Apps OAuth Usage, or the user's own page.",
}

type clipboardText struct {
	Title   string
	Heading string
	Copied  func(what string) string
	Clear   string
	Leave   string
}

var clipboardEN = clipboardText{
	Title:   "Clipboard",
	Heading: "A secret may still be on the clipboard",
	Copied: func(what string) string {
		return "You copied: " + what + ". Whatever runs on this computer can read it there."
	},
	Clear: "Clear it and leave", Leave: "Leave it there",
}

type passphraseText struct {
	Title, Heading, HeadingNew string
	Passphrase, New, Again     string
	Empty, Differ              string
	NoWayBack, Elsewhere       string
}

var passphraseEN = passphraseText{
	Title: "Passphrase", Heading: "Which passphrase opens the encrypted file?", HeadingNew: "Choose a passphrase for the encrypted file",
	Passphrase: "Passphrase", New: "New passphrase", Again: "The same again",
	Empty: "Without a passphrase the file cannot be opened.", Differ: "This is not the same.",
	NoWayBack: "Nobody can open the file without it. sfauth asks for it once in each run.",
	Elsewhere: "For scripts, set SFAUTH_KEY_FILE, SFAUTH_PASSPHRASE_COMMAND or SFAUTH_PASSPHRASE_FILE.",
}

// storeName is where secrets are kept, by its own name where it has no other.
func (t *Text) storeName(kind string) string {
	if name := t.Facts.Stores[kind]; name != "" {
		return name
	}
	return kind
}
