package demo

import (
	"net/http"
	"strings"
)

// user is somebody who can log in here.
type user struct{ name, id string }

var users = []user{{Username, UserID}, {OtherUsername, OtherUserID}}

// userNamed is the user whom login_hint names, otherwise the first.
func userNamed(hint string) user {
	for _, u := range users {
		if u.name == hint {
			return u
		}
	}
	return users[0]
}

// bearer finds the session of a request, or refuses in the words of Salesforce's identity
// service.
func (o *Org) bearer(r *http.Request) (s session, refused *answer) {
	refuse := func(why string) (session, *answer) {
		a := forbidden(why)
		return session{}, &a
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return refuse("Missing_OAuth_Token")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if s, ok = o.grants.session(token, o.now()); !ok {
		return refuse("Bad_OAuth_Token")
	}
	return s, nil
}

func forbidden(why string) answer {
	a := text(http.StatusForbidden, asHTML, why)
	a.err = why
	return a
}

// identity answers the URL that a token response has as id.
func (o *Org) identity(r *http.Request) answer {
	s, refused := o.bearer(r)
	switch {
	case refused != nil:
		return *refused
	case r.PathValue("org") != OrgID:
		return forbidden("Wrong_Org")
	case r.PathValue("user") != s.user.id:
		return forbidden("No_Access")
	}
	return reply(map[string]any{
		"id":              base(r) + r.URL.Path,
		"user_id":         s.user.id,
		"organization_id": OrgID,
		"username":        s.user.name,
		"display_name":    s.user.name,
		"email":           s.user.name,
		"user_type":       "STANDARD",
		"active":          true,
		"urls":            map[string]any{"custom_domain": base(r), "rest": base(r) + "/services/data/v{version}/"},
	})
}

func (o *Org) userinfo(r *http.Request) answer {
	s, refused := o.bearer(r)
	if refused != nil {
		return *refused
	}
	return reply(map[string]any{
		"sub":                base(r) + "/id/" + OrgID + "/" + s.user.id,
		"user_id":            s.user.id,
		"organization_id":    OrgID,
		"preferred_username": s.user.name,
		"name":               s.user.name,
		"email":              s.user.name,
	})
}

// noIntrospection has the words of RFC 6749 §5.2; Salesforce's own are not documented.
var noIntrospection = refusal("unauthorized_client", "the app may not introspect tokens")

// introspect says what a token is, and changes nothing (RFC 7662, SALESFORCE.md §8). An app
// sees only its own tokens, and none of them that is a JWT (SALESFORCE.md §3.3).
func (o *Org) introspect(r *http.Request) answer {
	app, refused := o.client(r, func(a App) bool { return a.SecretRequired || a.RefreshSecretRequired })
	if refused != nil {
		return *refused
	}
	if app.NoIntrospection {
		return noIntrospection
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	token := r.PostForm.Get("token")
	fields := map[string]any{"active": true}
	g := o.grants.current(token)
	if s, ok := o.grants.session(token, o.now()); ok && !s.app.JWT {
		g = s.grant
		fields["token_type"] = "access_token"
		fields["iat"], fields["nbf"] = s.opened.Unix(), s.opened.Unix()
		fields["exp"] = s.opened.Add(sessionLifetime).Unix()
	}
	if g == nil || g.app.ClientID != app.ClientID {
		return reply(map[string]any{"active": false})
	}
	if token == g.refresh {
		fields["token_type"] = "refresh_token"
	}
	fields["scope"] = strings.Join(g.scopes, " ")
	fields["client_id"] = g.app.ClientID
	fields["username"] = g.user.name
	fields["sub"] = base(r) + "/id/" + OrgID + "/" + g.user.id
	return reply(fields)
}

// revoke ends a grant by its refresh token, or one session by its access token
// (SALESFORCE.md §5.3).
func (o *Org) revoke(r *http.Request) answer {
	o.mu.Lock()
	defer o.mu.Unlock()
	token := r.Form.Get("token")
	_, open := o.grants.session(token, o.now())
	g := o.grants.current(token)
	switch {
	case token == "":
		return refusal("unsupported_token_type", "this token type is not supported")
	case g != nil:
		o.grants.revoke(g)
	case open:
		delete(o.grants.access, token)
	default:
		return refusal("invalid_token", "invalid token")
	}
	return text(http.StatusOK, asText, "")
}

func (o *Org) discovery(r *http.Request) answer {
	at := base(r)
	return reply(map[string]any{
		"issuer":                                at,
		"authorization_endpoint":                at + "/services/oauth2/authorize",
		"token_endpoint":                        at + "/services/oauth2/token",
		"revocation_endpoint":                   at + "/services/oauth2/revoke",
		"introspection_endpoint":                at + "/services/oauth2/introspect",
		"userinfo_endpoint":                     at + "/services/oauth2/userinfo",
		"jwks_uri":                              at + "/id/keys",
		"response_types_supported":              []string{"code", "token", "token id_token"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      scopeNames(),
	})
}

func (o *Org) keys(*http.Request) answer { return reply(map[string]any{"keys": []any{jwk()}}) }

func (o *Org) logout(*http.Request) answer {
	return notice(http.StatusOK, "You are logged out", "The next authorisation starts with a login.")
}

func (o *Org) nothingHere(*http.Request) answer {
	return notice(http.StatusNotFound, "Nothing is here", "The simulation plays one org, and has no such page.")
}
