package cli

import (
	"os"
	"runtime"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"
)

// canFillScreen tells whether there are two terminals that can do more than a
// teletype: out's, and in's or, where stdin is taken, the controlling one.
func canFillScreen(in, out *os.File, stdinTaken bool) bool {
	kind := os.Getenv("TERM")
	if kind == "dumb" || kind == "" && runtime.GOOS != "windows" || !isTerminal(out) {
		return false
	}
	if !stdinTaken {
		return isTerminal(in)
	}
	keys, screen, err := tea.OpenTTY()
	if err != nil {
		return false
	}
	keys.Close()
	screen.Close()
	return true
}

// isTerminal tells whether a person is at the other end of f.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
