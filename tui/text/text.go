// Package text has every sentence a person reads, in one value for each language: screens,
// lines, errors, help and the page of the browser are handed it.
package text

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"sfauth/flow"
	"sfauth/flow/takeover"
	"sfauth/keystore"
)

// Text is every sentence a person reads on a screen, one value per language.
// Sentences with something in them are functions, so that each language can put
// it where it belongs.
type Text struct {
	New                 string // in place of an org's name
	Demo                string
	Played              func(host string) string // by the demo
	Faults              Words[string]            // of the demo's Salesforce, by name
	Steps               [4]string
	More                string // below what the window shows
	Selects             string // who has dragged the mouse is told that it does from now on
	InvisibleCharacters string
	Unmarked            string                       // several lines at once, not marked as a paste
	Revoked             string                       // the refresh token of a grant that came
	NotRevoked          func(why string) string      // and why it could not be
	Left                string                       // before anything was saved
	Day, Moment         func(time.Time) string       // as a person writes them, in their own zone
	Ago, In             func(time.Duration) string   // how long ago, or how long until, in few cells
	Line                func(sentence string) string // as a part of the line that an error is
	Detail              func(said string) string     // by flow or keystore, in English
	Keys                keyText
	Org                 orgText
	App                 appText
	Purposes            purposesText
	Create              createText
	Metadata            metadataText
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
	Explained           func(flow.Kind, About) Trouble
	Tab                 flow.TabText // of the browser
	Lines               LinesText
	Table               tableText
	Did                 didText
	Doctor              doctorText
	Commands            []CommandText
	Usage               usageText
	Taken               TakenText
	Manual              ManualText
}

type keyText struct {
	Move, Scroll, Back, Help, Quit, Suspend, Close                                                                   string
	Continue, Next, Choose, Open                                                                                     string
	CopyCallback, Reveal, Hide, Create, WhatFor, Advanced                                                            string
	Tick, Untick, OpenPage, AsMetadata, Write                                                                        string
	CopyLink, ShowLink, OpenAgain, Paste, SeesError, MoreTime, SendPaste, StopPaste                                  string
	Allow, Deny, Fault                                                                                               string
	CopyCommand, ForTool, Retry, EditApp, EditOrg, Save, Again, KeepName, Rename, Finish, CopyToken, Copy, ShowToken string
	CopyData360                                                                                                      string
	Clear, New, Filter, KeepFilter, ClearFilter, Check, Details, Remove, Forget, KeepIt                              string
	Replace, Discard, ThrowAway, UseFile, Elsewhere, RevealPassphrase, HidePassphrase                                string
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
	ClientID, ClientIDLike               string
	ClientSecret, PublicClient, NoSecret string
	WhatFor                              func(purpose string) string
	OddClientID, OddSecret               Words[flow.Pasted] // in the place of a Consumer Key, of a Consumer Secret
	Register, NoApp, Advanced            string
	Callback, Scope, AllScopes, Prompt   string
	PromptLike, LoginHint, LoginHintLike string
	KeepIn                               func(store string) string // what is new; enter takes the next
	CallbackName                         string
}

// purposesText is what access can be for, by flow.Purpose.Key.
type purposesText struct {
	Title, Heading string
	Names          Words[string]
	For            Words[string] // what each means
	Number         func(n int, name, what string) string
	Ask            string // by its number or key
	Now            func(name, scopes string) string
}

type createText struct {
	Title, Heading        string
	Open, Name, Enable    string
	Callback              func(url string) string
	Scopes                func(labels []string) string
	ScopeLabels           Words[string] // in Setup, of those that are known
	Security, SecurityJWT string
	NoSecret              string // of a public client
	Make, MakePublic      string
	Wait                  string                               // what is no step
	Step                  func(number int, says string) string // on a line
	InSetup               string                               // where the org has no known address
	Done                  func(steps, of int) string
	AsMetadata            string // opens the other way to an app
	SetupPage, ScopesName string // that are copied
	Link                  string // words that lead to Setup
	Opened                string
	NotOpened             func(why string) string
}

type metadataText struct {
	Title, Heading, About       string
	Name, Email, EmailLike, Dir string
	BadName, BadEmail, NoDir    string
	Taken, Replace              func(path string) string
	NotWritten                  func(why string) string
	Written                     func(dir string) string
	Deploy, DeployName          string
	Then, ThenPublic            string
	AskEmail                    string
	AskName, AskDir             func(given string) string
}

