package tui

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

// connection is one saved connection: what is known of it, and what can be done with it.
type connection struct {
	w       *wizard
	of      *saved
	form    page.Form
	doing   string // what is under way, in words
	warning string // of the access token that was copied last

	data360, access, copyAs, token, copyToken, show, check, again, move, rename, name, remove *page.Row
}

func (h *home) openConnection(s *saved) tea.Cmd {
	t, k := h.w.text.Details, h.w.text.Keys
	d := &connection{w: h.w, of: s}
	d.data360 = &page.Row{Label: t.CopyData360, Key: "d", Word: k.CopyData360, Verb: k.Copy, Enter: d.copyData360}
	d.access = &page.Row{Label: t.CopyAccess, Key: "c", Word: k.CopyToken, Verb: k.Copy, Enter: d.copyAccess}
	d.copyAs = &page.Row{Label: t.CopyAs, Key: "t", Word: k.ForTool, Verb: k.Choose, Enter: func() tea.Cmd { return d.w.openExports(d, d.of.Connection, true, d.secrets) }}
	d.token = &page.Row{Label: h.w.text.Done.Token, Verb: k.Open, Enter: func() tea.Cmd { return d.form.Unfold(d.token, d.copyToken, d.show) }}
	d.copyToken = &page.Row{Label: t.CopyToken, Verb: k.Copy, Enter: func() tea.Cmd { return d.w.copyToken(d.secrets) }, Hidden: true}
	d.show = &page.Row{Label: t.Show, Key: "s", Word: k.ShowToken, Verb: k.ShowToken, Enter: func() tea.Cmd { return d.w.showToken(d.secrets) }, Hidden: true}
	d.check = &page.Row{Key: "r", Word: k.Check, Verb: k.Check, Enter: d.checkNow}
	d.again = &page.Row{Label: t.Again, Key: "a", Word: k.Again, Verb: k.Again, Enter: d.authoriseAgain}
	d.move = &page.Row{Key: "m", Word: k.Elsewhere, Verb: k.Elsewhere, Enter: d.moveNow}
	d.rename = &page.Row{Label: h.w.text.Done.Rename, Key: "n", Word: k.Rename, Verb: k.Rename, Enter: func() tea.Cmd { return d.form.Unfold(d.rename, d.name) }}
	d.name = &page.Row{Label: h.w.text.Done.NewName, Field: page.NewField(s.Name, ""), Verb: k.KeepName, Enter: d.setName, Leave: d.setName, Hidden: true}
	d.remove = &page.Row{Label: t.Remove, Key: "x", Word: k.Remove, Verb: k.Remove, Enter: func() tea.Cmd { return h.openRemove(s) }}
	d.Follow()
	d.form.To(d.form.Rows[0])
	h.w.Show(d)
	return nil
}

func (d *connection) Place() (int, string) { return 0, d.w.text.Details.Title }
func (d *connection) About() string        { return keystore.Clean(d.of.Name, 40) }
func (d *connection) Focus() *page.Field   { return d.form.Focus() }

func (d *connection) Keys() []page.Action {
	k := d.w.text.Keys
	keys := d.form.Keys(k.Move)
	if d.form.Focus() != nil {
		if d.name.Field.Value() != d.of.Name {
			keys[0].SetHelp("enter", k.Rename)
		}
		return append(keys, page.Press("esc", k.StopPaste, d.keepName))
	}
	return append(append(keys, d.form.Letters()...), page.Press("esc left", k.Back, d.w.home.open))
}

