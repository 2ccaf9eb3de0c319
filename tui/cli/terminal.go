package cli

import (
	"os"
	"runtime"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"
)

// FullScreen tells whether there are two terminals that can do more than a
// teletype: out's, and in's or, where stdin is taken, the controlling one.
func FullScreen(in, out *os.File, stdinTaken bool) bool {
	kind := os.Getenv("TERM")
	if kind == "dumb" || kind == "" && runtime.GOOS != "windows" || !IsTerminal(out) {
		return false
	}
	if !stdinTaken {
		return IsTerminal(in)
	}
	keys, screen, err := tea.OpenTTY()
	if err != nil {
		return false
	}
	keys.Close()
	screen.Close()
	return true
}

// IsTerminal tells whether a person is at the other end of f.
func IsTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
