package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui"
	"sfauth/tui/login"
	"sfauth/tui/text"
)

// plainOptions is what lineByLine needs: no terminal.
type plainOptions struct {
	Text    *text.Text
	Client  *flow.Client
	Request *flow.Request // what is missing in it is asked for, and put there
	Given   login.Given
	Ask     asker     // nil: there is no terminal to ask on
	In      io.Reader // pasted addresses and answers, a line each; nil: nobody can be asked
	Out     io.Writer // finished sentences
	Demo    *tui.Demo
}

// lineByLine is the wizard line by line, for screen readers, dumb terminals and
// transcripts: the engine of the full screen, what it tells as sentences. Errors
// are those of flow.Client's Authorize and Save, the cause of ctx, and a usageError
// where something is missing that nobody can give.
func lineByLine(ctx context.Context, o plainOptions) (keystore.Connection, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := &plain{plainOptions: o, Teller: login.NewTeller(o.Text, o.Client, o.Request, o.Out), ctx: ctx, giveUp: cancel, ignored: make(chan struct{}, 1)}
	if err := p.prepare(); err != nil {
		return keystore.Connection{}, err
	}
	defer context.AfterFunc(ctx, p.Hurry)()
	saved, err := p.login()
	if err == nil && ctx.Err() == nil && o.Demo == nil { // the demo's connection is gone at its end
		p.Say(p.Words.Lines.Next(saved.Name))
	}
	return saved, cmp.Or(err, context.Cause(ctx))
}

func (p *plain) login() (keystore.Connection, error) {
	p.AwaitVault()
	done := make(chan struct{})
	var answers sync.WaitGroup
	grant, err := p.Client.Authorize(p.ctx, *p.Request, func(e flow.Event) {
		p.tell(e)
		if w, ok := e.(flow.Waiting); ok && w.Refused == nil {
			answers.Go(func() { p.listen(w, done) })
		}
	})
	close(done)
	answers.Wait()
	p.Await("")
	if err != nil && !grant.Secrets.RefreshToken.Empty() {
		return p.rescue(grant, err)
	}
	return grant.Connection, err
}

type plain struct {
	plainOptions
	*login.Teller
	ctx     context.Context
	giveUp  context.CancelCauseFunc
	lines   <-chan string   // nil until read begins; closed when nobody can be asked any more
	ended   <-chan struct{} // closed just before that
	begun   string          // an address of which the rest is to come
	ignored chan struct{}   // something that came in place of the answer
}

func (p *plain) tell(e flow.Event) {
	p.Teller.Tell(e)
	switch e := e.(type) {
	case flow.Waiting:
		if e.Refused != nil {
			p.explain(flow.KindOf(e.Refused))
			return
		}
		p.read()
		p.Say(p.Words.Lines.Waiting(p.Words.Lines.Lasting(time.Until(e.Deadline))))
		p.SayApart(e.URL)
		if p.In != nil {
			p.Say(p.Words.Lines.Paste)
		}
	case flow.Stray:
		if e.TLS || e.Foreign {
			return
		}
		select {
		case p.ignored <- struct{}{}:
		default:
		}
	}
}

// listen takes lines as pasted answers until the login has one, or no other way to
// one.
func (p *plain) listen(w flow.Waiting, done <-chan struct{}) {
	if p.Demo != nil && p.Browser != nil && p.In == nil {
		p.standIn(w, done)
	}
	if p.Demo != nil && p.In != nil {
		p.Say(p.Words.Lines.StandIn)
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
			case p.Callback.PasteOnly && !taken:
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
	case p.Demo != nil && (p.Words.Lines.Allow.Is(line) || p.Words.Lines.Deny.Is(line)):
		if err := p.visit(w.URL, p.Words.Lines.Allow.Is(line)); err != nil && p.ctx.Err() == nil {
			p.explain(flow.Recognise(err.Error()))
		}
	default:
		err := p.paste(w.Wait, line)
		if err != nil {
			kind := meant(line, flow.KindOf(err))
			if kind == flow.KindUnknown { // an error of Salesforce's that sfauth does not know, and not of this login
				kind = flow.KindPasteNoCode
			}
			p.explain(kind)
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
		p.Say(p.Words.Explain(k, *p.Request).Short)
	}
}

// standIn allows access where nobody is there who could. What it does is all that
// happens: where that leads to no answer, none will come.
func (p *plain) standIn(w flow.Waiting, done <-chan struct{}) {
	stuck := &flow.Error{Step: flow.StepAllow, Kind: flow.KindPasteWrongState, Err: errors.New(p.Words.Lines.Stuck)}
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
		p.Say(p.Words.Lines.Shows(keystore.Clean(err.Error(), 300)))
	}
	return err
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
