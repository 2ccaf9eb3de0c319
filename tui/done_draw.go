package tui

import (
	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
)

// draw has what is known, then what to do; a small window has them the other way
// round.
func (d *done) draw(p *page.Page) {
	t := d.w.text.Done
	if d.failure == nil {
		p.Line(p.Style.Good.Render(page.MarkDone), " ", p.Style.Strong.Render(t.Heading))
		p.Pin()
		p.Gap()
		p.Labelled(d.w.label(p, d.w.text.Facts.Name), d.form.On(d.name), d.name.Field)
	} else {
		d.drawFailure(p)
	}
	d.w.fact(p, d.w.text.Facts.User, d.grant.Connection.Username)
	if d.isOther() {
		before := d.w.request.Existing
		d.w.fact(p, d.w.text.Facts.Before, before.Username+" · "+before.OrgID)
	}
	if p.Small {
		d.drawRevoked(p)
		d.drawRows(p)
		d.drawConnection(p)
		return
	}
	d.drawConnection(p)
	d.drawRevoked(p)
	p.Gap()
	d.drawRows(p)
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

// drawConnection is what is known besides the name and the user.
func (d *done) drawConnection(p *page.Page) {
	d.w.origin(p, d.grant.Connection)
	if d.failure == nil {
		d.w.fact(p, d.w.text.Facts.Store, d.w.vaultName)
	}
}

// drawRevoked is what became of the grant before.
func (d *done) drawRevoked(p *page.Page) {
	t := d.w.text.Done
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

// drawRows are the things to do with it.
func (d *done) drawRows(p *page.Page) {
	if t := d.w.text.Done; d.failure == nil {
		p.Line(p.Style.Dim.Render(t.Next+"  "), p.Style.Strong.Render("sfauth token "+keystore.Clean(d.grant.Connection.Name, 64)))
		p.Gap()
	}
	d.form.Draw(p, d.form.Rows[1:]...)
	if !d.token.Empty() {
		p.Gap()
		p.Selectable(keystore.Clean(d.token.Reveal(), 0))
	}
}

// crowded tells whether five connections of the same user and app were there before:
// the grant has ended the oldest (SALESFORCE.md §5.3).
func (d *done) crowded() bool { return d.failure == nil && len(d.siblings()) >= 5 }

// siblings are the other connections of the same user and app.
func (d *done) siblings() (all []*saved) {
	if d.w.home == nil {
		return nil
	}
	c := d.grant.Connection
	for _, s := range d.w.home.all {
		if s.ID != c.ID && s.Domain == c.Domain && s.ClientID == c.ClientID && s.UserID == c.UserID {
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
