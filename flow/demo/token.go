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
	unapproved         = refusal("invalid_app_access", notApproved)
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

// exchange answers a token request with an authorization code (RFC 6749 §4.1.3). A client
// with the right credentials uses the code up, even where it gets no tokens for it.
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

// began tells the beginning of a valid code.
func (o *Org) began(text string) bool {
	for c := range o.codes {
		if text != "" && strings.HasPrefix(c, text) {
			return true
		}
	}
	return false
}

// renew answers a token request with a refresh token (RFC 6749 §6), and rotates it where the
// app has rotation.
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

// claim finds the grant of a refresh token and keeps others from refreshing it meanwhile. A
// token that was rotated out revokes the whole grant (SALESFORCE.md §5.1).
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
		"access_token": o.grants.open(g, base(r), now),
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

// client authenticates the client of a request: credentials in the body win over HTTP Basic
// (SALESFORCE.md §3). A client secret that was sent must be right, required or not.
func (o *Org) client(r *http.Request, secretRequired func(App) bool) (App, *answer) {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok && (id == "" || secret == "") {
		id, secret = unescape(user), unescape(password)
	}
	app, known := o.app(id)
	switch {
	case !known:
		return App{}, &unknownTokenClient
	case secret == "" && secretRequired(app),
		secret != "" && subtle.ConstantTimeCompare([]byte(secret), []byte(app.ClientSecret)) == 0:
		return App{}, &wrongSecret
	case app.Unapproved:
		return App{}, &unapproved
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

// unsigned is a JWT without a signature (RFC 7519 §6).
func unsigned(claims map[string]any) string {
	payload, _ := json.Marshal(claims) // strings and numbers
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." +
		base64.RawURLEncoding.EncodeToString(payload) + "."
}

func newRefreshToken() string { return "5Aep861" + rand.Text() + "." + rand.Text() + rand.Text() }
func newAccessToken() string {
	return OrgID[:15] + "!AR8AQ" + rand.Text() + "." + rand.Text() + rand.Text()
}
