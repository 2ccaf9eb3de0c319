package keystore

import (
	"errors"
	"os"
	"testing"
)

// The workflow has locked it: a person's own is left alone.
func TestTheLockedKeychainOfThisMachineIsToldWithoutAWindow(t *testing.T) {
	if os.Getenv("SFAUTH_TEST") != "locked" {
		t.Skip("needs a keychain that is locked: runs under SFAUTH_TEST=locked")
	}
	if _, err := (Keychain{}).Get(t.Context(), "a"); !errors.Is(err, ErrLocked) {
		t.Error(err)
	}
}
