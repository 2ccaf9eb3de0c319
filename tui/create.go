package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// create is what "No app yet?" opens: the steps to an External Client App, each of which can be
// ticked, and the other way to one, as metadata.
type create struct {
	w          *wizard
	form       page.Form
	steps      []login.Step
	asMetadata *page.Row
}

func (a *app) openCreate() tea.Cmd {
	t := a.w.text
	c := &create{w: a.w, steps: login.Steps(t, a.wanted())}
	for i, s := range c.steps {
		c.form.Rows = append(c.form.Rows, &page.Row{Label: s.Says, Enter: func() tea.Cmd { return c.tick(i) }})
	}
	c.asMetadata = &page.Row{Label: t.Create.AsMetadata, Key: "m", Word: t.Keys.AsMetadata, Verb: t.Keys.Open, Enter: c.openMetadata}
	c.form.Rows = append(c.form.Rows, c.asMetadata)
	if next := c.next(0); next >= 0 {
		c.form.To(c.form.Rows[next])
	}
	a.w.Show(c)
	return c.Follow()
}

// next is the first step from there on that is not ticked, -1 where all are.
func (c *create) next(from int) int {
	for i := range c.steps {
		if n := (from + i) % len(c.steps); !c.w.app.ticked[c.steps[n].Says] {
			return n
		}
	}
	return -1
}

// tick ticks a step, and goes on to the next, or takes the tick back.
func (c *create) tick(i int) tea.Cmd {
	ticked, step := c.w.app.ticked, c.steps[i].Says
	if ticked[step] = !ticked[step]; ticked[step] {
		if next := c.next(i); next > i {
			c.form.To(c.form.Rows[next])
		}
	}
	return nil
}

// Follow has the rows as their steps are.
func (c *create) Follow() tea.Cmd {
	k, st := c.w.text.Keys, c.w.Styles
	for i, s := range c.steps {
		r := c.form.Rows[i]
		r.Mark, r.Verb = st.Accent.Render(fmt.Sprint(i+1))+"  ", k.Tick
		if r.Over = c.w.app.ticked[s.Says]; r.Over {
			r.Mark, r.Verb = st.Good.Render(page.MarkDone)+"  ", k.Untick
		}
	}
	return nil
}

// here is the step under the cursor; the zero Step where that is on none.
func (c *create) here() login.Step {
	for i, s := range c.steps {
		if c.form.On(c.form.Rows[i]) {
			return s
		}
	}
	return login.Step{}
}

// setup is the address of a page of Setup, "" where there is no page, and where the org has
// none that is known.
func (w *wizard) setup(d flow.Domain, p flow.SetupPage) string {
	if p == "" {
		return ""
	}
	return w.client.PageAt(d.Setup(p))
}

func (c *create) Place() (int, string) { return 2, c.w.text.Create.Title }
func (c *create) Focus() *page.Field   { return nil }

func (c *create) Keys() []page.Action {
	t, here := c.w.text.Keys, c.here()
	keys := c.form.Keys(t.Move)
	keys = append(keys, c.w.openSetup(c, c.w.request.Domain, here.Page)...)
	if here.Value != "" {
		keys = append(keys, page.Press("c", t.Copy, func() tea.Cmd { return c.w.copy(here.Name, here.Value) }))
	}
	keys = append(keys, c.form.Letters()...)
	return append(keys,
		page.Press("space", "", keys[0].Do),
		page.Press("ctrl+y", "", c.w.app.copyCallback),
		page.Press("esc", t.Back, c.w.app.open),
	)
}

// openSetup opens a page of Setup in the browser, or copies or shows its link, over a screen:
// nothing where there is none.
func (w *wizard) openSetup(from window.Screen, domain flow.Domain, p flow.SetupPage) []page.Action {
	k, t, client := w.text.Keys, w.text.Create, w.client
	link := w.setup(domain, p)
	if link == "" {
		return nil
	}
	copies := func() tea.Cmd { return w.copy(t.SetupPage, link) }
	return []page.Action{
		page.Press("o", k.OpenPage, func() tea.Cmd {
			return func() tea.Msg {
				err := client.OpenSetup(w.ctx, domain, p)
				return window.InTurn(func() tea.Cmd {
					if err != nil {
						return w.Say(t.NotOpened(w.text.Authorise.NoBrowser(err)))
					}
					return w.Say(t.Opened)
				})
			}
		}),
		page.Press("l", k.CopyLink, copies),
		page.Press("u", k.ShowLink, func() tea.Cmd { w.ShowAlone(from, t.SetupPage, link, copies); return nil }),
	}
}

func (c *create) Draw(p *page.Page) {
	t := c.w.text.Create
	p.Heading(t.Heading)
	for i, r := range c.form.Rows {
		if r == c.asMetadata {
			p.Gap()
		}
		c.form.Draw(p, r)
		link := ""
		if i < len(c.steps) {
			link = c.w.setup(c.w.request.Domain, c.steps[i].Page)
		}
		switch {
		case i == 0 && link == "":
			p.Indented("     ", p.Style.Dim, t.InSetup)
		case link != "" && c.form.On(r) && c.w.Terminal.Links:
			p.Line("     ", p.Link(t.Link, link))
		}
	}
	p.Gap()
	p.Prose(p.Style.Dim, t.Wait)
}
