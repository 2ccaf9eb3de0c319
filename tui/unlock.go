package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// unlock is the screen that asks, twice where the passphrase is a new one.
type unlock struct {
	w             *wizard
	from          window.Screen
	question      question
	form          page.Form
	first, second *page.Row
}

func newUnlock(w *wizard, q question) *unlock {
	u := &unlock{w: w, from: w.Screen, question: q}
	t := w.text.Passphrase
	u.first = &page.Row{Label: t.Passphrase, Field: page.NewField("", ""), Verb: w.text.Keys.Continue, Enter: u.enter}
	u.second = &page.Row{Label: t.Again, Field: page.NewField("", ""), Verb: w.text.Keys.Continue, Enter: u.enter, Hidden: !q.fresh}
	if q.fresh {
		u.first.Label = t.New
	}
	u.form.Rows = []*page.Row{u.first, u.second}
	for _, r := range u.form.Rows {
		r.Field.Masked, r.Field.Spaced = true, true
	}
	u.form.To(u.first)
	return u
}

func (u *unlock) Place() (int, string) {
	step, _ := u.from.Place()
	return step, u.w.text.Passphrase.Title
}
func (u *unlock) Under() window.Screen { return u.from }
func (u *unlock) Focus() *page.Field   { return u.form.Focus() }

func (u *unlock) Keys() []page.Action {
	k := u.w.text.Keys
	reveal := k.RevealPassphrase
	if !u.first.Field.Masked {
		reveal = k.HidePassphrase
	}
	return append(u.form.Keys(u.w.text.Keys.Move),
		page.Press("esc", k.Back, func() tea.Cmd { return u.answer(keystore.Secret{}) }),
		page.Press("ctrl+r", reveal, func() tea.Cmd {
			u.first.Field.Masked = !u.first.Field.Masked
			u.second.Field.Masked = u.first.Field.Masked
			return nil
		}),
	)
}

func (u *unlock) answer(s keystore.Secret) tea.Cmd {
	u.w.secret.give(u.question, s)
	u.w.Show(u.from)
	return nil
}

func (u *unlock) enter() tea.Cmd {
	t, first, second := u.w.text.Passphrase, u.first.Field, u.second.Field
	switch {
	case first.Value() == "":
		first.Complaint = t.Empty
		u.form.To(u.first)
	case u.question.fresh && u.form.On(u.first):
		u.form.To(u.second)
	case u.question.fresh && first.Value() != second.Value():
		second.Complaint = t.Differ
	default:
		return u.answer(keystore.NewSecret(first.Value()))
	}
	return nil
}

func (u *unlock) Draw(p *page.Page) {
	t := u.w.text.Passphrase
	heading := t.Heading
	if u.question.fresh {
		heading = t.HeadingNew
	}
	p.Heading(heading)
	u.form.Draw(p, u.first)
	p.Gap()
	if u.question.fresh {
		u.form.Draw(p, u.second)
		p.Gap()
		p.Prose(p.Style.Dim, t.NoWayBack)
	}
	p.Aside(t.Elsewhere)
}
