package demo

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Data360Host is the instance of the org's Data 360, which answers nothing here.
const Data360Host = "gq3tcnzyge4tkmjzgu2tsnjzgq.c360a.salesforce.com"

// The answers of the exchange that the org gives of its own accord (SALESFORCE.md §3.2).
var (
	noData360Scope = refusal("invalid_scope", "the access token has no scope of Data 360")
	unknownSubject = refusal("invalid_request", "subject_token_type is missing or unknown")
	endedSession   = answer{status: http.StatusUnauthorized, contentType: asJSON, err: "INVALID_SESSION_ID",
		body: `[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`}
)

// exchangeForData360 hands out a token of Data 360 for an access token, which stays as it is.
func (o *Org) exchangeForData360(r *http.Request) answer {
	if o.NoData360 {
		return o.nothingHere(r)
	}
	o.during(r)
	o.mu.Lock()
	defer o.mu.Unlock()
	f, now := r.PostForm, o.now()
	s, open := o.grants.session(f.Get("subject_token"), now)
	switch {
	case f.Get("grant_type") != "urn:salesforce:grant-type:external:cdp":
		return unknownGrantType
	case f.Get("subject_token_type") != "urn:ietf:params:oauth:token-type:access_token":
		return unknownSubject
	case !open:
		return endedSession
	case !has(s.scopes, "api") || !slices.ContainsFunc(s.scopes, func(scope string) bool { return strings.HasPrefix(scope, "cdp_") }):
		return noData360Scope
	}
	t := signed(map[string]any{"typ": "JWT"}, map[string]any{
		"sub": s.user.id, "iss": base(r), "orgId": OrgID, "issuerTenantId": "core/prod/" + OrgID, "custom_attributes": map[string]any{"dataspace": "default"},
		"scp": strings.Join(s.scopes, " "), "aud": "api.a360.salesforce.com", "jti": rand.Text(),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(sessionLifetime).Unix(), "sfapprns": "",
	})
	o.grants.data360[t] = session{s.grant, now}
	return reply(map[string]any{
		"access_token": t, "instance_url": Data360Host, "token_type": "Bearer",
		"issued_token_type": "urn:ietf:params:oauth:token-type:jwt", "expires_in": int(sessionLifetime / time.Second),
	})
}
