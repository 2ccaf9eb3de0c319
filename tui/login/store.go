package login

import (
	"slices"

	"sfauth/flow"
	"sfauth/keystore"
)

// FileStore is the kind of the encrypted file.
var FileStore = (*keystore.File)(nil).Kind()

// keychainKinds are the failures of a keychain that an encrypted file would not have.
var keychainKinds = []flow.Kind{
	flow.KindKeychainNoBus, flow.KindKeychainNoProvider, flow.KindKeychainNoCollection,
	flow.KindKeychainNoDefault, flow.KindKeychainNoFile, flow.KindKeychainNoLogin, flow.KindKeychainUnavailable,
	flow.KindKeychainNoWindow, flow.KindKeychainLocked, flow.KindKeychainAsks, flow.KindKeychainDenied, flow.KindKeychainTimeout, flow.KindKeychainUnanswered,
	flow.KindKeychainTooBig, flow.KindKeychainNotStored,
}

// CanUseFile tells whether a keychain is what failed, and what is new could be kept
// in an encrypted file instead. A connection that exists stays where it is.
func CanUseFile(c *flow.Client, r flow.Request, k flow.Kind) bool {
	if r.Existing != nil || !slices.Contains(keychainKinds, k) || c.Store.Vault.Kind() == FileStore {
		return false
	}
	_, err := c.Store.In(FileStore)
	return err == nil
}

// GoesToFile tells whether the secrets of a login go to the encrypted file.
func GoesToFile(c *flow.Client, r flow.Request) bool {
	if r.Existing != nil {
		return r.Existing.Store == FileStore
	}
	return c.Store.Vault.Kind() == FileStore
}

// UseFile keeps what is new in the encrypted file from here on.
func UseFile(c *flow.Client) {
	if store, err := c.Store.In(FileStore); err == nil {
		c.Store = store
	}
}
