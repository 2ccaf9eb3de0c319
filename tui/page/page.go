// Package page is paper and pencil: pages, fields, rows and keys of a full screen,
// and nothing of what stands on them.
package page

import (
	"image"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Page collects lines from top to bottom and remembers where the cursor and the
// Focus are, so that nobody adds up paddings by hand. In a small window it
// leaves out gaps and asides: a screen is written once, most important first.
type Page struct {
	Style  *Styles
	Width  int
	Height int // what can be seen of it, in lines
	Small  bool
	More   bool // something below was not even drawn
	Mouse  bool // no text on it is there for the mouse to select
	Lines  []string
	cursor *tea.Cursor
	Focus  int // the line that must be seen; -1: none
	Below  int // so many lines after it as well
	pinned int // so many lines from the top, too
	spots  []spot
}

// spot is where something stands that can have the focus, and what a click there does.
type spot struct {
	image.Rectangle
	click func() tea.Cmd
}

func NewPage(st *Styles, width int, small bool) *Page {
	return &Page{Style: st, Width: max(1, width), Small: small, Mouse: true, Focus: -1}
}

func (p *Page) Line(parts ...string) { p.Lines = append(p.Lines, strings.Join(parts, "")) }

func (p *Page) Gap() {
	if !p.Small {
		p.Line()
	}
}

func (p *Page) Heading(s string) {
	p.Prose(p.Style.Strong, s)
	p.Gap()
}

// Prose wraps words to the page.
func (p *Page) Prose(st Tone, s string) { p.Indented("", st, s) }

// Aside is prose that a small window does without; blanks before it indent it.
func (p *Page) Aside(s string) {
	if !p.Small {
		words := strings.TrimLeft(s, " ")
		p.Indented(s[:len(s)-len(words)], p.Style.Dim, words)
	}
}

// Together is a blank at which Indented breaks no line.
const Together = "\u00a0"

// Indented puts mark before the first line of wrapped words and as many blanks
// before the others.
func (p *Page) Indented(mark string, st Tone, s string) {
	in := ansi.StringWidth(mark)
	for _, l := range Wrap(s, max(1, p.Width-in)) {
		p.Line(mark, st.Render(strings.ReplaceAll(strings.TrimRight(l, " "), Together, " ")))
		mark = strings.Repeat(" ", in)
	}
}

// Wrapped is prose of so many lines at most; it ends in an ellipsis where there is more.
func (p *Page) Wrapped(st Tone, s string, most int) {
	if s == "" {
		return
	}
	lines := Wrap(s, p.Width)
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = ansi.Truncate(lines[most-1]+" …", p.Width, "…")
	}
	for _, l := range lines {
		p.Line(st.Render(strings.TrimRight(l, " ")))
	}
}

// Beside puts a page at the left edge, with its rows and its focus, and lines in a column at
// the right one, so many lines in all.
func (p *Page) Beside(left *Page, right []string, gap, high int) {
	top := len(p.Lines)
	if left.Focus >= 0 {
		p.Focus, p.Below = top+left.Focus, left.Below
	}
	for _, s := range left.spots {
		p.spots = append(p.spots, spot{s.Add(image.Pt(0, top)), s.click})
	}
	for i := range high {
		var l, r string
		if i < len(left.Lines) {
			l = ansi.Truncate(left.Lines[i], left.Width, "…")
		}
		if i < len(right) {
			r = right[i]
		}
		p.Line(strings.TrimRight(Pad(l, left.Width+gap)+r, " "))
	}
}

// Address is a URL wrapped hard, so that it can be selected where links are not
// supported; its lines share an id, which makes them one link where they are.
func (p *Page) Address(indent int, url string) {
	p.Mouse = false
	for l := range strings.SplitSeq(ansi.Hardwrap(url, max(1, p.Width-indent), true), "\n") {
		p.Line(strings.Repeat(" ", indent), linked(p.Style.Accent.Render(l), url))
	}
}

// Selectable is text wrapped hard, so that it can be selected.
func (p *Page) Selectable(text string) {
	p.Mouse = false
	p.Lines = append(p.Lines, strings.Split(ansi.Hardwrap(text, p.Width, true), "\n")...)
}

