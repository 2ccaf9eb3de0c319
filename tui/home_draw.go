package tui

import (
	"errors"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

// draw has as many connections as there is room for, the one under the cursor with
// what is known of it, and the cursor in the middle where it can be.
func (h *home) draw(p *page.Page) {
	t := h.w.text.Home
	if h.filtering || h.filter.Value() != "" {
		p.Labelled(p.Style.Dim.Render(t.Filter+" "), h.filtering, h.filter)
		p.Gap()
	}
	if len(h.shown) == 0 {
		none := t.NoMatch
		if len(h.all) == 0 {
			none = t.None
		}
		p.Prose(p.Style.Dim, none)
		return
	}
	row := page.NewPage(p.Style, p.Width, p.Small)
	h.drawRow(row, h.shown[h.at], true)
	each := 2
	if p.Small {
		each = 1
	}
	others := max(0, (p.Height-len(p.Lines)-len(row.Lines))/each)
	first := max(0, min(h.at-others/2, len(h.shown)-1-others))
	last := min(first+others, len(h.shown)-1)
	for i := first; i <= last; i++ {
		h.drawRow(p, h.shown[i], i == h.at)
	}
	p.More = last < len(h.shown)-1
}

// drawRow is one connection: name and verdict, then what a small window does without.
func (h *home) drawRow(p *page.Page, s *saved, here bool) {
	t := h.w.text.Home
	cursor, name := "  ", p.Style.Plain
	if here && !h.filtering {
		p.Focus = len(p.Lines)
		cursor = p.Style.Accent.Render(page.MarkHere) + " "
	}
	if here {
		name = p.Style.Strong
	}
	mark, st, words := h.mark(s)
	room := p.Width - 4 - ansi.StringWidth(words) - 2
	if room < 4 {
		words, room = "", p.Width-4
	}
	p.Sides(cursor+st.Render(mark)+" "+name.Render(ansi.Truncate(keystore.Clean(s.Name, 64), max(1, room), "…")), st.Render(words))
	if !p.Small {
		h.drawOrigin(p, s)
	}
	if !here {
		return
	}
	if why := h.reason(s); why != "" {
		p.Indented("    ", st, why)
	}
	p.Indented("    ", p.Style.Dim, t.LastAlive(h.w.text.Moment(s.alive)))
}

// drawOrigin is whose connection it is, where to, and since when.
func (h *home) drawOrigin(p *page.Page, s *saved) {
	org := strings.TrimSuffix(s.Domain, ".my.salesforce.com")
	if org == productionHost || org == sandboxHost { // these hosts serve all orgs
		org = s.OrgID
	}
	since := h.w.text.Home.Authorised(h.w.text.Day(s.AuthorizedAt))
	whose := ansi.Truncate(keystore.Clean(s.Username+" · "+org, 0), max(1, p.Width-4-ansi.StringWidth(since)-2), "…")
	p.Sides("    "+p.Style.Dim.Render(whose), p.Style.Dim.Render(since))
}

// mark is a verdict as a sign, a colour and words.
func (h *home) mark(s *saved) (string, lipgloss.Style, string) {
	if h.busy(s) {
		return string(page.Spinner[h.frame%len(page.Spinner)]), h.w.st.Dim, h.w.text.Home.Checking
	}
	mark, st := Mark(&h.w.st, s.verdict())
	return mark, st, h.w.text.VerdictName(s.verdict())
}

// reason is why it is not alive, "" where there is nothing to say.
func (h *home) reason(s *saved) string {
	kind, said := s.why()
	switch {
	case h.busy(s) || kind == "" && said == "":
		return ""
	case errors.Is(s.health.Err, errNotGiven):
		return h.w.text.Home.NeedsPassphrase
	case kind == flow.KindUnknown || kind == "":
		return keystore.Clean(said, 200)
	}
	return h.w.text.Cause(kind, text.RequestOf(s.Connection))
}