// Follow has what the connection is in need of first: two enters on the list copy an access
// token of one that lives, and authorise none again but a dead one.
func (d *connection) Follow() tea.Cmd {
	access := []*page.Row{d.access, d.copyAs, d.token, d.copyToken, d.show}
	if login.IsForData360(d.of.Connection) {
		access = append([]*page.Row{d.data360}, access...)
	}
	first := append(slices.Clone(access), d.check)
	rest := []*page.Row{d.again, d.move, d.rename, d.name, d.remove}
	dead := false
	if !d.w.home.busy(d.of) {
		switch d.of.verdict() {
		case flow.Reauthorise, flow.ClientWrong:
			dead = true
			first, rest = append([]*page.Row{d.again, d.check}, access...), rest[1:]
		case flow.Setup, flow.Transient:
			first = append([]*page.Row{d.check}, access...)
		}
	}
	d.data360.Hidden, d.access.Hidden = dead, dead
	to, where := login.OtherStore(d.w.client, d.of.Connection), d.w.text.Details.Share
	if to != keystore.PostgresKind {
		where = d.w.text.Details.Unshare
	}
	d.move.Label, d.move.Hidden = where(d.w.storeName(to)), to == keystore.PostgresKind && !login.Offers(d.w.client)
	d.form.Arrange(append(first, rest...)...)
	d.check.Label = d.w.text.Details.CheckNow
	if d.onlyRenewing() {
		d.check.Label = d.w.text.Details.CheckByRenewing
	}
	return nil
}

// authoriseAgain stops at the app's settings where those are what is wrong.
func (d *connection) authoriseAgain() tea.Cmd {
	return d.w.again(d.of.Connection, d.of.verdict() == flow.ClientWrong)
}

// keepName puts the row back.
func (d *connection) keepName() tea.Cmd {
	d.name.Field.Set(d.of.Name)
	return d.form.Fold(d.rename, d.name, d.rename)
}

func (d *connection) setName() tea.Cmd {
	name := d.name.Field.Value()
	if d.keepName(); name == d.of.Name || d.doing != "" {
		return nil
	}
	d.doing = d.w.text.Details.Renaming
	d.name.Field.Set(name)
	return d.w.startRename(d, d.of.Name, name, d.renamed)
}

func (d *connection) renamed(c keystore.Connection, err error) tea.Cmd {
	d.doing = ""
	if err != nil {
		d.name.Field.Complaint = d.w.sentence(flow.KindOf(err))
		return d.form.Unfold(d.rename, d.name)
	}
	d.of.become(c)
	return nil
}

func (d *connection) secrets(use func(keystore.Connection, keystore.Secrets) tea.Cmd) tea.Cmd {
	return d.w.read(d, d.of.Connection)(use)
}

// onlyRenewing tells whether Salesforce does not answer a check that changes nothing.
func (d *connection) onlyRenewing() bool { return d.of.health.Verdict == flow.Unknown }

// checkNow asks once more, and may ask for a passphrase.
func (d *connection) checkNow() tea.Cmd {
	switch {
	case d.doing != "" || d.w.home.busy(d.of):
		return nil
	case d.onlyRenewing():
		return d.renew(d.w.text.Details.Renewing, flow.TokenOptions{Fresh: true}, d.checkNow, func(flow.Access) tea.Cmd { return nil })
	}
	d.of.health = flow.Health{}
	d.w.home.asked = true
	return d.w.home.resume()
}

// copyAccess copies what `sfauth token` prints.
func (d *connection) copyAccess() tea.Cmd { return d.copyFor(flow.TokenOptions{}, d.copyAccess) }

// copyData360 copies what it prints --for data360.
func (d *connection) copyData360() tea.Cmd {
	return d.copyFor(flow.TokenOptions{Data360: true}, d.copyData360)
}

func (d *connection) copyFor(o flow.TokenOptions, redo func() tea.Cmd) tea.Cmd {
	if d.doing != "" {
		return nil
	}
	return d.renew(d.w.text.Details.Getting, o, redo, func(a flow.Access) tea.Cmd {
		return d.w.put(d.w.text.Exports.AccessToken, a.Token.Reveal(), d.w.text.Clipboard.RunToken, secret)
	})
}

