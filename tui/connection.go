package tui

import (
	"cmp"
	"context"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

// connection is one saved connection: what is known of it, and what can be done with it.
type connection struct {
	w     *wizard
	of    *saved
	form  page.Form
	token keystore.Secret // shown, because it was asked for
	doing string          // what is under way, in words

	name, again, copyToken, copyAs, show, check, remove *page.Row
}

func (h *home) openConnection(s *saved) tea.Cmd {
	t, k := h.w.text.Details, h.w.text.Keys
	d := &connection{w: h.w, of: s}
	d.name = &page.Row{Field: page.NewField(s.Name, ""), Verb: k.KeepName, Enter: d.rename, Leave: d.rename}
	d.again = &page.Row{Label: t.Again, Key: "a", Verb: k.Again, Enter: d.authoriseAgain}
	d.copyToken = &page.Row{Label: t.CopyToken, Key: "c", Word: k.CopyToken, Verb: k.Copy, Enter: func() tea.Cmd { return d.w.copyToken(d.secrets) }}
	d.copyAs = &page.Row{Label: t.CopyAs, Verb: k.Choose, Enter: func() tea.Cmd { return d.w.openExports(d, d.secrets) }}
	d.show = &page.Row{Label: t.Show, Key: "s", Word: k.ShowToken, Verb: k.ShowToken, Enter: func() tea.Cmd { return d.w.showToken(d.secrets) }}
	d.check = &page.Row{Label: t.CheckByRenewing, Verb: k.Check, Enter: d.renew}
	d.remove = &page.Row{Label: t.Remove, Key: "x", Word: k.Remove, Verb: k.Remove, Enter: func() tea.Cmd { return h.openRemove(s) }}
	d.form.Rows = []*page.Row{d.name, d.again, d.check, d.copyToken, d.copyAs, d.show, d.remove}
	d.form.To(d.again)
	h.w.show(d)
	return nil
}

func (d *connection) place() (int, string) { return 0, d.w.text.Details.Title }
func (d *connection) about() string        { return keystore.Clean(d.of.Name, 40) }
func (d *connection) focus() *page.Field   { return d.form.Focus() }

func (d *connection) keys() []page.Action {
	k := d.w.text.Keys
	keys := d.form.Keys(d.w.text.Keys.Move)
	if d.form.Focus() != nil {
		if d.name.Field.Value() != d.of.Name {
			keys[0].SetHelp("enter", k.Rename)
		}
		return append(keys, page.Press("esc", k.StopPaste, func() tea.Cmd { d.name.Field.Set(d.of.Name); d.form.To(d.again); return nil }))
	}
	return append(append(keys, page.Press("esc left", k.Back, d.w.home.open)), d.form.Letters()...)
}

// follow offers the check that renews where Salesforce has not answered the one that does not.
func (d *connection) follow() tea.Cmd {
	d.check.Hidden = d.w.home.busy(d.of) || d.of.verdict() != flow.Unknown
	if d.check.Hidden && d.form.On(d.check) {
		d.form.To(d.again)
	}
	d.show.Label = d.w.text.Details.Show
	if !d.token.Empty() {
		d.show.Label = d.w.text.Details.Hide
	}
	return nil
}

// authoriseAgain stops at the app's settings where those are what is wrong.
func (d *connection) authoriseAgain() tea.Cmd {
	return d.w.again(d.of.Connection, d.of.verdict() == flow.ClientWrong)
}

func (d *connection) rename() tea.Cmd {
	name := d.name.Field.Value()
	if d.form.On(d.name) {
		d.form.To(d.again)
	}
	if name == d.of.Name || d.doing != "" {
		return nil
	}
	d.doing = d.w.text.Details.Renaming
	return d.w.startRename(d, d.of.Name, name, d.renamed)
}

func (d *connection) renamed(c keystore.Connection, err error) tea.Cmd {
	d.doing = ""
	if err != nil {
		d.name.Field.Complaint = d.w.sentence(flow.KindOf(err))
		d.form.To(d.name)
		return nil
	}
	d.of.become(c)
	return nil
}

func (d *connection) secrets(use func(keystore.Connection, keystore.Secrets) tea.Cmd) tea.Cmd {
	return d.w.read(d, d.of.Connection)(use)
}

// renew checks the connection in the one way that always works and changes something.
func (d *connection) renew() tea.Cmd {
	if d.doing != "" {
		return nil
	}
	name, client := d.of.Name, d.w.client
	d.doing = d.w.text.Details.Renewing
	return d.w.finish(d, func(ctx context.Context, send func(inTurn)) error {
		access, err := client.Token(ctx, name, flow.TokenOptions{Fresh: true})
		send(func() tea.Cmd { return d.renewed(access, err) })
		return cmp.Or(err, access.Warning)
	})
}

func (d *connection) renewed(a flow.Access, err error) tea.Cmd {
	d.doing = ""
	if err == nil {
		d.of.become(a.Connection)
	}
	d.of.heard(d.w.client.Health(err))
	return nil
}

func (d *connection) draw(p *page.Page) {
	f, c := d.w.text.Facts, d.of.Connection
	mark, st, words := d.w.home.mark(d.of)
	p.Line(st.Render(mark), " ", p.Style.Strong.Render(words))
	p.Pin()
	if why := d.w.home.reason(d.of); why != "" {
		p.Indented("  ", st, why)
		d.drawRemedy(p)
	}
	p.Gap()
	p.Labelled(d.w.label(p, f.Name), d.form.On(d.name), d.name.Field)
	d.w.fact(p, f.User, c.Username)
	if p.Small {
		d.drawRows(p)
		p.Line()
		d.drawFacts(p)
		return
	}
	d.drawFacts(p)
	p.Gap()
	d.drawRows(p)
}

// drawRemedy is what to do about what Salesforce said.
func (d *connection) drawRemedy(p *page.Page) {
	k, _ := d.of.why()
	if k == "" || k == flow.KindUnknown || !d.check.Hidden {
		return
	}
	t := d.w.text.Explain(k, text.RequestOf(d.of.Connection))
	if d.of.verdict() == flow.Reauthorise { // the cursor is on "Authorise again", which is what to do
		if d.w.home.reason(d.of) != t.Meaning {
			p.Aside("  " + t.Meaning)
		}
		return
	}
	p.Aside("  " + t.Fix[0])
	if t.Setup != "" {
		p.Aside("  " + t.Setup)
	}
}

func (d *connection) drawFacts(p *page.Page) {
	f, c := d.w.text.Facts, d.of.Connection
	d.w.fact(p, f.Login, c.Domain)
	d.w.origin(p, c)
	d.w.fact(p, f.Store, d.w.storeName(c.Store))
	d.w.fact(p, f.Authorised, d.w.text.Moment(c.AuthorizedAt))
	d.w.fact(p, f.Alive, d.w.text.Moment(d.of.alive))
}

func (d *connection) drawRows(p *page.Page) {
	t := d.w.text.Details
	if d.doing != "" {
		p.Line(p.Style.Dim.Render(d.doing))
	}
	for _, r := range d.form.Rows[1:] {
		d.form.Draw(p, r)
		if r == d.check && d.form.On(r) {
			p.Indented("  ", p.Style.Dim, t.Renews)
			p.Below = len(p.Lines) - 1 - p.Focus
		}
	}
	if !d.token.Empty() {
		p.Gap()
		p.Selectable(keystore.Clean(d.token.Reveal(), 0))
	}
}
