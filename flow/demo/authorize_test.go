package demo

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestWhatIsWrongWithTheRequestStaysOnSalesforcesPage(t *testing.T) {
	rows := []struct {
		name, body, contentType string
		change                  []string
	}{
		{"unknown client", "error=invalid_client_id&error_description=client%20identifier%20invalid", asText, []string{"client_id", "3MVG9other"}},
		{"another port", "<pre>error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration</pre>", asHTML, []string{"redirect_uri", "http://localhost:1718/OauthRedirect"}},
		{"another host", "<pre>error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration</pre>", asHTML, []string{"redirect_uri", "http://127.0.0.1:1717/OauthRedirect"}},
		{"trailing slash", "<pre>error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration</pre>", asHTML, []string{"redirect_uri", "http://localhost:1717/OauthRedirect/"}},
		{"another case", "<pre>error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration</pre>", asHTML, []string{"redirect_uri", "http://localhost:1717/oauthredirect"}},
		{"no callback", "error=redirect_uri_missing&error_description=redirect_uri%20missing", asText, []string{"redirect_uri", "-"}},
		{"no challenge", "error=invalid_request&error_description=missing%20required%20code%20challenge", "", []string{"code_challenge", "-"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			in(t, nil, func(w *world) {
				r, err := w.http.Get(w.authorizeURL(row.change...))
				if err != nil {
					w.Fatal(err)
				}
				_ = r.Body.Close()
				if got := r.Header.Values("Content-Type"); len(got) != 1 || got[0] != row.contentType {
					w.Errorf("content type %q, want %q", got, row.contentType)
				}
				if r.Header.Get("Location") != "" {
					w.Error("it redirects")
				}
				p := w.visit(w.authorizeURL(row.change...), true)
				if p.Body != row.body {
					w.Errorf("page says %s\nwant      %s", p.Body, row.body)
				}
				if w.told != nil {
					w.Errorf("the callback was told %v", w.told)
				}
			})
		})
	}
}

func TestAppThatIsNotInstalledEndsOnTheErrorPage(t *testing.T) {
	in(t, nil, func(w *world) {
		w.org.Fail("app_not_installed")
		p := w.visit(w.authorizeURL(), true)
		want := orgURL + errorPagePath + "?error=invalid_client&error_description=app+must+be+installed+into+org"
		if p.URL != want {
			w.Errorf("ended at %s\nwant     %s", p.URL, want)
		}
		if !strings.Contains(p.Body, "<h1>OAuth Error</h1>") || !strings.Contains(p.Body, genericCode+" : "+genericDescription) {
			w.Errorf("page says %s", p.Body)
		}
		if w.told != nil {
			w.Errorf("the callback was told %v", w.told)
		}
	})
}

func TestAllowBringsCodeAndState(t *testing.T) {
	in(t, nil, func(w *world) {
		p := w.visit(w.authorizeURL(), true)
		if p.Title != "Back" || p.Status != http.StatusOK {
			w.Errorf("ended on %+v", p)
		}
		if w.told.Get("state") != "s t&te=" || !strings.HasSuffix(w.told.Get("code"), "==") || len(w.told) != 2 {
			w.Errorf("the callback was told %v", w.told)
		}
		if !strings.Contains(p.URL, "%3D%3D") {
			w.Errorf("the code is not escaped in %s", p.URL)
		}
	})
}

func TestWithoutStateNoneComesBack(t *testing.T) {
	in(t, nil, func(w *world) {
		w.code("state", "-")
		if w.told.Has("state") {
			w.Errorf("the callback was told %v", w.told)
		}
	})
}

func TestPagesKeepToThemselves(t *testing.T) {
	in(t, nil, func(w *world) {
		r, err := w.http.Get(w.authorizeURL())
		if err != nil {
			w.Fatal(err)
		}
		_ = r.Body.Close()
		csp := r.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "form-action") {
			w.Errorf("policy %q", csp)
		}
		if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("Referrer-Policy") != "no-referrer" {
			w.Errorf("headers %v", r.Header)
		}
	})
}

func TestDenyBringsAnErrorAndState(t *testing.T) {
	in(t, nil, func(w *world) {
		w.visit(w.authorizeURL(), false)
		want := url.Values{"error": {"access_denied"}, "error_description": {"end-user denied authorization"}, "state": {"s t&te="}}
		if w.told.Encode() != want.Encode() {
			w.Errorf("the callback was told %v", w.told)
		}
	})
}