// moveNow shares the connection with other machines, or brings it back from there.
func (d *connection) moveNow() tea.Cmd {
	if d.doing != "" {
		return nil
	}
	name, client, to := d.of.Name, d.w.client, login.OtherStore(d.w.client, d.of.Connection)
	d.doing = d.w.text.Details.Moving
	return d.w.finish(d, func(ctx context.Context, send func(window.InTurn)) error {
		var now keystore.Connection
		err := client.Move(ctx, name, to)
		if err == nil {
			now, err = client.Store.Find(name)
		}
		if err == nil {
			d.w.did(now)
		}
		send(func() tea.Cmd {
			if d.doing = ""; err != nil {
				return d.w.fail(d, d.of.Connection, err, func() tea.Cmd { d.w.Show(d); return d.moveNow() })
			}
			d.of.become(now)
			return d.w.askStores()
		})
		return err
	})
}

// renew gets an access token. Where that takes a renewal, it is also a check.
func (d *connection) renew(doing string, o flow.TokenOptions, redo func() tea.Cmd, use func(flow.Access) tea.Cmd) tea.Cmd {
	name, client, began := d.of.Name, d.w.client, time.Now()
	d.doing, d.warning = doing, ""
	return d.w.finish(d, func(ctx context.Context, send func(window.InTurn)) error {
		access, err := client.Token(ctx, name, o)
		send(func() tea.Cmd {
			if d.doing = ""; err != nil {
				return d.refused(err, redo)
			}
			if o.Data360 {
				access.Connection.InstanceURL = d.of.InstanceURL // not that of Data 360, which the token has to itself
			}
			d.of.become(access.Connection)
			if !access.IssuedAt.Before(began) {
				d.of.heard(client.Health(nil))
			}
			if access.Warning != nil {
				d.warning = d.w.text.Why(access.Warning, text.RequestOf(d.of.Connection))
			}
			if d.w.Uppermost() != window.Screen(d) {
				return nil // the person has gone on to another screen meanwhile
			}
			return use(access)
		})
		return cmp.Or(err, access.Warning)
	})
}

// refused is what became of an access token. What Salesforce says of the connection stands
// on this screen; all else has one of its own.
func (d *connection) refused(err error, redo func() tea.Cmd) tea.Cmd {
	health := d.w.client.Health(err)
	failure, isTold := errors.AsType[*flow.Error](err)
	ofConnection := health.Verdict != flow.Unknown && !(isTold && failure.Step == flow.StepData360)
	isTold = isTold && failure.Err == nil && ofConnection && health.Verdict != flow.Transient
	if ofConnection {
		d.of.heard(health)
	}
	switch {
	case d.w.Uppermost() != window.Screen(d):
		return nil
	case !isTold:
		return d.w.fail(d, d.of.Connection, err, func() tea.Cmd { d.w.Show(d); return redo() })
	}
	d.Follow()
	d.form.To(d.form.Rows[0])
	return nil
}

func (d *connection) Draw(p *page.Page) {
	f, c := d.w.text.Facts, d.of.Connection
	mark, st, words := d.w.home.mark(d.of)
	p.Line(st.Render(mark), " ", p.Style.Strong.Render(words))
	p.Pin()
	if why := d.w.home.reason(d.of); why != "" {
		p.Indented("  ", p.Style.Plain, why)
		d.drawRemedy(p)
	}
	p.Gap()
	d.w.fact(p, f.Name, c.Name)
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
	if k == "" || k == flow.KindUnknown || d.of.verdict() == flow.Unknown {
		return
	}
	t := d.w.text.Explain(k, text.RequestOf(d.of.Connection))
	if d.of.verdict() == flow.Reauthorise { // the first row is what to do
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
	if c.Rotates != nil { // known from the first renewal on
		d.w.fact(p, f.Renewals, d.w.text.Rotation(*c.Rotates))
	}
}

func (d *connection) drawRows(p *page.Page) {
	if d.doing != "" {
		p.Line(p.Style.Dim.Render(d.doing))
	}
	if d.warning != "" {
		p.Indented(p.Style.Warn.Render(page.MarkCare)+" ", p.Style.Plain, d.warning)
	}
	for _, r := range d.form.Rows {
		d.form.Draw(p, r)
		if r == d.check && d.form.On(r) && d.onlyRenewing() {
			p.Indented("  ", p.Style.Dim, d.w.text.Details.Renews)
			p.Below = len(p.Lines) - 1 - p.Focus
		}
	}
}
