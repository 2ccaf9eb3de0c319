package demo

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// The answers of the token endpoint that the org gives of its own accord
// (SALESFORCE.md §4.3).
var (
	unknownTokenClient = refusal("invalid_client_id", "client identifier invalid")
	wrongSecret        = refusal("invalid_client", "invalid client credentials")
	deadCode           = refusal("invalid_grant", "expired authorization code")
	cutCode            = refusal("invalid_grant", "invalid authorization code")
	deadToken          = refusal("invalid_grant", "expired access/refresh token")
	inProgress         = refusal("invalid_grant", "token request is already being processed")
	wrongVerifier      = refusal("invalid_grant", "invalid code verifier")
	tokenMismatch      = refusal("redirect_uri_mismatch", "redirect_uri must match configuration")
	unknownGrantType   = refusal("unsupported_grant_type", "grant type not supported")
)

func (o *Org) token(r *http.Request) answer {
	grantType := r.PostForm.Get("grant_type")
	switch grantType {
	case "authorization_code":
		return o.exchange(r)
	case "refresh_token":
		return o.renew(r)
	}
	return unknownGrantType
}

// exchange trades a code for tokens. Whoever knows the app's credentials uses the
// code up, right or wrong.
func (o *Org) exchange(r *http.Request) answer {
	app, refused := o.client(r, func(a App) bool { return a.SecretRequired })
	if refused != nil {
		return *refused
	}
	o.during(r)
	o.mu.Lock()
	defer o.mu.Unlock()
	f := r.PostForm
	c, known := o.codes[f.Get("code")]
	delete(o.codes, f.Get("code"))
	switch {
	case !known && o.began(f.Get("code")):
		return cutCode
	case !known || c.app.ClientID != app.ClientID || o.now().Sub(c.issued) >= codeLifetime:
		return deadCode
	case f.Get("redirect_uri") != c.callback:
		return tokenMismatch
	case c.challenge != "" && c.challenge != s256(f.Get("code_verifier")):
		return wrongVerifier
	}
	g := o.grants.approve(app, c.user, c.scopes)
	return o.tokens(r, g, g.refresh)
}

// began tells whether a code that is live begins so.
func (o *Org) began(text string) bool {
	for c := range o.codes {
		if text != "" && strings.HasPrefix(c, text) {
			return true
		}
	}
	return false
}

// renew trades a refresh token for an access token and, with rotation, for the next
// refresh token.
func (o *Org) renew(r *http.Request) answer {
	app, refused := o.client(r, func(a App) bool { return a.RefreshSecretRequired })
	if refused != nil {
		return *refused
	}
	g, refused := o.claim(app, r.PostForm.Get("refresh_token"))
	if refused != nil {
		return *refused
	}
	o.during(r)
	o.mu.Lock()
	defer o.mu.Unlock()
	g.busy = false
	switch {
	case g.refresh == "": // revoked meanwhile
		return deadToken
	case !app.Rotation:
		return o.tokens(r, g, "")
	}
	o.grants.rotate(g)
	return o.tokens(r, g, g.refresh)
}

// claim finds the grant of a refresh token and keeps others from refreshing it
// meanwhile. A token that was rotated out kills its family (SALESFORCE.md §5.1).
func (o *Org) claim(app App, token string) (*grant, *answer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	g := o.grants.refresh[token]
	switch {
	case g == nil || g.app.ClientID != app.ClientID:
		return nil, &deadToken
	case token != g.refresh:
		o.grants.revoke(g)
		return nil, &deadToken
	case g.busy:
		return nil, &inProgress
	}
	g.busy = true
	return g, nil
}

func (o *Org) during(r *http.Request) {
	if o.During != nil {
		o.During(r.PostForm.Get("grant_type"))
	}
}

// tokens is the answer of SALESFORCE.md §3: no expires_in, issued_at in milliseconds
// as text. refresh is left out when empty.
func (o *Org) tokens(r *http.Request, g *grant, refresh string) answer {
	now := o.now()
	id := base(r) + "/id/" + OrgID + "/" + g.user.id
	issued := strconv.FormatInt(now.UnixMilli(), 10)
	fields := map[string]any{
		"access_token": o.grants.open(g, now),
		"scope":        strings.Join(g.scopes, " "),
		"signature":    sign(g.app.ClientSecret, id+issued),
		"instance_url": base(r),
		"id":           id,
		"token_type":   "Bearer",
		"issued_at":    issued,
	}
	if refresh != "" {
		fields["refresh_token"] = refresh
	}
	if has(g.scopes, "openid") {
		fields["id_token"] = unsigned(map[string]any{
			"iss": base(r), "sub": id, "aud": g.app.ClientID, "iat": now.Unix(), "exp": now.Add(sessionLifetime).Unix(),
		})
	}
	return reply(fields)
}

// client finds who asks: a pair in the body wins over HTTP Basic (SALESFORCE.md §3).
// A secret that was sent has to be right, required or not.
func (o *Org) client(r *http.Request, secretRequired func(App) bool) (App, *answer) {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok && (id == "" || secret == "") {
		id, secret = unescape(user), unescape(password)
	}
	app, known := o.apps[id]
	switch {
	case !known:
		return App{}, &unknownTokenClient
	case secret == "" && secretRequired(app),
		secret != "" && subtle.ConstantTimeCompare([]byte(secret), []byte(app.ClientSecret)) == 0:
		return App{}, &wrongSecret
	}
	return app, nil
}

// unescape undoes the form encoding that RFC 6749 §2.3.1 asks for in HTTP Basic.
func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// s256 is the code challenge of a verifier (RFC 7636 §4.2).
func s256(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// sign makes the signature of an identity URL and its issued_at (SALESFORCE.md §3).
func sign(secret, message string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(message))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// unsigned is a JWT that says itself that nobody signed it (RFC 7519 §6).
func unsigned(claims map[string]any) string {
	payload, _ := json.Marshal(claims) // strings and numbers
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." +
		base64.RawURLEncoding.EncodeToString(payload) + "."
}

func newRefreshToken() string { return "5Aep861" + rand.Text() + "." + rand.Text() + rand.Text() }
func newAccessToken() string {
	return OrgID[:15] + "!AR8AQ" + rand.Text() + "." + rand.Text() + rand.Text()
}
