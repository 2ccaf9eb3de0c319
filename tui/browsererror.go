package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// browserError asks what the browser shows: most of Salesforce's authorize errors
// never reach the callback (SALESFORCE.md §4.1).
type browserError struct {
	w     *wizard
	form  page.Form
	from  window.Screen
	login window.Screen // waits on behind this screen; nil: it has ended
	words *page.Row
}

// openBrowserError asks with shows in the field, the words that the demo's stand-in could not get past.
func (w *wizard) openBrowserError(from window.Screen, login window.Screen, shows string) tea.Cmd {
	b := &browserError{w: w, from: from, login: login}
	b.words = &page.Row{Label: w.text.Browser.Label, Field: page.NewField(shows, w.text.Browser.Like), Verb: w.text.Keys.Open, Enter: b.recognise}
	b.words.Field.Spaced = true
	b.form.Rows = []*page.Row{b.words}
	for _, k := range flow.BrowserKinds() {
		b.form.Rows = append(b.form.Rows, &page.Row{Label: w.text.Browser.Choices.Of(k), Verb: w.text.Keys.Open, Enter: func() tea.Cmd { return b.open(k, "") }})
	}
	b.form.To(b.words)
	b.w.Show(b)
	return nil
}

func (b *browserError) Place() (int, string) { return 3, b.w.text.Browser.Title }
func (b *browserError) Focus() *page.Field   { return b.form.Focus() }
func (b *browserError) Keys() []page.Action {
	return append(b.form.Keys(b.w.text.Keys.Move), b.w.Back("esc", b.from))
}

func (b *browserError) recognise() tea.Cmd {
	text := b.words.Field.Value()
	if text == "" {
		b.form.Move(1)
		return nil
	}
	kind := flow.Recognise(text)
	if kind != flow.KindUnknown {
		text = "" // the trouble screen has sentences for this kind, which say more
	}
	return b.open(kind, keystore.Clean(text, 400))
}

func (b *browserError) open(k flow.Kind, shown string) tea.Cmd {
	b.w.Show(&trouble{w: b.w, kind: k, shown: shown, login: b.login, about: b.w.request})
	return nil
}

func (b *browserError) Draw(p *page.Page) {
	t := b.w.text.Browser
	p.Heading(t.Heading)
	b.form.Draw(p, b.words)
	p.Gap()
	p.Prose(p.Style.Dim, "  "+t.Or)
	b.form.Draw(p, b.form.Rows[1:]...)
}
