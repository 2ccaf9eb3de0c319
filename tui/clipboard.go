package tui

import tea "charm.land/bubbletea/v2"

// clipboard is the screen that comes before leaving when a secret was copied: it may lie
// on the clipboard yet.
type clipboard struct {
	*wizard
	what string // was copied
	from screen
	end  error // why the wizard ends
	form form
}

// quit ends the wizard, once it is known what becomes of a secret that was copied.
func (w *wizard) quit(end error) tea.Cmd {
	c := &clipboard{wizard: w, what: w.copied, from: w.screen, end: end}
	d, obtained := w.front().(*done)
	if c.what == "" || obtained && d.failure != nil { // where it is all that the person has of the grant
		return c.leave()
	}
	c.form.rows = []*row{
		{verb: w.text.Keys.Clear, enter: func() tea.Cmd { return tea.Sequence(tea.SetClipboard(""), c.leave()) }},
		{verb: w.text.Keys.Quit, enter: c.leave},
	}
	w.show(c)
	return nil
}

func (c *clipboard) leave() tea.Cmd {
	c.wizard.end = c.end
	return tea.Quit
}

func (c *clipboard) place() (int, string)   { return 0, c.text.Clipboard.Title }
func (c *clipboard) focus() *field          { return nil }
func (c *clipboard) update(tea.Msg) tea.Cmd { return nil }

func (c *clipboard) keys() []action {
	return append(c.form.keys(c.text),
		press("y", c.text.Keys.Clear, c.form.rows[0].enter),
		press("n", c.text.Keys.Quit, c.leave),
		press("esc", c.text.Keys.Back, func() tea.Cmd { c.show(c.from); return nil }),
	)
}

func (c *clipboard) draw(p *page) {
	t := c.text.Clipboard
	p.heading(t.Heading)
	p.prose(p.st.plain, t.Copied(c.what))
	p.gap()
	p.choice(c.form.at == 0, t.Clear, "y")
	p.choice(c.form.at == 1, t.Leave, "n")
}
