//go:build unix

package endtoend

import (
	"regexp"
	"strings"
	"testing"
)

func TestDumbTerminalIsNeverFilled(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.keyring()
	d.set("TERM=dumb")
	tm := d.login()
	tm.see("Saved as acme")
	tm.end(0)
	if i := strings.IndexByte(tm.bytes(), '\x1b'); i >= 0 {
		t.Errorf("an escape sequence: %q", tm.bytes()[i:])
	}
	d.portFree()
	d.savedOne()
}

func TestWithoutATerminalNothingIsDrawn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.keyring()
	talk := d.plain()
	talk.end(0)
	if s := talk.said(); strings.Contains(s, "\x1b") || !strings.Contains(s, "Saved as acme") {
		t.Errorf("said %q", s)
	}
	d.savedOne()
}

// colour is every SGR parameter that chooses one.
var colour = regexp.MustCompile(`\x1b\[([0-9:]*;)*(3[0-8]|4[0-8]|58|9[0-7]|10[0-7])([;:][0-9;:]*)?m`)

func TestNoColorOfAnyValueMeansNoColour(t *testing.T) {
	for _, value := range []string{"1", "anything", "0"} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "deny")
			d.keyring()
			d.set("NO_COLOR=" + value)
			tm := d.login()
			tm.see(tryAgain)
			d.leavesNothing(tm, keys(ctrlC))
			if found := colour.FindString(tm.bytes()); found != "" {
				t.Errorf("a colour: %q", found)
			}
		})
	}
}

func TestColourIsUsedWhereItIsWelcome(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "deny")
	d.keyring()
	tm := d.login()
	tm.see(tryAgain)
	d.leavesNothing(tm, keys(ctrlC))
	if !colour.MatchString(tm.bytes()) {
		t.Error("no colour at all")
	}
}
