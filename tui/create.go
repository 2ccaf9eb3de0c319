package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/tui/page"
)

// create is what "No app yet?" opens: the steps to an External Client App
// (SALESFORCE.md §6.1), linked into Setup of the org of step 1.
type create struct{ w *wizard }

func (c *create) Place() (int, string) { return 2, c.w.text.Create.Title }
func (c *create) Focus() *page.Field   { return nil }

func (c *create) Keys() []page.Action {
	t := c.w.text.Keys
	keys := []page.Action{
		page.Press("esc enter", t.Back, c.w.app.open),
		page.Press("c ctrl+y", t.CopyCallback, c.w.app.copyCallback),
	}
	if link := c.w.client.PageAt(c.w.request.Domain.Setup(flow.SetupExternalClientApps)); link != "" {
		keys = append(keys, page.Press("l", t.CopyLink, func() tea.Cmd { return c.w.copy(c.w.text.Authorise.Link, link) }))
	}
	return keys
}

func (c *create) Draw(p *page.Page) {
	t := c.w.text.Create
	p.Heading(t.Heading)
	for i, s := range t.Steps(c.w.app.redirectURI()) {
		p.Indented(p.Style.Accent.Render(fmt.Sprint(i+1))+"  ", p.Style.Plain, s)
		if i > 0 {
			continue
		}
		if link := c.w.client.PageAt(c.w.request.Domain.Setup(flow.SetupExternalClientApps)); link != "" {
			p.Address(3, link)
		} else {
			p.Indented("   ", p.Style.Dim, t.InSetup)
		}
	}
}
