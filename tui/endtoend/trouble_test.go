//go:build unix

package endtoend

import (
	"os"
	"testing"
	"time"
)

func TestKeychainTroubleIsSaidBeforeTheBrowserOpensAndCanBeRepaired(t *testing.T) {
	for name, row := range map[string]struct {
		say     string
		prepare func(*desk) (repair func())
	}{
		"no bus": {"This session has no keychain", func(d *desk) func() {
			return d.keyring
		}},
		"no provider": {"No keychain is running", func(d *desk) func() {
			d.bus("")
			return d.provider
		}},
		"no keyring": {"The keychain has no place for secrets yet", func(d *desk) func() {
			d.bus(byActivation)
			return d.makeKeyring
		}},
		"deaf": {"The keychain is not answering", func(d *desk) func() {
			stop := d.deaf()
			return func() { stop(); os.Remove(d.socket()); d.keyring() }
		}},
		"locked": {"The keychain is locked", func(d *desk) func() {
			d.locked()
			return d.unlock
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			need(t, "gnome-keyring-daemon", "secret-tool")
			d := newDesk(t, "nothing")
			repair := row.prepare(d)
			began := time.Now()
			tm := d.login()
			tm.see(row.say, tryAgain)
			if took := time.Since(began); took > soon {
				t.Errorf("said after %v", took)
			}
			d.noBrowser()
			d.portFree()
			if all := d.saved(); len(all) != 0 {
				t.Errorf("saved %v", all)
			}
			repair()
			tm.press("r")
			tm.see(waiting)
			tm.press(ctrlC)
			tm.end(130)
			d.portFree()
			d.nothingSaved()
		})
	}
}

func TestNonsenseFromTheTokenEndpointIsNeverAReasonToSave(t *testing.T) {
	for fault, say := range map[string]string{"html_503": "HTTP 503", "html_200": "The answer makes no sense", "redirect_elsewhere": "HTTP 302",
		"hang": "did not answer", "endless": "The answer makes no sense", "truncated": tryAgain} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "allow")
			d.keyring()
			d.org.Fail(fault)
			tm := d.login()
			tm.see(say, tryAgain)
			d.portFree()
			d.nothingSaved()
			d.org.Fail("")
			tm.press("r")
			tm.see(connected)
			tm.press(enter)
			tm.end(0)
			d.portFree()
			d.savedOne()
		})
	}
}
