package demo

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// answered is what came back for a token request, unread, while the org failed.
type answered struct {
	status int
	body   string
	header http.Header
	err    error // of the request, or of reading its answer
}

// exchangeRaw exchanges the code and reads at most 2 MiB of the answer in a minute.
func (w *world) exchangeRaw(code string) answered {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	defer cancel()
	f := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {w.app.Callbacks[0]}, "code_verifier": {verifier},
		"client_id": {w.app.ClientID}, "client_secret": {w.app.ClientSecret},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, orgURL+"/services/oauth2/token", strings.NewReader(f.Encode()))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := w.http.Do(r)
	if err != nil {
		return answered{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 2<<20))
	return answered{resp.StatusCode, string(body), resp.Header, err}
}

// What a client sees of each fault of the token endpoint.
var tokenFaults = map[string]func(a answered) bool{
	"html_503":   func(a answered) bool { return a.status == 503 && strings.Contains(a.body, "<h1>") },
	"status_420": func(a answered) bool { return a.status == 420 && a.body == "" },
	"html_200": func(a answered) bool {
		return a.status == 200 && strings.HasPrefix(a.header.Get("Content-Type"), "text/html")
	},
	"not_json":           func(a answered) bool { return a.status == 200 && !json.Valid([]byte(a.body)) },
	"redirect_elsewhere": func(a answered) bool { return a.status == 302 && a.header.Get("Location") == "http://127.0.0.1:9999/" },
	"redirect_with_body": func(a answered) bool { return a.status == 307 && a.header.Get("Location") == "http://127.0.0.1:9999/" },
	"endless":            func(a answered) bool { return a.status == 200 && len(a.body) == 2<<20 },
	"hang":               func(a answered) bool { return errors.Is(a.err, context.DeadlineExceeded) },
	"truncated":          func(a answered) bool { return errors.Is(a.err, io.ErrUnexpectedEOF) && strings.HasPrefix(a.body, "{") },
	"no_refresh_token": field(func(s, right said) bool {
		return s.str("refresh_token") == "" && s.str("access_token") != "" && s.str("scope") == "api web id openid"
	}),
	"fewer_scopes": field(func(s, right said) bool {
		return s.str("refresh_token") != "" && s.str("scope") == "web refresh_token id openid"
	}),
	"bad_signature": field(func(s, right said) bool { return s.str("signature") != right.str("signature") }),
	"foreign_instance": field(func(s, right said) bool {
		return s.str("instance_url") == "https://evil.example" && s.str("signature") == right.str("signature")
	}),
	"foreign_id": field(func(s, right said) bool {
		return s.str("id") == "https://evil.example/id/"+OrgID+"/"+UserID && s.str("instance_url") == orgURL && s.str("signature") == right.str("signature")
	}),
}

// field judges a token response; right has the signature that belongs to it.
func field(good func(s, right said) bool) func(answered) bool {
	return func(a answered) bool {
		var s said
		if a.status != 200 || json.Unmarshal([]byte(a.body), &s) != nil {
			return false
		}
		return good(s, said{"signature": sign(DefaultApp().ClientSecret, s.str("id")+s.str("issued_at"))})
	}
}

func TestEveryTokenFaultIsSeenByTheClient(t *testing.T) {
	for _, f := range Faults() {
		if f.Where != AtToken {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			in(t, nil, func(w *world) {
				w.org.Elsewhere = "http://127.0.0.1:9999/"
				code := w.code()
				w.org.Fail(f.Name)
				a := w.exchangeRaw(code)
				if seen, special := tokenFaults[f.Name]; special {
					if !seen(a) {
						w.Errorf("got %d %.200s %v", a.status, a.body, a.err)
					}
					return
				}
				var s said
				if err := json.Unmarshal([]byte(a.body), &s); err != nil || a.status != http.StatusBadRequest || s.str("error") == "" || s.str("error_description") == "" {
					w.Errorf("got %d %s", a.status, a.body)
				}
				w.org.Fail("")
				if status, s := w.exchange(code); status != http.StatusOK {
					w.Errorf("the fault used the code up: %s", s.error())
				}
			})
		})
	}
}

func TestLostAnswerHasRotatedTheToken(t *testing.T) {
	for _, fault := range []string{"hang", "truncated"} {
		in(t, nil, func(w *world) {
			token := w.org.Approve(w.app.ClientID)
			w.org.Fail(fault)
			ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
			defer cancel()
			f := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {w.app.ClientID}, "client_secret": {w.app.ClientSecret}}
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, orgURL+"/services/oauth2/token", strings.NewReader(f.Encode()))
			if err != nil {
				w.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if resp, err := w.http.Do(r); err == nil {
				_ = resp.Body.Close()
			}
			if w.org.RefreshValid(token) || w.org.Approvals() != 1 {
				w.Errorf("%s: the old token is still current", fault)
			}
			if log := w.org.Log(); log[len(log)-1].Status != 0 {
				w.Errorf("%s: the log says %v", fault, log)
			}
		})
	}
}

func TestMissingRefreshTokenIsNoLostRotation(t *testing.T) {
	in(t, nil, func(w *world) {
		w.org.Fail("no_refresh_token")
		if _, s := w.refresh(w.org.Approve(w.app.ClientID)); !w.org.RefreshValid(s.str("refresh_token")) {
			w.Errorf("got %v", s)
		}
	})
}

func TestEveryIdentityFaultIsSeenByTheClient(t *testing.T) {
	in(t, nil, func(w *world) {
		s := w.login()
		for name, want := range map[string]struct {
			status int
			body   string
		}{
			"identity_403":      {403, "Bad_OAuth_Token"},
			"identity_500":      {500, "Internal Server Error"},
			"identity_html":     {200, "<title>Login"},
			"identity_mismatch": {200, OtherUserID},
		} {
			w.org.Fail(name)
			if status, body := w.get(s.str("id"), s.str("access_token")); status != want.status || !strings.Contains(body, want.body) {
				w.Errorf("%s: got %d %s", name, status, body)
			}
		}
	})
}

func TestOtherUserIsSomebodyElseThroughout(t *testing.T) {
	in(t, nil, func(w *world) {
		w.org.Fail("other_user")
		s := w.login()
		if _, body := w.get(s.str("id"), s.str("access_token")); !strings.Contains(body, OtherUsername) || strings.Contains(body, Username) {
			w.Errorf("got %s", body)
		}
	})
}

func TestFaultLastsUntilItIsChanged(t *testing.T) {
	in(t, nil, func(w *world) {
		w.org.Fail("rate_limit")
		for range 2 {
			status, s := w.refresh("any")
			refused(w, status, s, "rate_limit_exceeded : number of logins exceeded")
		}
		w.org.Fail("")
		w.login()
	})
}

func TestFaultsHaveNamesOfTheirOwn(t *testing.T) {
	names := map[string]bool{}
	wheres := []Where{OnPage, AtCallback, AtToken, AtIdentity, Nowhere}
	for _, f := range Faults() {
		if names[f.Name] || f.Name == "" || !slices.Contains(wheres, f.Where) {
			t.Errorf("%+v", f)
		}
		names[f.Name] = true
	}
}

func TestUnknownFaultIsAMistakeOfTheProgram(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	New().Fail("no such fault")
}