func TestEveryCallbackFaultTellsTheCallback(t *testing.T) {
	for _, f := range Faults() {
		if f.Where != AtCallback || f.Name == "https_callback" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			in(t, nil, func(w *world) {
				w.org.Fail(f.Name)
				w.visit(w.authorizeURL(), true)
				stateKept := w.told.Get("state") == "s t&te="
				switch f.Name {
				case "wrong_state":
					if stateKept || w.told.Get("code") == "" {
						w.Errorf("the callback was told %v", w.told)
					}
				case "wrong_iss":
					if !stateKept || w.told.Get("iss") != "https://evil.example" || w.told.Get("code") == "" {
						w.Errorf("the callback was told %v", w.told)
					}
				default:
					if !stateKept || w.told.Get("error") == "" || w.told.Get("error_description") == "" || w.told.Has("code") {
						w.Errorf("the callback was told %v", w.told)
					}
				}
			})
		})
	}
}

func TestEveryPageFaultLeavesTheCallbackAlone(t *testing.T) {
	for _, f := range Faults() {
		if f.Where != OnPage && f.Where != Nowhere {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			in(t, nil, func(w *world) {
				w.org.Fail(f.Name)
				if p := w.visit(w.authorizeURL(), true); !strings.HasPrefix(p.URL, orgURL) || p.Body == "" {
					w.Errorf("ended on %+v", p)
				}
				if w.told != nil {
					w.Errorf("the callback was told %v", w.told)
				}
			})
		})
	}
}

func TestCallbackByHTTPSIsNotReached(t *testing.T) {
	in(t, nil, func(w *world) {
		w.org.Fail("https_callback")
		if _, err := Visit(w.Context(), w.http, w.authorizeURL(), true); err == nil || !strings.Contains(err.Error(), "https://localhost:1717") {
			w.Errorf("got %v", err)
		}
	})
}

func TestConsentPageSaysWhoAsksForWhat(t *testing.T) {
	in(t, nil, func(w *world) {
		_, body := w.get(w.authorizeURL("scope", "api offline_access profile"), "")
		for _, want := range []string{
			"Allow Access?", w.app.Name, Username, OrgName, `id="oadeny"`, `id="oaapprove"`, "This is a simulation.",
			"Manage user data via APIs (api)", "Perform requests at any time (refresh_token, offline_access)", "Access the identity URL service",
		} {
			if !strings.Contains(body, want) {
				w.Errorf("no %q on the page", want)
			}
		}
		if strings.Contains(body, "(web)") {
			w.Error("lists a scope that was not asked for")
		}
		for _, outside := range []string{"http://", "https://", "//cdn", "<script"} {
			if strings.Contains(body, outside) {
				w.Errorf("the page has %q", outside)
			}
		}
	})
}

func TestConsentIsAnsweredOnceAndOnlyByWhoSawThePage(t *testing.T) {
	in(t, nil, func(w *world) {
		_, body := w.get(w.authorizeURL(), "")
		handle, _ := between(body, `name="handle" value="`, `"`)
		for i, answer := range []url.Values{
			{"answer": {"allow"}},
			{"answer": {"allow"}, "handle": {"guessed"}},
			{"answer": {"allow"}, "handle": {handle}},
			{"answer": {"allow"}, "handle": {handle}},
		} {
			r, err := w.http.PostForm(orgURL+"/services/oauth2/authorize", answer)
			if err != nil {
				w.Fatal(err)
			}
			_ = r.Body.Close()
			if accepted := r.StatusCode == http.StatusFound; accepted != (i == 2) {
				w.Errorf("answer %d got %d", i+1, r.StatusCode)
			}
		}
	})
}

func TestScopeIsASubsetOfTheAppsOrAllOfThem(t *testing.T) {
	in(t, nil, func(w *world) {
		if got := strings.Fields(w.login().str("scope")); !slices.Equal(got, w.app.Scopes) {
			w.Errorf("granted %v without a scope", got)
		}
		if got := w.login("scope", "api offline_access").str("scope"); got != "api offline_access" {
			w.Errorf("granted %q", got)
		}
		w.visit(w.authorizeURL("scope", "api full"), true)
		if w.told.Get("error") != "invalid_scope" || w.told.Get("state") == "" {
			w.Errorf("the callback was told %v", w.told)
		}
	})
}

func TestOddRequestsAreRefusedAtTheCallback(t *testing.T) {
	in(t, nil, func(w *world) {
		w.visit(w.authorizeURL("response_type", "token"), true)
		if w.told.Get("error") != "unsupported_response_type" {
			w.Errorf("the callback was told %v", w.told)
		}
		w.visit(w.authorizeURL("immediate", "true"), true)
		if w.told.Get("error") != "immediate_unsuccessful" {
			w.Errorf("the callback was told %v", w.told)
		}
	})
}

func TestLoginHintAndPromptAreHonoured(t *testing.T) {
	in(t, nil, func(w *world) {
		_, body := w.get(w.authorizeURL("login_hint", OtherUsername, "prompt", "login consent"), "")
		if !strings.Contains(body, OtherUsername) || strings.Contains(body, Username) || !strings.Contains(body, "Just logged in") {
			w.Error(body)
		}
		if id := w.login("login_hint", OtherUsername).str("id"); !strings.HasSuffix(id, OtherUserID) {
			w.Errorf("id is %s", id)
		}
	})
}
