package tui

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
)

// purposes is the choice of what access is for, which decides the scopes that are asked for.
type purposes struct {
	w      *wizard
	form   page.Form
	scopes map[*page.Row]string
}

// purpose is what the scopes are for as they stand.
func (a *app) purpose() flow.Purpose {
	typed := a.scope.Field.Value()
	if scope, err := flow.ParseScope(typed); err == nil {
		typed = scope
	}
	return flow.PurposeOf(typed)
}

func (a *app) openPurposes() tea.Cmd {
	t, now := a.w.text.Purposes, a.purpose()
	s := &purposes{w: a.w, scopes: map[*page.Row]string{}}
	here := (*page.Row)(nil)
	if now.Key == flow.OwnScopes {
		a.own = now.Scopes
	}
	for _, p := range append(slices.Clone(flow.Purposes), flow.Purpose{Key: flow.OwnScopes, Scopes: cmp.Or(a.own, now.Scopes)}) {
		r := &page.Row{Label: t.Names.Of(p.Key), Aside: t.For.Of(p.Key), Verb: a.w.text.Keys.Choose, Enter: func() tea.Cmd { return a.choosePurpose(p) }}
		s.form.Rows, s.scopes[r] = append(s.form.Rows, r), p.Scopes
		if p.Key == now.Key {
			here = r
		}
	}
	s.form.To(here)
	a.w.Show(s)
	return nil
}

// choosePurpose has its scopes asked for; those of one's own are typed.
func (a *app) choosePurpose(p flow.Purpose) tea.Cmd {
	a.scope.Field.Set(p.Scopes)
	a.scope.Field.Complaint = ""
	switch {
	case p.Key == flow.OwnScopes:
		a.setFolded(false)
		a.form.To(a.scope)
	case a.form.On(a.whatFor):
		a.form.To(a.clientID)
	}
	return a.open()
}

func (s *purposes) Place() (int, string) { return 2, s.w.text.Purposes.Title }
func (s *purposes) Focus() *page.Field   { return nil }
func (s *purposes) Keys() []page.Action {
	return append(s.form.Keys(s.w.text.Keys.Move), page.Press("esc", s.w.text.Keys.Back, s.w.app.open))
}

func (s *purposes) Draw(p *page.Page) {
	t := s.w.text
	p.Heading(t.Purposes.Heading)
	s.form.Draw(p, s.form.Rows...)
	p.Gap()
	for _, r := range s.form.Rows {
		if !s.form.On(r) {
			continue
		}
		scopes := keystore.Clean(s.scopes[r], 400)
		if scopes == "" {
			scopes = t.App.AllScopes
		}
		p.Indented(p.Style.Dim.Render(t.App.Scope+"  "), p.Style.Plain, scopes)
	}
}
