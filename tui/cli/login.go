package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui"
	"sfauth/tui/login"
	"sfauth/tui/text"
)

func (a *app) loginCommand() *cobra.Command {
	l := &wizard{Text: a.words}
	var timeout time.Duration
	var cmd *cobra.Command
	cmd = a.command("login [NAME]", a.atMost(1), func(ctx context.Context, args []string) error {
		l.Name = strings.Join(args, "")
		given := cmd.Flags().Changed
		switch words := a.words; {
		case given("from") && l.From == "": // a script's variable that is not set
			return usageError{Err: errors.New(words.Usage.NoValue("--from"))}
		case given("entry") && !given("from"):
			return usageError{Err: fmt.Errorf("--entry: %s", words.Taken.WithoutFrom)}
		case given("unverified") && !given("from"):
			return usageError{Err: fmt.Errorf("--unverified: %s", words.Taken.WithoutFrom)}
		}
		return a.login(ctx, l, timeout)
	})
	flags := cmd.Flags() // none for the secret: arguments can be read by every process of the machine
	flags.StringVar(&l.From, "from", "", "")
	flags.StringVar(&l.Entry, "entry", "", "")
	flags.BoolVar(&l.Unverified, "unverified", false, "")
	flags.StringVar(&l.Domain, "domain", "", "")
	flags.BoolVar(&l.TrustDomain, "trust-domain", false, "")
	flags.StringVar(&l.ClientID, "client-id", "", "")
	flags.BoolVar(&l.SecretStdin, "client-secret-stdin", false, "")
	flags.StringVar(&l.Callback, "callback", "", "")
	flags.StringVar(&l.Scope, "scope", "", "")
	flags.StringVar(&l.Prompt, "prompt", "", "")
	flags.StringVar(&l.LoginHint, "login-hint", "", "")
	flags.StringVar(&l.NewName, "name", "", "")
	flags.StringVar(&l.Store, "store", "", "")
	flags.BoolVar(&l.NoBrowser, "no-browser", false, "")
	flags.BoolVar(&l.Plain, "plain", false, "")
	flags.VarP(a.duration(&timeout, waitForAccess), "timeout", "", "")
	completeStore(cmd)
	cobra.CheckErr(cmd.MarkFlagFilename("from"))
	return cmd
}

func (a *app) login(ctx context.Context, l *wizard, timeout time.Duration) error {
	if timeout <= 0 {
		return usageError{Err: fmt.Errorf("--timeout %s: %s", timeout, a.words.Usage.NoWait)}
	}
	l.In, l.Out, l.Err, l.Passphrase = a.in, a.out, a.err, tui.NewPassphrase(a.askPassphrase)
	if l.console = newConsole(a.words, a.in, a.err); !l.takesScreen() {
		a.console = l.console
	}
	client, err := a.client(l)
	if err != nil {
		return err
	}
	client.Timeout = timeout
	defer func() { a.request = l.Request }()
	err = l.run(ctx, client)
	if say := l.afterwards.Load(); say != nil {
		(*say)()
	}
	return err
}

// wizard is the wizard as a command: full screen where there is one, else line by
// line, begun with what flags and a saved connection give.
type wizard struct {
	In, Out, Err *os.File
	Text         *text.Text
	Name         string // authorised again if it is saved, else the new connection's
	NewName      string // of a connection that must be new
	From         string // the file in which another tool keeps its grant, or stdin; empty: the browser brings one
	Entry        string // which of several there
	Unverified   bool   // it is saved though Salesforce does not say whether it is valid
	Domain       string
	TrustDomain  bool // it is meant, whosever host it is
	ClientID     string
	Callback     string
	Scope        string
	Prompt       string
	LoginHint    string
	Store        string // the kind of vault for the secret; empty: the default
	SecretStdin  bool   // the client secret is the first line of In
	NoBrowser    bool
	Plain        bool
	Saved        bool                   // begin with the list of connections, where there are any
	Open         string                 // the saved connection that is shown first; empty: none
	console      *console               // reads In
	afterwards   atomic.Pointer[func()] // what is to be said when the screen has gone; nil: nothing
	Passphrase   *tui.Passphrase        // nil: the store asks for none
	Request      flow.Request           // what all of it makes
}

// usageError is a command line that cannot be carried out.
type usageError struct{ Err error }

func (e usageError) Error() string { return e.Err.Error() }
func (e usageError) Unwrap() error { return e.Err }

// OwnWords says that Error has the words for a person.
func (e usageError) OwnWords() {}

// takesScreen tells whether run will take the whole screen. ACCESSIBLE is how people ask all
// programs for lines; 0 there says no to those that have it read as a number.
func (l *wizard) takesScreen() bool {
	accessible := os.Getenv("ACCESSIBLE")
	return l.From == "" && !l.Plain && (accessible == "" || accessible == "0") && canFillScreen(l.In, l.Out, l.SecretStdin)
}

