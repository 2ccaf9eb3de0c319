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

// quiet is v without its prompts, where it can have any: what nobody asked for
// must not put a password dialog in front of them.
func quiet(v Vault) Vault {
	if p, ok := v.(interface{ Quiet() Vault }); ok {
		return p.Quiet()
	}
	return v
}
