package demo

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func (w *world) revoke(token string) (int, said) {
	w.Helper()
	return w.post("/services/oauth2/revoke", url.Values{"token": {token}})
}

func (w *world) introspect(token string, change ...string) said {
	w.Helper()
	f := url.Values{"token": {token}, "client_id": {w.app.ClientID}, "client_secret": {w.app.ClientSecret}}
	apply(f, change)
	_, s := w.post("/services/oauth2/introspect", f)
	return s
}

func TestRevokingARefreshTokenEndsItsAccessTokens(t *testing.T) {
	in(t, nil, func(w *world) {
		s := w.login()
		if status, _ := w.revoke(s.str("refresh_token")); status != http.StatusOK {
			w.Errorf("got %d", status)
		}
		if w.org.AccessValid(s.str("access_token")) || w.org.RefreshValid(s.str("refresh_token")) {
			w.Error("a token is alive")
		}
		status, again := w.revoke(s.str("refresh_token"))
		refused(w, status, again, "invalid_token : invalid token")
	})
}

func TestRevokingAnAccessTokenEndsItAlone(t *testing.T) {
	in(t, nil, func(w *world) {
		s := w.login()
		if status, _ := w.revoke(s.str("access_token")); status != http.StatusOK {
			w.Errorf("got %d", status)
		}
		if w.org.AccessValid(s.str("access_token")) || !w.org.RefreshValid(s.str("refresh_token")) {
			w.Error("revoked the wrong one")
		}
	})
}

func TestRevokingNothingIsAnError(t *testing.T) {
	in(t, nil, func(w *world) {
		if status, s := w.revoke(""); status != http.StatusBadRequest || s.str("error") != "unsupported_token_type" {
			w.Errorf("got %d %v", status, s)
		}
		if status, s := w.revoke("unknown"); status != http.StatusBadRequest || s.str("error") != "invalid_token" {
			w.Errorf("got %d %v", status, s)
		}
	})
}

func TestIntrospectionChangesNothing(t *testing.T) {
	in(t, nil, func(w *world) {
		s := w.login()
		for range 2 {
			got := w.introspect(s.str("refresh_token"))
			if got["active"] != true || got.str("username") != Username || got.str("client_id") != w.app.ClientID || got.str("token_type") != "refresh_token" {
				w.Errorf("got %v", got)
			}
		}
		if got := w.introspect(s.str("access_token")); got["active"] != true || got["exp"] != float64(time.Now().Add(2*time.Hour).Unix()) {
			w.Errorf("got %v", got)
		}
		_, next := w.refresh(s.str("refresh_token"))
		if got := w.introspect(s.str("refresh_token")); got["active"] != false || len(got) != 1 {
			w.Errorf("rotated out, got %v", got)
		}
		if !w.org.RefreshValid(next.str("refresh_token")) {
			w.Error("introspecting a rotated token ended the family")
		}
		if got := w.introspect(next.str("refresh_token"), "client_secret", "-"); got.str("error") != "invalid_client" {
			w.Errorf("without the secret, got %v", got)
		}
	})
}

func TestIntrospectionFailsAsTheTokenEndpointDoesOrIsNotAllowed(t *testing.T) {
	in(t, nil, func(w *world) {
		s := w.login()
		w.org.Fail("inactive_org")
		if got := w.introspect(s.str("refresh_token")); got.str("error") != "inactive_org" {
			w.Errorf("got %v", got)
		}
	})
	in(t, func(a *App) { a.NoIntrospection = true }, func(w *world) {
		s := w.login()
		if got := w.introspect(s.str("refresh_token")); got.str("error") != "unauthorized_client" {
			w.Errorf("got %v", got)
		}
	})
}

func TestIdentityBelongsToTheToken(t *testing.T) {
	in(t, nil, func(w *world) {
		s := w.login()
		for _, address := range []string{s.str("id"), orgURL + "/services/oauth2/userinfo"} {
			status, body := w.get(address, s.str("access_token"))
			if status != http.StatusOK || !strings.Contains(body, Username) || !strings.Contains(body, UserID) || !strings.Contains(body, OrgID) {
				w.Errorf("%s: %d %s", address, status, body)
			}
			if status, body = w.get(address, "00Dwrong"); status != http.StatusForbidden || body != "Bad_OAuth_Token" {
				w.Errorf("%s with a wrong token: %d %s", address, status, body)
			}
			if status, body = w.get(address, ""); status != http.StatusForbidden || body != "Missing_OAuth_Token" {
				w.Errorf("%s without a token: %d %s", address, status, body)
			}
		}
		if status, _ := w.get(orgURL+"/id/"+OrgID+"/"+OtherUserID, s.str("access_token")); status != http.StatusForbidden {
			w.Errorf("somebody else's identity: %d", status)
		}
		if status, body := w.get(orgURL+"/id/00DWx000000OthrEAD/"+UserID, s.str("access_token")); status != http.StatusForbidden || body != "Wrong_Org" {
			w.Errorf("another org's identity: %d %s", status, body)
		}
	})
}

func TestDiscoveryNamesTheHostThatWasAsked(t *testing.T) {
	in(t, nil, func(w *world) {
		r, err := w.http.Get(orgURL + "/.well-known/openid-configuration")
		if err != nil {
			w.Fatal(err)
		}
		s := w.json(r)
		if s.str("issuer") != orgURL || s.str("token_endpoint") != orgURL+"/services/oauth2/token" || s.str("jwks_uri") != orgURL+"/id/keys" {
			w.Errorf("got %v", s)
		}
	})
}

func TestPagesThatTheSimulationLacksSaySo(t *testing.T) {
	in(t, nil, func(w *world) {
		if status, body := w.get(orgURL+"/home/home.jsp", ""); status != http.StatusNotFound || !strings.Contains(body, "has no such page") {
			w.Errorf("got %d %s", status, body)
		}
		if status, body := w.get(orgURL+"/secur/logout.jsp", ""); status != http.StatusOK || !strings.Contains(body, "logged out") {
			w.Errorf("got %d %s", status, body)
		}
	})
}

func TestLogSaysWhatWasAskedAndHoldsNoSecret(t *testing.T) {
	in(t, nil, func(w *world) {
		s := w.login()
		w.refresh("unknown")
		log := w.org.Log()
		want := []Entry{
			{"GET", "/services/oauth2/authorize", "", 200, ""},
			{"POST", "/services/oauth2/authorize", "", 302, ""},
			{"POST", "/services/oauth2/token", "authorization_code", 200, ""},
			{"POST", "/services/oauth2/token", "refresh_token", 400, "invalid_grant"},
		}
		if !slices.Equal(log, want) {
			w.Errorf("got %v", log)
		}
		if !w.org.RefreshValid(s.str("refresh_token")) {
			w.Error("an unknown token ended a grant")
		}
	})
}
