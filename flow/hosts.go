package flow

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"
)

// Doubt is why a person should confirm that secrets may go to this host: KindDomainForeign
// where it is none of Salesforce's, as the custom domain of a site, KindDomainImitates where
// its name makes people believe that it is, and "" for Salesforce's hosts and for loopback,
// where test servers are.
func (d Domain) Doubt() Kind {
	u, err := url.Parse(d.base)
	if err != nil || d.IsZero() {
		return ""
	}
	host := u.Hostname()
	switch {
	case isLoopback(host) || hasAnySuffix(host, salesforceHosts):
		return ""
	case imitatesSalesforce(host):
		return KindDomainImitates
	}
	return KindDomainForeign
}

// imitatesSalesforce tells a name that people read as one of Salesforce's: it contains
// theirs, or digits and letters that look like theirs, or letters of other alphabets (RFC
// 3492).
func imitatesSalesforce(host string) bool {
	read := strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "-", "", "rn", "m", "vv", "w").Replace(host)
	return strings.Contains("."+host, ".xn--") || strings.Contains(read, "salesforce") || strings.Contains(read, "force.com") ||
		strings.Contains(strings.ReplaceAll(read, ".", ""), "salesforce")
}

// Doubt is that of its domain, but "" for the host of a saved connection: the person
// confirmed it then.
func (r Request) Doubt() Kind {
	if r.Existing != nil && r.Existing.Domain == r.Domain.String() {
		return ""
	}
	return r.Domain.Doubt()
}

// Where Salesforce answers (SALESFORCE.md §1.2, §1.3).
var salesforceHosts = []string{
	".salesforce.com", ".salesforce.mil", ".force.com", ".crmforce.mil", ".my.site.com",
	".my-salesforce.com", ".my-lightning.com", ".sfcrmproducts.cn", ".sfcrmapps.cn",
	".cloudforce.com", ".database.com",
}

// isTrusted says whether a token may be sent to this address: to an https host of
// Salesforce's, to the login host itself, or to loopback where the login host is on
// loopback.
func isTrusted(d Domain, address string) bool {
	login, err := url.Parse(d.URL(""))
	u, invalid := url.Parse(address)
	if err != nil || invalid != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
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

// isAt tells an address on this very host.
func (d Domain) isAt(address string) bool {
	own, err := url.Parse(d.URL(""))
	u, invalid := url.Parse(address)
	return err == nil && invalid == nil && u.Host == own.Host && u.Scheme == own.Scheme
}

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
