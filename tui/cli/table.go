package cli

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"

	"sfauth/tui/page"
)

// printTable writes a table to a program: the headings, then what rows writes, with tabs
// between cells.
func printTable(w io.Writer, headings string, rows func(t io.Writer)) error {
	out := bufio.NewWriter(w) // tabwriter writes every cell by itself
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, headings)
	rows(t)
	return cmp.Or(t.Flush(), out.Flush())
}

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
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		width = 80
	}
	w, style := page.Ink(f)
	return &paper{w, width, style}
}

// write puts lines on the terminal at once.
func (p *paper) write(lines []string) error {
	_, err := io.WriteString(p.out, strings.Join(lines, "\n")+"\n")
	return err
}

// below are the lines of a sentence under a row, in line with its name.
func (p *paper) below(sentence string, tone page.Tone) []string {
	return p.hanging(strings.Repeat(" ", 1+page.Between), sentence, tone)
}

// hanging are the lines of a sentence that begins after other text and goes on below itself.
func (p *paper) hanging(before, sentence string, tone page.Tone) (lines []string) {
	indent := ansi.StringWidth(before)
	for _, line := range page.Wrap(sentence, max(8, p.width-indent)) {
		lines = append(lines, before+tone.Render(strings.TrimRight(line, " ")))
		before = strings.Repeat(" ", indent)
	}
	return lines
}
