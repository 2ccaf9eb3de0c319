package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/flow/export"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

// exports is the choice of formats in which other tools take a connection.
type exports struct {
	w         *wizard
	from      window.Screen
	form      page.Form
	complaint string // what the chosen format cannot express
}

// openExports offers all formats of what the source has.
func (w *wizard) openExports(from window.Screen, of source) tea.Cmd {
	e := &exports{w: w, from: from}
	for _, f := range export.Formats() {
		e.form.Rows = append(e.form.Rows, &page.Row{Label: w.text.FormatName(f), Aside: w.text.Exports.For[f], Verb: w.text.Keys.Copy, Enter: func() tea.Cmd {
			e.complaint = ""
			return of(func(c keystore.Connection, s keystore.Secrets) tea.Cmd { return e.copy(f, c, s) })
		}})
	}
	w.Show(e)
	return nil
}

func (e *exports) copy(format string, c keystore.Connection, s keystore.Secrets) tea.Cmd {
	content, err := flow.Exported(format, c, s)
	if err != nil {
		e.complaint = e.w.text.Why(err, text.RequestOf(c))
		return nil
	}
	return e.w.put(e.w.text.FormatName(format), content, e.w.text.Clipboard.RunExport, once)
}

func (e *exports) Place() (int, string) { return window.Step(e.from), e.w.text.Exports.Title }
func (e *exports) Under() window.Screen { return e.from }
func (e *exports) Focus() *page.Field   { return nil }
func (e *exports) Keys() []page.Action {
	return append(e.form.Keys(e.w.text.Keys.Move), e.w.Back("esc", e.from))
}

func (e *exports) Draw(p *page.Page) {
	t := e.w.text.Exports
	p.Heading(t.Heading)
	e.form.Draw(p, e.form.Rows...)
	p.Gap()
	if e.complaint != "" {
		p.Indented(p.Style.Bad.Render(page.MarkWrong)+" ", p.Style.Bad, e.complaint)
	}
	p.Prose(p.Style.Dim, t.OnePlace)
}
