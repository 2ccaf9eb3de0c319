package tui

import (
	"os"
	"strings"
	"testing"
	"time"

	"sfauth/keystore"
)

const passphrase = "correct horse"

// withoutKeychain is given, on a machine where the keychain fails and an encrypted
// file is to be had.
func withoutKeychain(w *screened, o *Options) {
	given(w, o)
	w.Vault.Fail = keystore.ErrNoBus
	w.encrypted(o)
}

// encrypted is a file whose key is asked for on the screen.
func (w *screened) encrypted(o *Options) {
	o.Passphrase = NewPassphrase(nil)
	w.Store.Others = []keystore.Vault{w.File(keystore.KeySource{Prompt: o.Passphrase.Ask}, passphrase)}
}

func TestWithoutAKeychainTheEncryptedFileIsOffered(t *testing.T) {
	inWorld(t, withoutKeychain, func(w *screened) {
		w.allows().wait(time.Second).shows("f use a file", "Or keep secrets in a file").golden("trouble-no-keychain")
		w.press("f").wait(time.Second).golden("passphrase-new").typ(passphrase).press("enter").typ("another").press("enter")
		w.shows("This is not the same").everySize().press("ctrl+u").typ(passphrase).press("enter").wait(30 * time.Second)
		w.shows("is connected", "encrypted file").showsNot(passphrase).golden("done-file")
		all, err := w.Store.List()
		if err != nil || len(all) != 1 || all[0].Store != "file" {
			t.Errorf("%+v, %v", all, err)
		}
		if strings.Contains(w.seen.String(), passphrase) {
			t.Error("the passphrase was on the screen")
		}
	})
}

func TestAGrantThatTheKeychainRefusesCanGoToTheFile(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { allowed(w, o); w.encrypted(o) }, func(w *screened) {
		w.wait(10 * time.Second)
		w.Vault.Fail = keystore.ErrNoBus
		w.wait(20*time.Second).shows("not saved", "Keep it in an encrypted file").press("f").wait(time.Second)
		w.atOnce(passphrase + "\n" + passphrase + "\n").wait(2 * time.Second).shows("is connected")
	})
}

// fileAtHome is home with a connection in an encrypted file that nothing has opened yet.
func fileAtHome(w *screened, o *Options) {
	keys := w.Store.Dir + "/passphrase"
	if err := os.WriteFile(keys, []byte(passphrase), 0o600); err != nil {
		panic(err)
	}
	before := w.Store.Vault
	w.encrypted(o)
	w.Store.Vault = &keystore.File{Dir: w.Store.Dir, Keys: keystore.KeySource{PassphraseFile: keys}}
	w.Keep("acme", nil)
	w.Store.Vault = before
	w.listed(o)
}

func TestAPassphraseIsAskedForOnlyWhenItIsNeeded(t *testing.T) {
	inWorld(t, fileAtHome, func(w *screened) {
		w.wait(2*time.Second).shows("not checked", "A check needs the passphrase").press("enter").shows("encrypted file")
		w.press("c").wait(time.Second).golden("passphrase").typ("wrong").press("enter").wait(time.Second).shows("does not open the encrypted file")
		w.press("r").wait(time.Second).typ(passphrase).press("enter").wait(time.Second)
		if !strings.HasPrefix(w.clip, "00D") {
			t.Errorf("copied %q", w.clip)
		}
		w.press("esc").wait(time.Second).press("r").wait(2*time.Second).shows("✓ acme", "alive")
	})
}

func TestWhoGivesNoPassphraseIsBackWhereTheyWere(t *testing.T) {
	inWorld(t, fileAtHome, func(w *screened) {
		w.wait(2*time.Second).press("enter", "c").wait(time.Second).shows("Which passphrase").press("enter").shows("nothing can be opened")
		w.press("esc").wait(time.Second).shows("Copy an access token")
		if w.clip != "" {
			t.Errorf("copied %q", w.clip)
		}
	})
}

func TestAPassphraseTypedTooLateIsKeptForTheNextTime(t *testing.T) {
	inWorld(t, fileAtHome, func(w *screened) {
		w.wait(2 * time.Second).press("r").wait(20 * time.Second).shows("Which passphrase").typ(passphrase).press("enter")
		w.press("r").wait(2*time.Second).shows("✓ acme", "alive")
	})
}

func TestAConnectionInTheFileIsAuthorisedAgainThereWithoutAKeychain(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { fileAtHome(w, o); w.Vault.Fail = keystore.ErrNoBus }, func(w *screened) {
		w.allows().wait(2*time.Second).press("enter", "a").wait(time.Second).typ(passphrase).press("enter").wait(30 * time.Second)
		w.shows("is renewed", "encrypted file", "The old refresh token was revoked")
		if c, err := w.Store.Find("acme"); err != nil || c.Store != "file" {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func TestLeavingAtThePassphraseForARemovalRemovesNothing(t *testing.T) {
	inWorld(t, fileAtHome, func(w *screened) {
		w.wait(2*time.Second).press("x", "y").wait(time.Second).shows("Which passphrase").press("ctrl+c")
		w.wizard.run.cancel(ErrQuit) // as Run does
		w.wizard.run.join()
		if all, err := w.Store.List(); err != nil || len(all) != 1 {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestAStoreHasOneNameOnEveryScreen(t *testing.T) {
	const name = `GNOME Keyring, "Login"`
	inWorld(t, one, func(w *screened) {
		w.allows().wait(time.Second).press("enter").wait(time.Second).shows(name).press("a").wait(time.Second).shows("Keychain can be written", name)
		w.wait(25*time.Second).shows("is renewed", name)
	})
}
