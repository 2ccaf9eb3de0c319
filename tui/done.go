package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
)

// done is step 4: what was obtained. Its other form is for a grant that could not
// be saved: it is in memory, and nothing but leaving loses it.
type done struct {
	*wizard
	form    form
	grant   flow.Grant
	failure error // why it is not saved; nil: it is
	working bool  // a save or a rename is under way
	shown   bool  // the refresh token, on request

	name, first, again, copyToken, show *row
	exports                             []*row
}

func (w *wizard) openDone(g flow.Grant, failure error) tea.Cmd {
	d := &done{wizard: w, grant: g}
	d.settle(failure)
	w.show(d)
	return nil
}

// settle builds the rows for a grant that is saved, or is not.
func (d *done) settle(failure error) {
	t, k := d.text.Done, d.text.Keys
	d.failure, d.trouble = failure, failure
	d.name = &row{field: newField(d.grant.Connection.Name, ""), verb: k.KeepName, enter: d.rename, hidden: failure != nil}
	d.first = &row{verb: k.Finish, enter: d.finish}
	if failure != nil {
		d.first = &row{verb: k.Save, enter: d.save}
	}
	d.again = &row{verb: k.Again, enter: d.authorise, hidden: !d.isOther()}
	d.copyToken = &row{verb: k.Copy, enter: func() tea.Cmd { return d.copySecret(t.RefreshToken, d.grant.Secrets.RefreshToken.Reveal()) }}
	d.exports = nil
	for _, f := range keystore.ExportFormats() {
		d.exports = append(d.exports, &row{verb: k.Copy, enter: func() tea.Cmd { return d.export(f) }})
	}
	d.show = &row{verb: k.ShowToken, enter: func() tea.Cmd { d.shown = !d.shown; return nil }}
	d.form = form{rows: slices.Concat([]*row{d.name, d.first, d.again, d.copyToken}, d.exports, []*row{d.show})}
	d.form.to(d.first)
}

// isOther tells whether the grant is another user's than the saved connection's.
func (d *done) isOther() bool {
	return d.failure != nil && flow.KindOf(d.failure) == flow.KindOtherUser
}

func (d *done) place() (int, string) { return 4, d.text.Done.Title }
func (d *done) focus() *field        { return d.form.focus() }

func (d *done) holds() string {
	if d.failure != nil {
		return d.text.Done.LeaveUnsaved
	}
	return ""
}

func (d *done) keys() []action {
	t := d.text.Keys
	keys := d.form.keys(d.text)
	if d.form.focus() != nil {
		if d.name.field.value() != d.grant.Connection.Name {
			keys[0].SetHelp("enter", t.Rename)
		}
		return append(keys, press("esc", t.StopPaste, func() tea.Cmd { d.form.to(d.first); return nil }))
	}
	if d.failure != nil {
		keys = append(keys, press("r", "", d.save))
	}
	return append(keys, press("c", t.CopyToken, d.copyToken.enter), press("s", t.ShowToken, d.show.enter))
}

type (
	savedMsg struct {
		connection keystore.Connection
		err        error
	}
	renamedMsg struct {
		connection keystore.Connection
		err        error
	}
)

func (d *done) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case savedMsg:
		d.working = false
		if msg.err == nil {
			d.grant.Connection = msg.connection
			if d.isOther() {
				d.request.Existing = nil // it is a connection of its own now
			}
		}
		d.settle(msg.err)
	case renamedMsg:
		d.working = false
		if msg.err != nil {
			d.name.field.complaint = d.sentence(flow.KindOf(msg.err))
			d.form.to(d.name)
			return nil
		}
		d.grant.Connection = msg.connection
		d.name.field.set(msg.connection.Name)
		d.form.to(d.first)
	}
	return nil
}

func (d *done) finish() tea.Cmd {
	if d.working {
		return nil
	}
	return tea.Quit
}

// save tries again; a grant of another user than expected becomes a connection
// of its own, so that nothing is overwritten.
func (d *done) save() tea.Cmd {
	if d.working {
		return nil
	}
	d.working = true
	g := d.grant
	return d.start(d, func(ctx context.Context, send func(tea.Msg)) *keystore.Connection {
		c, err := d.client.Save(ctx, g)
		send(savedMsg{c, err})
		if err != nil {
			return nil
		}
		return &c
	})
}

func (d *done) rename() tea.Cmd {
	old, name := d.grant.Connection.Name, d.name.field.value()
	if name == old || d.working {
		d.form.to(d.first)
		return nil
	}
	d.working, d.request.Name = true, name
	return d.start(d, func(ctx context.Context, send func(tea.Msg)) *keystore.Connection {
		c, err := d.client.Store.Rename(old, name)
		send(renamedMsg{c, err})
		if err != nil {
			return nil
		}
		return &c
	})
}

func (d *done) copySecret(what, secret string) tea.Cmd {
	return tea.Batch(tea.SetClipboard(secret), d.say(d.text.Done.SentSecret(what)))
}

func (d *done) export(format string) tea.Cmd {
	text, err := keystore.Export(format, d.grant.Connection, d.grant.Secrets, d.request.Domain.URL(""))
	if err != nil {
		return d.say(keystore.Clean(err.Error(), 200))
	}
	return d.copySecret(d.text.Done.Formats[format], text)
}
