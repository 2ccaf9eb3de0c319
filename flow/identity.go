package flow

import (
	"context"
	"errors"

	"sfauth/keystore"
)

// identify asks the identity URL who the access token belongs to, and returns the
// username. login.salesforce.com sends on to the org's own host; the token goes only to
// hosts that are trusted. errOtherIdentity says that the answer contradicts the URL; every
// other error is Salesforce's not saying.
func (c *Client) identify(ctx context.Context, d Domain, t tokenResponse) (username string, err error) {
	trust := func(address string) bool { return isTrusted(d, address) }
	if !trust(t.identity.url) {
		return "", &Error{Step: StepVerify, Kind: KindForeignHost}
	}
	r, err := c.do(ctx, httpRequest{step: StepVerify, address: t.identity.url, bearer: t.access, limit: requestLimit, mayForward: trust})
	org, user := r.json.text("organization_id"), r.json.text("user_id")
	switch {
	case err != nil:
		return "", err
	case org == "" && user == "":
		return "", &Error{Step: StepVerify, Kind: KindBadAnswer}
	case !t.identity.is(org, user):
		return "", errOtherIdentity
	}
	return keystore.Clean(r.text("username"), 255), nil
}

var errOtherIdentity = &Error{Step: StepVerify, Kind: KindBadAnswer, Err: errors.New("the identity is not that of the tokens")}
