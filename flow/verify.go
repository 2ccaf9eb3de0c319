package flow

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

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
