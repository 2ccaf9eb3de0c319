package flow

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// verify distrusts an answer before any of its tokens is sent on: the access token fits
// into a header, the signature is right where there is a secret to check it with, and
// both addresses are Salesforce's.
func (t tokenResponse) verify(asker clientCredentials) error {
	if t.access.Empty() || !isSendable(t.access.Reveal()) {
		return &Error{Step: StepVerify, Kind: KindBadAnswer, Err: errors.New("an unusable access token")}
	}
	if t.identity == (identity{}) {
		return &Error{Step: StepVerify, Kind: KindBadAnswer, Err: errNoIdentity}
	}
	if !asker.secret.Empty() && !t.signed(asker.secret.Reveal()) {
		return &Error{Step: StepVerify, Kind: KindSignature}
	}
	if !isTrusted(asker.domain, t.instance) || !isTrusted(asker.domain, t.identity.url) {
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

// Where Salesforce answers (SALESFORCE.md §1.2, §1.3). Each begins with a dot.
var salesforceHosts = []string{
	".salesforce.com", ".salesforce.mil", ".force.com", ".crmforce.mil", ".my.site.com",
	".my-salesforce.com", ".my-lightning.com", ".sfcrmproducts.cn", ".sfcrmapps.cn",
	".cloudforce.com", ".database.com",
}

// isTrusted says whether a token may be sent to this address: an https host of
// Salesforce's, the login host itself, or loopback where the login host is loopback.
func isTrusted(d Domain, address string) bool {
	login, err := url.Parse(d.URL(""))
	u, wrong := url.Parse(address)
	if err != nil || wrong != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case u.Scheme == login.Scheme && strings.EqualFold(u.Host, login.Host):
		return true
	case isLoopback(login.Hostname()) && isLoopback(host):
		return u.Scheme == "http" || u.Scheme == "https"
	}
	return u.Scheme == "https" && u.Port() == "" && isHostname(host) && hasAnySuffix(host, salesforceHosts)
}

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

// mayBe is is, of an answer that may have none and a connection that may know none.
func (i identity) mayBe(org, user string) bool {
	return i == (identity{}) || user == "" || i.is(org, user)
}

// sameID compares ids of 15 and of 18 characters: the last three only repeat the
// case of the others.
func sameID(a, b string) bool {
	return len(a) >= 15 && len(b) >= 15 && a[:15] == b[:15]
}
