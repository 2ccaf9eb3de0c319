//go:build unix

package endtoend

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	at "sfauth/flow/endtoend/desk"
)

func TestKeychainTroubleIsSaidBeforeTheBrowserOpensAndCanBeRepaired(t *testing.T) {
	for name, row := range map[string]struct {
		say     string
		prepare func(*desk) (repair func())
	}{
		"no bus": {"This session has no keychain", func(d *desk) func() {
			return d.Keyring
		}},
		"no provider": {"No keychain is running", func(d *desk) func() {
			d.Bus("")
			return d.Provider
		}},
		"no keyring": {"The keychain has no place for secrets yet", func(d *desk) func() {
			d.Bus(at.ByActivation)
			return d.MakeKeyring
		}},
		"deaf": {"The keychain is not answering", func(d *desk) func() {
			stop := d.Deaf()
			return func() { stop(); os.Remove(d.Socket()); d.Keyring() }
		}},
		"locked": {"The keychain is locked", func(d *desk) func() {
			d.Locked()
			return d.Unlock
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at.Need(t, "gnome-keyring-daemon", "secret-tool")
			d := newDesk(t, "nothing")
			repair := row.prepare(d)
			var tm *terminal
			d.within(20*time.Second, func() { // a prompt is waited for a minute
				tm = d.login()
				tm.see(row.say, tryAgain)
			})
			d.noBrowser()
			d.PortFree()
			if all := d.Saved(); len(all) != 0 {
				t.Errorf("saved %v", all)
			}
			repair()
			tm.press("r")
			tm.see(waiting)
			tm.press(ctrlC)
			tm.end(130)
			d.PortFree()
			d.NothingSaved()
		})
	}
}

func TestNonsenseFromTheTokenEndpointIsNeverAReasonToSave(t *testing.T) {
	for fault, say := range map[string]string{"html_503": "HTTP 503", "html_200": "The answer makes no sense", "redirect_elsewhere": "HTTP 302",
		"hang": "did not answer", "endless": "The answer makes no sense", "truncated": tryAgain} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "allow")
			d.Keyring()
			d.Org.Fail(fault)
			tm := d.login()
			tm.see(say, tryAgain)
			d.PortFree()
			d.NothingSaved()
			d.Org.Fail("")
			tm.press("r")
			tm.see(connected)
			tm.press(enter)
			tm.end(0)
			d.PortFree()
			d.SavedOne()
		})
	}
}

// home is where sfauth's files are.
func (d *desk) home(path ...string) string {
	return filepath.Join(append([]string{d.Dir, ".config", "sfauth"}, path...)...)
}

// says asserts how a command fails.
func (d *desk) says(code int, what []string, args ...string) {
	d.T.Helper()
	out, errs, got := d.Sfauth(args...)
	for _, w := range what {
		if !strings.Contains(out+errs, w) {
			d.T.Errorf("%q says no %q:\n%s%s", args, w, out, errs)
		}
	}
	if got != code {
		d.T.Errorf("%q: exit %d, want %d", args, got, code)
	}
}

func TestFilesThatCannotBeWrittenAreSaidWithTheirPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	d.have()
	d.Set("SFAUTH_PASSPHRASE_FILE=" + d.hidden("passphrase", passphrase))
	path := d.home("index.json.new")
	if err := os.MkdirAll(filepath.Join(path, "ballast"), 0o700); err != nil { // not even root can write it
		t.Fatal(err)
	}
	say := []string{"sfauth cannot use its files: remove " + path + ": ", "hint: make room on the disk, or let sfauth write in its directory"}
	for _, args := range [][]string{{"rename", "acme", "other"}, {"remove", "acme", "--yes", "--keep-grant"}, {"move", "acme", "--store", "file"}} {
		d.says(1, say, args...)
	}
	d.says(1, append(say, "✗ files ", "✓ keychain "), "doctor", "--domain", d.Domain)
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	d.SavedOne()
}

