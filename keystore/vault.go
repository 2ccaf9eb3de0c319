package keystore

import "context"

// Vault keeps one secret per account: the OS keychain, encrypted files
// where there is none, Memory for the demo.
// Accounts are [a-z0-9._-]. Get and Delete return ErrNotFound where there is no such secret;
// what else a vault can answer stands beside that. Each also returns the cause of ctx.
type Vault interface {
	Kind() string                    // "keychain", "file", "memory"
	Describe(context.Context) string // its own name on this machine, as in `GNOME Keyring, "Login"`; "": it has none
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

// asker is a vault that may ask a person about each program.
type asker interface {
	// ForOthers proves that any program of the person's may read what is kept for account.
	ForOthers(ctx context.Context, account string) error
}

// lazy is a vault that says yes before what it was given is where a power cut does not
// reach it.
type lazy interface {
	// Settle returns once all that was set is there.
	Settle(ctx context.Context) error
}

// settle has v settle, if it is lazy.
func settle(ctx context.Context, v Vault) error {
	if l, ok := v.(lazy); ok {
		return l.Settle(ctx)
	}
	return nil
}

// lasts proves that what was set in v for an account is there to stay: missing tells that a
// power cut was faster than a lazy vault.
func lasts(ctx context.Context, v Vault, account string) error {
	l, ok := v.(lazy)
	if !ok {
		return nil
	}
	if err := l.Settle(ctx); err != nil {
		return err
	}
	return holds(ctx, v, account)
}

// holds proves that v has secrets for an account: KWallet, after a power cut, may have the
// item and nothing in it.
func holds(ctx context.Context, v Vault, account string) error {
	packed, err := v.Get(ctx, account)
	if err == nil {
		_, err = unpack(packed)
	}
	return err
}

// quiet is v without its prompts, where it can have any: what nobody asked for
// must not put a password dialog in front of them.
func quiet(v Vault) Vault {
	if p, ok := v.(interface{ Quiet() Vault }); ok {
		return p.Quiet()
	}
	return v
}