type authoriseText struct {
	Title, Heading, HeadingNoBrowser, HeadingTokens string
	Keychain, File, Database                        string
	KeychainSlow, KeychainAsks                      string
	Listen, PasteOnly                               string
	BrowserOpened, BrowserNot                       string
	NoDisplay, SSH, NotAsked, BrowserFailed         string
	Wait, Exchange, Identify, Save, AskName, Revoke string
	Left, LeftWithMore                              func(minutes, seconds int) string // With + for more of it
	NoWindow, OpenLink, LoginPage, CopyOrShow       string
	Took                                            func(what string, seconds int) string // what is known of a step besides, or ""
	Forward                                         string
	ForwardBy                                       func(port string) string
	PasteLabel, PasteLike, PasteBeside              string
	Link                                            string
	Ignored                                         func(n int) string
	Doubted                                         func(host, why string) string
	InsistsOnTLS, OtherUser                         string
	Finishing, StandIn                              string
	FaultNow                                        func(title string) string
	Shows                                           func(page string) string
	FaultTitle, FaultHeading, NoFault               string
}

type browserText struct {
	Title, Heading, Label, Like, Or string
	Choices                         Words[flow.Kind]
}

type doneText struct {
	Title, HeadingUnsaved                 string
	Connected, Renewed                    func(name string) string
	InScript, CopiesIt                    string
	Finish, BackHome, Rename, NewName     string
	Token                                 string // what opens the two ways to it
	Retry, SaveAsNew, Again, SaveInFile   string
	CopyToken, CopyAs, Show               string
	Replace, Discard                      func(name string) string
	Revoked, FiveApprovals, SixthApproval string
	LacksJWT                              string
	NotRevoked                            func(why string) string
	ThrowAway, LeaveUnsaved, LeaveTaken   string
}

type troubleText struct {
	Title, Said, Shown string
	OrFile             string
	NoHost             string // where the login host is not known
	Who                Words[flow.Who]
}

type helpText struct {
	Title, Heading, Anywhere string
	Lists                    string // which keys move in them besides the arrows
	About                    string
}

type homeText struct {
	Title              string
	Count              func(shown, all int) string
	Need               func(all, sick int) string // so many of all need a person
	Place              func(at, of int) string    // where more are shown than fit
	Filter, FilterLike string
	None, NoMatch      string
	NeedsPassphrase    string
	Unread             func(why string) string // what PostgreSQL has is as this machine saw it last
	Checking, Reading  string
	Authorised         func(day string) string
	LastAlive          func(moment string) string
	Verdicts           Words[flow.Verdict]
}

type factsText struct {
	Name, User, Org, Before, Login, Instance, Scopes, Store, Authorised, Alive, Renewals string
	NotSaid, ScopeMissing, Rotates, Stays                                                string
	Stores                                                                               Words[string] // by Vault.Kind
}

type detailsText struct {
	Title                               string
	CopyAccess, CopyAs, CopyToken, Show string
	CopyData360                         string
	CheckNow, CheckByRenewing, Renews   string
	Again, Remove                       string
	Getting, Renaming, Renewing, Moving string
	Share, Unshare                      func(store string) string // where every machine has it, or this one alone
}

type exportsText struct {
	Title, Heading, OnePlace  string
	RefreshToken, AccessToken string
	Names                     Words[string]                               // of formats
	For                       Words[string]                               // who takes them
	Itself, AsksSfauth        string                                      // what is copied, beside a format
	Asks, AsksAllTheSame      string                                      // on a screen, and where there is a flag
	KeptBack                  func(names string) string                   // variables that a client has to be given
	Forgets                   func(tool string) string                    // what becomes of a rotated token
	Keeps                     func(tool, since string, alone bool) string // alone: no two operations at once
	RotationUnknown           func(name string) string                    // of a connection
	OtherHost                 func(tool, host, own string) string         // where a tool logs in, and what it never asks
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
	Because      func(why string) string
	RevokeByHand string
}

type clipboardText struct {
	Title               string
	Heading             string
	Copied              func(what string) string
	Clear               string
	Leave               string
	NotCleared          func(why string) string
	Copying             string
	There               func(what string) string      // it was looked at
	SecretThere         func(what string) string      // and is to be used in one place
	Sent                func(what, see string) string // nobody can know
	Failed              func(what, why, see string) string
	Other, Slow         string // why
	OnScreen, PressS    string // how to see it instead, each a sentence
	PressU              string
	RunExport, RunToken string

	ThroughTerminal, ThroughTmux string // doctor's words for how a copy goes
	WouldCopy                    func(pkg string) string
}

type passphraseText struct {
	Title, Heading, HeadingNew string
	Passphrase, New, Again     string
	Empty, Differ              string
	NoWayBack, Elsewhere       string

	// Of the connections in PostgreSQL.
	HeadingShared, HeadingNewShared, NoWayBackShared string
}

