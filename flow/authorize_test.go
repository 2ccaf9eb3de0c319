package flow_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

func TestLoginSavesAConnectionAndTellsItsWay(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.Name = "acme"
		g, err := w.login()
		must(w, err)
		var way []string
		for _, e := range w.events {
			way = append(way, strings.TrimPrefix(fmt.Sprintf("%T", e), "flow."))
		}
		want := []string{"KeychainReady", "Listening", "Browser", "Waiting", "CodeReceived", "TokensReceived", "Identified", "Saved", "Named"}
		if !slices.Equal(way, want) {
			w.Errorf("events %v", way)
		}
		page := <-w.tab
		if !strings.HasPrefix(page.Title, "Connected") || !strings.Contains(page.Body, demo.Username) {
			w.Errorf("the tab shows %q", page.Title)
		}
		if page.URL != "http://localhost:1717/OauthRedirect" {
			w.Errorf("the address bar shows %s", page.URL)
		}
		c, err := w.Store.Find("acme")
		must(w, err)
		if c.Username != demo.Username || c.OrgID != demo.OrgID || c.UserID != demo.UserID || c.InstanceURL != loginHost ||
			c.Verdict != string(flow.Alive) || !slices.Equal(c.Scopes, []string{"api", "refresh_token"}) {
			w.Errorf("saved %+v", c)
		}
		secrets, err := w.Store.Secrets(w.Context(), c)
		must(w, err)
		if !secrets.RefreshToken.Equal(g.Secrets.RefreshToken) || !secrets.ClientSecret.Equal(w.request.ClientSecret) {
			w.Error("other secrets were saved than obtained")
		}
	})
}

func TestAuthorizeURLHasS256ChallengeAndStateAndNoSecret(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.Prompt, w.request.LoginHint = "login consent", "demo@acme.example"
		seen := map[string]bool{}
		for range 3 {
			w.loggedIn()
			waiting, _ := heard[flow.Waiting](w)
			q := parsed(waiting.URL)
			for name, want := range map[string]string{
				"response_type": "code", "client_id": w.request.ClientID, "redirect_uri": "http://localhost:1717/OauthRedirect",
				"scope": "api refresh_token", "code_challenge_method": "S256", "prompt": "login consent", "login_hint": "demo@acme.example",
			} {
				if q.Get(name) != want {
					w.Errorf("%s=%q", name, q.Get(name))
				}
			}
			if len(q.Get("state")) != 43 || len(q.Get("code_challenge")) != 43 { // 32 octets in base64url have 43 characters
				w.Errorf("state %q challenge %q", q.Get("state"), q.Get("code_challenge"))
			}
			if seen[q.Get("state")] || seen[q.Get("code_challenge")] {
				w.Error("state or verifier was used before")
			}
			seen[q.Get("state")], seen[q.Get("code_challenge")] = true, true
			if strings.Contains(waiting.URL, w.request.ClientSecret.Reveal()) {
				w.Error("the URL holds the secret")
			}
		}
	})
}

// sent keeps the forms of the token requests that the client makes.
type sent struct {
	http.RoundTripper
	forms   []url.Values
	headers []http.Header
}

func (s *sent) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost {
		r.ParseForm()
		s.forms, s.headers = append(s.forms, r.PostForm), append(s.headers, r.Header)
		again := r.Clone(r.Context())
		again.Body, _ = r.GetBody()
		r = again
	}
	return s.RoundTripper.RoundTrip(r)
}

func TestSecretTravelsInTheBodyAndAPublicClientSendsNone(t *testing.T) {
	public := demo.DefaultApp()
	public.ClientSecret, public.SecretRequired, public.RefreshSecretRequired = "", false, false
	for name, app := range map[string]demo.App{"confidential": demo.DefaultApp(), "public": public} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s := &sent{RoundTripper: w.HTTP.Transport}
				w.HTTP.Transport = s
				w.loggedIn()
				if len(s.forms) != 1 {
					w.Fatalf("%d token requests", len(s.forms))
				}
				form := s.forms[0]
				if form.Has("client_secret") != (app.ClientSecret != "") || form.Get("client_secret") != app.ClientSecret {
					w.Error("client_secret", form["client_secret"])
				}
				if s.headers[0].Get("Authorization") != "" {
					w.Error("the secret is in a header as well")
				}
				if len(form.Get("code_verifier")) != 43 || form.Get("redirect_uri") != app.Callbacks[0] {
					w.Error("form", form)
				}
			}, app)
		})
	}
}

