package tui

import (
	"sfauth/flow"
	"sfauth/tui/page"
)

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
		p.Line(p.Style.Good.Render(page.MarkDone+" "), p.Style.Good.Bold(true).Render(d.heading()))
		p.Pin()
		p.Line(p.ChipBeside(d.command(), t.CopiesIt))
	default:
		p.Panel(p.Style.Good, func(p *page.Page) {
			p.Line(p.Style.Good.Bold(true).Render(page.MarkDone + " " + d.heading()))
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
