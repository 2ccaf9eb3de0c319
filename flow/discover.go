package flow

import (
	"context"
	"errors"
	"strings"
	"time"
)

const discoverLimit = 10 * time.Second

// Discover asks the host whether it is a Salesforce login host (SALESFORCE.md
// §1.1, "host probe"): nil, or an *Error that says why not or why nobody knows, or the
// cause of ctx. It takes at most 10 seconds.
func (c *Client) Discover(ctx context.Context, d Domain) error {
	r, err := c.do(ctx, httpRequest{step: StepInput, address: d.URL("/.well-known/openid-configuration"), limit: discoverLimit, mayForward: d.isAt})
	authorize := r.json.text("authorization_endpoint")
	failure, failed := errors.AsType[*Error](err)
	switch {
	case failed && (failure.Kind == KindBadAnswer || failure.Kind.Verdict() != Transient),
		err == nil && (r.json.text("issuer") == "" || authorize != "" && !strings.Contains(authorize, "/services/oauth2/")):
		return &Error{Step: StepInput, Kind: KindNotSalesforce}
	}
	return err
}
