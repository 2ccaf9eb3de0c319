package tui

import (
	"slices"

	"sfauth/flow"
	"sfauth/keystore"
)

// fileStore is the kind of the encrypted file.
var fileStore = (*keystore.File)(nil).Kind()

// keychainKinds are the failures of a keychain that an encrypted file would not have.
var keychainKinds = []flow.Kind{
	flow.KindKeychainNoBus, flow.KindKeychainNoProvider, flow.KindKeychainNoCollection, flow.KindKeychainUnavailable,
	flow.KindKeychainLocked, flow.KindKeychainDenied, flow.KindKeychainTimeout, flow.KindKeychainTooBig, flow.KindKeychainNotStored,
}

// canUseFile tells whether a keychain is what failed, and what is new could be kept
// in an encrypted file instead. A connection that exists stays where it is.
func (w *wizard) canUseFile(k flow.Kind) bool {
	if w.request.Existing != nil || !slices.Contains(keychainKinds, k) || w.client.Store.Vault.Kind() == fileStore {
		return false
	}
	_, err := w.client.Store.In(fileStore)
	return err == nil
}

// inFile tells whether the login under way goes to the encrypted file.
func (w *wizard) inFile() bool {
	if c := w.request.Existing; c != nil {
		return c.Store == fileStore
	}
	return w.client.Store.Vault.Kind() == fileStore
}

// useFile keeps what is new in the encrypted file from here on.
func (w *wizard) useFile() {
	if store, err := w.client.Store.In(fileStore); err == nil {
		w.client.Store = store
	}
}
