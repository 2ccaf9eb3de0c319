package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"sfauth/flow"
	"sfauth/flow/takeover"
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
	In      *console  // nil: nobody can be asked, and nothing be pasted
	Out     io.Writer // finished sentences
	Demo    *tui.Demo
	Held    *takeover.Holding // what another tool holds; nil: a person allows access in a browser
}

// lineByLine is the wizard line by line, for screen readers, dumb terminals and
// transcripts: the engine of the full screen, what it tells as sentences. Errors
// are those of flow.Client's Authorize and Save, the cause of ctx, and a usageError
// where something is missing that nobody can give.
func lineByLine(ctx context.Context, o plainOptions) (keystore.Connection, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := newPlain(ctx, o)
	defer context.AfterFunc(ctx, p.Hurry)()
	err := p.prepare()
	for err == nil {
		saved, failure := p.login()
		if failure == nil {
			p.conclude(saved)
			return saved, context.Cause(ctx)
		}
		goOn := p.decide(failure)
		if goOn == nil {
			return saved, cmp.Or(failure, context.Cause(ctx))
		}
		err = goOn()
	}
	return keystore.Connection{}, cmp.Or(err, context.Cause(ctx))
}

func newPlain(ctx context.Context, o plainOptions) *plain {
	return &plain{plainOptions: o, Teller: login.NewTeller(o.Text, o.Client, o.Request, o.Out), ctx: ctx, ignored: make(chan struct{}, 1)}
}

// conclude says what to do with what is saved.
func (p *plain) conclude(saved keystore.Connection) {
	if p.ctx.Err() != nil || p.Demo != nil { // the demo's connection is gone at its end
		return
	}
	if p.Request.Existing == nil && login.IsSixth(p.Client, saved) {
		p.Say(p.Words.Done.SixthApproval)
	}
	p.Say(p.Words.Lines.Next(login.TokenCommand(saved)))
	if p.In.attended() {
		p.Say(p.Words.Lines.Then(saved.Name))
	}
}

// login is one way from the request to a connection, or to a failure.
func (p *plain) login() (keystore.Connection, error) {
	ctx, cancel := context.WithCancelCause(p.ctx)
	defer cancel(nil)
	p.leave, p.stopWaiting = cancel, func() {}
	p.AwaitVault()
	grant, err := p.Client.Authorize(ctx, *p.Request, func(e flow.Event) { p.tell(ctx, e) })
	p.stopWaiting()
	p.waiting.Wait()
	p.Await("")
	if err != nil && !grant.Secrets.RefreshToken.Empty() {
		return p.rescue(grant, err)
	}
	if grant.LacksJWT() {
		p.Say(p.Words.Done.LacksJWT)
	}
	return grant.Connection, err
}

type plain struct {
	plainOptions
	*login.Teller
	ctx     context.Context
	ignored chan struct{} // something that came in place of the answer
	begun   string        // an address of which the rest is to come

	// Of the login under way.
	leave       context.CancelCauseFunc
	over        bool         // what became of it was decided
	instead     func() error // what the person wants in its place, where they leave it with errInstead
	waiting     sync.WaitGroup
	stopWaiting func()

	mu       sync.Mutex
	deadline time.Time
}

// errInstead is the cause where a person wants something else than the login under way.
var errInstead = errors.New("something else")

func (p *plain) tell(ctx context.Context, e flow.Event) {
	p.Teller.Tell(e)
	stray, isStray := e.(flow.Stray)
	if !isStray {
		p.stopWaiting()
	}
	switch w, waits := e.(flow.Waiting); {
	case waits:
		p.await(ctx, w)
	case isStray && !stray.TLS && !stray.Foreign:
		select {
		case p.ignored <- struct{}{}:
		default:
		}
	}
}

// await lets the person answer, and says now and then that they are waited for, until the
// next event.
func (p *plain) await(ctx context.Context, w flow.Waiting) {
	p.extend(w.Deadline)
	p.Deaf = p.In.ended()
	if w.Refused != nil {
		p.sayShort(flow.KindOf(w.Refused))
	} else {
		p.Say(p.Words.Lines.Waiting(p.left()))
		p.SayApart(w.URL)
		switch {
		case p.Deaf:
		case p.Demo != nil:
			p.Say(p.Words.Lines.Paste)
			p.Say(p.Words.Lines.StandIn)
		default:
			p.Say(p.Words.Lines.Paste)
			p.Say(p.Words.Lines.Choices.Help.Says)
		}
	}
	ctx, p.stopWaiting = context.WithCancel(ctx)
	canPaste := !p.Deaf
	p.waiting.Go(func() { p.remind(ctx) })
	p.waiting.Go(func() { p.listen(ctx, w, canPaste) })
}

