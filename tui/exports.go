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

// openExports offers all formats of what the source has.
func (w *wizard) openExports(from screen, of source) tea.Cmd {
	e := &exports{wizard: w, from: from}
	for _, f := range keystore.ExportFormats() {
		e.form.rows = append(e.form.rows, &row{verb: w.text.Keys.Copy, enter: func() tea.Cmd {
			e.complaint = ""
			return of(func(c keystore.Connection, s keystore.Secrets) tea.Cmd { return e.copy(f, c, s) })
		}})
	}
	w.show(e)
	return nil
}

func (e *exports) copy(format string, c keystore.Connection, s keystore.Secrets) tea.Cmd {
	text, err := exported(format, c, s)
	if err != nil {
		e.complaint = keystore.Clean(err.Error(), 300)
		return nil
	}
	return e.copySecret(e.text.formatName(format), text)
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
