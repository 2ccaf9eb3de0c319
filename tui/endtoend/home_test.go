//go:build unix

package endtoend

import (
	"os"
	"path/filepath"
	"testing"
)

// A test sees by these words which screen the list has led to.
const (
	listScreen    = "1 connection"
	listed        = "Last seen alive" // the one under the cursor
	filterScreen  = "part of a name"
	detailsScreen = "Authorise again"
	exportsScreen = "Copy for which tool?"
	removeScreen  = "No, keep it"

	conflictScreen      = "another user or org"
	fileOffer           = "encrypted with a passphrase"
	passphraseScreen    = "Which passphrase"
	newPassphraseScreen = "Choose a passphrase"
)

func TestTheListLeadsToDetailsToANewGrantAndToRemoval(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	d.Connect()
	first := d.Stored().RefreshToken
	tm := d.open(nil)
	tm.see(listScreen, "acme", "demo@acme.example", "alive")
	tm.press(enter)
	tm.see(detailsScreen, "GNOME Keyring")
	tm.press("a")
	tm.see(connected, "was revoked")
	second := d.Stored().RefreshToken
	if first == second || d.Org.RefreshValid(first) || !d.Org.RefreshValid(second) {
		t.Error("the new grant has not taken the old one's place")
	}
	tm.press(enter)
	tm.see(listScreen, "alive")
	tm.press("x")
	tm.see(removeScreen)
	tm.press("y")
	tm.see("0 connections")
	if d.Org.RefreshValid(second) {
		t.Error("the refresh token is still valid at Salesforce")
	}
	tm.press(ctrlC)
	tm.end(0)
	d.NothingSaved()
	d.PortFree()
}

func TestADeadConnectionIsAuthorisedAgainWithOneKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	d.Connect()
	d.Org.RevokeAll()
	if _, _, code := d.Sfauth("token", "acme", "--fresh"); code != 4 {
		t.Errorf("exit code %d, want 4", code)
	}
	tm := d.open(nil)
	tm.see(listScreen, "needs re-authorising")
	tm.press(enter)
	tm.see(connected)
	tm.press(enter)
	tm.see(listScreen, "alive")
	tm.press(ctrlC)
	tm.end(0)
	d.Works(d.Token())
}

func TestWithoutAKeychainTheEncryptedFileDoesFromEndToEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	passphrase := filepath.Join(d.Dir, "passphrase")
	if err := os.WriteFile(passphrase, []byte("correct horse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Env = append(d.Env, "SFAUTH_PASSPHRASE_FILE="+passphrase)
	d.plain("--plain", "--store", "file").end(0)
	d.Works(d.Token("--fresh"))
	d.Works(d.Token("--fresh"))
	if err := os.WriteFile(passphrase, []byte("wrong\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, code := d.Sfauth("token", "acme"); code != 1 {
		t.Errorf("exit code %d with the wrong passphrase, want 1", code)
	}
	if saved := d.Saved()[0]; saved["store"] != "file" {
		t.Errorf("kept in %v", saved["store"])
	}
	// The person starts a keychain, and moves the connection into it.
	if err := os.WriteFile(passphrase, []byte("correct horse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Keyring()
	if _, stderr, code := d.Sfauth("move", "acme", "--store", "keychain"); code != 0 {
		t.Fatalf("move: exit %d: %s", code, stderr)
	}
	if d.Stored().RefreshToken == "" {
		t.Error("the keychain has nothing")
	}
	d.Works(d.Token("--fresh"))
}
