package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
)

// exports is the choice of formats in which other tools take a connection.
type exports struct {
	*wizard
	from      screen
	form      form
	complaint string // what the chosen format cannot express
}

// openExports offers all formats; text makes one of them and hands it on.
func (w *wizard) openExports(from screen, text func(format string, done func(string, error) tea.Cmd) tea.Cmd) tea.Cmd {
	e := &exports{wizard: w, from: from}
	for _, f := range keystore.ExportFormats() {
		e.form.rows = append(e.form.rows, &row{verb: w.text.Keys.Copy, enter: func() tea.Cmd {
			e.complaint = ""
			return text(f, func(s string, err error) tea.Cmd { return e.copied(f, s, err) })
		}})
	}
	w.show(e)
	return nil
}

func (e *exports) copied(format, text string, err error) tea.Cmd {
	if err != nil {
		e.complaint = keystore.Clean(err.Error(), 300)
		return nil
	}
	return e.copySecret(e.text.formatName(format), text)
}

// copySecret sends to the clipboard what was asked for in so many words.
func (w *wizard) copySecret(what, secret string) tea.Cmd {
	return tea.Batch(tea.SetClipboard(secret), w.say(w.text.Exports.Sent(what)))
}

// formatName is what a format is called, by its own name where it has no other.
func (t *Text) formatName(format string) string {
	if name := t.Exports.Names[format]; name != "" {
		return name
	}
	return format
}

func (e *exports) place() (int, string) {
	step, _ := e.from.place()
	return step, e.text.Exports.Title
}
func (e *exports) under() screen          { return e.from }
func (e *exports) focus() *field          { return nil }
func (e *exports) update(tea.Msg) tea.Cmd { return nil }
func (e *exports) keys() []action {
	return append(e.form.keys(e.text), press("esc", e.text.Keys.Back, func() tea.Cmd { e.show(e.from); return nil }))
}

func (e *exports) draw(p *page) {
	t := e.text.Exports
	p.heading(t.Heading)
	for i, f := range keystore.ExportFormats() {
		p.choice(e.form.at == i, e.text.formatName(f), t.For[f])
	}
	p.gap()
	if e.complaint != "" {
		p.indented(p.st.bad.Render(markWrong)+" ", p.st.bad, e.complaint)
	}
	p.prose(p.st.dim, t.OnePlace)
}
