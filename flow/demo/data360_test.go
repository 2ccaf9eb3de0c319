package demo

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

var ofData360 = []string{"api", "refresh_token", "cdp_query_api", "cdp_ingest_api"}

func (w *world) forData360(token string, change ...string) (int, said) {
	w.Helper()
	f := url.Values{"grant_type": {"urn:salesforce:grant-type:external:cdp"}, "subject_token": {token},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"}}
	apply(f, change)
	r, err := w.http.PostForm(orgURL+"/services/a360/token", f)
	if err != nil {
		w.Fatal(err)
	}
	if r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusNotFound { // no object of JSON
		_ = r.Body.Close()
		return r.StatusCode, nil
	}
	return r.StatusCode, w.json(r)
}

func TestAnAccessTokenIsExchangedForOneOfData360ThatEndsWithTheGrant(t *testing.T) {
	for _, jwt := range []bool{false, true} {
		in(t, func(a *App) { a.JWT, a.Scopes = jwt, ofData360 }, func(w *world) {
			s := w.login()
			status, got := w.forData360(s.str("access_token"))
			if status != http.StatusOK || got.str("instance_url") != Data360Host || got["expires_in"] != 7200.0 || !w.org.Data360Valid(got.str("access_token")) {
				t.Fatal(status, got)
			}
			if got.str("issued_token_type") != "urn:ietf:params:oauth:token-type:jwt" || w.org.AccessValid(got.str("access_token")) {
				t.Error(got)
			}
			if status, again := w.forData360(s.str("access_token")); status != http.StatusOK || again.str("access_token") == got.str("access_token") {
				t.Error("the access token was used up", status)
			}
			w.org.RevokeAll()
			if w.org.Data360Valid(got.str("access_token")) {
				t.Error("it outlived the grant")
			}
		})
	}
}

func TestTheExchangeForData360RefusesInItsWords(t *testing.T) {
	in(t, func(a *App) { a.Scopes = ofData360 }, func(w *world) {
		s := w.login()
		status, got := w.forData360(s.str("access_token"), "grant_type", "refresh_token")
		refused(t, status, got, "unsupported_grant_type : grant type not supported")
		status, got = w.forData360(s.str("access_token"), "subject_token_type", "-")
		refused(t, status, got, "invalid_request : subject_token_type is missing or unknown")
		status, got = w.forData360(w.login("scope", "api refresh_token").str("access_token"))
		refused(t, status, got, "invalid_scope : the access token has no scope of Data 360")
		if status, _ := w.forData360("unknown"); status != http.StatusUnauthorized {
			t.Error(status)
		}
		w.org.EndSessions()
		if status, _ := w.forData360(s.str("access_token")); status != http.StatusUnauthorized {
			t.Error(status)
		}
		w.org.NoData360 = true
		if status, _ := w.forData360(s.str("access_token")); status != http.StatusNotFound {
			t.Error(status)
		}
	})
}

func TestAJWTAccessTokenIsSignedWithTheKeyOfTheOrgAndHasItsClaims(t *testing.T) {
	in(t, func(a *App) { a.JWT, a.Scopes = true, []string{"mcp_api", "refresh_token"} }, func(w *world) {
		token := w.login("scope", "refresh_token mcp_api").str("access_token")
		parts := strings.Split(token, ".")
		if len(parts) != 3 || len(token) < 1800 || len(token) > 3000 {
			t.Fatal(len(parts), "parts", len(token), "bytes")
		}
		_, body := w.get(orgURL+"/id/keys", "")
		var keys struct {
			Keys []struct{ N, E, Kid string }
		}
		var header, claims said
		decode := func(part string, into any) {
			t.Helper()
			text, err := base64.RawURLEncoding.DecodeString(part)
			if err == nil {
				err = json.Unmarshal(text, into)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		number := func(text string) *big.Int {
			b, err := base64.RawURLEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			return new(big.Int).SetBytes(b)
		}
		decode(base64.RawURLEncoding.EncodeToString([]byte(body)), &keys)
		decode(parts[0], &header)
		decode(parts[1], &claims)
		sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		signature, err := base64.RawURLEncoding.DecodeString(parts[2])
		if err != nil {
			t.Fatal(err)
		}
		key := &rsa.PublicKey{N: number(keys.Keys[0].N), E: int(number(keys.Keys[0].E).Int64())}
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature); err != nil || header.str("kid") != keys.Keys[0].Kid || header.str("alg") != "RS256" {
			t.Error(err, header)
		}
		if claims.str("sub") != "uid:"+UserID || claims.str("scp") != "refresh_token mcp_api" || claims.str("client_id") != w.app.ClientID ||
			claims["exp"].(float64)-claims["iat"].(float64) != sessionLifetime.Seconds() {
			t.Error(claims)
		}
	})
}

func TestAJWTIsNotIntrospectedAndItsRefreshTokenIs(t *testing.T) {
	in(t, func(a *App) { a.JWT = true }, func(w *world) {
		s := w.login()
		if got := w.introspect(s.str("access_token")); got["active"] != false {
			t.Error(got)
		}
		if got := w.introspect(s.str("refresh_token")); got["active"] != true {
			t.Error(got)
		}
		if status, _ := w.get(s.str("id"), s.str("access_token")); status != http.StatusOK {
			t.Error("the identity service refuses it:", status)
		}
		time.Sleep(sessionLifetime)
		if w.org.AccessValid(s.str("access_token")) {
			t.Error("it does not end")
		}
	})
}
