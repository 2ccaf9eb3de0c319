package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// The login hosts that name no org.
const (
	productionHost = login.Production
	sandboxHost    = login.Sandbox
)

// org is step 1: where to log in. The row that has the focus is the choice.
type org struct {
	w                             *wizard
	form                          page.Form
	myDomain, production, sandbox *page.Row

	host   login.Host // that is chosen
	asks   int        // how many questions were planned: older ones are stale
	cancel context.CancelFunc
	going  bool // enter was pressed: go on as soon as the host answers
}

func newOrg(w *wizard) *org {
	o := &org{w: w, cancel: func() {}}
	t := w.text.Org
	o.myDomain = &page.Row{Label: t.MyDomain, Aside: t.Recommended, Field: page.NewField("", t.Placeholder)}
	o.production = &page.Row{Label: t.Production, Aside: productionHost}
	o.sandbox = &page.Row{Label: t.Sandbox, Aside: sandboxHost}
	o.form.Rows = []*page.Row{o.myDomain, o.production, o.sandbox}
	for _, r := range o.form.Rows {
		r.Verb, r.Enter = w.text.Keys.Continue, o.enter
	}
	first := o.myDomain
	switch host := w.request.Domain; {
	case host.IsZero():
		if w.request.Existing != nil {
			o.myDomain.Field.Warning = w.text.Org.Changed
		}
	case host.String() == productionHost:
		first = o.production
	case host.String() == sandboxHost:
		first = o.sandbox
	default:
		o.myDomain.Field.Set(host.String())
	}
	o.form.To(first)
	return o
}

func (o *org) Place() (int, string) { return 1, o.w.text.Org.Title }
func (o *org) Focus() *page.Field   { return o.form.Focus() }
func (o *org) Keys() []page.Action {
	keys := o.form.Keys(o.w.text.Keys.Move)
	if o.w.home != nil {
		keys = append(keys, page.Press("esc", o.w.text.Keys.Back, o.w.home.open))
	}
	return keys
}

// domain is the host that is chosen now.
func (o *org) domain() (flow.Domain, error) {
	switch {
	case o.form.On(o.production):
		return flow.ParseDomain(productionHost)
	case o.form.On(o.sandbox):
		return flow.ParseDomain(sandboxHost)
	}
	return flow.ParseDomain(o.myDomain.Field.Value())
}

// Follow plans a question to the host when another one is chosen, once the typing
// has paused.
func (o *org) Follow() tea.Cmd {
	d, err := o.domain()
	if err != nil {
		d = flow.Domain{}
	}
	if d == o.host.Domain {
		return nil
	}
	o.cancel()
	o.asks++
	o.host, o.going = login.HostOf(d, o.w.request, login.Given{}), false
	if d.IsZero() {
		return nil
	}
	n := o.asks
	return window.After(400*time.Millisecond, func() tea.Cmd { return o.ask(n) })
}

func (o *org) ask(n int) tea.Cmd {
	if n != o.asks {
		return nil
	}
	ctx, cancel := context.WithCancel(o.w.ctx)
	o.cancel = cancel
	host, client := o.host, o.w.client
	return func() tea.Msg {
		answered := host.Ask(ctx, client)
		return window.InTurn(func() tea.Cmd { return o.hear(n, answered) })
	}
}

// hear takes the answer to the question with that number.
func (o *org) hear(n int, answered login.Host) tea.Cmd {
	if n != o.asks {
		return nil
	}
	if o.host = answered; o.going && o.host.Welcome() {
		return o.next()
	}
	return nil
}

// enter goes on with a host of Salesforce's that answers. With another the second
// enter does: the person may know better than the network, and than the name.
func (o *org) enter() tea.Cmd {
	if _, err := o.domain(); err != nil {
		o.myDomain.Field.Complaint = o.w.sentence(flow.KindOf(err))
		return nil
	}
	if o.going || o.host.Welcome() {
		return o.next()
	}
	o.going = true
	return nil
}

func (o *org) next() tea.Cmd {
	o.going = false
	o.w.request.Domain = o.host.Domain // follow has put the row that has the focus there
	return o.w.app.open()
}

func (o *org) Draw(p *page.Page) {
	t := o.w.text.Org
	p.Heading(t.Heading)
	for _, r := range o.form.Rows {
		if r != o.myDomain {
			p.Gap()
		}
		o.form.Draw(p, r)
		switch {
		case !o.form.On(r):
		case r != o.myDomain:
			o.drawHost(p)
			p.Indented("  ", p.Style.Dim, t.OnlyPackaged)
		default:
			o.drawHost(p)
			if r.Field.Value() == "" {
				p.Aside("  " + t.WhereToFind)
			}
		}
	}
}

// drawHost is the host that will be used, and what it says.
func (o *org) drawHost(p *page.Page) {
	if o.host.Domain.IsZero() {
		return
	}
	t := o.w.text.Org
	mark, said, st := page.MarkLater, t.Checking+"…", p.Style.Dim
	switch {
	case o.host.Wrong != nil:
		mark, said, st = page.MarkWrong, o.w.text.Explain(flow.KindOf(o.host.Wrong), flow.Request{Domain: o.host.Domain}).Sentence, p.Style.Bad
	case o.host.Heard:
		mark, said, st = page.MarkDone, t.Answers, p.Style.Good
	}
	p.Indented("  "+p.Style.Dim.Render("→")+" ", p.Style.Accent, o.host.Domain.URL(""))
	doubt := o.drawDoubt(p)
	if !doubt || !o.host.Answers() {
		p.Indented("  "+st.Render(mark)+" ", st, said)
	}
	if strings.HasPrefix(o.host.Domain.URL(""), "http://") {
		p.Indented("    ", p.Style.Dim, t.PlainHTTP)
	}
	if o.w.demo != nil && o.host.Domain.String() == o.w.demo.Host {
		p.Indented("    ", p.Style.Dim, o.w.text.Played(o.w.demo.Host))
	}
	switch {
	case o.going && !o.host.Heard && !doubt:
		p.Indented("    ", p.Style.Dim, t.WhenDone)
	case o.going:
		p.Indented("    ", p.Style.Warn, t.Anyway)
	}
}

// drawDoubt warns of a host that is none of Salesforce's, once the typing has paused.
func (o *org) drawDoubt(p *page.Page) bool {
	doubt := o.host.Doubt
	if doubt == "" || !o.host.Heard && !o.going {
		return false
	}
	why := o.w.text.Explain(doubt, flow.Request{Domain: o.host.Domain})
	p.Indented("  "+p.Style.Bad.Render(page.MarkWrong)+" ", p.Style.Bad, why.Sentence)
	p.Aside("    " + why.Meaning)
	return true
}
