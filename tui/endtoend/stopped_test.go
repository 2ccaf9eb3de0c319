//go:build unix

package endtoend

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// whileStopped has the terminal take what a person types and pastes while sfauth is
// stopped: it finds all of it in one read.
func (tm *terminal) whileStopped(typed string) {
	tm.t.Helper()
	tm.signal(syscall.SIGSTOP)
	var state syscall.WaitStatus
	for !state.Stopped() {
		if _, err := syscall.Wait4(tm.cmd.Process.Pid, &state, syscall.WUNTRACED, nil); err != nil {
			tm.t.Fatal(err)
		}
	}
	if _, err := io.WriteString(tm.pty, typed); err != nil {
		tm.t.Fatal(err)
	}
	tm.signal(syscall.SIGCONT)
}

func (tm *terminal) signal(s syscall.Signal) {
	tm.t.Helper()
	if err := tm.cmd.Process.Signal(s); err != nil {
		tm.t.Fatal(err)
	}
}

func TestWhatIsTypedAndPastedIntoAStoppedProcessGoesWhereItWouldHaveGone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	tm := d.open(nil, "login", "acme", "--domain", d.Domain, "--callback", d.Callback())
	tm.see(appScreen)
	tm.whileStopped(d.App.ClientID + enter + "\x1b[200~" + d.App.ClientSecret + "\n\x1b[201~")
	tm.see(d.App.ClientID[:20], "••••")
	if secret := d.App.ClientSecret; strings.Contains(tm.bytes(), secret[:8]) || strings.Contains(tm.bytes(), secret[len(secret)-8:]) {
		t.Errorf("the secret is on the screen:\n%s", tm.text())
	}
	tm.press(ctrlC)
	tm.end(130)
	d.NothingSaved()
}

func TestAPassphraseAndItsConfirmationTypedAtOnceAreTwoFields(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	tm := d.login()
	tm.see(fileOffer)
	tm.press("f")
	tm.see(newPassphraseScreen)
	tm.whileStopped("correct horse" + enter + "correct horse" + enter)
	tm.see(connected, "encrypted file")
	tm.press(enter)
	tm.end(0)
	passphrase := filepath.Join(d.Dir, "passphrase")
	if err := os.WriteFile(passphrase, []byte("correct horse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Set("SFAUTH_PASSPHRASE_FILE=" + passphrase)
	d.Works(d.Token("--fresh"))
}