func TestKeychainIsTriedBeforeTheBrowserOpens(t *testing.T) {
	inWorld(t, func(w *world) {
		w.Open = func(context.Context, string) error { w.Error("the browser was opened"); return nil }
		w.vault.failSet = func(string) error { return keystore.ErrLocked }
		_, err := w.login()
		wantKind(w, err, flow.StepKeychain, flow.KindKeychainLocked)
		if len(w.events) != 0 {
			w.Error("events", w.events)
		}
	})
}

func TestNothingIsLostWhenSavingFails(t *testing.T) {
	inWorld(t, func(w *world) {
		w.vault.failSaves(keystore.ErrNotStored)
		g, err := w.login()
		wantKind(w, err, flow.StepSave, flow.KindKeychainNotStored)
		if !errors.Is(err, keystore.ErrNotStored) || g.Secrets.RefreshToken.Empty() {
			w.Fatal("what was obtained is gone:", err)
		}
		if page := <-w.tab; strings.HasPrefix(page.Title, "Connected") {
			w.Error("the tab lies:", page.Title)
		}
		w.vault.failSet = nil
		c, _, err := w.Save(w.Context(), &g)
		must(w, err)
		secrets, err := w.Store.Secrets(w.Context(), c)
		must(w, err)
		if !secrets.RefreshToken.Equal(g.Secrets.RefreshToken) || !secrets.SealKey.Equal(g.Secrets.SealKey) || w.posts() != 1 {
			w.Error("not what was obtained")
		}
	})
}

func TestAuthorisingAgainKeepsTheConnectionsIdentity(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.loggedIn()
		time.Sleep(time.Hour)
		w.request.Existing = &first.Connection
		second := w.loggedIn()
		if second.Connection.ID != first.Connection.ID || second.Connection.Name != first.Connection.Name {
			w.Errorf("%+v", second.Connection)
		}
		list, err := w.Store.List()
		must(w, err)
		secrets, err := w.Store.Secrets(w.Context(), second.Connection)
		must(w, err)
		if len(list) != 1 || !secrets.RefreshToken.Equal(second.Secrets.RefreshToken) {
			w.Error("the new token is not in the old one's place")
		}
	})
}

func TestAnotherUserOverwritesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.loggedIn()
		time.Sleep(time.Hour)
		w.request.Existing = &first.Connection
		w.org.Fail("other_user")
		g, err := w.login()
		wantKind(w, err, flow.StepVerify, flow.KindOtherUser)
		secrets, err := w.Store.Secrets(w.Context(), first.Connection)
		must(w, err)
		if !secrets.RefreshToken.Equal(first.Secrets.RefreshToken) {
			w.Error("the old token was overwritten")
		}
		if who, _ := heard[flow.Named](w); who.Username != demo.OtherUsername {
			w.Error("identified", who)
		}
		other, _, err := w.Save(w.Context(), &g) // the person says that it is to be a connection of its own
		must(w, err)
		if other.ID == first.Connection.ID || other.Name == first.Connection.Name || other.Username != demo.OtherUsername {
			w.Errorf("%+v", other)
		}
	})
}

func TestANameThatIsGivenIsMadeLegal(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.Name = "Acme Production"
		if c := w.loggedIn().Connection; c.Name != "acme-production" {
			w.Error(c.Name)
		}
	})
}

func TestWhatWasTypedIsCheckedFirst(t *testing.T) {
	for kind, change := range map[flow.Kind]func(*flow.Request){
		flow.KindDomainEmpty:        func(r *flow.Request) { r.Domain = flow.Domain{} },
		flow.KindClientIDEmpty:      func(r *flow.Request) { r.ClientID = " \n" },
		flow.KindClientIDBlank:      func(r *flow.Request) { r.ClientID = "3MVG9 abc" },
		flow.KindRedirectURIInvalid: func(r *flow.Request) { r.RedirectURI = "http://example.com/cb" },
	} {
		inWorld(t, func(w *world) {
			change(&w.request)
			_, err := w.login()
			wantKind(w, err, flow.StepInput, kind)
			if len(w.events) != 0 {
				w.Error("events", w.events)
			}
		})
	}
}
