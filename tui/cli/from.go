package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"sfauth/flow"
	"sfauth/flow/takeover"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

// stdin is what people write for it in place of a file.
const stdin = "-"

// takeOver saves the grant that another tool holds, without using its refresh token. Errors
// are a usageError for what was given, those of takeover.Read, of flow.Client's Inspect and
// Save, and the cause of ctx.
func (l *wizard) takeOver(ctx context.Context, client *flow.Client) error {
	if l.From == stdin && l.SecretStdin {
		return usageError{Err: errors.New(l.Text.Taken.StdinTwice)}
	}
	data, err := l.contents(ctx)
	if err != nil {
		return err
	}
	defer l.askElsewhere()()
	held, err := takeover.Read(data)
	if err != nil {
		return fmt.Errorf("--from %s: %w", l.From, err)
	}
	h, err := l.entry(ctx, held)
	if err != nil {
		return err
	}
	given, err := l.fill(ctx, client, h)
	if err != nil {
		return err
	}
	o := plainOptions{Text: l.Text, Client: client, Request: &l.Request, Given: given, In: l.console, Out: l.Err, Held: &h}
	return newPlain(ctx, o).takeOver(l.From, l.Unverified)
}

// contents is what the file of --from has in it. A person may paste it, unseen.
func (l *wizard) contents(ctx context.Context) ([]byte, error) {
	if l.From == stdin && l.console.attended() {
		end := "ctrl+d"
		if runtime.GOOS == "windows" {
			end = "ctrl+z, enter"
		}
		shown := l.console.hidePaste()
		defer func() { shown() }()
		defer l.console.whenBack(func() { shown(); shown = l.console.hidePaste() })()
		fmt.Fprintln(l.Err, l.Text.Taken.PasteIt(end))
	}
	type contents struct {
		data []byte
		err  error
	}
	read := make(chan contents, 1)
	go func() { // nothing can interrupt the opening of a pipe, nor a read of one or of a terminal
		data, err := l.readFrom()
		read <- contents{data, err}
	}()
	select {
	case c := <-read:
		if c.err != nil {
			return nil, usageError{Err: l.unread(c.err)}
		}
		return c.data, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// readFrom reads the file of --from, and of one that is too long as much as shows that.
func (l *wizard) readFrom() ([]byte, error) {
	in := l.In
	switch {
	case l.From == stdin && l.console.attended():
		return l.console.all(takeover.Longest + 1)
	case l.From != stdin:
		file, err := os.Open(l.From)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	return io.ReadAll(io.LimitReader(in, takeover.Longest+1))
}

// unread is an error of the file, which it names once, unless a person gave the grant itself
// in its place.
func (l *wizard) unread(err error) error {
	if failed, ok := errors.AsType[*os.PathError](err); ok {
		err = failed.Err
	}
	if _, none := takeover.Read([]byte(l.From)); none == nil {
		return fmt.Errorf("--from: %w", err)
	}
	return fmt.Errorf("--from %s: %w", l.From, err)
}

// askElsewhere has questions asked on the controlling terminal, where there is one and stdin
// was the file.
func (l *wizard) askElsewhere() (end func()) {
	if l.From != stdin || l.console.attended() {
		return func() {}
	}
	in, out, release, err := window.OpenTTY()
	if err != nil {
		return func() {}
	}
	l.console = newConsole(l.Text, in, out)
	return release
}

// entry is the one grant of the file that is meant.
func (l *wizard) entry(ctx context.Context, held []takeover.Holding) (takeover.Holding, error) {
	t := l.Text.Taken
	var names []string
	for _, h := range held {
		names = append(names, h.Name)
	}
	list := strings.Join(names, ", ")
	called := func(name string) int {
		return slices.IndexFunc(names, func(n string) bool { return n != "" && strings.EqualFold(n, name) })
	}
	switch i := called(l.Entry); {
	case i >= 0:
		return held[i], nil
	case l.Entry != "":
		err := fmt.Errorf("--entry %s: %s", l.Entry, t.NoEntry)
		if len(held) == 1 {
			return takeover.Holding{}, usageError{Err: err}
		}
		return takeover.Holding{}, usageError{Err: hinted{err, t.WhichEntry(list)}}
	case len(held) == 1:
		return held[0], nil
	case !l.console.attended():
		return takeover.Holding{}, usageError{Err: fmt.Errorf("--from %s: %s", l.From, t.WhichEntry(list))}
	}
	for {
		fmt.Fprintln(l.Err, t.Several(list))
		typed, err := l.console.ask(ctx, t.AskWhich, false)
		if err != nil {
			return takeover.Holding{}, cmp.Or(context.Cause(ctx), err)
		}
		if i := called(typed); i >= 0 {
			return held[i], nil
		}
	}
}

// fill puts together what a saved connection, the file and flags say of the host and the app;
// a later one goes before an earlier one.
func (l *wizard) fill(ctx context.Context, client *flow.Client, h takeover.Holding) (login.Given, error) {
	known, err := l.prefill(ctx, client)
	if err != nil {
		return login.Given{}, err
	}
	r := &l.Request
	app := r.ClientID
	if domain, err := flow.ParseDomain(h.LoginURL); err == nil {
		r.Domain = domain
	}
	its, _, _ := flow.CheckClientID(h.ClientID)
	r.ClientID = cmp.Or(its, app)
	if _, err := flow.ParseRedirectURI(h.RedirectURI); err == nil {
		r.RedirectURI = h.RedirectURI
	}
	if err := l.override(); err != nil {
		return login.Given{}, usageError{Err: err}
	}
	switch says := !h.ClientSecret.Empty() || h.Public; {
	case says && (its == "" || its == r.ClientID):
		r.ClientSecret, known = h.ClientSecret, true
	case r.ClientID != app: // a secret belongs to its app
		r.ClientSecret, known = keystore.Secret{}, false
	}
	if !l.console.attended() && (r.Domain.IsZero() || r.ClientID == "") {
		return login.Given{}, lacking(l.Text, *r)
	}
	if l.SecretStdin {
		if r.ClientSecret, err = l.secret(ctx); err != nil {
			return login.Given{}, err
		}
	}
	return login.Given{ClientSecret: known || l.SecretStdin, Domain: l.TrustDomain}, nil
}

// takeOver asks for what is missing, then asks Salesforce, and saves.
func (p *plain) takeOver(file string, unverified bool) error {
	t, holder := p.Words.Taken, p.Words.Taken.Holders.Of(p.Held.Tool)
	p.Say(t.From(holder))
	if err := p.settle(); err != nil {
		return err
	}
	g, err := p.inspect(unverified)
	if err != nil {
		return err
	}
	saved, err := p.save(&g)
	if err != nil { // a write that lands late must not make a connection beside the one that another attempt makes
		_ = p.Client.Store.Abandon(context.WithoutCancel(p.ctx), g.Connection)
		return err
	}
	if all, _ := p.Client.Store.List(); saved.UserID != "" {
		var beside []string
		for _, other := range all {
			if login.Siblings(saved, other) {
				beside = append(beside, other.Name)
			}
		}
		if len(beside) > 0 {
			p.Say(t.Beside(beside))
		}
	}
	p.Say(t.Stop(holder))
	if format, ok := asking[p.Held.Tool]; ok {
		p.Say(t.Instead("sfauth export " + saved.Name + " --format " + format))
	}
	if info, err := os.Stat(file); file != stdin && err == nil && info.Mode().IsRegular() {
		if runtime.GOOS != "windows" && info.Mode().Perm()&0o044 != 0 {
			p.Say(t.Exposed(file))
		}
		p.Say(t.NotNeeded(file))
	}
	p.Say(p.Words.Lines.Next(login.TokenCommand(saved)))
	return context.Cause(p.ctx)
}

// asking are the formats by which a tool goes on without a token of its own.
var asking = map[takeover.Tool]string{takeover.SalesforceCLI: "sf", takeover.JSForce: "jsforce", takeover.Curl: "curl"}

// inspect asks Salesforce about the token until there is an answer to the app's own
// credentials, which a person may mend.
func (p *plain) inspect(unverified bool) (flow.Grant, error) {
	t := p.Words.Taken
	for {
		p.AwaitVault()
		g, err := p.Client.Inspect(p.ctx, *p.Request, *p.Held, func(e flow.Event) {
			if _, valid := e.(flow.TokensReceived); valid {
				p.Say(t.Valid)
			}
			p.Tell(e)
		})
		p.Await("")
		switch kind := flow.KindOf(err); {
		case p.ctx.Err() != nil:
			return g, context.Cause(p.ctx)
		case err == nil:
			if g.Connection.Username != "" {
				p.Say(t.Whose(g.Connection.Username))
			}
			return g, nil
		case kind == flow.KindCheckRefused:
			return g, p.agreeUnverified(err, unverified)
		case kind == flow.KindHeldAlready:
			p.Request.Name, p.Request.Existing = g.Connection.Name, nil
			return g, err
		case kind == flow.KindTokenExpired:
			return g, dead{hinted{err, t.LogIn}}
		case kind == flow.KindOtherUser:
			return g, hinted{err, t.OtherOne}
		case kind.Verdict() != flow.ClientWrong || !p.In.attended():
			return g, err
		default:
			said, where := login.Quote(err)
			p.explain(kind, said, where)
			if err := p.editCredentials(); err != nil {
				return g, err
			}
		}
	}
}

// dead is the error of a token that is none of a connection's.
type dead struct{ hinted }

// Words say what it is.
func (dead) Words(t *text.Text) string { return t.Taken.Dead }

// agreeUnverified lets a person, or a script by its flag, save a token of which Salesforce
// says nothing.
func (p *plain) agreeUnverified(refused error, unverified bool) error {
	t, why := p.Words.Taken, errors.Unwrap(refused)
	if !unverified && !p.In.attended() { // the error says it all
		hint := t.SayUnverified
		if flow.KindOf(why) == flow.KindClientCredentials && !p.Given.ClientSecret {
			hint = p.Words.Lines.GiveSecret
		}
		return usageError{Err: hinted{refused, hint}}
	}
	if said, _ := login.Quote(why); said != "" {
		p.Say(p.Words.Lines.Said(said))
	}
	p.Say(t.Unsure)
	if unverified {
		return nil
	}
	answer, err := p.In.ask(p.ctx, t.AskUnsure, false)
	switch {
	case p.ctx.Err() != nil:
		return context.Cause(p.ctx)
	case err != nil || !p.Words.Lines.Yes.Is(answer):
		return errors.New(p.Words.Lines.NothingDone)
	}
	return nil
}
