package tui

import (
	"fmt"
	"hash/fnv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// page collects lines from top to bottom and remembers where the cursor and the
// focus are, so that nobody adds up paddings by hand. In a small window it
// leaves out gaps and asides: a screen is written once, most important first.
type page struct {
	st     *styles
	width  int
	height int // what can be seen of it, in lines
	small  bool
	more   bool // something below was not even drawn
	lines  []string
	cursor *tea.Cursor
	focus  int // the line that must be seen; -1: none
	below  int // so many lines after it as well
	pinned int // so many lines from the top, too
}

func newPage(st *styles, width int, small bool) *page {
	return &page{st: st, width: max(1, width), small: small, focus: -1}
}

func (p *page) line(parts ...string) { p.lines = append(p.lines, strings.Join(parts, "")) }

func (p *page) gap() {
	if !p.small {
		p.line()
	}
}

func (p *page) heading(s string) {
	p.prose(p.st.strong, s)
	p.gap()
}

// prose wraps words to the page.
func (p *page) prose(st lipgloss.Style, s string) { p.indented("", st, s) }

// aside is prose that a small window does without; blanks before it indent it.
func (p *page) aside(s string) {
	if !p.small {
		words := strings.TrimLeft(s, " ")
		p.indented(s[:len(s)-len(words)], p.st.dim, words)
	}
}

// indented puts mark before the first line of wrapped words and as many blanks
// before the others.
func (p *page) indented(mark string, st lipgloss.Style, s string) {
	in := ansi.StringWidth(mark)
	for l := range strings.SplitSeq(ansi.Wrap(s, max(1, p.width-in), ""), "\n") {
		p.line(mark, st.Render(strings.TrimRight(l, " ")))
		mark = strings.Repeat(" ", in)
	}
}

// address is a URL wrapped hard, so that it can be selected where links are not
// supported; its lines share an id, which makes them one link where they are.
func (p *page) address(indent int, url string) {
	h := fnv.New32()
	h.Write([]byte(url))
	st := p.st.accent.Hyperlink(url, fmt.Sprintf("id=%x", h.Sum32()))
	for l := range strings.SplitSeq(ansi.Hardwrap(url, max(1, p.width-indent), true), "\n") {
		p.line(strings.Repeat(" ", indent), st.Render(l))
	}
}

// sides puts left at the left edge and right at the right one; where there is
// no room for both, right is left out.
func (p *page) sides(left, right string) {
	room := p.width - ansi.StringWidth(left) - ansi.StringWidth(right)
	if right == "" || room < 2 {
		p.line(left)
		return
	}
	p.line(left, strings.Repeat(" ", room), right)
}

// choice is a row of a form: text, and at the right edge what is said of it.
func (p *page) choice(here bool, text, beside string) {
	mark, st := "  ", p.st.plain
	if here {
		p.focus, p.below = len(p.lines), 0
		mark, st = p.st.accent.Render(markHere)+" ", p.st.strong
	}
	if beside != "" {
		beside = p.st.dim.Render(beside)
	}
	p.sides(mark+st.Render(text), beside)
}

// column is how many cells the widest of texts needs, and some between.
func column(texts ...string) int {
	cells := 0
	for _, t := range texts {
		cells = max(cells, ansi.StringWidth(t))
	}
	return cells + 3
}

// pad fills text with blanks up to a column.
func pad(text string, column int) string {
	return text + strings.Repeat(" ", max(0, column-ansi.StringWidth(text)))
}

// field draws f after indent blanks; here means that it has the focus.
func (p *page) field(here bool, indent int, f *field) {
	p.labelled(strings.Repeat(" ", indent), here, f)
}

// labelled draws f behind a label on the same line.
func (p *page) labelled(label string, here bool, f *field) {
	indent := ansi.StringWidth(label)
	bar := p.st.dim.Render(barIdle)
	if here {
		bar = p.st.accent.Render(barHere)
	}
	room := max(1, p.width-indent-3)
	text, x := f.window(room)
	if f.input.Value() == "" {
		text = p.st.dim.Render(ansi.Truncate(f.placeholder, room, "…"))
	}
	if here {
		p.focus, p.below = len(p.lines), 3
		p.cursor = tea.NewCursor(indent+2+x, len(p.lines))
		p.cursor.Shape = tea.CursorBar
	}
	p.line(label, bar, " ", text)
	if f.complaint != "" {
		p.indented(strings.Repeat(" ", indent)+p.st.bad.Render(markWrong)+" ", p.st.bad, f.complaint)
	} else if f.warning != "" {
		p.indented(strings.Repeat(" ", indent)+p.st.warn.Render("!")+" ", p.st.warn, f.warning)
	}
}

// pin keeps what is drawn so far in sight.
func (p *page) pin() { p.pinned = len(p.lines) }

// clip is what h lines of the page show: those pinned, then from the scrolled line
// on, or as little further down as it takes to see the focus and what belongs to it.
// Long lines end in an ellipsis. more tells that lines are left out below.
func (p *page) clip(h, scroll int) (lines []string, cursor *tea.Cursor, more bool) {
	if p.focus >= 0 {
		scroll = min(p.focus-p.pinned, p.focus+1+p.below-h)
	}
	top := max(0, min(scroll, len(p.lines)-h))
	pinned := min(p.pinned, h/4) // in a low window the focus is all that fits
	for i := range min(h, len(p.lines)) {
		if i >= pinned {
			i += top
		}
		lines = append(lines, ansi.Truncate(p.lines[i], p.width, "…"))
	}
	if p.cursor != nil {
		p.cursor.Y -= top
	}
	return lines, p.cursor, p.more || top+h < len(p.lines)
}
