package login

import (
	"slices"

	"sfauth/flow"
	"sfauth/keystore"
)

// FileStore is the kind of the encrypted file.
var FileStore = (*keystore.File)(nil).Kind()

// storeKinds are the failures of a keychain or a database that an encrypted file would not have.
var storeKinds = []flow.Kind{
	flow.KindKeychainNoBus, flow.KindKeychainNoProvider, flow.KindKeychainNoCollection,
	flow.KindKeychainNoDefault, flow.KindKeychainNoFile, flow.KindKeychainNoLogin, flow.KindKeychainUnavailable,
	flow.KindKeychainNoWindow, flow.KindKeychainLocked, flow.KindKeychainAsks, flow.KindKeychainDenied, flow.KindKeychainTimeout, flow.KindKeychainUnanswered,
	flow.KindKeychainTooBig, flow.KindKeychainNotStored,
	flow.KindUnasked, flow.KindDatabaseUnnamed, flow.KindDatabaseDown, flow.KindDatabaseSlow, flow.KindDatabaseFull, flow.KindDatabaseReadOnly, flow.KindDatabaseSettings,
	flow.KindDatabasePassword, flow.KindDatabaseMissing, flow.KindDatabaseCertificate, flow.KindDatabaseTLS, flow.KindDatabaseRights,
	flow.KindNoTable, flow.KindOtherTable, flow.KindDatabase, flow.KindBadSharedKey,
}

// CanUseFile tells whether a keychain or a database is what failed, and what is new could be kept
// in an encrypted file instead. A connection that exists stays where it is.
func CanUseFile(c *flow.Client, r flow.Request, k flow.Kind) bool {
	if r.Existing != nil || !slices.Contains(storeKinds, k) || c.Store.Vault.Kind() == FileStore {
		return false
	}
	_, err := c.Store.In(FileStore)
	return err == nil
}

// GoesTo is the kind of store that the secrets of a login go to.
func GoesTo(c *flow.Client, r flow.Request) string {
	if r.Existing != nil {
		return r.Existing.Store
	}
	return c.Store.Vault.Kind()
}

// UseFile keeps what is new in the encrypted file from here on.
func UseFile(c *flow.Client) { use(c, FileStore) }

func use(c *flow.Client, kind string) {
	if store, err := c.Store.In(kind); err == nil {
		c.Store = store
	}
}

// Offers tells whether a person is asked where to keep a connection: only where the
// environment describes a database.
func Offers(c *flow.Client) bool {
	return c.Store != nil && c.Store.Postgres != nil && c.Store.Postgres.Described()
}

// UseNext keeps what is new in the next of the stores that there are from here on.
func UseNext(c *flow.Client) {
	all := []string{keystore.Keychain{}.Kind(), FileStore, keystore.PostgresKind}
	before := c.Store.Vault.Kind()
	for at := slices.Index(all, before) + 1; c.Store.Vault.Kind() == before; at++ {
		use(c, all[at%len(all)])
	}
}

// OtherStore is the kind that a connection is offered to be moved to: PostgreSQL, or, from
// there, a store of this machine.
func OtherStore(c *flow.Client, of keystore.Connection) string {
	if of.Store != keystore.PostgresKind {
		return keystore.PostgresKind
	}
	if own := c.Store.Vault.Kind(); own != keystore.PostgresKind {
		return own
	}
	return c.Store.Others[0].Kind()
}
