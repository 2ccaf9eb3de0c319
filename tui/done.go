package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// done is step 4: what was obtained. Its other form is for a grant that could not
// be saved: it is in memory, and nothing but leaving loses it.
type done struct {
	w       *wizard
	form    page.Form
	grant   flow.Grant
	failure error // why it is not saved; nil: it is
	taken   bool  // it was copied or shown: it is in the person's hands
	isNew   bool  // another user's grant became a connection of its own
	working bool  // a save or a rename is under way

	first, replace, again, keep, file, copyAs, token, copyToken, show, rename, name, discard *page.Row
}

func (w *wizard) openDone(g flow.Grant, failure error) *done {
	d := &done{w: w, grant: g}
	d.settle(failure)
	w.Appear(d)
	return d
}

// heading says what was obtained, also where the person does not see the screen.
func (d *done) heading() string {
	t, name := d.w.text.Done, keystore.Clean(d.grant.Connection.Name, 64)
	switch {
	case d.failure != nil:
		return t.HeadingUnsaved
	case d.w.request.Existing != nil && !d.isNew:
		return t.Renewed(name)
	}
	return t.Connected(name)
}

func (d *done) WindowTitle() string {
	mark := page.MarkDone
	if d.failure != nil {
		mark = page.MarkWrong
	}
	return mark + " " + d.heading()
}

// settle builds the rows for a grant that is saved, or is not.
func (d *done) settle(failure error) {
	t, k := d.w.text.Done, d.w.text.Keys
	d.failure = failure
	d.first = &page.Row{Label: t.Finish, Verb: k.Finish, Enter: d.finish}
	if d.w.home != nil {
		d.first.Label, d.first.Verb = t.BackHome, k.Back
	}
	if failure != nil {
		d.first = &page.Row{Label: t.Retry, Key: "r", Verb: k.Save, Enter: d.save}
	}
	if d.isOther() {
		d.first.Label, d.first.Key = t.SaveAsNew, ""
	}
	d.replace = &page.Row{Label: t.Replace(d.replaced()), Verb: k.Replace, Enter: d.replaceExisting, Hidden: !d.isOther()}
	d.again = &page.Row{Label: t.Again, Verb: k.Again, Enter: d.w.authorise, Hidden: !d.isOther()}
	can := login.Remedies(d.w.client, d.w.request, failure)
	d.keep = &page.Row{Label: t.Discard(d.replaced()), Verb: k.Discard, Enter: d.throwAway, Hidden: !d.isOther()}
	d.discard = &page.Row{Label: t.ThrowAway, Verb: k.ThrowAway, Enter: d.throwAway, Hidden: !slices.Contains(can, login.Discard) || d.isOther()}
	d.file = &page.Row{Label: t.SaveInFile, Key: "f", Word: k.UseFile, Verb: k.UseFile, Enter: d.saveInFile, Hidden: !slices.Contains(can, login.SaveInFile)}
	d.copyAs = &page.Row{Label: t.CopyAs, Key: "t", Word: k.ForTool, Verb: k.Choose, Enter: func() tea.Cmd { return d.w.openExports(d, d.grant.Connection, d.failure == nil, d.secrets) }}
	saved := failure == nil
	d.token = &page.Row{Label: t.Token, Verb: k.Open, Enter: func() tea.Cmd { return d.form.Unfold(d.token, d.copyToken, d.show) }, Hidden: !saved}
	d.copyToken = &page.Row{Label: t.CopyToken, Key: "c", Word: k.CopyToken, Verb: k.Copy, Enter: func() tea.Cmd { return d.w.copyToken(d.secrets) }, Hidden: saved}
	d.show = &page.Row{Label: t.Show, Key: "s", Word: k.ShowToken, Verb: k.ShowToken, Enter: func() tea.Cmd { return d.w.showToken(d.secrets) }, Hidden: saved}
	d.rename = &page.Row{Label: t.Rename, Key: "n", Word: k.Rename, Verb: k.Rename, Enter: func() tea.Cmd { return d.form.Unfold(d.rename, d.name) }, Hidden: !saved}
	d.name = &page.Row{Label: t.NewName, Field: page.NewField(d.grant.Connection.Name, ""), Verb: k.KeepName, Enter: d.setName, Leave: d.setName, Hidden: true}
	d.form = page.Form{Rows: []*page.Row{d.first, d.replace, d.again, d.keep, d.file, d.copyAs, d.token, d.copyToken, d.show, d.rename, d.name, d.discard}}
	d.form.To(d.first)
}

func (d *done) copyCommand() tea.Cmd {
	return d.w.copy(d.command(), d.command())
}

// command is what the person came for.
func (d *done) command() string { return login.TokenCommand(d.grant.Connection) }

// isOther tells whether the grant is another user's than the saved connection's.
func (d *done) isOther() bool {
	return d.failure != nil && flow.KindOf(d.failure) == flow.KindOtherUser
}

