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

// requestLimit is for one request to Salesforce, from the name look-up to the last byte of
// the answer.
const requestLimit = 30 * time.Second

// clientCredentials are those of a client of the token endpoint of domain (RFC 6749 §2.3.1).
type clientCredentials struct {
	domain Domain
	id     string
	secret keystore.Secret // empty: a public client
}

// tokenResponse is a successful answer of the token endpoint (RFC 6749 §5.1, SALESFORCE.md
// §3).
type tokenResponse struct {
	access, refresh keystore.Secret // a refresh that brings no refresh token has the old one
	scopes          []string
	instance        string
	issued          string // in milliseconds, as the signature has it
	identity        identity
	signature       string
}

// exchange makes the token request with an authorization code (RFC 6749 §4.1.3). It is sent
// once: a code may be used once, and nobody can say whether Salesforce has used it where the
// answer was lost.
func (c *Client) exchange(ctx context.Context, q authorizationRequest, code string) (tokenResponse, error) {
	return c.requestTokens(ctx, StepExchange, clientCredentials{q.Domain, q.ClientID, q.ClientSecret}, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {q.callback.text}, "code_verifier": {q.verifier},
	}, nil)
}

// refresh makes the token request with a refresh token (RFC 6749 §6). It is sent once as
// well: where Salesforce has rotated the token and the answer was lost, the old token
// revokes the new one (SALESFORCE.md §5.1). may is asked right before it is written.
func (c *Client) refresh(ctx context.Context, client clientCredentials, old keystore.Secret, may func() error) (tokenResponse, error) {
	t, err := c.requestTokens(ctx, StepRefresh, client, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old.Reveal()}}, may)
	if err == nil && t.refresh.Empty() {
		t.refresh = old
	}
	return t, err
}

// requestTokens makes one token request.
func (c *Client) requestTokens(ctx context.Context, step Step, client clientCredentials, form url.Values, may func() error) (tokenResponse, error) {
	r, err := c.do(ctx, httpRequest{step: step, address: client.domain.URL("/services/oauth2/token"), form: client.authenticate(form), may: may, limit: requestLimit})
	if err != nil {
		return tokenResponse{}, err
	}
	return parseTokenResponse(step, r)
}

// authenticate adds the client ID to a form, and the client secret where there is one (RFC
// 6749 §2.3.1, SALESFORCE.md §3).
func (a clientCredentials) authenticate(form url.Values) url.Values {
	form.Set("client_id", a.id)
	if !a.secret.Empty() {
		form.Set("client_secret", a.secret.Reveal())
	}
	return form
}

// parseTokenResponse reads a token response. It refuses one without any token, and one whose
// refresh token would not fit on a line. All else is checked by verify, once the refresh
// token is stored.
func parseTokenResponse(step Step, r httpResponse) (tokenResponse, error) {
	access, refresh := r.json.text("access_token"), r.json.text("refresh_token")
	if access == "" && refresh == "" || !isSendable(refresh) {
		return tokenResponse{}, &Error{Step: step, Kind: KindBadAnswer}
	}
	id, _ := parseIdentity(r.text("id")) // verify refuses a response without it
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