// run logs in. Errors are a usageError for what was given, those of tui.Run and lineByLine,
// and those of the keychain.
func (l *wizard) run(ctx context.Context, client *flow.Client) error {
	if l.console == nil {
		l.console = newConsole(l.Text, l.In, l.Err)
	}
	if l.From != "" {
		return l.takeOver(ctx, client)
	}
	secretKnown, err := l.prefill(ctx, client)
	if err != nil {
		return err
	}
	app := l.Request.ClientID
	if err := l.override(); err != nil {
		return usageError{Err: err}
	}
	if l.Request.ClientID != app { // the secret that is saved belongs to the other app
		l.Request.ClientSecret, secretKnown = keystore.Secret{}, false
	}
	fullScreen := l.takesScreen()
	if !fullScreen && !l.console.attended() && (l.Request.Domain.IsZero() || l.Request.ClientID == "") {
		return lacking(l.Text, l.Request) // a script that lacks a flag is told so before its stdin is read
	}
	if l.SecretStdin {
		if l.Request.ClientSecret, err = l.secret(ctx); err != nil {
			return err
		}
	}
	given := login.Given{ClientSecret: secretKnown || l.SecretStdin, Domain: l.TrustDomain}
	var saved []keystore.Connection
	if l.Saved {
		if saved, err = client.Store.SettledSoon(ctx); err != nil && len(saved) == 0 {
			return err
		}
	}
	if fullScreen {
		return tui.Run(ctx, tui.Options{Text: l.Text, Client: client, Request: l.Request, Given: given, Saved: saved, Unread: err, Open: l.Open, Passphrase: l.Passphrase, Err: l.Err})
	}
	o := plainOptions{Text: l.Text, Client: client, Request: &l.Request, Given: given, In: l.console, Out: l.Err}
	if len(saved) > 0 { // the list of them needs a full screen
		fmt.Fprintln(l.Err, l.Text.Lines.NewHere)
	}
	_, err = lineByLine(ctx, o)
	return err
}

// secret is the first line of In, which is asked for where somebody is there.
func (l *wizard) secret(ctx context.Context) (keystore.Secret, error) {
	t := l.Text.Lines
	typed, err := "", error(nil)
	if l.console.attended() {
		typed, err = l.console.ask(ctx, t.AskSecret, true)
	} else {
		typed, err = l.console.next(ctx)
	}
	if ctx.Err() != nil {
		return keystore.Secret{}, context.Cause(ctx)
	}
	text, odd := keystore.Typed([]byte(typed))
	switch text, _ = flow.CheckClientSecret(unquoted(text)); {
	case odd != nil:
		return keystore.Secret{}, usageError{Err: t.OddSecretOnStdin(odd)}
	case text == "":
		return keystore.Secret{}, usageError{Err: t.NoSecretOnStdin(cmp.Or(err, io.EOF))}
	}
	return keystore.NewSecret(text), nil
}

// unquoted is a text without the pair of quotes that came along with it.
func unquoted(text string) string {
	for _, pair := range []string{`""`, "''", "“”", "‘’", "「」"} {
		open, shut := string([]rune(pair)[0]), string([]rune(pair)[1])
		if len(text) > len(pair) && strings.HasPrefix(text, open) && strings.HasSuffix(text, shut) {
			return text[len(open) : len(text)-len(shut)]
		}
	}
	return text
}

// prefill begins the request with what is saved under the name; secretKnown tells
// whether the client secret is, too.
func (l *wizard) prefill(ctx context.Context, client *flow.Client) (secretKnown bool, err error) {
	if l.Name != "" && l.NewName != "" {
		return false, usageError{Err: errors.New(l.Text.Lines.NameTwice)}
	}
	name := cmp.Or(l.Name, l.NewName)
	l.Request = flow.Request{RedirectURI: flow.DefaultRedirectURI, Scope: flow.DefaultScope, Name: name}
	if name == "" {
		return false, nil
	}
	if err := keystore.ValidName(name); err != nil {
		return false, usageError{Err: err}
	}
	found, err := client.Store.Named(ctx, name)
	switch {
	case errors.Is(err, keystore.ErrNoConnection):
		return false, nil
	case errors.Is(err, keystore.ErrDatabase) && !client.Store.Shares(): // the database of other programs, which PGHOST names
		return false, nil
	case err == nil && l.NewName != "":
		return false, usageError{Err: fmt.Errorf("--name %s: %w", name, keystore.ErrNameTaken)}
	case err == nil:
		l.Request, secretKnown, err = client.Again(ctx, found[0])
	}
	return secretKnown, err
}

// override puts what flags say into the request, checked as the wizard checks it.
func (l *wizard) override() (err error) {
	r := &l.Request
	r.NoBrowser = l.NoBrowser
	r.RedirectURI, r.Scope = cmp.Or(l.Callback, r.RedirectURI), cmp.Or(l.Scope, r.Scope)
	r.Prompt, r.LoginHint = cmp.Or(l.Prompt, r.Prompt), cmp.Or(l.LoginHint, r.LoginHint)
	if _, err = flow.ParseRedirectURI(r.RedirectURI); err != nil {
		return fmt.Errorf("--callback: %w", err)
	}
	if r.Scope, err = parseScope(r.Scope); err != nil {
		return fmt.Errorf("--scope: %w", err)
	}
	if l.Domain != "" {
		if r.Domain, err = flow.ParseDomain(l.Domain); err != nil {
			return fmt.Errorf("--domain: %w", err)
		}
	}
	if l.ClientID != "" {
		if r.ClientID, _, err = flow.CheckClientID(l.ClientID); err != nil {
			return fmt.Errorf("--client-id: %w", err)
		}
	}
	return nil
}

// parseScope knows a word for every scope that the app has, which Salesforce grants where none
// is asked for, and one for each purpose.
func parseScope(typed string) (string, error) {
	for _, p := range flow.Purposes {
		if strings.EqualFold(text.Narrow(typed), p.Key) {
			return p.Scopes, nil
		}
	}
	if text.English.Lines.AllScopes.Is(typed) || text.Japanese.Lines.AllScopes.Is(typed) {
		return "", nil
	}
	return flow.ParseScope(typed)
}
