package cli

import (
	"io"
	"os"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"

	"sfauth/keystore"
	"sfauth/tui/page"
)

// paper is a terminal that tables and findings are written on, with its width in cells.
type paper struct {
	out   io.Writer
	width int
	style page.Styles
}

// paperOn is nil where f is no terminal: a program reads what is written there.
func paperOn(f *os.File) *paper {
	if !isTerminal(f) {
		return nil
	}
	w := colorprofile.NewWriter(f, os.Environ())
	if os.Getenv("NO_COLOR") != "" { // any value; colorprofile knows only true ones
		w.Profile = min(w.Profile, colorprofile.ASCII)
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		width = 80
	}
	return &paper{w, width, page.NewStyles(page.UnknownGround, w.Profile)}
}

// write puts lines on the terminal at once.
func (p *paper) write(lines []string) error {
	_, err := io.WriteString(p.out, strings.Join(lines, "\n")+"\n")
	return err
}

// column is one of a table: its heading, and a cell for each row.
type column struct {
	head  string
	cells []string
	tones []lipgloss.Style // of the cells
	least int              // cells that it can be cut to; 0: it stays whole
	inner bool             // it is cut in its middle: both ends say something
	worth int              // the least goes first where there is no room; 0: it stays
	width int
}

// add puts a cell under those that there are.
func (c *column) add(text string, tone lipgloss.Style) {
	c.cells, c.tones = append(c.cells, keystore.Clean(text, 0)), append(c.tones, tone)
}

// fitted are columns that have room beside each other in so many cells. Those that can be
// cut are, the widest first. Where that is not enough, the one of least worth goes. What stays
// is cut in the end.
func fitted(columns []column, width int) []column {
	columns = slices.Clone(columns)
	for {
		over := -between - width
		for i := range columns {
			c := &columns[i]
			c.width = ansi.StringWidth(c.head)
			for _, cell := range c.cells {
				c.width = max(c.width, ansi.StringWidth(cell))
			}
			over += c.width + between
		}
		if over = narrow(columns, over, func(c column) int { return c.least }); over <= 0 {
			return columns
		}
		least := -1
		for i, c := range columns {
			if c.worth > 0 && (least < 0 || c.worth < columns[least].worth) {
				least = i
			}
		}
		if least < 0 {
			narrow(columns, over, func(column) int { return 1 })
			return columns
		}
		columns = slices.Delete(columns, least, least+1)
	}
}

// between is how many blanks are between two columns.
const between = 2

// narrow takes cells from the widest columns that can spare them, and returns how many more
// there should be.
func narrow(columns []column, over int, least func(column) int) int {
	for ; over > 0; over-- {
		widest := -1
		for i, c := range columns {
			if n := least(c); n > 0 && c.width > n && (widest < 0 || c.width > columns[widest].width) {
				widest = i
			}
		}
		if widest < 0 {
			return over
		}
		columns[widest].width--
	}
	return over
}

// heading is the line over a table.
func heading(columns []column, style lipgloss.Style) string {
	var line []string
	for _, c := range columns {
		line = append(line, style.Render(page.Pad(ansi.Truncate(c.head, c.width, "…"), c.width)))
	}
	return strings.TrimRight(strings.Join(line, strings.Repeat(" ", between)), " ")
}

// row is the i-th line of a table.
func row(columns []column, i int) string {
	var line []string
	for n, c := range columns {
		text := ansi.Truncate(c.cells[i], c.width, "…")
		if c.inner {
			text = middle(c.cells[i], c.width)
		}
		blanks := strings.Repeat(" ", max(0, c.width-ansi.StringWidth(text)))
		if n == len(columns)-1 {
			blanks = ""
		}
		line = append(line, c.tones[i].Render(text)+blanks)
	}
	return strings.Join(line, strings.Repeat(" ", between))
}

// middle is text in so many cells, with … in place of what there is no room for between its
// ends.
func middle(text string, cells int) string {
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

// below are the lines of a sentence under a row, in line with its name.
func (p *paper) below(sentence string, tone lipgloss.Style) (lines []string) {
	indent := strings.Repeat(" ", 1+between)
	for line := range strings.SplitSeq(ansi.Wrap(sentence, max(8, p.width-len(indent)), ""), "\n") {
		lines = append(lines, indent+tone.Render(strings.TrimRight(line, " ")))
	}
	return lines
}
