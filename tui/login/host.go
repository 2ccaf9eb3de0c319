package login

import (
	"context"
	"errors"

	"sfauth/flow"
)

// The login hosts that name no org (SALESFORCE.md §1.2).
const (
	Production = "login.salesforce.com"
	Sandbox    = "test.salesforce.com"
)

// Host is a login host that was chosen, and what has been found out about it.
type Host struct {
	Domain flow.Domain
	Doubt  flow.Kind // why only a person can tell that it is the right one; "": it is Salesforce's, or meant
	Heard  bool      // it was asked
	Wrong  error     // why it is no login host, or why nobody knows
}

// HostOf is one that nobody has asked yet.
func HostOf(d flow.Domain, r flow.Request, g Given) Host {
	h := Host{Domain: d}
	if r.Domain = d; !g.Domain {
		h.Doubt = r.Doubt()
	}
	return h
}

// Ask is h with what it answers.
func (h Host) Ask(ctx context.Context, c *flow.Client) Host {
	h.Heard, h.Wrong = true, c.Discover(ctx, h.Domain)
	return h
}

// Answers tells that it is a login host.
func (h Host) Answers() bool { return h.Heard && h.Wrong == nil }

// Welcome tells that nobody has to say whether it is meant.
func (h Host) Welcome() bool { return h.Answers() && h.Doubt == "" }

// Doubted is the doubt as an error, nil for none.
func (h Host) Doubted() error {
	if h.Doubt == "" {
		return nil
	}
	return &flow.Error{Step: flow.StepInput, Kind: h.Doubt, Err: errors.New(h.Domain.String())}
}
