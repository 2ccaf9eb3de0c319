package page

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Col is a column of a table: its heading, and a cell for each row.
type Col struct {
	Head  string
	Width int  // of its widest cell, and of what is told of those that are not drawn
	Least int  // cells that it can be cut to; 0: it stays whole
	Inner bool // it is cut in its middle: both ends say something
	Worth int  // the least goes first where there is no room; 0: it stays
	cells []string
	tones []Tone // of the cells
}

// Add puts a cell under those that there are.
func (c *Col) Add(text string, tone Tone) {
	c.cells, c.tones, c.Width = append(c.cells, text), append(c.tones, tone), max(c.Width, ansi.StringWidth(text))
}

// Fitted are columns that have room beside each other in so many cells. Those that can be
// cut are, the widest first. Where that is not enough, the one of least worth goes. What stays
// is cut in the end.
func Fitted(whole []Col, width int) []Col {
	whole = slices.Clone(whole)
	for {
		columns := slices.Clone(whole)
		over := -Between - width
		for i := range columns {
			c := &columns[i]
			c.Width = max(c.Width, ansi.StringWidth(c.Head))
			over += c.Width + Between
		}
		if over = narrow(columns, over, func(c Col) int { return c.Least }); over <= 0 {
			return columns
		}
		least := -1
		for i, c := range columns {
			if c.Worth > 0 && (least < 0 || c.Worth < columns[least].Worth) {
				least = i
			}
		}
		if least < 0 {
			narrow(columns, over, func(Col) int { return 1 })
			return columns
		}
		whole = slices.Delete(whole, least, least+1)
	}
}

// Between is how many blanks are between two columns.
const Between = 2

// narrow takes cells from the widest columns that can spare them, and returns how many more
// there should be.
func narrow(columns []Col, over int, least func(Col) int) int {
	for ; over > 0; over-- {
		widest := -1
		for i, c := range columns {
			if n := least(c); n > 0 && c.Width > n && (widest < 0 || c.Width > columns[widest].Width) {
				widest = i
			}
		}
		if widest < 0 {
			return over
		}
		columns[widest].Width--
	}
	return over
}

// Headings is the line over a table.
func Headings(columns []Col, style Tone) string {
	var line []string
	for _, c := range columns {
		line = append(line, Pad(ansi.Truncate(c.Head, c.Width, "…"), c.Width))
	}
	return style.Render(strings.TrimRight(strings.Join(line, strings.Repeat(" ", Between)), " "))
}

// Line is the i-th row of a table.
func Line(columns []Col, i int) string {
	var line []string
	for n, c := range columns {
		text := ansi.Truncate(c.cells[i], c.Width, "…")
		if c.Inner {
			text = Middle(c.cells[i], c.Width)
		}
		blanks := strings.Repeat(" ", max(0, c.Width-ansi.StringWidth(text)))
		if n == len(columns)-1 {
			blanks = ""
		}
		line = append(line, c.tones[i].Render(text)+blanks)
	}
	return strings.Join(line, strings.Repeat(" ", Between))
}

// Middle is text in so many cells, with … in place of what there is no room for between its
// ends.
func Middle(text string, cells int) string {
	has := ansi.StringWidth(text)
	if has <= cells {
		return text
	}
	tail := max(0, cells-1) / 2
	head := ansi.Truncate(text, max(0, cells-1-tail), "") + "…"
	end := ansi.TruncateLeft(text, has-tail, "")
	if ansi.StringWidth(head+end) > cells { // the first letter of end is two cells wide, and half of it was to go
		end = ansi.TruncateLeft(text, has-tail+1, "")
	}
	return head + end
}
