package tui

import (
	"cmp"
	"context"

	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

// remove asks before a connection goes, and tells when Salesforce could not be told.
type remove struct {
	w       *wizard
	of      *saved
	from    window.Screen
	form    page.Form
	working bool
	revoked error // the grant lives on at Salesforce
}

func (h *home) openRemove(s *saved) tea.Cmd {
	t, k := h.w.text.Remove, h.w.text.Keys
	r := &remove{w: h.w, of: s, from: h.w.Screen}
	r.form.Rows = []*page.Row{
		{Label: t.No, Key: "n esc", Word: k.KeepIt, Verb: k.KeepIt, Enter: r.back},
		{Label: t.Yes, Key: "y", Word: k.Remove, Verb: k.Remove, Enter: func() tea.Cmd { return r.remove(false) }},
		{Label: t.Forget, Key: "f", Word: k.Forget, Verb: k.Forget, Enter: func() tea.Cmd { return r.remove(true) }},
	}
	h.w.Show(r)
	return nil
}

func (r *remove) Place() (int, string) { return 0, r.w.text.Remove.Title }
func (r *remove) About() string        { return keystore.Clean(r.of.Name, 40) }
func (r *remove) Focus() *page.Field   { return nil }
func (r *remove) back() tea.Cmd        { r.w.Show(r.from); return nil }

func (r *remove) Keys() []page.Action {
	k := r.w.text.Keys
	switch {
	case r.working:
		return nil
	case r.revoked != nil:
		return []page.Action{page.Press("enter esc", k.Continue, r.w.home.open)}
	}
	return append(r.form.Keys(k.Move), r.form.Letters()...)
}

// remove takes the connection away; forgetting keeps the grant at Salesforce.
func (r *remove) remove(keepGrant bool) tea.Cmd {
	gone, client := r.of.Connection, r.w.client
	r.working = true
	return r.w.finish(r, func(ctx context.Context, send func(window.InTurn)) error {
		revoked, err := client.Remove(ctx, gone.Name, keepGrant)
		if err == nil {
			r.w.removed(gone, keepGrant, revoked)
		}
		send(func() tea.Cmd { return r.over(revoked, err) })
		return cmp.Or(err, revoked)
	})
}

func (r *remove) over(revoked, err error) tea.Cmd {
	r.working = false
	switch {
	case err != nil:
		return r.w.fail(r, r.of.Connection, err, nil)
	case revoked != nil:
		r.revoked = revoked
		return nil
	}
	return tea.Batch(r.w.home.open(), r.w.Say(r.w.text.Remove.Removed(keystore.Clean(r.of.Name, 64))))
}

func (r *remove) Draw(p *page.Page) {
	t, name := r.w.text.Remove, keystore.Clean(r.of.Name, 64)
	switch {
	case r.working:
		p.Prose(p.Style.Dim, t.Working)
		return
	case r.revoked != nil:
		p.Indented(p.Style.Warn.Render(page.MarkCare)+" ", p.Style.Strong, t.NotRevoked(name))
		p.Gap()
		p.Prose(p.Style.Plain, t.Because(r.w.briefly(text.RequestOf(r.of.Connection), r.revoked)))
		p.Prose(p.Style.Dim, t.RevokeByHand)
		return
	}
	p.Heading(t.Heading(name))
	p.Prose(p.Style.Plain, t.Revokes)
	p.Gap()
	r.form.Draw(p, r.form.Rows...)
}
