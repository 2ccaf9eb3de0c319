package tui

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"sfauth/flow"
	"sfauth/keystore"
)

// Login is the wizard as a command: full screen where there is one, else line by
// line, begun with what flags and a saved connection give.
type Login struct {
	In, Out, Err *os.File
	Name         string // authorised again if it is saved, else the new connection's
	NewName      string // of a connection that must be new
	Domain       string
	ClientID     string
	Callback     string
	Scope        string
	Store        string // the kind of vault for the secret; empty: the default
	SecretStdin  bool   // the client secret is the first line of In
	NoBrowser    bool
	Plain        bool
	Saved        bool         // begin with the list of connections, where there are any
	Passphrase   *Passphrase  // nil: the store asks for none
	Request      flow.Request // what all of it makes
}

// UsageError is a command line that cannot be carried out.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }
func (e UsageError) Unwrap() error { return e.Err }

// FullScreen tells whether Run will take the whole screen.
func (l *Login) FullScreen() bool { return !l.Plain && FullScreen(l.In, l.Out, l.SecretStdin) }

// Run logs in. Errors are a UsageError for what was given, those of Run and Plain,
// and those of the keychain.
func (l *Login) Run(ctx context.Context, client *flow.Client) error {
	secretKnown, err := l.prefill(ctx, client)
	if err != nil {
		return err
	}
	if err := l.override(); err != nil {
		return UsageError{Err: err}
	}
	lines := bufio.NewReader(l.In)
	if l.SecretStdin {
		secret, err := lines.ReadString('\n')
		if secret = strings.TrimSpace(secret); secret == "" {
			return UsageError{Err: fmt.Errorf("--client-secret-stdin: no secret on stdin (%w)", cmp.Or(err, io.EOF))}
		}
		l.Request.ClientSecret = keystore.NewSecret(secret)
	}
	if l.FullScreen() {
		o := Options{Client: client, Request: l.Request, Given: Given{ClientSecret: secretKnown || l.SecretStdin}, Passphrase: l.Passphrase, Err: l.Err}
		if l.Saved {
			o.Saved, err = client.Store.List()
		}
		if err != nil {
			return err
		}
		return l.wizard(ctx, o)
	}
	return l.lines(ctx, PlainOptions{Client: client, Request: l.Request, In: lines})
}

// RunDemo is Run on a simulated org, with the Request as it is.
func (l *Login) RunDemo(ctx context.Context, client *flow.Client, demo *Demo) error {
	if l.FullScreen() {
		_, err := Run(ctx, Options{Client: client, Request: l.Request, Demo: demo})
		return err
	}
	o := PlainOptions{Client: client, Request: l.Request, Demo: demo}
	if IsTerminal(l.In) {
		o.In = l.In
	}
	return l.lines(ctx, o)
}

// prefill begins the request with what is saved under the name; secretKnown tells
// whether the client secret is, too.
func (l *Login) prefill(ctx context.Context, client *flow.Client) (secretKnown bool, err error) {
	name := cmp.Or(l.Name, l.NewName)
	l.Request = flow.Request{Callback: flow.DefaultCallback, Scope: flow.DefaultScope, Name: name}
	if name == "" {
		return false, nil
	}
	if err := keystore.ValidName(name); err != nil {
		return false, UsageError{Err: err}
	}
	saved, err := client.Store.Find(name)
	switch {
	case errors.Is(err, keystore.ErrNoConnection):
		return false, nil
	case err == nil && l.NewName != "":
		return false, UsageError{Err: fmt.Errorf("--name %s: %w", name, keystore.ErrNameTaken)}
	case err == nil:
		l.Request, secretKnown, err = client.Again(ctx, saved)
	}
	return secretKnown, err
}

// override puts what flags say into the request, checked as the wizard checks it.
func (l *Login) override() (err error) {
	r := &l.Request
	r.NoBrowser = l.NoBrowser
	r.Callback, r.Scope = cmp.Or(l.Callback, r.Callback), cmp.Or(l.Scope, r.Scope)
	if _, err = flow.ParseCallback(r.Callback); err != nil {
		return fmt.Errorf("--callback: %w", err)
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

// wizard leaves a line behind: nothing remains of a full screen.
func (l *Login) wizard(ctx context.Context, o Options) error {
	out, err := Run(ctx, o)
	if c := out.Connection; c != nil && len(o.Saved) == 0 { // from the list it may be gone again
		fmt.Fprintf(l.Err, english.Plain.next+"\n", c.Name)
	}
	return err
}

func (l *Login) lines(ctx context.Context, o PlainOptions) error {
	var missing []string
	if o.Request.Domain.IsZero() {
		missing = append(missing, "--domain")
	}
	if o.Request.ClientID == "" {
		missing = append(missing, "--client-id")
	}
	if missing != nil {
		return UsageError{Err: fmt.Errorf("nothing can be asked here: missing %s", strings.Join(missing, " and "))}
	}
	o.Out = l.Err
	_, err := Plain(ctx, o)
	return err
}
