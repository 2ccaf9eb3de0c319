package tui

import (
	"cmp"
	"context"

	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
)

// remove asks before a connection goes, and tells when Salesforce could not be told.
type remove struct {
	*wizard
	of      *saved
	from    screen
	form    form
	working bool
	revoked error // the grant lives on at Salesforce
}

func (h *home) openRemove(s *saved) tea.Cmd {
	k := h.text.Keys
	r := &remove{wizard: h.wizard, of: s, from: h.screen}
	r.form.rows = []*row{
		{verb: k.KeepIt, enter: r.back},
		{verb: k.Remove, enter: func() tea.Cmd { return r.remove(false) }},
		{verb: k.Forget, enter: func() tea.Cmd { return r.remove(true) }},
	}
	h.show(r)
	return nil
}

func (r *remove) place() (int, string)   { return 0, r.text.Remove.Title }
func (r *remove) about() string          { return keystore.Clean(r.of.Name, 40) }
func (r *remove) focus() *field          { return nil }
func (r *remove) update(tea.Msg) tea.Cmd { return nil }
func (r *remove) back() tea.Cmd          { r.show(r.from); return nil }

func (r *remove) keys() []action {
	k := r.text.Keys
	switch {
	case r.working:
		return nil
	case r.revoked != nil:
		return []action{press("enter esc", k.Continue, r.home.open)}
	}
	return append(r.form.keys(r.text),
		press("y", k.Remove, r.form.rows[1].enter),
		press("n esc", k.KeepIt, r.back),
		press("f", k.Forget, r.form.rows[2].enter),
	)
}

// remove takes the connection away; forgetting keeps the grant at Salesforce.
func (r *remove) remove(keepGrant bool) tea.Cmd {
	name, client := r.of.Name, r.client
	r.working = true
	return r.finish(r, func(ctx context.Context, send func(tea.Msg)) error {
		revoked, err := client.Remove(ctx, name, keepGrant)
		send(then(func() tea.Cmd { return r.over(revoked, err) }))
		return cmp.Or(err, revoked)
	})
}

func (r *remove) over(revoked, err error) tea.Cmd {
	r.working = false
	switch {
	case err != nil:
		return r.fail(r, r.of.Connection, err, nil)
	case revoked != nil:
		r.revoked = revoked
		return nil
	}
	return tea.Batch(r.home.open(), r.say(r.text.Remove.Removed(keystore.Clean(r.of.Name, 64))))
}

// RevokeByHand is what is left to do about a grant that could not be revoked.
func RevokeByHand() string { return fragment(english.Remove.RevokeByHand) }

func (r *remove) draw(p *page) {
	t, name := r.text.Remove, keystore.Clean(r.of.Name, 64)
	switch {
	case r.working:
		p.prose(p.st.dim, t.Working)
		return
	case r.revoked != nil:
		p.indented(p.st.warn.Render(markCare)+" ", p.st.strong, t.NotRevoked(name))
		p.gap()
		p.prose(p.st.plain, r.briefly(RequestOf(r.of.Connection), r.revoked)+".")
		p.prose(p.st.dim, t.RevokeByHand)
		return
	}
	p.heading(t.Heading(name))
	p.prose(p.st.plain, t.Revokes)
	p.gap()
	p.choice(r.form.at == 0, t.No, "n")
	p.choice(r.form.at == 1, t.Yes, "y")
	p.choice(r.form.at == 2, t.Forget, "f")
}
