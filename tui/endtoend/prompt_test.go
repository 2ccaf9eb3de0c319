//go:build unix

package endtoend

import (
	"testing"
)

func TestAScriptAsksForThePassphraseOnItsTerminal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.haveInFile()
	tm := d.open(nil, "check")
	tm.see("Passphrase of sfauth's encrypted file:")
	tm.press(passphrase + enter)
	tm.see("alive")
	tm.end(0)
}

func TestCtrlCAtAQuestionEndsItAndGivesTheTerminalBack(t *testing.T) {
	for name, row := range map[string]struct {
		args []string
		see  string
	}{
		"passphrase": {[]string{"token", "acme"}, "Passphrase of sfauth's encrypted file:"},
		"removal":    {[]string{"remove", "acme"}, "Type yes to go on:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.haveInFile()
			tm := d.open(nil, row.args...)
			tm.see(row.see)
			tm.press(ctrlC)
			tm.end(130)
			if all := d.saved(); len(all) != 1 {
				t.Errorf("saved: %v", all)
			}
		})
	}
}