// Link is words that lead to url where the terminal makes links.
func (p *Page) Link(words, url string) string {
	return linked(p.Style.Accent.style.Underline(true).Render(words), url)
}

// Panel frames what draw puts on it.
func (p *Page) Panel(edge Tone, draw func(*Page)) {
	const inset = 2
	in := NewPage(p.Style, p.Width-2*(1+inset), p.Small)
	draw(in)
	p.Lines = append(p.Lines, Box(edge, in.Lines, p.Width, inset)...)
}

// Chip is a command that can be copied and run.
func (p *Page) Chip(command string) string { return p.Style.Chip.Render(" " + command + " ") }

// ChipBeside is a chip and what is said of it, where both fit on a line.
func (p *Page) ChipBeside(command, said string) string {
	chip := p.Chip(command)
	if ansi.StringWidth(chip+"  "+said) > p.Width {
		return chip
	}
	return chip + "  " + p.Style.Dim.Render(said)
}

// Bar is how much is left of a time.
func (p *Page) Bar(st Tone, cells int, left float64) string {
	full := max(0, min(cells, int(left*float64(cells)+0.5)))
	return st.Render(strings.Repeat(BarFull, full)) + p.Style.Dim.Render(strings.Repeat(BarEmpty, cells-full))
}

// Sides puts left at the left edge and right at the right one; where there is
// no room for both, right is left out.
func (p *Page) Sides(left, right string) {
	room := p.Width - ansi.StringWidth(left) - ansi.StringWidth(right)
	if right == "" || room < 2 {
		p.Line(left)
		return
	}
	p.Line(left, strings.Repeat(" ", room), right)
}

// choice is a row of a form: text, what is said of it, and at the right edge its key.
func (p *Page) choice(here bool, text, aside, beside string) {
	mark, st := "  ", p.Style.Plain
	if here {
		p.Focus, p.Below = len(p.Lines), 0
		mark, st = p.Style.Accent.Render(MarkHere)+" ", p.Style.Strong
	}
	if beside != "" {
		beside = p.Style.Dim.Render(beside)
	}
	p.Sides(mark+st.Render(text)+p.Style.Dim.Render(aside), beside)
}

// wrappedChoice is a row of a form that may take some lines, all of which are seen when it has
// the focus.
func (p *Page) wrappedChoice(here, over bool, mark, text string) {
	from, before, st := len(p.Lines), "  ", p.Style.Plain
	if over {
		st = p.Style.Dim
	}
	if here {
		before, st = p.Style.Accent.Render(MarkHere)+" ", p.Style.Strong
	}
	p.Indented(before+mark, st, text)
	if here {
		p.Focus, p.Below = from, len(p.Lines)-from-1
	}
}

// Column is how many cells the widest of texts needs, and some between.
func Column(texts ...string) int {
	cells := 0
	for _, t := range texts {
		cells = max(cells, ansi.StringWidth(t))
	}
	return cells + 3
}

// Pad fills text with blanks up to a column.
func Pad(text string, column int) string {
	return text + strings.Repeat(" ", max(0, column-ansi.StringWidth(text)))
}

// Field draws f after indent blanks; here means that it has the focus.
func (p *Page) Field(here bool, indent int, f *Field) {
	p.Labelled(strings.Repeat(" ", indent), here, f)
}

// Labelled draws f behind a label on the same line.
func (p *Page) Labelled(label string, here bool, f *Field) {
	indent := ansi.StringWidth(label)
	bar := p.Style.Dim.Render(BarIdle)
	if here {
		bar = p.Style.Accent.Render(barHere)
	}
	room := max(1, p.Width-indent-3)
	text, x := f.window(room)
	if f.input.Value() == "" {
		text = p.Style.Dim.Render(ansi.Truncate(f.Placeholder, room, "…"))
	}
	if here {
		p.Focus, p.Below = len(p.Lines), 3
		p.cursor = tea.NewCursor(indent+2+x, len(p.Lines))
		p.cursor.Shape = tea.CursorBar
	}
	p.Line(label, bar, " ", text)
	if f.Complaint != "" {
		p.Indented(strings.Repeat(" ", indent)+p.Style.Bad.Render(MarkWrong)+" ", p.Style.Bad, f.Complaint)
	} else if f.Warning != "" {
		p.Indented(strings.Repeat(" ", indent)+p.Style.Warn.Render("!")+" ", p.Style.Warn, f.Warning)
	}
}

