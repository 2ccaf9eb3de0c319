package flow

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"
	"unicode"

	"sfauth/keystore"
)

// requestLimit is for one request to Salesforce, from the name look-up to the last
// byte of the answer.
const requestLimit = 30 * time.Second

// clientCredentials is who asks at the token endpoint, and where that is.
type clientCredentials struct {
	domain Domain
	id     string
	secret keystore.Secret // empty: a public client
}

// tokenResponse is a usable answer of the token endpoint (SALESFORCE.md §3).
type tokenResponse struct {
	access, refresh keystore.Secret // of a renewal that brought none, refresh is the old one
	scopes          []string
	instance        string
	issued          string // milliseconds, as signed
	identity        identity
	signature       string
}

// exchange trades the code for tokens. It is sent once: a code is good for one use,
// and whether a lost answer used it up nobody can say (RFC 6749 §4.1.2).
func (c *Client) exchange(ctx context.Context, q authorizationRequest, code string) (tokenResponse, error) {
	return c.requestTokens(ctx, StepExchange, clientCredentials{q.Domain, q.ClientID, q.ClientSecret}, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {q.callback.text}, "code_verifier": {q.verifier},
	})
}

// refresh trades a refresh token for an access token and, with rotation, the next
// refresh token. It is sent once as well: using an old refresh token revokes the
// new one (SALESFORCE.md §5.1).
func (c *Client) refresh(ctx context.Context, asker clientCredentials, old keystore.Secret) (tokenResponse, error) {
	t, err := c.requestTokens(ctx, StepRefresh, asker, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old.Reveal()}})
	if err == nil && t.refresh.Empty() {
		t.refresh = old
	}
	return t, err
}

// requestTokens makes one token request, with the secret in the body where there is one
// (SALESFORCE.md §3).
func (c *Client) requestTokens(ctx context.Context, step Step, asker clientCredentials, form url.Values) (tokenResponse, error) {
	r, err := c.do(ctx, httpRequest{step: step, address: asker.domain.URL("/services/oauth2/token"), form: asker.authenticate(form), limit: requestLimit})
	if err != nil {
		return tokenResponse{}, err
	}
	return parseTokenResponse(step, r)
}

// authenticate adds to a form who asks.
func (a clientCredentials) authenticate(form url.Values) url.Values {
	form.Set("client_id", a.id)
	if !a.secret.Empty() {
		form.Set("client_secret", a.secret.Reveal())
	}
	return form
}

// parseTokenResponse takes the fields out of an answer. One without any token is none, nor is a
// refresh token that could not be kept on a line; at all else verify looks, when what
// came is safe.
func parseTokenResponse(step Step, r httpResponse) (tokenResponse, error) {
	access, refresh := r.json.text("access_token"), r.json.text("refresh_token")
	if access == "" && refresh == "" || !isSendable(refresh) {
		return tokenResponse{}, &Error{Step: step, Kind: KindBadAnswer}
	}
	id, _ := parseIdentity(r.text("id")) // verify will miss it
	return tokenResponse{
		access:    keystore.NewSecret(access),
		refresh:   keystore.NewSecret(refresh),
		scopes:    scopes(r.text("scope")),
		instance:  strings.TrimRight(r.text("instance_url"), "/"),
		issued:    cmp.Or(r.json.text("issued_at"), string(r.json["issued_at"])),
		identity:  id,
		signature: r.json.text("signature"),
	}, nil
}

func isSendable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII || invisible(r) })
}

func scopes(granted string) []string {
	names := strings.Fields(granted)
	for i, name := range names {
		names[i] = keystore.Clean(name, 80)
	}
	return names
}
