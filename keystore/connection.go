// Package keystore keeps connections and their secrets: in an index what can be listed
// without touching a secret, and in a vault, as a rule the OS keychain, the secrets. It
// knows neither HTTP nor terminals, nor what the grants are good for. ROTATION.md has its
// protocol.
package keystore

import "time"

// Connection is what may be shown of a saved grant: everything but its secrets. Its JSON
// is what `sfauth list --json` prints.
type Connection struct {
	ID           string     `json:"id"` // fixed at creation; the keychain account
	Name         string     `json:"name"`
	Domain       string     `json:"domain"` // flow.Domain's String
	ClientID     string     `json:"client_id"`
	RedirectURI  string     `json:"callback"`
	Scope        string     `json:"scope"` // asked for, space separated
	Prompt       string     `json:"prompt,omitempty"`
	Username     string     `json:"username"`
	UserID       string     `json:"user_id"`
	OrgID        string     `json:"org_id"`
	InstanceURL  string     `json:"instance_url"`
	Scopes       []string   `json:"scopes"` // granted
	Store        string     `json:"store"`  // Vault.Kind
	AuthorizedAt time.Time  `json:"authorized_at"`
	TakenOver    bool       `json:"taken_over,omitempty"` // another tool was authorised, nobody knows when; AuthorizedAt is when it was saved
	CheckedAt    *time.Time `json:"checked_at"`           // nil: never
	AliveAt      *time.Time `json:"alive_at,omitempty"`   // the last check that found it so; nil: none since AuthorizedAt
	RenewedAt    *time.Time `json:"renewed_at,omitempty"` // the last renewal that is noted, to the minute; nil: none since AuthorizedAt
	Rotates      *bool      `json:"rotates"`              // whether that renewal brought another refresh token; nil: none since AuthorizedAt
	Verdict      string     `json:"verdict"`
	Kind         string     `json:"kind"` // flow.Kind, why it is not alive
	Reason       string     `json:"reason"`
}

// SameGrant reports whether c and o came from one and the same authorisation: they agree
// in its time, the app, the login host and the user.
func (c Connection) SameGrant(o Connection) bool {
	return !c.AuthorizedAt.IsZero() && c.AuthorizedAt.Equal(o.AuthorizedAt) &&
		c.ClientID == o.ClientID && c.Domain == o.Domain && c.UserID == o.UserID
}

// Finding is what a check or a renewal found out about one grant.
type Finding struct {
	ID           string    // the connection's
	AuthorizedAt time.Time // the grant's: one that the connection has got since is another
	CheckedAt    time.Time
	Alive        bool
	Renewed      bool // the refresh token was used
	Rotated      bool // and another one came for it
	Verdict      string
	Kind         string
	Reason       string
}

// Of is c with what was found out about it.
func (f Finding) Of(c Connection) Connection {
	c.CheckedAt, c.Verdict, c.Kind, c.Reason = &f.CheckedAt, f.Verdict, f.Kind, f.Reason
	if f.Alive {
		c.AliveAt = &f.CheckedAt
	}
	if f.Renewed {
		c.RenewedAt, c.Rotates = &f.CheckedAt, &f.Rotated
	}
	return c
}
