package flow_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
)

func TestEveryFailureOfTheTokenEndpointIsNamedAndTheCodeIsSentOnce(t *testing.T) {
	for fault, want := range map[string]struct {
		step flow.Step
		kind flow.Kind
	}{
		"expired_code":           {flow.StepExchange, flow.KindCodeExpired},
		"invalid_code_verifier":  {flow.StepExchange, flow.KindCodeVerifier},
		"already_processing":     {flow.StepExchange, flow.KindAlreadyProcessing},
		"ip_restricted":          {flow.StepExchange, flow.KindIPRestricted},
		"authentication_failure": {flow.StepExchange, flow.KindAuthenticationFailure},
		"invalid_client":         {flow.StepExchange, flow.KindClientCredentials},
		"invalid_app_access":     {flow.StepExchange, flow.KindAppAccessDenied},
		"inactive_user":          {flow.StepExchange, flow.KindInactiveUser},
		"inactive_org":           {flow.StepExchange, flow.KindInactiveOrg},
		"rate_limit":             {flow.StepExchange, flow.KindRateLimit},
		"unknown_error":          {flow.StepExchange, flow.KindRetryRequest},
		"data_not_available":     {flow.StepExchange, flow.KindOrgGone},
		"unsupported_grant_type": {flow.StepExchange, flow.KindUnsupportedGrant},
		"unheard_of":             {flow.StepExchange, flow.KindUnknown},
		"html_503":               {flow.StepExchange, flow.KindServerBusy},
		"status_420":             {flow.StepExchange, flow.KindScratchExpired},
		"html_200":               {flow.StepExchange, flow.KindBadAnswer},
		"not_json":               {flow.StepExchange, flow.KindBadAnswer},
		"truncated":              {flow.StepExchange, flow.KindTruncated},
		"endless":                {flow.StepExchange, flow.KindBadAnswer},
		"hang":                   {flow.StepExchange, flow.KindNoAnswer},
		"redirect_elsewhere":     {flow.StepExchange, flow.KindBadAnswer},
		"redirect_with_body":     {flow.StepExchange, flow.KindBadAnswer},
		"no_refresh_token":       {flow.StepVerify, flow.KindNoRefreshToken},
		"bad_signature":          {flow.StepVerify, flow.KindSignature},
		"foreign_instance":       {flow.StepVerify, flow.KindForeignHost},
		"foreign_id":             {flow.StepVerify, flow.KindForeignHost},
	} {
		t.Run(fault, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.org.Fail(fault)
				start := time.Now()
				_, err := w.login()
				wantKind(w, err, want.step, want.kind)
				if w.posts() != 1 {
					w.Error(w.posts(), "token requests")
				}
				if took := time.Since(start); took > 40*time.Second {
					w.Error("it took", took)
				}
				if page := <-w.tab; !strings.HasPrefix(page.Title, "Go back to the terminal") {
					w.Errorf("the tab shows %q", page.Title)
				}
				if _, err := w.Store.Find("acme"); err == nil {
					w.Error("a connection was saved")
				}
			})
		})
	}
}

func TestSecretFollowsNoRedirect(t *testing.T) {
	for _, fault := range []string{"redirect_elsewhere", "redirect_with_body"} {
		inWorld(t, func(w *world) {
			l, err := w.net.Listen(w.Context(), "tcp", "127.0.0.1:6666")
			must(w, err)
			var came atomic.Int32
			evil := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) })}
			go evil.Serve(l)
			w.Cleanup(func() { evil.Close() })
			w.org.Elsewhere = "http://127.0.0.1:6666/services/oauth2/token"
			w.org.Fail(fault)
			_, err = w.login()
			wantKind(w, err, flow.StepExchange, flow.KindBadAnswer)
			if came.Load() != 0 {
				w.Error("the secret was sent to another host")
			}
		})
	}
}

func TestPostIsNotRepeatedWhenTheServerHangsUp(t *testing.T) {
	inWorld(t, func(w *world) {
		l, err := w.net.Listen(w.Context(), "tcp", "127.0.0.1:9090")
		must(w, err)
		var requests atomic.Int32
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				requests.Add(1)
				io.ReadAtLeast(conn, make([]byte, 1<<12), 100)
				conn.Close()
			}
		}()
		w.Cleanup(func() { l.Close() })
		w.request.Domain, err = flow.ParseDomain("http://127.0.0.1:9090")
		must(w, err)
		w.HTTP.Transport = &http.Transport{DialContext: w.net.Dial} // this transport keeps its connections, as the real one does
		w.person(func(u string) { w.get(answerTo(u, "code", "aPrxOnceAndNeverAgain")) })
		_, err = w.login()
		wantKind(w, err, flow.StepExchange, flow.KindReset)
		if requests.Load() != 1 {
			w.Error(requests.Load(), "token requests")
		}
	})
}