// LinesText is what the line-by-line wizard and the lists say, one finished
// sentence each.
type LinesText struct {
	AskDomain, AskClientID, AskSecret, AskSecretOrNone, Odd, LoginHelp              string
	NewHere, NameTwice, GiveSecret, TrustDomain, NoPaste, PasteError                string
	Opened, Paste, NoMore, StandIn, TLSStray, ForeignStray, Stuck                   string
	TLSStrayUnheard, ForeignStrayUnheard                                            string          // where nothing can be pasted
	Strays                                                                          Words[string]   // by flow.Stray.Reason
	Fixes                                                                           Words[flow.Who] // who can do what follows
	EmptyKeeps                                                                      func(given string) string
	About                                                                           func(what string) string // that a failure is about
	Code, Revoked, AwaitKeychain, AwaitAnswer, AwaitTokens, AwaitName, AwaitRevoked string
	AwaitHost, Columns, VerdictColumns, Empty, WhatPage, Link                       string
	WhichDomain, AskCallback, AskScope, EmptyKeepsSecret, StoreFile                 string
	AwaitDatabase                                                                   string
	None, ByHand, Nobody, NothingDone, Passphrase, PassphraseNew                    string
	PassphraseShared, PassphraseNewShared                                           string
	PassphraseAgain, Finishing, OtherFormat                                         string
	Register, Listening, PasteOnly                                                  func(callback string) string
	Missing                                                                         func(flags []string) string
	Host, PlainHTTP                                                                 func(url string) string
	Doubted, GoingOn, NotOpened, IdentityUnknown, NotRevoked, NotSaved              func(why string) string
	Keychain                                                                        func(where string) string
	Lasting                                                                         func(time.Duration) string // in words, as 5 minutes
	Waiting, StillWaiting, MoreTime                                                 func(left string) string   // Lasting
	StillBusy                                                                       func(since string) string  // Lasting
	Shows, Said, InSetup                                                            func(words string) string
	Page                                                                            func(number int, shows string) string
	Granted, GrantedAsked, NotGranted                                               func(scopes string) string
	SignedIn                                                                        func(user string) string
	Org                                                                             func(id, instance string) string
	Next                                                                            func(command string) string
	Then, Remove                                                                    func(name string) string
	Run                                                                             func(command string) string
	Saved                                                                           func(name, where string) string
	Anothers                                                                        func(name, user string) string
	SickOf, IdleOf                                                                  func(n, of int) string
	SickAndIdle                                                                     func(sick, idle, of int) string
	Idle                                                                            func(unused, left time.Duration) string // left: until the limit, which may be over
	Renew                                                                           func(name string) string
	OddSecretOnStdin, NoSecretOnStdin                                               func(why error) error
	Allow, Deny, Yes, AllScopes                                                     Typed
	Choices                                                                         ChoicesText
}

// Typed are the words any of which a person may type for the same: that of their language
// and the English one.
type Typed []string

// Is tells whether line is one of them, whatever its case and the width that an input method
// gives its letters.
func (t Typed) Is(line string) bool { return slices.Contains(t, strings.ToLower(Narrow(line))) }

// Narrow is a word or a number that was typed, without the width of an input method.
func Narrow(line string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, line))
}

// Choice is something to do in a login line by line: what is typed for it, and the sentence
// that says so.
type Choice struct {
	Typed
	Says string
}

// ChoicesText is what can be typed besides answers.
type ChoicesText struct {
	NoApp, WhatFor, Metadata                                                  Choice // when the Consumer Key is asked for
	Help, MoreTime, Open, Error, App, Org                                     Choice // while a login waits
	Retry, Paste, File, Quit                                                  Choice // when it has failed
	SaveAgain, SaveAsNew, ReplaceSaved, LogInAgain, SaveInFile, Show, Discard Choice // about a grant that could not be saved
}

// Trouble is what a failure looks like to a person.
type Trouble struct {
	Title   string // a sentence without its full stop
	Meaning string
	Fix     []string // the first begins with a verb
	Setup   string   // the way through Setup, in its own words

	Sentence string // Title as one
	Short    string // with what to do, beside a field or where lines are all there is
	Long     string // with what it means
	Why      string // as the first line of an error says it
	Hint     string // as its last line does
}

// About is what a failed login or connection had, for what is said of it.
type About struct {
	Callback, Port, Host, Logout, Name string
	OddClientID                        string // what stands in its place, where that is known
}

// NoBrowser is why none was opened.
func (t authoriseText) NoBrowser(err error) string {
	switch {
	case errors.Is(err, flow.ErrNoDisplay):
		return t.NoDisplay
	case errors.Is(err, flow.ErrSSH):
		return t.SSH
	case errors.Is(err, flow.ErrNotAsked):
		return t.NotAsked
	}
	return t.BrowserFailed
}

