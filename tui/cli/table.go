package cli

import (
	"io"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"

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

// below are the lines of a sentence under a row, in line with its name.
func (p *paper) below(sentence string, tone lipgloss.Style) (lines []string) {
	indent := strings.Repeat(" ", 1+page.Between)
	for line := range strings.SplitSeq(ansi.Wrap(sentence, max(8, p.width-len(indent)), ""), "\n") {
		lines = append(lines, indent+tone.Render(strings.TrimRight(line, " ")))
	}
	return lines
}
