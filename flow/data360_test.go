package flow_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

var (
	data360    = flow.PurposeOf("api refresh_token cdp_query_api cdp_ingest_api")
	forData360 = flow.TokenOptions{Data360: true}
)

// offered is an app that has the scopes of Data 360, too.
func offered() demo.App {
	app := demo.DefaultApp()
	app.Scopes = append(app.Scopes, "cdp_query_api", "cdp_ingest_api")
	return app
}

// inData360 is inWorld with a connection acme that may use Data 360.
func inData360(t *testing.T, test func(w *world), apps ...demo.App) {
	t.Helper()
	if len(apps) == 0 {
		apps = []demo.App{offered()}
	}
	inWorld(t, func(w *world) {
		w.request.Name, w.request.Scope = "acme", data360.Scopes
		w.loggedIn()
		test(w)
	}, apps...)
}

// exchanges counts the requests for tokens of Data 360.
func (w *world) exchanges() (n int) {
	for _, e := range w.org.Log() {
		if e.Path == "/services/a360/token" {
			n++
		}
	}
	return n
}

// says has the exchange answered so in place of the org.
func (w *world) says(status int, body string) {
	w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if r.URL.Path != "/services/a360/token" {
			return send()
		}
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})
}

func TestATokenForData360ComesWithItsOwnInstance(t *testing.T) {
	inData360(t, func(w *world) {
		a, err := w.Token(w.Context(), "acme", forData360)
		must(w, err)
		if !w.org.Data360Valid(a.Token.Reveal()) || a.Connection.InstanceURL != "https://"+demo.Data360Host || a.Warning != nil {
			t.Errorf("%+v", a)
		}
		if c, err := w.Store.Find("acme"); err != nil || c.InstanceURL != loginHost {
			t.Error("the list has the instance of Data 360:", c.InstanceURL, err)
		}
		core, err := w.Token(w.Context(), "acme", flow.TokenOptions{})
		must(w, err)
		if !w.org.AccessValid(core.Token.Reveal()) || core.Connection.InstanceURL != loginHost || w.refreshes() != 1 || w.exchanges() != 1 {
			t.Error(core.Connection.InstanceURL, w.refreshes(), "refreshes", w.exchanges(), "exchanges")
		}
	})
}

func TestATokenForData360IsReusedWhileItIsYoungAndLasts(t *testing.T) {
	inData360(t, func(w *world) {
		exchanges, refreshes := 0, 0
		costs := func(o flow.TokenOptions, exchange, refresh bool) {
			w.Helper()
			if exchange {
				exchanges++
			}
			if refresh {
				refreshes++
			}
			o.Data360 = true
			a, err := w.Token(w.Context(), "acme", o)
			must(w, err)
			if !w.org.Data360Valid(a.Token.Reveal()) || w.exchanges() != exchanges || w.refreshes() != refreshes {
				w.Errorf("%+v: %d exchanges, want %d, %d refreshes, want %d", o, w.exchanges(), exchanges, w.refreshes(), refreshes)
			}
		}
		costs(flow.TokenOptions{}, true, true)
		time.Sleep(5 * time.Minute)
		costs(flow.TokenOptions{}, false, false)
		costs(flow.TokenOptions{Fresh: true}, true, false) // the access token is young enough yet
		time.Sleep(6 * time.Minute)
		costs(flow.TokenOptions{}, false, false)
		costs(flow.TokenOptions{MaxAge: time.Minute}, true, true)
		time.Sleep(2*time.Hour - 2*time.Minute)
		costs(flow.TokenOptions{MaxAge: 5 * time.Hour}, false, false)
		time.Sleep(time.Minute)
		costs(flow.TokenOptions{MaxAge: 5 * time.Hour}, true, true) // it ends within the minute
		w.Now = func() time.Time { return time.Now().Add(-time.Hour) }
		costs(flow.TokenOptions{}, true, true)
	})
}

