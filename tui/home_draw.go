package tui

import (
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

// Draw has as many connections as there is room for, and what is known of the one under the
// cursor: beside them where the window is wide, and below them where it is not. A row is as
// high with the cursor as without.
func (h *home) Draw(p *page.Page) {
	h.drawHead(p)
	switch {
	case len(h.all) == 0:
		p.Prose(p.Style.Dim, h.w.text.Home.None)
	case len(h.shown) == 0:
		p.Prose(p.Style.Dim, h.w.text.Home.NoMatch)
	case h.Wide():
		h.drawWide(p)
	default:
		h.drawList(p)
	}
}

// drawHead is what stands above the list: that it may not be all, and the filter.
func (h *home) drawHead(p *page.Page) {
	if h.unread != nil {
		why := h.w.briefly(flow.Request{}, h.unread)
		if !p.Small {
			why = h.w.text.Home.Unread(why)
		}
		p.Indented(p.Style.Warn.Render(page.MarkCare)+" ", p.Style.Plain, why)
		p.Gap()
	}
	if h.filtering || h.filter.Value() != "" {
		p.Labelled(p.Style.Dim.Render(h.w.text.Home.Filter+" "), h.filtering, h.filter)
		p.Gap()
	}
}

// fits is how many connections there is room for.
func (h *home) fits(p *page.Page) int {
	h.drawHead(p)
	room := p.Height - len(p.Lines)
	if h.Wide() {
		return max(1, room-2) // the headings, and a blank line below them
	}
	return max(1, (room-h.below(p))/h.each(p))
}

// each is how high a connection is in a list.
func (h *home) each(p *page.Page) int {
	if p.Small {
		return 1
	}
	return 2
}

// below is how many lines there are for what is known of the connection under the cursor,
// whichever that is: a gap, why it is not alive, and when it was last seen so. A small window
// has the last of them.
func (h *home) below(p *page.Page) int {
	switch {
	case p.Height < 6:
		return 0
	case p.Small:
		return 1
	}
	return 1 + whyLines + 1
}

const whyLines = 2

// window is what is shown of the list: the cursor is in the middle of it where it can be.
func (h *home) window(fits int) (first, last int) {
	first = max(0, min(h.at-fits/2, len(h.shown)-fits))
	return first, min(first+fits, len(h.shown))
}

// drawList is one column.
func (h *home) drawList(p *page.Page) {
	fits := h.fits(h.w.Paper())
	first, last := h.window(fits)
	for _, s := range h.shown[first:last] {
		h.drawRow(p, s)
	}
	high, t := len(p.Lines)+h.below(p), h.w.text
	switch {
	case len(p.Lines) == high:
		return
	case p.Small:
		if last-first < fits {
			p.Line()
		}
		p.Sides(h.w.label(p, t.Facts.Alive)+t.Day(h.here().alive), h.position(p, fits))
		return
	}
	p.Gap()
	known := page.NewPage(p.Style, p.Width-4, false)
	known.Wrapped(p.Style.Plain, h.reason(h.here()), whyLines)
	known.Sides(p.Style.Dim.Render(t.Home.LastAlive(t.Moment(h.here().alive))), h.position(p, fits))
	for _, l := range known.Lines {
		p.Line("    ", l)
	}
	for len(p.Lines) < high {
		p.Line()
	}
}

// position is where the cursor is in a list of which not all fits.
func (h *home) position(p *page.Page, fits int) string {
	if len(h.shown) <= fits {
		return ""
	}
	return p.Style.Dim.Render(h.w.text.Home.Place(h.at+1, len(h.shown)))
}

// drawRow is one connection: name and verdict, then what a small window does without.
func (h *home) drawRow(p *page.Page, s *saved) {
	from := len(p.Lines)
	cursor, name := h.cursor(p, s)
	mark, st, words := h.mark(s)
	room := p.Width - 4 - ansi.StringWidth(words) - 2
	if room < 4 {
		words, room = "", p.Width-4
	}
	p.Sides(cursor+st.Render(mark)+" "+name.Render(ansi.Truncate(keystore.Clean(s.Name, 64), max(1, room), "…")), st.Render(words))
	if !p.Small {
		h.drawOrigin(p, s)
	}
	p.Spot(from, h.click(s))
}

// cursor is what stands before a connection, and the weight of its name.
func (h *home) cursor(p *page.Page, s *saved) (string, page.Tone) {
	if s != h.here() {
		return "  ", p.Style.Plain
	}
	if !h.filtering {
		p.Focus = len(p.Lines)
	}
	return p.Style.Accent.Render(page.MarkHere) + " ", p.Style.Strong
}

// click moves the cursor to a connection; where that is already it does what enter does.
func (h *home) click(s *saved) func() tea.Cmd {
	return func() tea.Cmd {
		if s != h.here() {
			h.to(s)
			return nil
		}
		_, do := h.enter(s)
		return do()
	}
}

// where is the org that a connection leads to, in few cells.
func (s *saved) where() string {
	org := strings.TrimSuffix(s.Domain, ".my.salesforce.com")
	if org == productionHost || org == sandboxHost { // these hosts serve all orgs
		return s.OrgID
	}
	return org
}

// drawOrigin is whose connection it is, where to, and since when.
func (h *home) drawOrigin(p *page.Page, s *saved) {
	since := h.w.text.Home.Authorised(h.w.text.Day(s.AuthorizedAt))
	whose := ansi.Truncate(keystore.Clean(s.Username+" · "+s.where(), 0), max(1, p.Width-4-ansi.StringWidth(since)-2), "…")
	p.Sides("    "+p.Style.Dim.Render(whose), p.Style.Dim.Render(since))
}

// drawWide is a table, and beside it all that is known of the connection under the cursor.
func (h *home) drawWide(p *page.Page) {
	const gap = 3
	pane := min(48, max(40, p.Width*3/10))
	table := page.NewPage(p.Style, p.Width-pane-gap, false)
	h.drawTable(table, h.fits(h.w.Paper()))
	inside := page.NewPage(p.Style, pane-4, false)
	h.drawPane(inside, h.here())
	high := min(p.Height-len(p.Lines), max(len(table.Lines), paneHeight))
	lines := inside.Lines[:min(len(inside.Lines), high-2)]
	p.Beside(table, page.Box(p.Style.Edge, lines, pane, 1), gap, high)
}

// paneHeight is how many lines there are for the pane at least, so that the keys below it
// stay where they are.
const paneHeight = 18

// drawTable has a line for each connection. How wide a column is all of them decide, so that
// it stays as it is while the list moves.
func (h *home) drawTable(p *page.Page, fits int) {
	t, f := h.w.text, h.w.text.Facts
	verdict := page.Col{Width: ansi.StringWidth(t.Home.Checking)}
	name := page.Col{Head: f.Name, Width: h.widest[0], Least: 10}
	user := page.Col{Head: f.User, Width: h.widest[1], Least: 16, Inner: true, Worth: 2}
	domain := page.Col{Head: f.Login, Width: h.widest[2], Least: 12, Inner: true, Worth: 1}
	alive := page.Col{Head: f.Alive, Width: ansi.StringWidth(t.Ago(59 * time.Minute))}
	for _, v := range t.Home.Verdicts {
		verdict.Width = max(verdict.Width, ansi.StringWidth(v.Says))
	}
	first, last := h.window(fits)
	for _, s := range h.shown[first:last] {
		st := p.Style.Plain
		if s == h.here() {
			st = p.Style.Strong
		}
		_, tone, words := h.mark(s)
		name.Add(keystore.Clean(s.Name, 64), st)
		user.Add(keystore.Clean(s.Username, 0), p.Style.Dim)
		domain.Add(keystore.Clean(s.where(), 0), p.Style.Dim)
		alive.Add(t.Ago(time.Since(s.alive)), p.Style.Dim)
		verdict.Add(words, tone)
	}
	columns := page.Fitted([]page.Col{name, user, domain, alive, verdict}, p.Width-4)
	p.Sides("    "+page.Headings(columns, p.Style.Dim), h.position(p, fits))
	for i, s := range h.shown[first:last] {
		from := len(p.Lines)
		cursor, _ := h.cursor(p, s)
		sign, tone, _ := h.mark(s)
		p.Line(cursor, tone.Render(sign), " ", page.Line(columns, i))
		p.Spot(from, h.click(s))
	}
}

// drawPane is what is known of a connection, and what to do about it.
func (h *home) drawPane(p *page.Page, s *saved) {
	t, f := h.w.text, h.w.text.Facts
	mark, st, words := h.mark(s)
	p.Line(p.Style.Strong.Render(ansi.Truncate(keystore.Clean(s.Name, 64), p.Width, "…")))
	p.Line(st.Render(mark), " ", st.Render(words))
	p.Wrapped(p.Style.Plain, h.reason(s), 4)
	p.Line()
	for _, fact := range [][2]string{
		{f.User, s.Username}, {f.Org, s.OrgID}, {f.Login, s.Domain}, {f.Store, h.w.storeName(s.Store)}, {f.Authorised, t.Day(s.AuthorizedAt)}, {f.Alive, t.Moment(s.alive)},
	} {
		h.w.fact(p, fact[0], fact[1])
	}
	if h.busy(s) {
		return
	}
	switch s.verdict() {
	case flow.Alive:
		p.Line()
		p.Line(p.Style.Dim.Render(t.Done.InScript))
		p.Line(p.Style.Chip.Render(" " + login.TokenCommand(s.Connection) + " "))
	case flow.Reauthorise:
		p.Line()
		p.Line(p.Style.Accent.Render("enter"), " ", p.Style.Strong.Render(t.Keys.Again))
	case flow.Setup, flow.ClientWrong:
		p.Line()
		kind, _ := s.why()
		p.Wrapped(p.Style.Plain, t.Explain(kind, text.RequestOf(s.Connection)).Fix[0], 4)
	}
}

// mark is a verdict as a sign, a colour and words.
func (h *home) mark(s *saved) (string, page.Tone, string) {
	if h.busy(s) {
		return string(page.Spinner[h.frame%len(page.Spinner)]), h.w.Styles.Dim, h.w.text.Home.Checking
	}
	v := s.verdict()
	sign, tone := Mark(&h.w.Styles, v)
	return sign, tone, h.w.text.VerdictName(v)
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
