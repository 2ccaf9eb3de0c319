package demo

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTokenResponseIsSalesforces(t *testing.T) {
	in(t, nil, func(w *world) {
		s := w.login()
		for name, want := range map[string]string{
			"access_token":  `^00D\w{12,15}![.\w]+$`,
			"refresh_token": `^[a-zA-Z0-9._-]+={0,2}$`,
			"id":            "^" + orgURL + "/id/" + OrgID + "/" + UserID + "$",
			"instance_url":  "^" + orgURL + "$",
			"token_type":    "^Bearer$",
			"issued_at":     "^" + strconv.FormatInt(time.Now().UnixMilli(), 10) + "$",
			"scope":         "^" + strings.Join(w.app.Scopes, " ") + "$",
			"id_token":      `^eyJ[\w-]+\.[\w-]+\.$`,
		} {
			if !regexp.MustCompile(want).MatchString(s.str(name)) {
				w.Errorf("%s is %v, want %s", name, s[name], want)
			}
		}
		if s.str("signature") != sign(w.app.ClientSecret, s.str("id")+s.str("issued_at")) {
			w.Error("the signature is not over id and issued_at")
		}
		if _, ok := s["expires_in"]; ok {
			w.Error("Salesforce sends no expires_in")
		}
	})
}

func TestSignatureIsHMACSHA256InBase64(t *testing.T) {
	// RFC 4231, test case 2.
	if got := sign("Jefe", "what do ya want for nothing?"); got != "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=" {
		t.Error(got)
	}
}

func TestChallengeIsThatOfTheRFC(t *testing.T) {
	if got := s256(verifier); got != challenge {
		t.Error(got)
	}
}

func TestRefreshTokenAndIDTokenNeedTheirScopes(t *testing.T) {
	in(t, nil, func(w *world) {
		s := w.login("scope", "api")
		if s.str("refresh_token") != "" || s.str("id_token") != "" || !w.org.AccessValid(s.str("access_token")) {
			w.Errorf("got %v", s)
		}
	})
}

func TestCodeIsUsedOnce(t *testing.T) {
	in(t, nil, func(w *world) {
		code := w.code()
		if status, s := w.exchange(code); status != http.StatusOK {
			w.Fatal(s.error())
		}
		status, s := w.exchange(code)
		refused(w, status, s, "invalid_grant : expired authorization code")
	})
}

func TestCodeLivesFifteenMinutes(t *testing.T) {
	in(t, nil, func(w *world) {
		code, late := w.code(), w.code()
		time.Sleep(15*time.Minute - time.Second)
		if status, s := w.exchange(code); status != http.StatusOK {
			w.Error(s.error())
		}
		time.Sleep(time.Second)
		status, s := w.exchange(late)
		refused(w, status, s, "invalid_grant : expired authorization code")
	})
}

func TestExchangeChecksWhatBelongsToTheCode(t *testing.T) {
	for _, row := range []struct {
		want   string
		change []string
	}{
		{"invalid_grant : invalid code verifier", []string{"code_verifier", challenge}},
		{"invalid_grant : invalid code verifier", []string{"code_verifier", "-"}},
		{"redirect_uri_mismatch : redirect_uri must match configuration", []string{"redirect_uri", "http://localhost:1717/OauthRedirect/"}},
		{"invalid_client : invalid client credentials", []string{"client_secret", "-"}},
		{"invalid_client : invalid client credentials", []string{"client_secret", "wrong"}},
		{"invalid_client_id : client identifier invalid", []string{"client_id", "3MVG9other"}},
		{"unsupported_grant_type : grant type not supported", []string{"grant_type", "password"}},
	} {
		in(t, nil, func(w *world) {
			status, s := w.exchange(w.code(), row.change...)
			refused(w, status, s, row.want)
		})
	}
}

func TestMissingChallengeMethodMeansS256(t *testing.T) {
	in(t, nil, func(w *world) {
		if status, s := w.exchange(w.code("code_challenge_method", "-")); status != http.StatusOK {
			w.Error(s.error())
		}
		if p := w.visit(w.authorizeURL("code_challenge_method", "plain"), true); !strings.HasPrefix(p.Body, "error=invalid_request&") {
			w.Errorf("plain: %+v", p)
		}
	})
}

func TestBasicAuthCountsUnlessThePairIsInTheBody(t *testing.T) {
	in(t, nil, func(w *world) {
		send := func(user, password string, change ...string) (int, said) {
			f := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {w.org.Approve(w.app.ClientID)}}
			apply(f, change)
			r, err := http.NewRequestWithContext(w.Context(), http.MethodPost, orgURL+"/services/oauth2/token", strings.NewReader(f.Encode()))
			if err != nil {
				w.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.SetBasicAuth(user, password)
			resp, err := w.http.Do(r)
			if err != nil {
				w.Fatal(err)
			}
			return resp.StatusCode, w.json(resp)
		}
		if status, s := send(w.app.ClientID, w.app.ClientSecret); status != http.StatusOK {
			w.Error(s.error())
		}
		if status, s := send(w.app.ClientID, "wrong"); status != http.StatusBadRequest || s.str("error") != "invalid_client" {
			w.Error(s.error())
		}
		if status, s := send("nobody", "wrong", "client_id", w.app.ClientID, "client_secret", w.app.ClientSecret); status != http.StatusOK {
			w.Error(s.error())
		}
	})
}

