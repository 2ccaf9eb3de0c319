package tui

import (
	"sfauth/tui/page"

	tea "charm.land/bubbletea/v2"
)

// clipboard is the screen that comes before leaving when a secret was copied: it may lie
// on the clipboard yet.
type clipboard struct {
	w    *wizard
	what string // was copied
	from screen
	end  error // why the wizard ends
	form page.Form
}

// quit ends the wizard, once it is known what becomes of a secret that was copied.
func (w *wizard) quit(end error) tea.Cmd {
	c := &clipboard{w: w, what: w.copied, from: w.screen, end: end}
	d, obtained := w.uppermost().(*done)
	if c.what == "" || obtained && d.failure != nil { // a grant that is not saved is nowhere but on the clipboard
		return c.leave()
	}
	c.form.Rows = []*page.Row{
		{Label: w.text.Clipboard.Clear, Key: "y", Word: w.text.Keys.Clear, Verb: w.text.Keys.Clear, Enter: c.clear},
		{Label: w.text.Clipboard.Leave, Key: "n", Word: w.text.Keys.Quit, Verb: w.text.Keys.Quit, Enter: c.leave},
	}
	w.show(c)
	return nil
}

func (c *clipboard) clear() tea.Cmd { return tea.Sequence(tea.SetClipboard(""), c.leave()) }

func (c *clipboard) leave() tea.Cmd {
	c.w.ended = c.end
	return tea.Quit
}

func (c *clipboard) place() (int, string) { return 0, c.w.text.Clipboard.Title }
func (c *clipboard) focus() *page.Field   { return nil }

func (c *clipboard) keys() []page.Action {
	return append(append(c.form.Keys(c.w.text.Keys.Move), c.form.Letters()...),
		page.Press("esc", c.w.text.Keys.Back, func() tea.Cmd { c.w.show(c.from); return nil }),
	)
}

func (c *clipboard) draw(p *page.Page) {
	t := c.w.text.Clipboard
	p.Heading(t.Heading)
	p.Prose(p.Style.Plain, t.Copied(c.what))
	p.Gap()
	c.form.Draw(p, c.form.Rows...)
}
