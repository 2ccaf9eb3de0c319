package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
)

// create is what "No app yet?" opens: the steps to an External Client App
// (SALESFORCE.md §6.1), linked into Setup of the org of step 1.
type create struct{ *wizard }

func (c *create) place() (int, string)   { return 2, c.text.Create.Title }
func (c *create) focus() *field          { return nil }
func (c *create) update(tea.Msg) tea.Cmd { return nil }

func (c *create) keys() []action {
	t := c.text.Keys
	keys := []action{
		press("esc enter", t.Back, c.app.open),
		press("c ctrl+y", t.CopyCallback, c.app.copyCallback),
	}
	if link := c.request.Domain.Setup(flow.SetupExternalClientApps); link != "" {
		keys = append(keys, press("l", t.CopyLink, func() tea.Cmd { return c.copy(c.text.Authorise.Link, link) }))
	}
	return keys
}

func (c *create) draw(p *page) {
	t := c.text.Create
	p.heading(t.Heading)
	for i, s := range t.Steps(c.app.redirectURI()) {
		p.indented(p.st.accent.Render(fmt.Sprint(i+1))+"  ", p.st.plain, s)
		if i > 0 {
			continue
		}
		if link := c.request.Domain.Setup(flow.SetupExternalClientApps); link != "" {
			p.address(3, link)
		} else {
			p.indented("   ", p.st.dim, t.InSetup)
		}
	}
}
