//go:build unix

package endtoend

import (
	"os"
	"path/filepath"
	"testing"
)

// connectInFile logs in with the encrypted file for a store. From then on its
// passphrase, which is returned, is asked for.
func (d *desk) connectInFile() (passphrase string) {
	d.t.Helper()
	passphrase = "correct horse"
	file := filepath.Join(d.dir, "passphrase")
	if err := os.WriteFile(file, []byte(passphrase+"\n"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	before := d.env
	d.set("SFAUTH_PASSPHRASE_FILE=" + file)
	d.plain("--plain", "--store", "file").end(0)
	d.env = before
	if err := os.Remove(file); err != nil {
		d.t.Fatal(err)
	}
	return passphrase
}

func TestAScriptAsksForThePassphraseOnItsTerminal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	passphrase := d.connectInFile()
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
			d := newDesk(t, "allow")
			d.connectInFile()
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