func TestSecretIsRequiredPerFlow(t *testing.T) {
	in(t, func(a *App) { a.SecretRequired = false }, func(w *world) {
		status, s := w.exchange(w.code(), "client_secret", "-")
		if status != http.StatusOK {
			w.Fatal(s.error())
		}
		status, s = w.refresh(s.str("refresh_token"), "client_secret", "-")
		refused(w, status, s, "invalid_client : invalid client credentials")
	})
	in(t, func(a *App) { a.RefreshSecretRequired = false }, func(w *world) {
		status, s := w.exchange(w.code(), "client_secret", "-")
		refused(w, status, s, "invalid_client : invalid client credentials")
		if status, s = w.refresh(w.login().str("refresh_token"), "client_secret", "-"); status != http.StatusOK {
			w.Error(s.error())
		}
	})
}

func TestPKCECanBeOptional(t *testing.T) {
	in(t, func(a *App) { a.PKCERequired = false }, func(w *world) {
		if status, s := w.exchange(w.code("code_challenge", "-"), "code_verifier", "-"); status != http.StatusOK {
			w.Error(s.error())
		}
		status, s := w.exchange(w.code(), "code_verifier", "-")
		refused(w, status, s, "invalid_grant : invalid code verifier")
	})
}

func TestRefreshWithoutRotationKeepsTheToken(t *testing.T) {
	in(t, func(a *App) { a.Rotation = false }, func(w *world) {
		token := w.login().str("refresh_token")
		for range 2 {
			status, s := w.refresh(token)
			if status != http.StatusOK || s.str("refresh_token") != "" || !w.org.AccessValid(s.str("access_token")) {
				w.Errorf("got %d %v", status, s)
			}
		}
	})
}

func TestRotationReplacesTheToken(t *testing.T) {
	in(t, nil, func(w *world) {
		first := w.login()
		_, second := w.refresh(first.str("refresh_token"))
		if second.str("refresh_token") == first.str("refresh_token") || !w.org.RefreshValid(second.str("refresh_token")) || w.org.RefreshValid(first.str("refresh_token")) {
			w.Errorf("got %v", second)
		}
		if !w.org.AccessValid(first.str("access_token")) {
			w.Error("rotation alone ended the access token")
		}
	})
}

func TestReuseOfARotatedTokenRevokesTheFamily(t *testing.T) {
	in(t, nil, func(w *world) {
		first, stranger := w.login(), w.login()
		_, second := w.refresh(first.str("refresh_token"))
		status, s := w.refresh(first.str("refresh_token"))
		refused(w, status, s, "invalid_grant : expired access/refresh token")
		for _, token := range []string{first.str("access_token"), second.str("access_token")} {
			if w.org.AccessValid(token) {
				w.Error("an access token of the family is alive")
			}
		}
		status, s = w.refresh(second.str("refresh_token"))
		refused(w, status, s, "invalid_grant : expired access/refresh token")
		if !w.org.AccessValid(stranger.str("access_token")) || !w.org.RefreshValid(stranger.str("refresh_token")) {
			w.Error("another grant died with it")
		}
	})
}

func TestTokenOfAnotherAppIsRefused(t *testing.T) {
	in(t, nil, func(w *world) {
		other := DefaultApp()
		other.ClientID += "other"
		w.org.apps[other.ClientID] = other
		token := w.org.Approve(other.ClientID)
		status, s := w.refresh(token)
		refused(w, status, s, "invalid_grant : expired access/refresh token")
		if !w.org.RefreshValid(token) {
			w.Error("a stranger could revoke it")
		}
	})
}

func TestCodeOfAnotherAppIsRefused(t *testing.T) {
	in(t, nil, func(w *world) {
		other := DefaultApp()
		other.ClientID += "other"
		w.org.apps[other.ClientID] = other
		status, s := w.exchange(w.code("client_id", other.ClientID))
		refused(w, status, s, "invalid_grant : expired authorization code")
	})
}

func TestSixthApprovalRevokesTheOldest(t *testing.T) {
	in(t, nil, func(w *world) {
		other := w.login("login_hint", OtherUsername)
		var logins []said
		for range 6 {
			logins = append(logins, w.login())
		}
		for i, s := range logins {
			if alive := w.org.RefreshValid(s.str("refresh_token")); alive != (i > 0) {
				w.Errorf("approval %d alive: %t", i+1, alive)
			}
		}
		if !w.org.RefreshValid(other.str("refresh_token")) || w.org.Approvals() != 6 {
			w.Error("the cap is per user")
		}
	})
}

func TestOverlappingRefreshIsRefusedAndHarmless(t *testing.T) {
	in(t, nil, func(w *world) {
		token := w.login().str("refresh_token")
		release := make(chan struct{})
		w.org.During = func(string) { <-release }
		first := make(chan said)
		go func() {
			_, s := w.refresh(token)
			first <- s
		}()
		synctest.Wait()
		status, s := w.refresh(token)
		refused(w, status, s, "invalid_grant : token request is already being processed")
		close(release)
		if next := (<-first).str("refresh_token"); !w.org.RefreshValid(next) {
			w.Error("the first refresh failed")
		}
	})
}

func TestRevokedWhileRefreshingIsDead(t *testing.T) {
	in(t, nil, func(w *world) {
		token := w.login().str("refresh_token")
		w.org.During = func(string) { w.org.RevokeAll() }
		status, s := w.refresh(token)
		refused(w, status, s, "invalid_grant : expired access/refresh token")
	})
}

func TestSessionLastsTwoHours(t *testing.T) {
	in(t, nil, func(w *world) {
		token := w.login().str("access_token")
		time.Sleep(2*time.Hour - time.Second)
		if !w.org.AccessValid(token) {
			w.Error("ended too soon")
		}
		time.Sleep(time.Second)
		if w.org.AccessValid(token) {
			w.Error("did not end")
		}
	})
}