func TestAHundredScriptsCostOneExchange(t *testing.T) {
	inData360(t, func(w *world) {
		var all sync.WaitGroup
		tokens := make(chan string, 100)
		for range 100 {
			all.Go(func() {
				a, err := w.Token(w.Context(), "acme", forData360)
				if err != nil {
					w.Error(err)
				}
				tokens <- a.Token.Reveal()
			})
		}
		all.Wait()
		close(tokens)
		different := map[string]bool{}
		for token := range tokens {
			different[token] = true
		}
		if w.exchanges() != 1 || w.refreshes() != 1 || len(different) != 1 {
			w.Error(w.exchanges(), "exchanges", w.refreshes(), "refreshes", len(different), "tokens")
		}
	})
}

func TestAnAccessTokenThatEndedEarlyIsRenewedOnceForTheExchange(t *testing.T) {
	for name, spoil := range map[string]func(w *world){
		"401": func(w *world) { w.org.EndSessions() },
		"the page of a login": func(w *world) {
			first := true
			w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
				if r.URL.Path != "/services/a360/token" || !first {
					return send()
				}
				first = false
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("<html>log in</html>")), Request: r}, nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			inData360(t, func(w *world) {
				_, err := w.Token(w.Context(), "acme", flow.TokenOptions{})
				must(w, err)
				spoil(w)
				a, err := w.Token(w.Context(), "acme", forData360)
				must(w, err)
				if !w.org.Data360Valid(a.Token.Reveal()) || w.refreshes() != 2 {
					t.Error(w.refreshes(), "refreshes")
				}
			})
		})
	}
}

func TestAnExchangeThatIsRefusedIsExplainedAndSpendsAtMostOneRenewal(t *testing.T) {
	for name, c := range map[string]struct {
		status  int
		body    string
		kind    flow.Kind
		renewed bool
	}{
		"scope":            {400, `{"error":"invalid_scope","error_description":"no cdp scope"}`, flow.KindData360Scope, false},
		"scope, unclear":   {400, `{"error":"invalid_client","error_description":"app must be installed into org"}`, flow.KindData360Scope, false},
		"no Data 360":      {404, `<html>`, flow.KindData360Missing, false},
		"grant unknown":    {400, `{"error":"unsupported_grant_type","error_description":"grant type not supported"}`, flow.KindData360Missing, false},
		"user may not":     {403, `[{"errorCode":"FORBIDDEN"}]`, flow.KindData360Refused, false},
		"401 for good":     {401, `[{"errorCode":"INVALID_SESSION_ID"}]`, flow.KindData360Refused, true},
		"subject refused":  {400, `{"error":"invalid_subject_token"}`, flow.KindData360Refused, true},
		"expired for good": {400, `{"error":"invalid_grant","error_description":"expired access/refresh token"}`, flow.KindData360Refused, true},
		"user inactive":    {401, `{"error":"inactive_user","error_description":"user is inactive"}`, flow.KindInactiveUser, false},
		"a foreign host":   {200, `{"access_token":"a","instance_url":"evil.example"}`, flow.KindForeignHost, false},
		"a trick":          {200, `{"access_token":"a","instance_url":"evil.example/.c360a.salesforce.com"}`, flow.KindForeignHost, false},
		"plain http":       {200, `{"access_token":"a","instance_url":"http://x.c360a.salesforce.com"}`, flow.KindForeignHost, false},
		"no instance":      {200, `{"access_token":"a"}`, flow.KindBadAnswer, false},
		"no token":         {200, `{"instance_url":"x.c360a.salesforce.com"}`, flow.KindBadAnswer, false},
		"a token of lines": {200, `{"access_token":"a\nb","instance_url":"x.c360a.salesforce.com"}`, flow.KindBadAnswer, false},
		"busy":             {503, `<html>`, flow.KindServerBusy, false},
	} {
		t.Run(name, func(t *testing.T) {
			inData360(t, func(w *world) {
				_, err := w.Token(w.Context(), "acme", flow.TokenOptions{})
				must(w, err)
				w.says(c.status, c.body)
				a, err := w.Token(w.Context(), "acme", forData360)
				wantKind(t, err, flow.StepData360, c.kind)
				if !a.Token.Empty() || a.Connection.Name != "acme" || w.refreshes() != 1 != c.renewed {
					t.Error(w.refreshes(), "refreshes")
				}
				if conn, err := w.Store.Find("acme"); err != nil || conn.Verdict != string(flow.Alive) {
					t.Error("the refusal was held against the connection:", conn.Verdict, err)
				}
			})
		})
	}
}

