package tui

import (
	"cmp"
	"context"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
)

// details is one saved connection: what is known of it, and what can be done with it.
type details struct {
	*wizard
	of    *saved
	form  form
	token keystore.Secret // shown, because it was asked for
	doing string          // what is under way, in words

	name, again, copyToken, copyAs, show, check, remove *row
}

func (h *home) openDetails(s *saved) tea.Cmd {
	k := h.text.Keys
	d := &details{wizard: h.wizard, of: s}
	d.name = &row{field: newField(s.Name, ""), verb: k.KeepName, enter: d.rename}
	d.again = &row{verb: k.Again, enter: d.authoriseAgain}
	d.copyToken = &row{verb: k.Copy, enter: func() tea.Cmd { return d.wizard.copyToken(d.secrets) }}
	d.copyAs = &row{verb: k.Choose, enter: func() tea.Cmd { return d.openExports(d, d.secrets) }}
	d.show = &row{verb: k.ShowToken, enter: func() tea.Cmd { return d.toggle(&d.token, d.secrets) }}
	d.check = &row{verb: k.Check, enter: d.renew}
	d.remove = &row{verb: k.Remove, enter: func() tea.Cmd { return h.openRemove(s) }}
	d.form.rows = []*row{d.name, d.again, d.check, d.copyToken, d.copyAs, d.show, d.remove}
	d.form.to(d.again)
	h.wizard.show(d)
	return d.update(nil)
}

func (d *details) place() (int, string) { return 0, d.text.Details.Title }
func (d *details) about() string        { return keystore.Clean(d.of.Name, 40) }
func (d *details) focus() *field        { return d.form.focus() }

func (d *details) keys() []action {
	k := d.text.Keys
	keys := d.form.keys(d.text)
	if d.form.focus() != nil {
		if d.name.field.value() != d.of.Name {
			keys[0].SetHelp("enter", k.Rename)
		}
		return append(keys, press("esc", k.StopPaste, func() tea.Cmd { d.name.field.set(d.of.Name); d.form.to(d.again); return nil }))
	}
	return append(keys,
		press("esc left", k.Back, d.home.open),
		press("a", "", d.again.enter),
		press("c", k.CopyToken, d.copyToken.enter),
		press("s", k.ShowToken, d.show.enter),
		press("x", k.Remove, d.remove.enter),
	)
}

// update offers a check that renews where Salesforce does not answer one that does
// not.
func (d *details) update(msg tea.Msg) tea.Cmd {
	d.check.hidden = d.home.busy(d.of) || d.of.verdict() != flow.Unknown
	if d.check.hidden && d.form.on(d.check) {
		d.form.to(d.again)
	}
	if m, ok := msg.(renamedMsg); ok {
		return d.renamed(m)
	}
	return nil
}

// authoriseAgain stops at the app's settings where those are what is wrong.
func (d *details) authoriseAgain() tea.Cmd {
	return d.wizard.again(d.of.Connection, d.of.verdict() == flow.ClientWrong)
}

func (d *details) rename() tea.Cmd {
	name := d.name.field.value()
	if name == d.of.Name || d.doing != "" {
		d.form.to(d.again)
		return nil
	}
	d.doing = d.text.Details.Renaming
	return d.startRename(d, d.of.Name, name)
}

func (d *details) renamed(m renamedMsg) tea.Cmd {
	d.doing = ""
	if m.err != nil {
		d.name.field.complaint = d.sentence(flow.KindOf(m.err))
		d.form.to(d.name)
		return nil
	}
	d.of.become(m.connection)
	d.form.to(d.again)
	return nil
}

func (d *details) secrets(use func(keystore.Connection, keystore.Secrets) tea.Cmd) tea.Cmd {
	return d.read(d, d.of.Connection)(use)
}

// renew checks the connection in the one way that always works and changes something.
func (d *details) renew() tea.Cmd {
	if d.doing != "" {
		return nil
	}
	name, client := d.of.Name, d.client
	d.doing = d.text.Details.Renewing
	return d.finish(d, func(ctx context.Context, send func(tea.Msg)) error {
		access, err := client.Token(ctx, name, flow.TokenOptions{Fresh: true})
		send(then(func() tea.Cmd { return d.renewed(access, err) }))
		return cmp.Or(err, access.Warning)
	})
}

func (d *details) renewed(a flow.Access, err error) tea.Cmd {
	d.doing = ""
	if err == nil {
		d.of.become(a.Connection)
	}
	d.of.heard(d.client.Health(err))
	return d.update(nil)
}

func (d *details) draw(p *page) {
	f, c := d.text.Facts, d.of.Connection
	mark, st, words := d.home.mark(d.of)
	p.line(st.Render(mark), " ", p.st.strong.Render(words))
	p.pin()
	if why := d.home.reason(d.of); why != "" {
		p.indented("  ", st, why)
		d.drawRemedy(p)
	}
	p.gap()
	p.labelled(d.label(p, f.Name), d.form.on(d.name), d.name.field)
	d.fact(p, f.User, c.Username)
	if p.small {
		d.drawRows(p)
		p.line()
		d.drawFacts(p)
		return
	}
	d.drawFacts(p)
	p.gap()
	d.drawRows(p)
}

// drawRemedy is what to do about what Salesforce said.
func (d *details) drawRemedy(p *page) {
	k, _ := d.of.why()
	if k == "" || k == flow.KindUnknown || !d.check.hidden {
		return
	}
	t := explain(d.text, RequestOf(d.of.Connection), k)
	if d.of.verdict() == flow.Reauthorise { // what to do has the cursor already
		p.aside("  " + t.Meaning)
		return
	}
	p.aside("  " + t.Fix[0])
	if t.Setup != "" {
		p.aside("  " + t.Setup)
	}
}

func (d *details) drawFacts(p *page) {
	f, c := d.text.Facts, d.of.Connection
	d.fact(p, f.Login, c.Domain)
	d.origin(p, c)
	d.fact(p, f.Store, d.text.storeName(c.Store))
	d.fact(p, f.Authorised, moment(c.AuthorizedAt))
	d.fact(p, f.Alive, moment(d.of.alive))
}

func (d *details) drawRows(p *page) {
	t := d.text.Details
	if d.doing != "" {
		p.line(p.st.dim.Render(d.doing))
	}
	show := t.Show
	if !d.token.Empty() {
		show = t.Hide
	}
	p.choice(d.form.on(d.again), t.Again, "a")
	if !d.check.hidden {
		p.choice(d.form.on(d.check), t.CheckByRenewing, "")
		if d.form.on(d.check) {
			p.indented("  ", p.st.dim, t.Renews)
			p.below = len(p.lines) - 1 - p.focus
		}
	}
	p.choice(d.form.on(d.copyToken), t.CopyToken, "c")
	p.choice(d.form.on(d.copyAs), t.CopyAs, "")
	p.choice(d.form.on(d.show), show, "s")
	p.choice(d.form.on(d.remove), t.Remove, "x")
	if !d.token.Empty() {
		p.secret(d.token)
	}
}