func TestWhatSalesforceSaysIsCleanedAndKept(t *testing.T) {
	for fault, step := range map[string]flow.Step{"escape_sequences": flow.StepExchange, "callback_escapes": flow.StepAllow} {
		inWorld(t, func(w *world) {
			w.org.Fail(fault)
			_, err := w.login()
			e, _ := errors.AsType[*flow.Error](err)
			if e == nil || e.Step != step || e.Code == "" || !strings.Contains(e.Description, "red") {
				w.Fatalf("%#v", err)
			}
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' }) {
				w.Errorf("%q", err)
			}
		})
	}
}

func TestGrantedScopesAreToldBesideTheAskedOnes(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.Fail("fewer_scopes")
		g := w.loggedIn()
		e, _ := heard[flow.TokensReceived](w)
		if !slices.Equal(e.Asked, []string{"api", "refresh_token"}) || !slices.Equal(e.Granted, []string{"refresh_token"}) {
			w.Errorf("%+v", e)
		}
		if !slices.Equal(g.Connection.Scopes, e.Granted) || g.Connection.Scope != "api refresh_token" {
			w.Errorf("%+v", g.Connection)
		}
	})
}

func TestAnIdentityThatDoesNotAnswerLosesNothing(t *testing.T) {
	for _, fault := range []string{"identity_403", "identity_500", "identity_html"} {
		inWorld(t, func(w *world) {
			w.org.Fail(fault)
			g := w.loggedIn()
			e, _ := heard[flow.Identified](w)
			if named, _ := heard[flow.Named](w); named.Err == nil || named.Username != "" {
				w.Errorf("%+v", named)
			}
			if e.UserID != demo.UserID || e.OrgID != demo.OrgID || e.InstanceURL != loginHost {
				w.Errorf("%+v", e)
			}
			if g.Connection.UserID != demo.UserID || g.Connection.Name == "" {
				w.Errorf("%+v", g.Connection)
			}
		})
	}
}

func TestAnIdentityThatContradictsTheSignedOneNamesNobody(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.Fail("identity_mismatch")
		g := w.loggedIn()
		named, _ := heard[flow.Named](w)
		wantKind(w, named.Err, flow.StepVerify, flow.KindBadAnswer)
		if g.Connection.UserID != demo.UserID || named.Username != "" || g.Connection.Username != "" {
			w.Errorf("%+v, %+v", g.Connection, named)
		}
	})
}

// login.salesforce.com sends identity URLs on to the org's own host.
func TestAccessTokenFollowsARedirectToTrustedHostsOnly(t *testing.T) {
	for to, wantName := range map[string]string{"http://127.0.0.1:8080": demo.Username, "http://evil.example": ""} {
		inWorld(t, func(w *world) {
			w.net.Names = map[string]string{"evil.example": "127.0.0.1"}
			l, err := w.net.Listen(w.Context(), "tcp", "127.0.0.1:80")
			must(w, err)
			var came atomic.Int32
			evil := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) })}
			go evil.Serve(l)
			w.Cleanup(func() { evil.Close() })
			w.HTTP.Transport = redirecting{w.HTTP.Transport, to, new(atomic.Bool)}
			w.loggedIn()
			if e, _ := heard[flow.Named](w); e.Username != wantName || (e.Err == nil) != (wantName != "") {
				w.Errorf("%+v", e)
			}
			if came.Load() != 0 {
				w.Error("the access token was sent to a foreign host")
			}
		})
	}
}

// redirecting is a network that answers the first request for an identity with a redirect.
type redirecting struct {
	http.RoundTripper
	to   string
	done *atomic.Bool
}

func (r redirecting) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(req.URL.Path, "/id/") || r.done.Swap(true) {
		return r.RoundTripper.RoundTrip(req)
	}
	return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {r.to + req.URL.Path}},
		Body: http.NoBody, Request: req}, nil
}
