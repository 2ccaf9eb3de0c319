package cli

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"sfauth/flow"
	"sfauth/tui"
	"sfauth/tui/login"
	"sfauth/tui/text"
)

// wish does what can be typed while a login waits, besides an answer. It tells whether line
// is such.
func (p *plain) wish(ctx context.Context, w flow.Waiting, line string) bool {
	t := p.Words.Lines
	switch c := t.Choices; {
	case c.Help.Is(line):
		p.Say(c.MoreTime.Says)
		if p.Browser == nil {
			p.Say(c.Open.Says)
		}
		p.Say(c.Error.Says)
		p.offerEdits()
		p.Say(c.Quit.Says)
		p.Say(t.Paste)
	case c.Quit.Is(line):
		p.over = true
		p.leave(tui.ErrQuit)
	case c.MoreTime.Is(line):
		p.extend(w.Wait.Extend(5 * time.Minute))
		p.Say(t.MoreTime(p.left()))
	case c.Open.Is(line):
		if err := w.Wait.Open(ctx); ctx.Err() == nil {
			p.SayOpened(err)
		}
	case c.Error.Is(line):
		p.askPage()
	case p.canEdit() && c.App.Is(line):
		p.turnTo(p.editApp)
	case p.canEdit() && c.Org.Is(line):
		p.turnTo(p.editOrg)
	default:
		return false
	}
	return true
}

// turnTo leaves the login under way for something else.
func (p *plain) turnTo(do func() error) {
	p.instead = do
	p.leave(errInstead)
}

// canEdit tells whether the person can give something else than before.
func (p *plain) canEdit() bool { return p.In.attended() && p.Demo == nil }

func (p *plain) offerEdits() {
	if p.canEdit() {
		p.Say(p.Words.Lines.Choices.App.Says)
		p.Say(p.Words.Lines.Choices.Org.Says)
	}
}

// askPage asks what the browser shows: most of Salesforce's authorize errors never reach
// the callback (SALESFORCE.md §4.1).
func (p *plain) askPage() {
	p.Say(p.Words.Lines.WhatPage)
	for i, k := range flow.BrowserKinds() {
		p.Say(p.Words.Lines.Page(i+1, p.Words.Browser.Choices.Of(k)))
	}
}

// shownPage is what the browser shows, by the number that askPage gives it or by words of
// its own; "" where line is neither.
func shownPage(line string) flow.Kind {
	kinds := flow.BrowserKinds()
	if n, err := strconv.Atoi(text.Narrow(line)); err == nil && n > 0 && n <= len(kinds) {
		return kinds[n-1]
	}
	if kind := flow.Recognise(line); kind != flow.KindUnknown && !strings.Contains(line, "://") {
		return kind
	}
	return ""
}

// refuse explains what was pasted in place of the answer, while that is waited for.
func (p *plain) refuse(line string, wrong flow.Kind) {
	kind := wrong
	if page := shownPage(line); page != "" && wrong == flow.KindPasteNoCode {
		kind = page
	}
	if kind == flow.KindUnknown { // an error of Salesforce's that sfauth does not know, and not of this login
		kind = flow.KindPasteNoCode
	}
	if strings.HasPrefix(string(kind), "paste_") {
		p.sayShort(kind)
		if kind == flow.KindPasteNoCode && p.Demo == nil {
			p.Say(p.Words.Lines.Choices.Error.Says)
		}
		return
	}
	p.explain(kind, "", "")
	p.offerEdits()
	p.Say(p.Words.Lines.StillWaiting(p.left()))
}

func (p *plain) sayShort(k flow.Kind) { p.Say(p.Words.Explain(k, *p.Request).Short) }

// explain says all that is known of a failure, and what to do.
func (p *plain) explain(k flow.Kind, said, where string) {
	t, what := p.Words.Lines, p.Words.Explain(k, *p.Request)
	p.Say(what.Sentence)
	if said != "" {
		p.Say(t.Said(said))
	}
	if where != "" {
		p.Say(t.About(where))
	}
	p.Say(what.Meaning)
	p.Say(t.Fixes.Of(k.Who()))
	for i, fix := range what.Fix {
		if k != flow.KindTimeout || i > 0 { // that has a key of the full screen, of which there is a word here
			p.Say(fix)
		}
	}
	if what.Setup != "" {
		p.Say(t.InSetup(what.Setup))
	}
	if page, ok := k.SetupPage(); ok {
		if link := p.Client.PageAt(p.Request.Domain.Setup(page)); link != "" {
			p.Say(t.Link)
			p.SayApart(link)
		}
	}
}

// choice is one of several things to do, which do begins; nil: the person leaves.
type choice struct {
	text.Choice
	do func() error
}

// decide lets the person say what to do about a login that has failed: nil for nothing.
func (p *plain) decide(failure error) (do func() error) {
	kind := flow.KindOf(failure)
	u, unkept := errors.AsType[flow.Unkept](failure)
	switch {
	case p.ctx.Err() != nil || p.over || errors.As(failure, new(usageError)):
		return nil
	case errors.Is(failure, errInstead):
		if unkept {
			p.Say(p.Words.Unkept(u, *p.Request))
		}
		do, p.instead = p.instead, nil
		return do
	}
	if !p.In.attended() { // whoever reads this later has the error and its hint
		if login.CanUseFile(p.Client, *p.Request, kind) {
			p.Say(p.Words.Lines.StoreFile)
		}
		return nil
	}
	said, where := login.Quote(failure)
	p.explain(kind, said, where)
	if kind == flow.KindTimeout {
		p.Say(p.Words.Lines.Choices.Error.Says)
	}
	if unkept {
		p.Say(p.Words.Unkept(u, *p.Request))
	}
	can := p.choices(kind)
	var offered []text.Choice
	for _, c := range can {
		offered = append(offered, c.Choice)
	}
	if i, ok := p.choose(offered, p.lookUp); ok {
		return can[i].do
	}
	return nil
}

// choices are what can be done about a failure, what most likely helps first.
func (p *plain) choices(k flow.Kind) []choice {
	c := p.Words.Lines.Choices
	again := func() error { return nil }
	can := []choice{{c.Retry, again}}
	if p.Demo == nil {
		can = append(can, choice{c.App, p.editApp}, choice{c.Org, p.editOrg})
	}
	if k.Verdict() == flow.ClientWrong && p.Demo == nil {
		can[0], can[1] = can[1], can[0]
	}
	if login.CanUseFile(p.Client, *p.Request, k) {
		can = slices.Insert(can, 1, choice{c.File, func() error { login.UseFile(p.Client); return nil }})
	}
	if login.IsPort(k) {
		can = append(can, choice{c.Paste, func() error { p.Request.PasteOnly = true; return nil }})
	}
	return append(can, choice{c.Quit, nil})
}

// choose asks until what is typed is one of those that are offered, and hands all else to
// other. ok is false when nobody answers.
func (p *plain) choose(offered []text.Choice, other func(line string)) (i int, ok bool) {
	for {
		for _, c := range offered {
			p.Say(c.Says)
		}
		line, err := p.In.next(p.ctx)
		if err != nil {
			return 0, false
		}
		if i = slices.IndexFunc(offered, func(c text.Choice) bool { return c.Is(line) }); i >= 0 {
			return i, true
		}
		other(p.In.whole(p.ctx, line))
	}
}

// lookUp explains what the browser shows, where line says that, or asks for it.
func (p *plain) lookUp(line string) {
	if p.Words.Lines.Choices.Error.Is(line) {
		p.askPage()
	} else if page := shownPage(line); page != "" {
		p.explain(page, "", "")
	}
}