func TestAnIndexThatCannotBeReadIsSaidOnceAndAsWhatItIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	d.have()
	d.rewrite(`"name":"acme"`, `"name":"No Name"`)
	say := []string{"the list of connections is damaged: " + d.home("index.json"), "hint: move the file away"}
	for _, args := range [][]string{{"list"}, {"token", "acme"}, {"rename", "acme", "other"}} {
		d.says(1, say, args...)
	}
	d.says(1, append(say, "✗ files ", "✓ keychain "), "doctor", "--domain", d.Domain)
}

func TestWhatIsNoDirectoryIsNotToBeMadeOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Set("SFAUTH_HOME=/dev/null")
	d.says(1, []string{"sfauth's directory is not a directory: /dev/null", "hint: set SFAUTH_HOME to a directory"}, "list")
}

func TestTheWordsForASecretThatIsGoneFitItsStore(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.haveInFile()
	d.Set("SFAUTH_PASSPHRASE_FILE=" + d.hidden("passphrase", passphrase))
	files, err := filepath.Glob(d.home("vault", "acme-*.age"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	hint := "hint: run sfauth login acme to authorise again"
	for _, row := range []struct {
		spoil func() error
		say   string
	}{
		{func() error { return os.WriteFile(files[0], []byte("garbage"), 0o600) }, "the connection's encrypted file cannot be read: " + files[0]},
		{func() error { return os.Remove(files[0]) }, "the connection's encrypted file is missing: " + files[0]},
	} {
		if err := row.spoil(); err != nil {
			t.Fatal(err)
		}
		d.says(4, []string{row.say, hint}, "token", "acme")
		d.says(4, []string{row.say, hint}, "export", "acme", "--format", "env")
	}
}

func TestAnOpenQuestionForAPassphraseKeepsNobodyWaiting(t *testing.T) {
	for _, args := range [][]string{{"token", "acme"}, {"export", "acme", "--format", "env"}, {"move", "acme", "--store", "keychain"}, {"remove", "acme", "--yes"}} {
		t.Run(args[0], func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.haveInFile()
			tm := d.open(nil, args...)
			tm.see("Passphrase of sfauth's encrypted file:")
			d.Set("SFAUTH_PASSPHRASE_FILE=" + d.hidden("passphrase", passphrase))
			d.says(0, nil, "token", "acme", "--fresh")
			tm.press(ctrlC)
			tm.end(130)
		})
	}
}

// The person does what the hints say where there is no desktop: sfauth runs in a session of its
// own with a provider that the bus has started, and then in a second one.
func TestTheKeychainCanBeHadWithoutADesktop(t *testing.T) {
	t.Parallel()
	at.Need(t, "dbus-run-session", "gnome-keyring-daemon")
	d := newDesk(t, "nothing")
	if err := errors.Join(os.WriteFile(filepath.Join(d.Dir, "FILE"), []byte(at.KeyringPassword+"\n"), 0o600), os.Chmod(d.Dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	doctor := d.Binary() + " doctor --domain " + d.Domain + "; "
	for _, before := range []string{"keychain has no place for secrets yet", "keychain is locked"} {
		out, _, _ := d.Run("dbus-run-session", "--", "sh", "-c", "cd "+d.Dir+"; "+doctor+"gnome-keyring-daemon --replace --unlock < FILE; "+doctor)
		if !strings.Contains(out, before) || !strings.Contains(out, `✓ keychain  GNOME Keyring, "Login"`) {
			t.Error(out)
		}
	}
}

// The keychain would open a window that nobody sees, and sfauth would wait for it in vain.
func TestWithNobodyThereALoginPromptsForNothing(t *testing.T) {
	for words, before := range map[string]func(*desk){
		"the keychain is locked":                    (*desk).Locked,
		"the keychain has no place for secrets yet": func(d *desk) { d.Bus(at.ByActivation) },
		"the keychain is not answering":             func(d *desk) { t.Cleanup(d.Deaf()) },
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			before(d)
			d.within(50*time.Second, func() { // a prompt is waited for a minute
				d.says(1, []string{words}, "login", "acme", "--plain", "--domain", d.Domain, "--client-id", d.App.ClientID, "--callback", d.Callback())
			})
		})
	}
}
