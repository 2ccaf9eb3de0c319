package flow

import (
	"context"
	"errors"
	"strings"
	"time"
)

const discoverLimit = 10 * time.Second

// Discover asks the host for its OpenID configuration (RFC 8414 §3, SALESFORCE.md §1.1) and
// returns nil where it is a login host of Salesforce's. Errors are an *Error of StepInput:
// KindNotSalesforce, or a kind of verdict Transient that says why the host did not answer;
// or the cause of ctx. It takes at most 10 seconds.
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
