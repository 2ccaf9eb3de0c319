package keystore

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
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
