package tui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"sfauth/flow"
	"sfauth/keystore"
)

// PlainOptions is what Plain needs: no terminal.
type PlainOptions struct {
	Client  *flow.Client
	Request flow.Request
	In      io.Reader // pasted addresses and answers, a line each; nil: nobody can be asked
	Out     io.Writer // finished sentences
	Demo    *Demo
}

// Plain is the wizard line by line, for screen readers, dumb terminals and
// transcripts: the engine of the full screen, what it tells as sentences.
func Plain(ctx context.Context, o PlainOptions) (keystore.Connection, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := &plain{PlainOptions: o, ctx: ctx, text: plainEN, lines: readLines(ctx, o.In)}
	done := make(chan struct{})
	var answers sync.WaitGroup
	grant, err := o.Client.Authorize(ctx, o.Request, func(e flow.Event) {
		p.tell(e)
		if w, ok := e.(flow.Waiting); ok {
			answers.Go(func() { p.listen(w, done) })
		}
	})
	close(done)
	answers.Wait()
	if err != nil && !grant.Secrets.RefreshToken.Empty() {
		return p.rescue(grant, err)
	}
	return grant.Connection, err
}

type plain struct {
	PlainOptions
	ctx     context.Context
	text    plainText
	lines   <-chan string // closed when nobody can be asked any more
	where   string
	browser error
	mu      sync.Mutex // two goroutines talk
}

func (p *plain) say(format string, a ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.Out, format+"\n", a...)
}

func (p *plain) tell(e flow.Event) {
	t := p.text
	switch e := e.(type) {
	case flow.KeychainReady:
		p.where = e.Where
		p.say(t.keychain, e.Where)
	case flow.Listening:
		if e.PasteOnly {
			p.say(t.pasteOnly, e.Callback)
		} else {
			p.say(t.listening, e.Callback)
		}
	case flow.Browser:
		p.browser = e.Err
		if e.Err == nil {
			p.say(t.opened)
		} else {
			p.say(t.notOpened, keystore.Clean(e.Err.Error(), 200))
		}
	case flow.Waiting:
		p.say(t.waiting, e.Deadline.Format(time.TimeOnly))
		p.say("\n%s\n", e.URL)
		if p.In != nil {
			p.say(t.paste)
		}
	case flow.Stray:
		if e.TLS {
			p.say(t.tlsStray)
		} else {
			p.say(t.stray, e.Reason)
		}
	case flow.CodeReceived:
		p.say(t.code)
	case flow.TokensReceived:
		p.tellScopes(e)
	case flow.Identified:
		if e.Err == nil {
			p.say(t.signedIn, e.Username, e.OrgID)
		} else {
			p.say(t.identityUnknown, e.Err)
		}
	case flow.Saved:
		p.say(t.saved, e.Connection.Name, p.where)
		p.say(t.next, e.Connection.Name)
	}
}

func (p *plain) tellScopes(e flow.TokensReceived) {
	missing := missingScopes(e.Asked, e.Granted)
	format := p.text.granted
	if len(e.Asked) > 0 && len(missing) == 0 {
		format = p.text.grantedAsked
	}
	p.say(format, strings.Join(e.Granted, ", "))
	if len(missing) > 0 {
		p.say(p.text.notGranted, strings.Join(missing, ", "))
	}
}

// listen takes lines as pasted answers until the login has one.
func (p *plain) listen(w flow.Waiting, done <-chan struct{}) {
	if p.Demo != nil && p.browser != nil && p.In == nil {
		p.visit(w.URL, true)
	}
	if p.Demo != nil && p.In != nil {
		p.say(p.text.standIn)
	}
	for {
		select {
		case <-done:
			return
		case line, ok := <-p.lines:
			if !ok {
				return
			}
			p.answer(w, strings.TrimSpace(line))
		}
	}
}

