// Package login is what the full screen and the wizard line by line share of a login: what
// is asked, in which order, what the login host answered, what is told, and what can be done
// with a grant that could not be saved. It has no terminal.
package login

import "sfauth/flow"

// Given says what was decided about a request besides.
type Given struct {
	ClientSecret bool // an empty one was chosen: a public client
	Domain       bool // it is meant, whosever host it is
}

// Need is something that a login has to be given.
type Need int

// Needs, in the order in which they are asked for.
const (
	Domain Need = iota
	ClientID
	ClientSecret
)

// Missing is what nobody has given yet.
func Missing(r flow.Request, g Given) (missing []Need) {
	if r.Domain.IsZero() {
		missing = append(missing, Domain)
	}
	if r.ClientID == "" {
		missing = append(missing, ClientID)
	}
	if r.ClientSecret.Empty() && !g.ClientSecret && !flow.PurposeOf(r.Scope).Public {
		missing = append(missing, ClientSecret)
	}
	return missing
}