func (d *done) isUnsaved() bool             { return d.failure != nil }
func (d *done) Place() (int, string)        { return 4, d.w.text.Done.Title }
func (d *done) Succeeded() (yes, over bool) { return d.failure == nil, true }
func (d *done) Focus() *page.Field          { return d.form.Focus() }

func (d *done) WouldLose() string {
	switch {
	case d.failure == nil:
		return ""
	case d.taken:
		return d.w.text.Done.LeaveTaken
	}
	return d.w.text.Done.LeaveUnsaved
}

func (d *done) Keys() []page.Action {
	t := d.w.text.Keys
	keys := d.form.Keys(d.w.text.Keys.Move)
	if d.form.Focus() != nil {
		if d.name.Field.Value() != d.grant.Connection.Name {
			keys[0].SetHelp("enter", t.Rename)
		}
		return append(keys, page.Press("esc", t.StopPaste, func() tea.Cmd {
			d.name.Field.Set(d.grant.Connection.Name)
			return d.form.Fold(d.rename, d.name, d.first)
		}))
	}
	if d.failure == nil {
		keys = append(keys, page.Press("y", t.CopyCommand, d.copyCommand))
	}
	keys = append(keys, d.form.Letters()...)
	if d.failure == nil && d.w.home != nil {
		keys = append(keys, page.Press("esc", "", d.finish))
	}
	return keys
}

func (d *done) finish() tea.Cmd {
	if d.working {
		return nil
	}
	if d.w.home != nil {
		for _, s := range d.siblings() {
			s.health = flow.Health{} // the sixth grant of a user and an app ends the oldest: it may have been this one
		}
		return d.w.home.openAt(d.grant.Connection.ID)
	}
	return d.w.quit(nil)
}

// save tries again; a grant of another user than expected becomes a connection
// of its own, so that nothing is overwritten.
func (d *done) save() tea.Cmd {
	if d.working {
		return nil
	}
	d.working = true
	g, client, teller := d.grant, d.w.client, d.w.teller
	return d.w.start(d, func(ctx context.Context, send func(window.InTurn)) (*keystore.Connection, error) {
		teller.AwaitVault()
		defer teller.Await("")
		c, revoked, err := client.Save(keystore.TellAsking(ctx, teller.Asks), &g)
		if err == nil {
			d.w.unsaved.Store(nil)
		}
		send(func() tea.Cmd { return d.saved(g, c, revoked, err) })
		if err != nil {
			return nil, err
		}
		return &c, nil
	})
}

// saved goes on with a grant that is in its place, or that is not; g has what was to be
// revoked once it is.
func (d *done) saved(g flow.Grant, c keystore.Connection, revoked *flow.Revoked, err error) tea.Cmd {
	d.working, d.grant = false, g
	if err == nil {
		d.grant.Connection = c
		if d.isOther() {
			d.isNew = c.ID != d.w.request.Existing.ID
			d.w.request.Existing = &c // the grant has taken this connection over, or become one of its own
		}
		d.w.revoked = revoked
	}
	d.settle(err)
	return nil
}

// replaceExisting overwrites the saved connection, now that the person has said so.
func (d *done) replaceExisting() tea.Cmd {
	if !d.working {
		d.grant.Connection.ID = d.w.request.Existing.ID
	}
	return d.save()
}

// saveInFile takes the encrypted file for the keychain that would not have it.
func (d *done) saveInFile() tea.Cmd {
	if d.working {
		return nil
	}
	d.w.keepIn(login.UseFile)
	d.w.hasSeenAll()
	return d.save()
}

// throwAway gives the grant back: nobody would have it, and it would count towards
// the five that Salesforce allows (SALESFORCE.md §5.3).
func (d *done) throwAway() tea.Cmd {
	if d.working {
		return nil
	}
	d.working = true
	g, client := d.grant, d.w.client
	return d.w.finish(d, func(ctx context.Context, send func(window.InTurn)) error {
		d.w.unsaved.Store(nil)
		revoked := client.GiveUp(ctx, g)
		send(func() tea.Cmd { return d.thrownAway(revoked) })
		return revoked
	})
}

// thrownAway tells whether the grant has ended.
func (d *done) thrownAway(revoked error) tea.Cmd {
	given := flow.Unkept{Err: ErrQuit, Revoked: revoked}
	d.failure = nil
	if d.w.home != nil {
		return tea.Batch(d.w.home.open(), d.w.Say(d.w.text.Unkept(given, d.w.request)))
	}
	d.w.ended = given
	return tea.Quit
}

func (d *done) setName() tea.Cmd {
	old, name := d.grant.Connection.Name, d.name.Field.Value()
	d.form.Fold(d.rename, d.name, d.first)
	if name == old || d.working {
		return nil
	}
	d.working, d.w.request.Name = true, name
	return d.w.startRename(d, old, name, d.renamed)
}

func (d *done) renamed(c keystore.Connection, err error) tea.Cmd {
	d.working = false
	if err != nil {
		d.name.Field.Complaint = d.w.sentence(flow.KindOf(err))
		return d.form.Unfold(d.rename, d.name)
	}
	d.grant.Connection = c
	d.name.Field.Set(c.Name)
	return nil
}

