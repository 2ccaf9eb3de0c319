package tui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
)

// PlainOptions is what Plain needs: no terminal.
type PlainOptions struct {
	Client  *flow.Client
	Request *flow.Request // what is missing in it is asked for, and put there
	Given   Given
	Ask     Ask       // nil: there is no terminal to ask on
	In      io.Reader // pasted addresses and answers, a line each; nil: nobody can be asked
	Out     io.Writer // finished sentences
	Demo    *Demo
}

// Plain is the wizard line by line, for screen readers, dumb terminals and
// transcripts: the engine of the full screen, what it tells as sentences. Errors
// are those of flow.Client's Authorize and Save, the cause of ctx, and a UsageError
// where something is missing that nobody can give.
func Plain(ctx context.Context, o PlainOptions) (keystore.Connection, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := &plain{PlainOptions: o, ctx: ctx, giveUp: cancel, all: &english, text: english.Plain, ignored: make(chan struct{}, 1)}
	if err := p.prepare(); err != nil {
		return keystore.Connection{}, err
	}
	done := make(chan struct{})
	var answers sync.WaitGroup
	grant, err := o.Client.Authorize(ctx, *o.Request, func(e flow.Event) {
		p.tell(e)
		if w, ok := e.(flow.Waiting); ok && w.Refused == nil {
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
	ctx      context.Context
	giveUp   context.CancelCauseFunc
	all      *Text
	text     plainText
	lines    <-chan string   // nil until read begins; closed when nobody can be asked any more
	ended    <-chan struct{} // closed just before that
	callback flow.Listening
	where    string
	browser  error         // why none was opened
	insists  bool          // the browser, on https: said
	begun    string        // an address of which the rest is to come
	ignored  chan struct{} // something that came in place of the answer
	mu       sync.Mutex
}

// say writes a line; what is put into it comes from outside, and is cleaned.
func (p *plain) say(format string, words ...string) {
	clean := make([]any, len(words))
	for i, w := range words {
		clean[i] = keystore.Clean(w, 0)
	}
	p.mu.Lock() // a paste is answered while the login goes on
	defer p.mu.Unlock()
	fmt.Fprintf(p.Out, format+"\n", clean...)
}

func (p *plain) tell(e flow.Event) {
	t := p.text
	switch e := e.(type) {
	case flow.KeychainReady:
		p.where = e.Where
		p.say(t.keychain, e.Where)
	case flow.Listening:
		p.tellCallback(e)
	case flow.Browser:
		p.tellBrowser(e.Err)
	case flow.Waiting:
		if e.Refused != nil {
			p.explain(flow.KindOf(e.Refused))
			return
		}
		p.read()
		p.say(t.waiting, e.Deadline.Local().Format(time.TimeOnly))
		p.say("\n%s\n", e.URL)
		if p.In != nil {
			p.say(t.paste)
		}
	case flow.Stray:
		p.tellStray(e)
	case flow.CodeReceived:
		p.say(t.code)
	case flow.TokensReceived:
		p.tellScopes(e)
	case flow.Named:
		if e.Err == nil {
			p.say(t.signedIn, e.Username)
		} else {
			p.say(t.identityUnknown, Why(e.Err, *p.Request))
		}
	case flow.Saved:
		p.say(t.saved, e.Connection.Name, p.where)
		if p.Demo == nil { // whose connection is gone at the end
			p.say(t.next, e.Connection.Name)
		}
	case flow.Revoked:
		if e.Err == nil {
			p.say(t.revoked)
		} else {
			p.say(t.notRevoked, Why(e.Err, *p.Request))
		}
	}
}

func (p *plain) tellCallback(e flow.Listening) {
	p.callback = e
	if e.PasteOnly {
		p.say(p.text.pasteOnly, e.Callback)
	} else {
		p.say(p.text.listening, e.Callback)
	}
}

// tellBrowser says, over SSH, how a browser on another machine reaches this one.
func (p *plain) tellBrowser(err error) {
	if p.browser = err; err == nil {
		p.say(p.text.opened)
		return
	}
	p.say(p.text.notOpened, p.all.Authorise.noBrowser(err))
	if c, bad := flow.ParseCallback(p.callback.Callback); bad == nil && !p.callback.PasteOnly && errors.Is(err, flow.ErrSSH) {
		p.say("%s", p.all.Authorise.Forward)
		p.say("\n%s\n", p.all.Authorise.ForwardBy(c.Port()))
	}
}

// tellStray says once that the browser insists on https: it tries again and again.
func (p *plain) tellStray(e flow.Stray) {
	switch {
	case e.Foreign:
		p.say(p.text.foreignStray)
	case !e.TLS:
		p.say(p.text.stray, e.Reason)
		select {
		case p.ignored <- struct{}{}:
		default:
		}
	case !p.insists:
		p.insists = true
		p.say(p.text.tlsStray)
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

// listen takes lines as pasted answers until the login has one, or no other way to
// one.
func (p *plain) listen(w flow.Waiting, done <-chan struct{}) {
	if p.Demo != nil && p.browser != nil && p.In == nil {
		p.standIn(w, done)
	}
	if p.Demo != nil && p.In != nil {
		p.say(p.text.standIn)
	}
	taken := false
	for {
		select {
		case <-done:
			return
		case line, ok := <-p.lines:
			switch {
			case ok:
				taken = p.answer(w, strings.TrimSpace(p.together(line))) || taken
			case p.callback.PasteOnly && !taken:
				p.giveUp(p.unheard())
				return
			default:
				return
			}
		}
	}
}

// answer tells whether the line was taken for the answer.
func (p *plain) answer(w flow.Waiting, line string) (taken bool) {
	switch {
	case line == "":
	case p.Demo != nil && (line == p.text.allow || line == p.text.deny):
		if err := p.visit(w.URL, line == p.text.allow); err != nil && p.ctx.Err() == nil {
			p.explain(flow.Recognise(err.Error()))
		}
	default:
		err := p.paste(w.Wait, line)
		if err != nil {
			p.explain(meant(line, flow.KindOf(err)))
		}
		return err == nil
	}
	return false
}

// meant is what the words of a page mean that were pasted in place of an address.
func meant(line string, wrong flow.Kind) flow.Kind {
	if page := flow.Recognise(line); wrong == flow.KindPasteNoCode && page != flow.KindUnknown && !strings.Contains(line, "://") {
		return page
	}
	return wrong
}

func (p *plain) explain(k flow.Kind) {
	if k != flow.KindUnknown {
		p.say("%s", inShort(p.all, *p.Request, k))
	}
}

// standIn allows access where nobody is there who could. What it does is all that
// happens: where that leads to no answer, none will come.
func (p *plain) standIn(w flow.Waiting, done <-chan struct{}) {
	stuck := &flow.Error{Step: flow.StepAllow, Kind: flow.KindPasteWrongState, Err: errors.New(p.text.stuck)}
	if err := p.visit(w.URL, true); err != nil {
		stuck.Kind = flow.Recognise(err.Error())
		p.giveUp(stuck)
		return
	}
	select {
	case <-done:
	case <-p.ignored:
		p.giveUp(stuck)
	}
}

// visit answers in the browser's place, and says what stopped it there.
func (p *plain) visit(url string, allow bool) error {
	err := p.Demo.Visit(p.ctx, url, allow)
	if err != nil && p.ctx.Err() == nil {
		p.say(p.text.shows, keystore.Clean(err.Error(), 300))
	}
	return err
}

// rescue keeps a refresh token that is not saved: it is saved after all or shown,
// as the person says, and given up only when nobody can be asked.
func (p *plain) rescue(g flow.Grant, err error) (keystore.Connection, error) {
	for {
		other := flow.KindOf(err) == flow.KindOtherUser
		p.say(p.text.notSaved, Why(err, *p.Request))
		switch {
		case p.In == nil:
			return g.Connection, err
		case other:
			p.say(p.text.newOrReplace, p.Request.Existing.Name, p.Request.Existing.Username)
		default:
			p.say(p.text.retryOrShow)
		}
		line, ok := p.line()
		switch {
		case p.ctx.Err() != nil:
			return g.Connection, context.Cause(p.ctx)
		case !ok:
			return g.Connection, err
		case line == p.text.show:
			p.say("%s", g.Secrets.RefreshToken.Reveal())
			continue
		case other && line == p.text.replace:
			g.Connection.ID = p.Request.Existing.ID
		case other && line == p.text.asNew, !other && line == p.text.retry:
		default:
			continue
		}
		c, revoked, failure := p.Client.Save(p.ctx, &g)
		if err = failure; err != nil {
			continue
		}
		p.tell(flow.Saved{Connection: c})
		if revoked != nil {
			p.tell(*revoked)
		}
		return c, nil
	}
}

// line waits for the next line; ok is false when none will come.
func (p *plain) line() (line string, ok bool) {
	select {
	case <-p.ctx.Done():
		return "", false
	case line, ok = <-p.lines:
		return strings.TrimSpace(line), ok
	}
}

// read begins to hand out what is typed or piped. Its goroutine outlives a reader
// that never answers: nothing can interrupt a read of a terminal.
func (p *plain) read() {
	if p.lines != nil {
		return
	}
	lines, ended := make(chan string), make(chan struct{})
	p.lines, p.ended = lines, ended
	if p.In == nil {
		close(ended)
		close(lines)
		return
	}
	go func() {
		defer close(lines)
		defer close(ended)
		s := bufio.NewScanner(p.In)
		s.Buffer(nil, 1<<20) // a pasted address may be long
		for s.Scan() {
			select {
			case lines <- s.Text():
			case <-p.ctx.Done():
				return
			}
		}
	}()
}