func (p *plain) answer(w flow.Waiting, line string) {
	switch {
	case line == "":
	case p.Demo != nil && (line == p.text.allow || line == p.text.deny):
		p.visit(w.URL, line == p.text.allow)
	default:
		if err := w.Wait.Paste(line); err != nil {
			p.say("%s", Sentence(err, p.Request))
		}
	}
}

func (p *plain) visit(url string, allow bool) {
	if err := p.Demo.Visit(p.ctx, url, allow); err != nil && p.ctx.Err() == nil {
		p.say("%s", Sentence(err, p.Request))
	}
}

// rescue keeps a refresh token that could not be saved: it is saved again or
// shown, as the person says, and given up only when nobody can be asked.
func (p *plain) rescue(g flow.Grant, err error) (keystore.Connection, error) {
	for {
		p.say(p.text.notSaved, keystore.Clean(err.Error(), 200))
		if p.In == nil {
			return g.Connection, err
		}
		p.say(p.text.retryOrShow)
		select {
		case <-p.ctx.Done():
			return g.Connection, context.Cause(p.ctx)
		case line, ok := <-p.lines:
			switch line = strings.TrimSpace(line); {
			case !ok:
				return g.Connection, err
			case line == p.text.show:
				p.say("%s", g.Secrets.RefreshToken.Reveal())
			case line == p.text.retry:
				var c keystore.Connection
				if c, err = p.Client.Save(p.ctx, g); err == nil {
					p.tell(flow.Saved{Connection: c})
					return c, nil
				}
			}
		}
	}
}

// readLines hands out what is typed or piped. Its goroutine outlives a reader
// that never answers: nothing can interrupt a read of a terminal.
func readLines(ctx context.Context, r io.Reader) <-chan string {
	lines := make(chan string)
	if r == nil {
		close(lines)
		return lines
	}
	go func() {
		defer close(lines)
		s := bufio.NewScanner(r)
		s.Buffer(nil, 1<<20) // a pasted address may be long
		for s.Scan() {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// Sentence is what a failure means, in words for a person.
func Sentence(err error, r flow.Request) string {
	return explained(err, r).Meaning
}

func explained(err error, r flow.Request) Trouble {
	return (&wizard{text: &english, request: r}).explain(flow.KindOf(err))
}

// missingScopes are those asked for and not granted; offline_access is another name
// for refresh_token (SALESFORCE.md §1.1).
func missingScopes(asked, granted []string) (missing []string) {
	for _, s := range asked {
		if !slices.Contains(granted, s) && !(s == "offline_access" && slices.Contains(granted, "refresh_token")) {
			missing = append(missing, s)
		}
	}
	return missing
}

// Why is an error as its first line says it: what Salesforce said, or what is known
// of the failure and of its cause, in lower case and without a full stop.
func Why(err error, r flow.Request) string {
	failure, ok := errors.AsType[*flow.Error](err)
	if !ok || failure.Code != "" || failure.Description != "" || failure.Kind == flow.KindUnknown {
		return keystore.Clean(err.Error(), 500)
	}
	why := fragment(explained(err, r).Title)
	if own := flow.KindOf(failure.Err) == failure.Kind; !own && (failure.Err != nil || failure.Status != 0) {
		why += ": " + failure.Error()
	}
	return keystore.Clean(strings.Replace(err.Error(), failure.Error(), why, 1), 500)
}

// Hint is what to do about an error, as its last line says it; empty when there is
// nothing sensible to say.
func Hint(err error, r flow.Request) string {
	if _, ok := errors.AsType[*flow.Error](err); !ok && flow.KindOf(err) == flow.KindUnknown {
		return ""
	}
	return fragment(explained(err, r).Fix[0])
}

// fragment is a sentence without its capital and its full stop.
func fragment(sentence string) string {
	first, size := utf8.DecodeRuneInString(sentence)
	return string(unicode.ToLower(first)) + strings.TrimSuffix(sentence[size:], ".")
}