// Pin keeps what is drawn so far in sight.
func (p *Page) Pin() { p.pinned = len(p.Lines) }

// Box draws a frame of so many cells around lines, with some blanks at either side.
func Box(edge Tone, lines []string, width, inset int) []string {
	side, rule, blank := edge.Render("│"), strings.Repeat("─", max(0, width-2)), strings.Repeat(" ", inset)
	room := max(0, width-2*(1+inset))
	all := []string{edge.Render("╭" + rule + "╮")}
	for _, l := range lines {
		all = append(all, side+blank+Pad(ansi.Truncate(l, room, "…"), room)+blank+side)
	}
	return append(all, edge.Render("╰"+rule+"╯"))
}

// rest is the first line that h lines show before anybody scrolls: as little down as it
// takes to see the focus and what belongs to it.
func (p *Page) rest(h int) int {
	if p.Focus < 0 {
		return 0
	}
	return p.within(h, min(p.Focus-p.pinned, p.Focus+1+p.Below-h))
}

// within is top, or the nearest line from which h lines show no more than there is.
func (p *Page) within(h, top int) int { return max(0, min(top, len(p.Lines)-h)) }

// Scrolled is scroll, moved by n lines, no further than h lines show something else for it.
func (p *Page) Scrolled(h, scroll, n int) int {
	rest := p.rest(h)
	return p.within(h, p.within(h, rest+scroll)+n) - rest
}

// Ends tells whether the focus has nowhere to go on the page, up and down. A focus
// that is on no row has not.
func (p *Page) Ends() (first, last bool) {
	first, last = true, true
	on := false
	for _, s := range p.spots {
		first, last = first && s.Max.Y > p.Focus, last && s.Min.Y <= p.Focus
		on = on || s.Min.Y <= p.Focus && p.Focus < s.Max.Y
	}
	return first || !on, last || !on
}

// Hides tells whether something that belongs to the row with the focus, and to no other,
// stands below what h lines show.
func (p *Page) Hides(h, scroll int) bool {
	end := min(p.Focus+1+p.Below, len(p.Lines))
	for _, s := range p.spots {
		if s.Min.Y > p.Focus {
			end = min(end, s.Min.Y)
		}
	}
	return p.Focus >= 0 && end > p.within(h, p.rest(h)+scroll)+h
}

// Spot remembers that what stands from that line on can have the focus, and what a click does there.
func (p *Page) Spot(from int, click func() tea.Cmd) {
	p.spots = append(p.spots, spot{image.Rect(0, from, p.Width, len(p.Lines)), click})
}

// At is what a click does on a cell of the h lines that are shown; nil: nothing.
func (p *Page) At(x, y, h, scroll int) func() tea.Cmd {
	if y >= min(p.pinned, h/4) {
		y += p.within(h, p.rest(h)+scroll)
	}
	for _, s := range p.spots {
		if image.Pt(x, y).In(s.Rectangle) {
			return s.click
		}
	}
	return nil
}

// Clip is what h lines of the page show: those pinned, then from so many lines on as
// somebody has scrolled away from where the focus puts it. more tells that lines are left
// out below.
func (p *Page) Clip(h, scroll int) (lines []string, cursor *tea.Cursor, more bool) {
	top := p.within(h, p.rest(h)+scroll)
	pinned := min(p.pinned, h/4) // in a low window the focus is all that fits
	for i := range min(h, len(p.Lines)) {
		if i >= pinned {
			i += top
		}
		lines = append(lines, p.Lines[i])
	}
	if p.cursor != nil {
		p.cursor.Y -= top
	}
	return lines, p.cursor, p.More || top+h < len(p.Lines)
}
