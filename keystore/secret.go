package keystore

import (
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

// NewSecret hides s.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal returns the text itself, "" for the zero Secret. It is called where bytes leave
// for the grant's host, for the vault, or for an export that a person asked for.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// Empty reports whether there is nothing to hide.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Equal compares in constant time.
func (s Secret) Equal(t Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(t.Reveal())) == 1
}

func (Secret) String() string               { return hidden }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = fmt.Fprint(f, hidden) }
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil } // JSON's form too
func (Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }

// Secrets is what is kept for one connection.
type Secrets struct {
	ClientSecret Secret // empty for a public client
	RefreshToken Secret
	Generation   int    // counts the refresh tokens that the connection has had: the newest wins (flow/SALESFORCE.md §5.1)
	SealKey      Secret // opens the sealed file: an age identity, the same for a connection's whole life
	For          Purpose
	Access       AccessToken // zero: none is cached
}

// AccessToken is a cached one. Its host does not say when it ends, only when it was issued
// (flow/SALESFORCE.md §3).
type AccessToken struct {
	Token       Secret
	IssuedAt    time.Time
	InstanceURL string
}

// equal compares what a vault keeps.
func (s Secrets) equal(t Secrets) bool {
	return s.RefreshToken.Equal(t.RefreshToken) && s.ClientSecret.Equal(t.ClientSecret) && s.SealKey.Equal(t.SealKey) &&
		s.Generation == t.Generation && s.For == t.For
}

// sealable is s with a seal key.
func (s Secrets) sealable() Secrets {
	if s.SealKey.Empty() {
		s.SealKey = NewSealKey()
	}
	return s
}

// Purpose is what secrets are for. It lies with them, where nobody changes it without the
// key: the index, which anybody can edit, must not decide where they are sent.
type Purpose struct {
	ID       string `json:"id"`
	Domain   string `json:"domain"`
	ClientID string `json:"client_id"`
	OrgID    string `json:"org_id"`
	UserID   string `json:"user_id"`
}

// purpose is that of c's secrets, in words that an index gives back as they are.
func (c Connection) purpose() Purpose {
	return Purpose{c.ID, Clean(c.Domain, maxText), Clean(c.ClientID, maxText), Clean(c.OrgID, maxText), Clean(c.UserID, maxText)}
}

// check returns ErrChanged unless the secrets are for one of these connections. Those
// that do not say what they are for were kept before secrets did.
func (p Purpose) check(cs ...Connection) error {
	if p == (Purpose{}) {
		return nil
	}
	what := ""
	for _, c := range cs {
		is := c.purpose()
		switch {
		case p == is:
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