// startRename tells renamed what became of it.
func (w *wizard) startRename(owner window.Screen, old, name string, renamed func(keystore.Connection, error) tea.Cmd) tea.Cmd {
	client := w.client
	return w.start(owner, func(ctx context.Context, send func(window.InTurn)) (*keystore.Connection, error) {
		c, err := client.Store.Rename(ctx, old, name)
		send(func() tea.Cmd { return renamed(c, err) })
		if err != nil {
			return nil, err
		}
		return &c, nil
	})
}

// secrets are those in memory until they are saved: from then on scripts may renew them.
func (d *done) secrets(use func(keystore.Connection, keystore.Secrets) tea.Cmd) tea.Cmd {
	if d.failure == nil {
		return d.w.read(d, d.grant.Connection)(use)
	}
	d.taken = true
	d.w.unsaved.Store(nil)
	return use(d.grant.Connection, d.grant.Secrets)
}

// siblings are the other connections of the same user and app.
func (d *done) siblings() (all []*saved) {
	if d.w.home == nil {
		return nil
	}
	c := d.grant.Connection
	for _, s := range d.w.home.all {
		if login.Siblings(s.Connection, c) {
			all = append(all, s)
		}
	}
	return all
}

// replaced is the name of the connection that another user's grant could take over.
func (d *done) replaced() string {
	if d.w.request.Existing == nil {
		return ""
	}
	return keystore.Clean(d.w.request.Existing.Name, 64)
}

// Draw has what was obtained, then what to do; a small window has them the other way
// round.
func (d *done) Draw(p *page.Page) {
	t := d.w.text.Done
	switch {
	case d.failure != nil:
		d.drawFailure(p)
		if !p.Small {
			d.drawFacts(p)
			d.drawNotes(p)
			p.Gap()
		}
	case p.Small:
		p.Line(p.Style.Good.Render(page.MarkDone+" "), p.Style.Good.Bold().Render(d.heading()))
		p.Pin()
		p.Line(p.ChipBeside(d.command(), t.CopiesIt))
	default:
		p.Panel(p.Style.Good, func(p *page.Page) {
			p.Line(p.Style.Good.Bold().Render(page.MarkDone + " " + d.heading()))
			p.Gap()
			d.drawFacts(p)
		})
		d.drawNotes(p)
		p.Gap()
		p.Line(p.Style.Dim.Render(t.InScript+"  "), p.Chip(d.command()), "  ", p.Style.Dim.Render(t.CopiesIt))
		p.Gap()
	}
	d.form.Draw(p, d.form.Rows...)
	if p.Small {
		d.drawNotes(p)
		d.drawFacts(p)
	}
}

func (d *done) drawFailure(p *page.Page) {
	trouble := d.w.text.Explain(flow.KindOf(d.failure), d.w.request)
	p.Line(p.Style.Bad.Render(page.MarkWrong), " ", p.Style.Strong.Render(d.w.text.Done.HeadingUnsaved))
	p.Pin()
	p.Gap()
	if p.Small {
		p.Prose(p.Style.Plain, trouble.Sentence)
		return
	}
	p.Prose(p.Style.Plain, trouble.Long)
	for _, fix := range trouble.Fix {
		p.Indented(page.MarkLater+" ", p.Style.Plain, fix)
	}
	p.Gap()
}

// drawFacts are who, which org, and where it is kept.
func (d *done) drawFacts(p *page.Page) {
	d.w.fact(p, d.w.text.Facts.User, d.grant.Connection.Username)
	if d.isOther() {
		before := d.w.request.Existing
		d.w.fact(p, d.w.text.Facts.Before, before.Username+" · "+before.OrgID)
	}
	d.w.origin(p, d.grant.Connection)
	if d.failure == nil {
		d.w.fact(p, d.w.text.Facts.Store, d.w.storeName(d.grant.Connection.Store))
	}
}

// drawNotes is what the grant will not do, and what became of the one before.
func (d *done) drawNotes(p *page.Page) {
	t := d.w.text.Done
	if d.grant.LacksJWT() {
		p.Indented(p.Style.Warn.Render(page.MarkCare)+" ", p.Style.Plain, t.LacksJWT)
	}
	switch {
	case d.w.revoked == nil && d.crowded():
		p.Indented(p.Style.Warn.Render(page.MarkCare)+" ", p.Style.Plain, t.SixthApproval)
	case d.w.revoked == nil:
	case d.w.revoked.Err == nil:
		p.Aside(t.Revoked)
	default:
		p.Indented(p.Style.Warn.Render(page.MarkCare)+" ", p.Style.Plain, t.NotRevoked(d.w.briefly(d.w.request, d.w.revoked.Err)))
		p.Aside("  " + t.FiveApprovals)
	}
}

// crowded tells whether five connections of the same user and app were there before:
// the grant has ended the oldest (SALESFORCE.md §5.3).
func (d *done) crowded() bool { return d.failure == nil && len(d.siblings()) >= 5 }
