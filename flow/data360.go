package flow

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sfauth/keystore"
)

// renewForData360 exchanges the access token of r for one of Data 360, and keeps that beside
// it. Where no access token is young enough, or the cached one has ended before its time, it
// is renewed first, once.
func (c *Client) renewForData360(ctx context.Context, r *keystore.Renewal) (Access, error) {
	var exchanged keystore.AccessToken
	var err, warning error
	ended := !c.isYoung(r.Access, defaultMaxAge)
	if !ended {
		exchanged, ended, err = c.exchangeForData360(ctx, r)
	}
	if ended {
		renewed, failure := c.renew(ctx, r)
		if failure != nil {
			return Access{}, failure
		}
		warning = renewed.Warning
		exchanged, _, err = c.exchangeForData360(ctx, r)
	}
	if err != nil {
		return Access{Warning: warning}, err
	}
	_ = r.Cache(exchanged) // it is handed out all the same, and had again the next time
	return access(r.Connection, exchanged, warning), nil
}

// exchangeForData360 makes the token exchange request (RFC 8693 §2.1, SALESFORCE.md §3.2),
// which uses nothing up. ended says that the access token may be why it failed.
func (c *Client) exchangeForData360(ctx context.Context, r *keystore.Renewal) (_ keystore.AccessToken, ended bool, _ error) {
	domain, err := ParseDomain(r.Domain)
	if err != nil {
		return keystore.AccessToken{}, false, err
	}
	requestedAt := c.now()
	answer, err := c.do(ctx, httpRequest{step: StepData360, address: r.Access.InstanceURL + "/services/a360/token", limit: requestLimit, form: url.Values{
		"grant_type":         {"urn:salesforce:grant-type:external:cdp"},
		"subject_token":      {r.Access.Token.Reveal()},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"},
	}})
	switch failure, said := errors.AsType[*Error](err); {
	case said:
		return keystore.AccessToken{}, failure.refusesToken(), failure
	case err != nil:
		return keystore.AccessToken{}, false, err
	}
	exchanged, err := parseExchanged(domain, answer, requestedAt)
	return exchanged, false, err
}

// refusesToken tells an error of the exchange that a dead access token may have: one that says
// so, or the page of a login in place of an answer (SALESFORCE.md §3.2).
func (e *Error) refusesToken() bool {
	isPage := e.Kind == KindBadAnswer && (e.Status == 0 || e.Status/100 == 3)
	return isPage || e.Kind == KindData360Refused && e.Status != http.StatusForbidden
}

// parseExchanged reads the answer to an exchange. The instance is a bare host as a rule.
func parseExchanged(domain Domain, r httpResponse, requestedAt time.Time) (keystore.AccessToken, error) {
	token, instance := r.json.text("access_token"), strings.TrimRight(r.text("instance_url"), "/")
	if instance != "" && !strings.Contains(instance, "://") {
		instance = "https://" + instance
	}
	switch {
	case token == "" || !isSendable(token) || instance == "":
		return keystore.AccessToken{}, &Error{Step: StepData360, Kind: KindBadAnswer}
	case !isTrusted(domain, instance):
		return keystore.AccessToken{}, &Error{Step: StepData360, Kind: KindForeignHost}
	}
	a := keystore.AccessToken{Token: keystore.NewSecret(token), IssuedAt: requestedAt, InstanceURL: instance}
	if seconds, err := strconv.Atoi(strings.Trim(string(r.json["expires_in"]), `"`)); err == nil {
		const longest = 10 * 365 * 24 * 60 * 60
		a.ExpiresAt = requestedAt.Add(time.Duration(min(seconds, longest)) * time.Second)
	}
	return a, nil
}
