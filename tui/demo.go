package tui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// demoKeys stand in for the person in the browser, and choose how the simulated
// Salesforce fails. Without a demo there are none.
func (a *authorise) demoKeys() []page.Action {
	if a.w.demo == nil {
		return nil
	}
	t := a.w.text.Keys
	return []page.Action{
		page.Press("y", t.Allow, func() tea.Cmd { return a.visit(true) }),
		page.Press("n", t.Deny, func() tea.Cmd { return a.visit(false) }),
		page.Press("f", t.Fault, func() tea.Cmd { a.w.Show(newFaults(a)); return nil }),
	}
}

func (a *authorise) visit(allow bool) tea.Cmd {
	ctx, url := a.w.run.ctx, a.url
	a.shows = ""
	return func() tea.Msg {
		err := a.w.demo.Visit(ctx, url, allow)
		return window.InTurn(func() tea.Cmd {
			if a.stage == stageWait && err != nil { // the login still waits: the stand-in saw a page that it could not get past
				a.shows = keystore.Clean(err.Error(), 200)
			}
			return nil
		})
	}
}

// faults is the list of all the ways in which Salesforce fails.
type faults struct {
	w     *wizard
	form  page.Form
	login *authorise
}

func newFaults(a *authorise) *faults {
	f := &faults{w: a.w, login: a}
	for _, name := range append([]string{""}, a.w.demo.Faults...) {
		title := cmp.Or(a.w.text.Faults.Of(name), a.w.text.Authorise.NoFault)
		f.form.Rows = append(f.form.Rows, &page.Row{Label: title, Aside: name, Verb: a.w.text.Keys.Choose, Enter: func() tea.Cmd { return f.choose(name) }})
	}
	return f
}

func (f *faults) Place() (int, string) { return 3, f.w.text.Authorise.FaultTitle }
func (f *faults) Focus() *page.Field   { return nil }
func (f *faults) Keys() []page.Action {
	return append(f.form.Keys(f.w.text.Keys.Move), f.w.Back("esc", f.login))
}

func (f *faults) choose(name string) tea.Cmd {
	f.w.demo.Fault = name
	f.w.demo.SetFault(name)
	f.w.Show(f.login)
	return nil
}

func (f *faults) Draw(p *page.Page) {
	p.Heading(f.w.text.Authorise.FaultHeading)
	f.form.Draw(p, f.form.Rows...)
}
