package flow

import (
	"context"
	"errors"

	"sfauth/keystore"
)

// identify asks the identity URL for the name of the user of the access token.
// login.salesforce.com redirects to the host of the org; the token goes only to hosts that
// isTrusted accepts. errOtherIdentity says that the answer contradicts the URL.
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
