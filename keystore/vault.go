package keystore

import "context"

// Vault keeps one secret per account: the OS keychain, encrypted files
// where there is none, Memory for the demo.
// Accounts are [a-z0-9._-]. The errors are those of errors.go.
type Vault interface {
	Kind() string                    // "keychain", "file", "memory"
	Describe(context.Context) string // for people: `GNOME Keyring, "Login"`
	Get(ctx context.Context, account string) (Secret, error)
	Set(ctx context.Context, account string, s Secret) error // read back and compared
	Delete(ctx context.Context, account string) error
}

// unlocker is a vault that may ask a person before it answers.
type unlocker interface {
	// Unlock has them asked now for what reading that account needs, if it needs
	// anything; where account is "", for what writing needs.
	Unlock(ctx context.Context, account string) error
}

// unlock has the vault of that kind ask before a lock is taken: others wait for the
// lock, and a person may be slow. What else is wrong with the vault is for the holder of
// the lock to find.
func (s *Store) unlock(ctx context.Context, kind, account string) error {
	v, err := s.vault(kind)
	if u, asks := v.(unlocker); err == nil && asks {
		return u.Unlock(ctx, account)
	}
	return nil
}

// settle waits until what was set in v is where a power cut does not reach it.
func settle(ctx context.Context, v Vault) error {
	if late, ok := v.(interface{ Settle(context.Context) error }); ok {
		return late.Settle(ctx)
	}
	return nil
}

// quiet is v without its prompts, where it can have any: what nobody asked for
// must not put a password dialog in front of them.
func quiet(v Vault) Vault {
	if p, ok := v.(interface{ Quiet() Vault }); ok {
		return p.Quiet()
	}
	return v
}
