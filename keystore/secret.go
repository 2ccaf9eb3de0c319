package keystore

import (
	"cmp"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"time"
)

// Secret is a text that cannot be printed by accident: every verb of fmt, JSON, text and
// slog write it as "[hidden]". It holds a pointer, because %p, and printing a struct that
// has a Secret in an unexported field, look past these methods.
type Secret struct{ value *string }

const hidden = "[hidden]"

// NewSecret is s as a Secret.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal returns the text itself, "" for the zero Secret. It is called where bytes leave
// for the grant's host, for the vault, or for an export that a person asked for.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// Empty reports whether the text is "".
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Equal reports whether both texts are the same, in a time that tells nothing about where
// they differ.
func (s Secret) Equal(t Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(t.Reveal())) == 1
}

// What fmt, encoding and slog call writes "[hidden]".

func (Secret) String() string               { return hidden }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = fmt.Fprint(f, hidden) }
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil } // JSON's form too
func (Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }

// Secrets is all that is kept for one connection and must not be shown: in the vault, and
// in the sealed file (ROTATION.md).
type Secrets struct {
	ClientSecret Secret // empty for a public client
	RefreshToken Secret
	Generation   int    // counts the refresh tokens that the connection has had: the newest wins (flow/SALESFORCE.md §5.1)
	SealKey      Secret // opens the sealed file: an age identity, the same for a connection's whole life
	For          Purpose
	Access       AccessToken // zero: none is cached
	Exchanged    AccessToken // that Access was exchanged for, and that another host takes; zero: none is cached
}

// AccessToken is a cached access token. Most hosts do not say when it ends, only when it was
// issued (flow/SALESFORCE.md §3).
type AccessToken struct {
	Token       Secret
	IssuedAt    time.Time // by this machine's clock
	ExpiresAt   time.Time // by this machine's clock; zero: its host did not say
	InstanceURL string    // the host that takes the token, with its scheme
}

// equal compares all that a vault keeps, which access tokens are not.
func (s Secrets) equal(t Secrets) bool {
	return s.RefreshToken.Equal(t.RefreshToken) && s.ClientSecret.Equal(t.ClientSecret) && s.SealKey.Equal(t.SealKey) &&
		s.Generation == t.Generation && s.For == t.For
}

// sealable is s with a seal key, a new one where it has none.
func (s Secrets) sealable() Secrets {
	if s.SealKey.Empty() {
		s.SealKey = NewSealKey()
	}
	return s
}

// Purpose is what secrets are for. It is stored with them, where nobody can change it who
// has no key to the vault: the index, which any program of the user's can edit, must not
// decide which host secrets are sent to.
type Purpose struct {
	ID       string `json:"id"`
	Domain   string `json:"domain"`
	ClientID string `json:"client_id"`
	OrgID    string `json:"org_id"`
	UserID   string `json:"user_id"`
}

// purpose is what c's secrets are for, in texts that reading the index does not change.
func (c Connection) purpose() Purpose {
	return Purpose{c.ID, Clean(c.Domain, maxText), Clean(c.ClientID, maxText), Clean(c.OrgID, maxText), Clean(c.UserID, maxText)}
}

// check returns ErrChanged unless the secrets are for one of these connections. The zero
// Purpose passes: it comes with secrets that were stored before they said what they are for.
// So do secrets that know whose they are, of a connection that does not: the write of an
// Identify that nobody waited for any longer has landed after all.
func (p Purpose) check(cs ...Connection) error {
	if p == (Purpose{}) {
		return nil
	}
	what := ""
	for _, c := range cs {
		is := c.purpose()
		switch {
		case p == is, is.UserID == "" && p == Purpose{is.ID, is.Domain, is.ClientID, cmp.Or(is.OrgID, p.OrgID), p.UserID}:
			return nil
		case p.ID != is.ID:
			what = "the secrets are those of another connection"
		case p.Domain != is.Domain:
			what = fmt.Sprintf("they are for %s, not %s", Clean(p.Domain, 100), is.Domain)
		case p.ClientID != is.ClientID:
			what = "they are for another app"
		default:
			what = "they are for another org or user"
		}
	}
	return fmt.Errorf("%w: %s", ErrChanged, what)
}
