package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
)

// unlock is the screen that asks, twice where the passphrase is a new one.
type unlock struct {
	*wizard
	from          screen
	question      question
	form          form
	first, second *row
}

func newUnlock(w *wizard, q question) *unlock {
	u := &unlock{wizard: w, from: w.screen, question: q}
	u.first = &row{field: newField("", ""), verb: w.text.Keys.Continue, enter: u.enter}
	u.second = &row{field: newField("", ""), verb: w.text.Keys.Continue, enter: u.enter, hidden: !q.fresh}
	u.form.rows = []*row{u.first, u.second}
	for _, r := range u.form.rows {
		r.field.masked, r.field.spaced = true, true
	}
	u.form.to(u.first)
	return u
}

func (u *unlock) place() (int, string) {
	step, _ := u.from.place()
	return step, u.text.Passphrase.Title
}
func (u *unlock) under() screen          { return u.from }
func (u *unlock) focus() *field          { return u.form.focus() }
func (u *unlock) update(tea.Msg) tea.Cmd { return nil }

func (u *unlock) keys() []action {
	k := u.text.Keys
	reveal := k.RevealPassphrase
	if !u.first.field.masked {
		reveal = k.HidePassphrase
	}
	return append(u.form.keys(u.text),
		press("esc", k.Back, func() tea.Cmd { return u.answer(keystore.Secret{}) }),
		press("ctrl+r", reveal, func() tea.Cmd {
			u.first.field.masked = !u.first.field.masked
			u.second.field.masked = u.first.field.masked
			return nil
		}),
	)
}

func (u *unlock) answer(s keystore.Secret) tea.Cmd {
	u.secret.give(u.question, s)
	u.show(u.from)
	return nil
}

func (u *unlock) enter() tea.Cmd {
	t, first, second := u.text.Passphrase, u.first.field, u.second.field
	switch {
	case first.value() == "":
		first.complaint = t.Empty
		u.form.to(u.first)
	case u.question.fresh && u.form.on(u.first):
		u.form.to(u.second)
	case u.question.fresh && first.value() != second.value():
		second.complaint = t.Differ
	default:
		return u.answer(keystore.NewSecret(first.value()))
	}
	return nil
}

func (u *unlock) draw(p *page) {
	t := u.text.Passphrase
	heading, label := t.Heading, t.Passphrase
	if u.question.fresh {
		heading, label = t.HeadingNew, t.New
	}
	p.heading(heading)
	p.choice(u.form.on(u.first), label, "")
	p.field(u.form.on(u.first), 2, u.first.field)
	p.gap()
	if u.question.fresh {
		p.choice(u.form.on(u.second), t.Again, "")
		p.field(u.form.on(u.second), 2, u.second.field)
		p.gap()
		p.prose(p.st.dim, t.NoWayBack)
	}
	p.aside(t.Elsewhere)
}