func TestAVaultThatRefusesARenewalForTheExchangeIsToldOf(t *testing.T) {
	inData360(t, func(w *world) {
		w.vault.failSaves(keystore.ErrLocked)
		a, err := w.Token(w.Context(), "acme", forData360)
		must(w, err)
		if !w.org.Data360Valid(a.Token.Reveal()) || flow.KindOf(a.Warning) != flow.KindHalfKept {
			t.Error(a.Warning)
		}
		w.says(404, "")
		if a, err = w.Token(w.Context(), "acme", flow.TokenOptions{Data360: true, Fresh: true}); flow.KindOf(err) != flow.KindData360Missing || a.Warning != nil {
			t.Error(a.Warning, err) // nothing is renewed
		}
	})
}

func TestAnOrgWithoutData360AndAGrantWithoutItsScopesAreToldApart(t *testing.T) {
	inData360(t, func(w *world) {
		w.org.NoData360 = true
		_, err := w.Token(w.Context(), "acme", forData360)
		wantKind(t, err, flow.StepData360, flow.KindData360Missing)
	})
	inWorld(t, func(w *world) {
		w.request.Name = "acme"
		w.loggedIn()
		_, err := w.Token(w.Context(), "acme", forData360)
		wantKind(t, err, flow.StepData360, flow.KindData360Scope)
	})
}

func TestATokenForData360EndsWithItsGrantAndItsConnection(t *testing.T) {
	inData360(t, func(w *world) {
		old, err := w.Token(w.Context(), "acme", forData360)
		must(w, err)
		c, err := w.Store.Find("acme")
		must(w, err)
		time.Sleep(time.Second)
		w.request.Existing = &c
		w.loggedIn()
		anew, err := w.Token(w.Context(), "acme", forData360)
		must(w, err)
		if anew.Token.Equal(old.Token) || !w.org.Data360Valid(anew.Token.Reveal()) {
			t.Error("the token of the revoked grant was handed out")
		}
		_, err = w.Remove(w.Context(), "acme", false)
		must(w, err)
		left, _ := filepath.Glob(filepath.Join(w.Store.Dir, "sealed", "*"))
		if len(left) > 0 {
			t.Error(left)
		}
	})
}

func TestADirectoryThatCannotBeWrittenAfterTheExchangeCostsTheCacheAlone(t *testing.T) {
	inData360(t, func(w *world) {
		_, err := w.Token(w.Context(), "acme", flow.TokenOptions{})
		must(w, err)
		sealed := filepath.Join(w.Store.Dir, "sealed")
		w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			must(w, errors.Join(os.Rename(sealed, sealed+" is away"), os.WriteFile(sealed, nil, 0o600)))
			return send()
		})
		for range 2 {
			a, err := w.Token(w.Context(), "acme", forData360)
			must(w, err)
			if !w.org.Data360Valid(a.Token.Reveal()) {
				t.Error("it does not work")
			}
			must(w, errors.Join(os.RemoveAll(sealed), os.Rename(sealed+" is away", sealed)))
		}
		if w.exchanges() != 2 || w.refreshes() != 1 {
			t.Error(w.exchanges(), "exchanges", w.refreshes(), "refreshes")
		}
	})
}

func issuingJWTs() demo.App {
	app := offered()
	app.JWT = true
	return app
}

