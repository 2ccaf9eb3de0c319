package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
)

// browserError asks what the browser shows: most of Salesforce's authorize errors
// never reach the callback (SALESFORCE.md §4.1).
type browserError struct {
	*wizard
	form  form
	from  screen
	login *authorise // waits on behind this screen; nil: it has ended
	words *row
	kinds []flow.Kind // of the rows after words
}

// shows is what is known of it already.
func (w *wizard) openBrowserError(from screen, login *authorise, shows string) tea.Cmd {
	b := &browserError{wizard: w, from: from, login: login, kinds: flow.BrowserKinds()}
	b.words = &row{field: newField(shows, w.text.Browser.Like), verb: w.text.Keys.Open, enter: b.recognise}
	b.words.field.spaced = true
	b.form.rows = []*row{b.words}
	for _, k := range b.kinds {
		b.form.rows = append(b.form.rows, &row{verb: w.text.Keys.Open, enter: func() tea.Cmd { return b.open(k, "") }})
	}
	b.form.to(b.words)
	b.show(b)
	return nil
}

func (b *browserError) place() (int, string)   { return 3, b.text.Browser.Title }
func (b *browserError) focus() *field          { return b.form.focus() }
func (b *browserError) update(tea.Msg) tea.Cmd { return nil }
func (b *browserError) keys() []action {
	return append(b.form.keys(b.text), press("esc", b.text.Keys.Back, func() tea.Cmd { b.show(b.from); return nil }))
}

func (b *browserError) recognise() tea.Cmd {
	text := b.words.field.value()
	if text == "" {
		b.form.move(1)
		return nil
	}
	kind := flow.Recognise(text)
	if kind != flow.KindUnknown {
		text = "" // its own sentences say more
	}
	return b.open(kind, keystore.Clean(text, 400))
}

func (b *browserError) open(k flow.Kind, shown string) tea.Cmd {
	b.show(&trouble{wizard: b.wizard, kind: k, shown: shown, login: b.login, about: b.request})
	return nil
}

func (b *browserError) draw(p *page) {
	t := b.text.Browser
	p.heading(t.Heading)
	p.choice(b.form.on(b.words), t.Label, "")
	p.field(b.form.on(b.words), 2, b.words.field)
	p.gap()
	p.prose(p.st.dim, "  "+t.Or)
	for i, k := range b.kinds {
		p.choice(b.form.at == i+1, t.Choices[k], "")
	}
}
