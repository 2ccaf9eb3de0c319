//go:build darwin || windows

package keystore

import (
	"errors"
	"testing"
)

// The test uses the keychain of the person who runs it: on macOS and Windows there is no other.
func TestTheKeychainOfThisMachine(t *testing.T) {
	daemons(t)
	s := &Store{Dir: t.TempDir(), Vault: Keychain{}}
	c := create(t, s, "app")
	reads(t, s, c, "token of app", 1)
	if err := renew(t, s, c, "two"); err != nil {
		t.Error(err)
	}
	reads(t, s, c, "two", 2)
	if err := s.Remove(t.Context(), c); err != nil {
		t.Error(err)
	}
	if _, err := s.Vault.Get(t.Context(), c.ID); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}