func (p *plain) extend(deadline time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deadline = deadline
}

func (p *plain) remaining() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.deadline)
}

// left is what remains of the time, in words.
func (p *plain) left() string {
	left := p.remaining().Round(time.Second)
	if left > 2*time.Minute {
		left = left.Truncate(time.Minute)
	}
	return p.Words.Lines.Lasting(left)
}

// remind says every minute how long the person has, of a long time more rarely, and how much
// was ignored meanwhile.
func (p *plain) remind(ctx context.Context) {
	ignored := int64(1) // that was told
	for {
		left := p.remaining()
		pause := max(time.Minute, left/5)
		if left > 2*time.Minute { // the last minute is said
			pause = min(pause, left-time.Minute)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if p.remaining() < time.Second { // the end of the wait has its own words
			continue
		}
		p.Say(p.Words.Lines.StillWaiting(p.left()))
		if n := p.Ignored.Load(); n > ignored {
			p.Say(p.Words.Authorise.Ignored(int(n)))
			ignored = n
		}
	}
}

// listen takes what is typed, until the login has its answer, or no other way to one.
func (p *plain) listen(ctx context.Context, w flow.Waiting, canPaste bool) {
	if p.Demo != nil && p.Browser != nil && p.In == nil {
		p.standIn(ctx, w)
		return
	}
	taken := false
	for p.In != nil {
		line, err := p.In.pasted(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			taken = p.answer(ctx, w, strings.TrimSpace(line)) || taken
			continue
		case p.Callback.PasteOnly && !taken:
			p.leave(p.unheard())
		case canPaste && !taken:
			p.Say(p.Words.Lines.NoMore)
		}
		return
	}
}

// answer tells whether the line was taken for the answer.
func (p *plain) answer(ctx context.Context, w flow.Waiting, line string) (taken bool) {
	t := p.Words.Lines
	allow := t.Allow.Is(line)
	switch {
	case line == "":
	case p.Demo != nil && (allow || t.Deny.Is(line)):
		if err := p.visit(ctx, w.URL, allow); err != nil && ctx.Err() == nil {
			p.refuse("", flow.Recognise(err.Error()))
		}
	case p.wish(ctx, w, line):
	default:
		err := p.paste(w.Wait, line)
		if err == nil {
			return true
		}
		p.refuse(line, flow.KindOf(err))
	}
	return false
}

// standIn allows access where nobody is there who could. What it does is all that
// happens: where that leads to no answer, none will come.
func (p *plain) standIn(ctx context.Context, w flow.Waiting) {
	stuck := &flow.Error{Step: flow.StepAllow, Kind: flow.KindPasteWrongState, Err: errors.New(p.Words.Lines.Stuck)}
	if err := p.visit(ctx, w.URL, true); err != nil {
		stuck.Kind = flow.Recognise(err.Error())
		p.leave(stuck)
		return
	}
	select {
	case <-ctx.Done():
	case <-p.ignored:
		p.leave(stuck)
	}
}

// visit answers in the browser's place, and says what stopped it there.
func (p *plain) visit(ctx context.Context, url string, allow bool) error {
	err := p.Demo.Visit(p.ctx, url, allow)
	if err != nil && ctx.Err() == nil {
		p.Say(p.Words.Lines.Shows(keystore.Clean(err.Error(), 300)))
	}
	return err
}

// paste hands a text to the login. An address of which only the beginning came waits for
// its rest: what comes then is taken by itself only where it is another address.
func (p *plain) paste(w *flow.Wait, text string) error {
	whole := p.begun + text
	if strings.Contains(text, "://") {
		whole = text
	}
	err := w.Paste(whole)
	p.begun = ""
	if flow.KindOf(err) == flow.KindPasteCut {
		p.begun = whole
	}
	return err
}
