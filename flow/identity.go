package flow

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"regexp"
	"sync"

	"sfauth/keystore"
)

// identity is an identity URL and the ids that it ends in (SALESFORCE.md §3).
type identity struct{ url, org, user string }

var identityPath = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`/id/(00D[a-zA-Z0-9]{12}(?:[a-zA-Z0-9]{3})?)/(005[a-zA-Z0-9]{12}(?:[a-zA-Z0-9]{3})?)$`)
})

var errNoIdentity = errors.New("no identity URL")

func parseIdentity(address string) (identity, error) {
	ids := identityPath().FindStringSubmatch(address)
	if ids == nil || !isSendable(address) {
		return identity{}, errNoIdentity
	}
	return identity{address, ids[1], ids[2]}, nil
}

func (i identity) is(org, user string) bool { return sameID(i.org, org) && sameID(i.user, user) }

// mayBe is also true where the response has no identity or the connection knows no user.
func (i identity) mayBe(org, user string) bool {
	return i == (identity{}) || user == "" || i.is(org, user)
}

// sameID compares ids of 15 and of 18 characters: the last three only repeat the case of the
// others.
func sameID(a, b string) bool {
	return len(a) >= 15 && len(b) >= 15 && a[:15] == b[:15]
}

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

// verify checks a token response before any of its tokens is sent on: the access token must
// fit into a header, the signature must be right where there is a client secret to check it
// with, and both addresses must be those of Salesforce. Errors are an *Error of StepVerify.
func (t tokenResponse) verify(client clientCredentials) error {
	if t.access.Empty() || !isSendable(t.access.Reveal()) {
		return &Error{Step: StepVerify, Kind: KindBadAnswer, Err: errors.New("an unusable access token")}
	}
	if t.identity == (identity{}) {
		return &Error{Step: StepVerify, Kind: KindBadAnswer, Err: errNoIdentity}
	}
	if !client.secret.Empty() && !t.signed(client.secret.Reveal()) {
		return &Error{Step: StepVerify, Kind: KindSignature}
	}
	if !isTrusted(client.domain, t.instance) || !isTrusted(client.domain, t.identity.url) {
		return &Error{Step: StepVerify, Kind: KindForeignHost}
	}
	return nil
}

// signed checks the HMAC-SHA256 of identity URL and issue time (SALESFORCE.md §3).
func (t tokenResponse) signed(secret string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t.identity.url + t.issued))
	given, err := base64.StdEncoding.DecodeString(t.signature)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}
