// Package keystore keeps connections and their secrets: what is listed without
// touching a secret in an index, the secrets behind the OS keychain. It knows
// neither HTTP nor terminals.
package keystore

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
	"time"
)

// Connection is what may be shown of a saved grant: everything but its secrets.
// Its JSON is what `sfauth list --json` prints.
type Connection struct {
	ID           string     `json:"id"` // fixed at creation; the keychain account
	Name         string     `json:"name"`
	Domain       string     `json:"domain"` // flow.Domain's String
	ClientID     string     `json:"client_id"`
	Callback     string     `json:"callback"`
	Scope        string     `json:"scope"` // asked for, space separated
	Prompt       string     `json:"prompt,omitempty"`
	Username     string     `json:"username"`
	UserID       string     `json:"user_id"`
	OrgID        string     `json:"org_id"`
	InstanceURL  string     `json:"instance_url"`
	Scopes       []string   `json:"scopes"` // granted
	Store        string     `json:"store"`  // Vault.Kind
	AuthorizedAt time.Time  `json:"authorized_at"`
	CheckedAt    *time.Time `json:"checked_at"`         // nil: never
	AliveAt      *time.Time `json:"alive_at,omitempty"` // the last check that found it so; nil: none since AuthorizedAt
	Verdict      string     `json:"verdict"`
	Kind         string     `json:"kind"` // flow.Kind, why it is not alive
	Reason       string     `json:"reason"`
}

// SameGrant reports whether c and o came from one and the same authorisation.
func (c Connection) SameGrant(o Connection) bool {
	return !c.AuthorizedAt.IsZero() && c.AuthorizedAt.Equal(o.AuthorizedAt) &&
		c.ClientID == o.ClientID && c.Domain == o.Domain && c.UserID == o.UserID
}

// Secret cannot be printed: every verb, JSON, text and slog form of it is
// "[hidden]". The pointer keeps out what looks past these methods: %p, and
// printing that begins in an unexported field.
type Secret struct{ value *string }

const hidden = "[hidden]"

// NewSecret hides s.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal returns the secret itself. It is called where bytes leave for
// Salesforce, for the vault or for an export the person asked for.
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
