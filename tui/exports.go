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
	conn      keystore.Connection
	saved     bool // sfauth can be asked for its access tokens
	formats   []string
	form      page.Form // a row for each of formats
	complaint string    // what the chosen format cannot express
}

// openExports offers all formats of c, whose secrets the source has. One that is not saved has
// its refresh token alone.
func (w *wizard) openExports(from window.Screen, c keystore.Connection, saved bool, of source) tea.Cmd {
	e := &exports{w: w, from: from, conn: c, saved: saved}
	for _, f := range export.Formats() {
		if !saved && !export.TakesRefreshToken(f) {
			continue
		}
		e.formats = append(e.formats, f)
		e.form.Rows = append(e.form.Rows, &page.Row{Label: w.text.FormatName(f), Verb: w.text.Keys.Copy, Enter: func() tea.Cmd {
			e.complaint = ""
			if e.asks(f) {
				return e.copy(f, c, keystore.Secrets{}, shared)
			}
			return of(func(c keystore.Connection, s keystore.Secrets) tea.Cmd { return e.copy(f, c, s, once) })
		}})
	}
	w.Show(e)
	return nil
}

// asks tells whether what is copied has a tool ask sfauth for access tokens.
func (e *exports) asks(format string) bool { return export.Asks(format, e.conn, !e.saved) }

func (e *exports) copy(format string, c keystore.Connection, s keystore.Secrets, how care) tea.Cmd {
	content, err := flow.Exported(format, c, s, export.Options{RefreshToken: how == once})
	if err != nil {
		e.complaint = e.w.text.Why(err, text.RequestOf(c))
		return nil
	}
	return e.w.put(e.w.text.FormatName(format), content, e.w.text.Clipboard.RunExport, how)
}

func (e *exports) Place() (int, string) { return window.Step(e.from), e.w.text.Exports.Title }
func (e *exports) Under() window.Screen { return e.from }
func (e *exports) Focus() *page.Field   { return nil }
func (e *exports) Keys() []page.Action {
	return append(e.form.Keys(e.w.text.Keys.Move), e.w.Back("esc", e.from))
}

// Draw has what is said of a format below all of them. A small window has the warnings alone,
// below its row, and what holds for every token at the end.
func (e *exports) Draw(p *page.Page) {
	t := e.w.text.Exports
	p.Heading(t.Heading)
	var warnings []string
	note := t.OnePlace
	for i, r := range e.form.Rows {
		copied := t.Itself
		if e.asks(e.formats[i]) {
			copied = t.AsksSfauth
		}
		if r.Aside, r.Beside = t.For.Of(e.formats[i]), copied; p.Small {
			r.Aside, r.Beside = copied, ""
		}
		if e.form.On(r) {
			warnings, note = e.notes(e.formats[i])
		}
	}
	if !p.Small {
		e.form.Draw(p, e.form.Rows...)
		p.Gap()
		e.drawWarnings(p, "", warnings)
		p.Prose(p.Style.Dim, note)
		p.Below = len(p.Lines) - 1 - p.Focus // the window shows it with its row
		return
	}
	for _, r := range e.form.Rows {
		if e.form.Draw(p, r); e.form.On(r) {
			e.drawWarnings(p, "  ", warnings)
			p.Below = len(p.Lines) - 1 - p.Focus
		}
	}
	p.Prose(p.Style.Dim, t.OnePlace)
}

// drawWarnings says what the chosen format cannot express, and what is known of its tool.
func (e *exports) drawWarnings(p *page.Page, indent string, warnings []string) {
	if e.complaint != "" {
		p.Indented(indent+p.Style.Bad.Render(page.MarkWrong)+" ", p.Style.Bad, e.complaint)
	}
	for _, w := range warnings {
		p.Indented(indent+p.Style.Warn.Render(page.MarkCare)+" ", p.Style.Plain, w)
	}
}

// notes are what a person has to know of a format before it is used, and what it has in it.
func (e *exports) notes(format string) (warnings []string, note string) {
	t, tool, asks := e.w.text.Exports, export.ToolOf(format), e.asks(format)
	rotates := e.conn.Rotates == nil || *e.conn.Rotates
	switch {
	case tool.Keeps == export.Forgets && rotates:
		warnings = append(warnings, t.Forgets(tool.Name))
	case tool.Keeps == export.KeepsSince && rotates:
		warnings = append(warnings, t.Keeps(tool.Name, tool.Since, tool.Alone))
	}
	if asks {
		return warnings, t.Asks
	}
	if other, own := flow.OtherHost(format, e.conn); other != "" {
		warnings = append(warnings, t.OtherHost(tool.Name, other, own))
	}
	return warnings, t.OnePlace
}