// StoreName is where secrets are kept. own is the name that the store of that kind has on
// this machine: it goes before all others.
func (t *Text) StoreName(kind, own string) string {
	if kind == keystore.PostgresKind && own != "" { // which says where, and not what it is
		return t.Facts.Stores.Of(kind) + " " + own
	}
	return cmp.Or(own, t.Facts.Stores.Of(kind), kind)
}

// Rotation is what becomes of the refresh token in a renewal.
func (t *Text) Rotation(rotates bool) string {
	if rotates {
		return t.Facts.Rotates
	}
	return t.Facts.Stays
}

// VerdictName is what a verdict is called wherever it is shown.
func (t *Text) VerdictName(v flow.Verdict) string {
	return cmp.Or(t.Home.Verdicts.Of(v), t.Home.Verdicts.Of(flow.Unknown))
}

// Cause is why a connection has its verdict, for where that stands beside.
func (t *Text) Cause(k flow.Kind, r flow.Request) string {
	trouble := t.Explain(k, r)
	if k == flow.KindTokenExpired { // its title is the verdict's name
		return trouble.Meaning
	}
	return trouble.Sentence
}

// FormatName is what a format is called, by its own name where it has no other.
func (t *Text) FormatName(format string) string { return cmp.Or(t.Exports.Names.Of(format), format) }

// Command is the help of the command of that name; "sfauth" is the one without.
func (t *Text) Command(name string) CommandText {
	if i := slices.IndexFunc(t.Commands, func(c CommandText) bool { return c.Name == name }); i >= 0 {
		return t.Commands[i]
	}
	return CommandText{}
}

// CommandText is the help of a command.
type CommandText struct {
	Name                 string
	Short, Long, Example string
	ExitCodes            string        // a sentence: those of its own, or that need something done
	Environment          string        // a sentence: what it reads there
	Flags                Words[string] // what each is for
}

// didText is what commands and screens leave behind: what was done, without a full stop.
type didText struct {
	Connected, Renewed func(name, user, store string) string // user: empty where Salesforce did not say
	Renamed            func(old, new string) string
	Moved              func(name, store string) string
	Removed, Forgotten func(name string) string // and the grant revoked, or left as it is
	NotRevoked         func(name string) string
	Exported           func(name, path string) string
	TableMade          func(where string) string // in a database
	Demo               string
}

// doctorText is how sfauth does without what does not work, and what would be better.
type doctorText struct{ UseFile, KeyFile, Paste string }

// tableText is the headings of what list and check show at a terminal.
type tableText struct{ Name, User, Domain, Store, Authorised, Alive, Verdict, Idle, NotKnown string }

// usageText is what is wrong with a command line, and what else commands say.
type usageText struct {
	EmptyName, NoneSaved, SetUp, OldAndNew, WhichStore, RemoveWhich string
	TooMuch, Unknown, DidYouMean, NeedsScreen, ForToken, Run        func(word string) string
	Which, WhichFormat                                              func(names string) string
	NoValue, NoFlag                                                 func(flag string) string
	NoDuration, NameThenCommand, NotEverythingWorks, OneUseOnly     string
	NoneOf                                                          func(names string) string
	WhichShell                                                      func(names string) string
	NoFault, Faults                                                 string
	NoStore, NoWait, NoAge, NoIdle, NoPrefix                        string
	NoRefreshToken, NoVariables                                     string // of an export
	NoSuchStore                                                     func(given string) string
	LoggingTo                                                       func(path string) string
	PlainDatabase                                                   func(host string) string
	Help                                                            func(command string) string
	ForgottenOnly                                                   func(why string) string
	Interrupted                                                     func(signal string) string // empty: ctrl+c
	NoLanguage                                                      func(given string) string  // in SFAUTH_LANG
}

// TakenText is what is said while a token that another tool holds is taken over. A holder is
// one of Holders.
type TakenText struct {
	Holders            Words[takeover.Tool]
	From, Asking       func(what string) string // a holder; the login host
	Valid              string
	PasteIt            func(end string) string // what ends the paste
	Whose              func(user string) string
	Several            func(names string) string
	AskWhich           string
	Unsure, AskUnsure  string                      // Salesforce does not say whether it is valid
	Beside             func(names []string) string // connections of the same user and app
	Stop               func(holder string) string  // using the token
	Instead            func(command string) string // what prints what it can use
	Exposed, NotNeeded func(path string) string    // the file

	// What is wrong with a command line, and what to do then.
	StdinTwice, NoEntry, WithoutFrom     string
	WhichEntry                           func(names string) string
	SayUnverified, Dead, LogIn, OtherOne string
}
