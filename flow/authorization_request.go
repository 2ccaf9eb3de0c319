package flow

import (
	"strings"

	"golang.org/x/oauth2"
)

// authorizationRequest is what a login sends to the authorization endpoint, and so what an
// authorization response must match (RFC 6749 §4.1.1, RFC 7636 §4.3).
type authorizationRequest struct {
	Request
	callback RedirectURI
	state    string
	verifier string
}

// newAuthorizationRequest checks what was typed and draws the state and the PKCE verifier,
// 256 random bits each.
func newAuthorizationRequest(r Request) (authorizationRequest, error) {
	if r.Domain.IsZero() {
		return authorizationRequest{}, &Error{Step: StepInput, Kind: KindDomainEmpty}
	}
	if r.RedirectURI == "" {
		r.RedirectURI = DefaultRedirectURI
	}
	callback, err := ParseRedirectURI(r.RedirectURI)
	if err != nil {
		return authorizationRequest{}, err
	}
	if r.Scope, err = ParseScope(r.Scope); err != nil {
		return authorizationRequest{}, err
	}
	r.ClientID, _, err = CheckClientID(r.ClientID)
	if r.PasteOnly {
		callback.port = ""
	}
	return authorizationRequest{r, callback, oauth2.GenerateVerifier(), oauth2.GenerateVerifier()}, err
}

// authorizeURL is the address at which the person allows access (SALESFORCE.md §2). It holds
// no secret.
func (q authorizationRequest) authorizeURL() string {
	conf := oauth2.Config{
		ClientID:    q.ClientID,
		RedirectURL: q.callback.text,
		Scopes:      strings.Fields(q.Scope),
		Endpoint:    oauth2.Endpoint{AuthURL: q.Domain.URL("/services/oauth2/authorize")},
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(q.verifier)}
	if q.Prompt != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", q.Prompt))
	}
	if q.LoginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", q.LoginHint))
	}
	return conf.AuthCodeURL(q.state, options...)
}