func TestAJWTIsAnAccessTokenLikeAnyOther(t *testing.T) {
	inData360(t, func(w *world) {
		first, err := w.Token(w.Context(), "acme", fresh)
		must(w, err)
		jwt := first.Token.Reveal()
		if parts := strings.Split(jwt, "."); len(parts) != 3 || len(jwt) < 1800 || !w.org.AccessValid(jwt) {
			t.Errorf("%d bytes in %d parts", len(jwt), len(parts))
		}
		again, err := w.Token(w.Context(), "acme", flow.TokenOptions{})
		must(w, err)
		if !again.Token.Equal(first.Token) || w.refreshes() != 1 {
			t.Error("it is not cached")
		}
		var item struct{ Access_token string }
		c, err := w.Store.Find("acme")
		must(w, err)
		packed, err := w.vault.Get(w.Context(), c.ID)
		must(w, err)
		must(w, json.Unmarshal([]byte(packed.Reveal()), &item))
		if item.Access_token != "" || len(packed.Reveal()) > 2400 {
			t.Error("the keychain has it, too:", len(packed.Reveal()), "bytes")
		}
		if a, err := w.Token(w.Context(), "acme", forData360); err != nil || !w.org.Data360Valid(a.Token.Reveal()) {
			t.Error(err)
		}
	}, issuingJWTs())
}

func TestNothingInAnAccessTokenIsRead(t *testing.T) {
	const ended = "eyJhbGciOiJub25lIn0.eyJleHAiOjEsInN1YiI6InVpZDowMDVYIiwiaXNzIjoiaHR0cHM6Ly9ldmlsLmV4YW1wbGUifQ." // unsigned, of somebody else, over since 1970
	inData360(t, func(w *world) {
		w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			res, err := send()
			if err != nil || r.URL.Path != "/services/oauth2/token" {
				return res, err
			}
			var said map[string]any
			must(w, json.NewDecoder(res.Body).Decode(&said))
			said["access_token"] = ended
			body, _ := json.Marshal(said)
			res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			res.Header.Del("Content-Length")
			return res, nil
		})
		for range 2 {
			a, err := w.Token(w.Context(), "acme", flow.TokenOptions{})
			must(w, err)
			if a.Token.Reveal() != ended || a.Connection.InstanceURL != loginHost || a.Connection.UserID != demo.UserID || w.refreshes() != 1 {
				t.Errorf("%+v, %d refreshes", a, w.refreshes())
			}
		}
	})
}

func TestAnAppThatIssuesJWTsIsCheckedByItsRefreshTokenAndNothingIsSpent(t *testing.T) {
	public := issuingJWTs()
	public.SecretRequired, public.RefreshSecretRequired = false, false
	for _, app := range []demo.App{issuingJWTs(), public} {
		inWorld(t, func(w *world) {
			w.request.Name = "acme"
			if !app.SecretRequired {
				w.request.ClientSecret = keystore.Secret{}
			}
			w.loggedIn()
			a, err := w.Token(w.Context(), "acme", fresh)
			must(w, err)
			before := w.stored(a.Connection).RefreshToken
			if h := w.Check(w.Context(), a.Connection); h.Verdict != flow.Alive {
				t.Error(h)
			}
			w.org.EndSessions() // the access token is dead, and the grant is not
			if h := w.Check(w.Context(), a.Connection); h.Verdict != flow.Alive || !w.stored(a.Connection).RefreshToken.Equal(before) || w.refreshes() != 1 {
				t.Error(h, w.refreshes(), "refreshes")
			}
			w.org.RevokeAll()
			if h := w.Check(w.Context(), a.Connection); h.Verdict != flow.Reauthorise {
				t.Error(h)
			}
		}, app)
	}
}

func TestTheExchangeSendsTheAccessTokenAndNoOtherSecret(t *testing.T) {
	inData360(t, func(w *world) {
		access, err := w.Token(w.Context(), "acme", flow.TokenOptions{})
		must(w, err)
		w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			body, _ := r.GetBody()
			text, _ := io.ReadAll(body)
			form, _ := url.ParseQuery(string(text))
			if len(form) != 3 || form.Get("subject_token") != access.Token.Reveal() || r.URL.RawQuery != "" || r.Header.Get("Authorization") != "" {
				t.Error(form, r.URL.RawQuery)
			}
			return send()
		})
		_, err = w.Token(w.Context(), "acme", forData360)
		must(w, err)
	})
}
