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
func canUseFile(c *flow.Client, r flow.Request, k flow.Kind) bool {
	if r.Existing != nil || !slices.Contains(keychainKinds, k) || c.Store.Vault.Kind() == fileStore {
		return false
	}
	_, err := c.Store.In(fileStore)
	return err == nil
}

// goesToFile tells whether the secrets of a login go to the encrypted file.
func goesToFile(c *flow.Client, r flow.Request) bool {
	if r.Existing != nil {
		return r.Existing.Store == fileStore
	}
	return c.Store.Vault.Kind() == fileStore
}

// useFile keeps what is new in the encrypted file from here on.
func useFile(c *flow.Client) {
	if store, err := c.Store.In(fileStore); err == nil {
		c.Store = store
	}
}
