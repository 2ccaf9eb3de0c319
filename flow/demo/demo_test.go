package demo

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"sfauth/flow/memnet"
)

// world is an org, a listener at the redirect URI that notes what the browser tells it, and a
// client for both, in one bubble.
type world struct {
	*testing.T
	app  App
	org  *Org
	net  *memnet.Network
	http *http.Client
	told url.Values // the query of the latest request to the redirect URI
}

const (
	orgURL = "http://127.0.0.1:8080"

	// The vector of RFC 7636, appendix B.
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// in runs f in a bubble with an org that has the default app, changed by edit.
func in(t *testing.T, edit func(*App), f func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{T: t, app: DefaultApp(), net: &memnet.Network{}}
		if edit != nil {
			edit(&w.app)
		}
		w.org, w.http = New(w.app), w.net.Client()
		w.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		defer w.org.Serve(w.listen("127.0.0.1:8080"))()
		callback := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			w.told = r.URL.Query()
			_, _ = io.WriteString(rw, "<title>Back</title>")
		})}
		loopback := w.listen("127.0.0.1:1717")
		go func() { _ = callback.Serve(loopback) }()
		defer func() { _ = callback.Close() }()
		f(w)
	})
}

func (w *world) listen(address string) net.Listener {
	w.Helper()
	l, err := w.net.Listen(w.Context(), "tcp", address)
	if err != nil {
		w.Fatal(err)
	}
	return l
}

// authorizeURL is the address of a request that the org accepts, with some parameters changed;
// the value "-" removes one.
func (w *world) authorizeURL(change ...string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {w.app.ClientID}, "redirect_uri": {w.app.Callbacks[0]},
		"state": {"s t&te="}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	apply(q, change)
	return orgURL + "/services/oauth2/authorize?" + q.Encode()
}

func apply(q url.Values, change []string) {
	for i := 0; i < len(change); i += 2 {
		q.Set(change[i], change[i+1])
		if change[i+1] == "-" {
			q.Del(change[i])
		}
	}
}

func (w *world) visit(address string, allow bool) Page {
	w.Helper()
	p, err := Visit(w.Context(), w.http, address, allow)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// code is the authorization code of a request for which a person has pressed Allow.
func (w *world) code(change ...string) string {
	w.Helper()
	w.told = nil
	w.visit(w.authorizeURL(change...), true)
	if w.told.Get("code") == "" {
		w.Fatalf("the callback was told %v", w.told)
	}
	return w.told.Get("code")
}

type said map[string]any

func (s said) str(name string) string { v, _ := s[name].(string); return v }

func (s said) error() string {
	return strings.TrimSuffix(s.str("error")+" : "+s.str("error_description"), " : ")
}

// post sends a form and reads the JSON answer.
func (w *world) post(path string, form url.Values) (int, said) {
	w.Helper()
	r, err := w.http.PostForm(orgURL+path, form)
	if err != nil {
		w.Fatal(err)
	}
	return r.StatusCode, w.json(r)
}

func (w *world) json(r *http.Response) said {
	w.Helper()
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.Fatal(err)
	}
	s := said{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &s); err != nil {
			w.Fatalf("%v in %s", err, body)
		}
	}
	return s
}

func (w *world) exchange(code string, change ...string) (int, said) {
	w.Helper()
	f := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {w.app.Callbacks[0]}, "code_verifier": {verifier},
		"client_id": {w.app.ClientID}, "client_secret": {w.app.ClientSecret},
	}
	apply(f, change)
	return w.post("/services/oauth2/token", f)
}

func (w *world) refresh(token string, change ...string) (int, said) {
	w.Helper()
	f := url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {token},
		"client_id": {w.app.ClientID}, "client_secret": {w.app.ClientSecret},
	}
	apply(f, change)
	return w.post("/services/oauth2/token", f)
}

// login has a person allow access, and is the token response.
func (w *world) login(change ...string) said {
	w.Helper()
	status, tokens := w.exchange(w.code(change...))
	if status != http.StatusOK {
		w.Fatal(tokens.error())
	}
	return tokens
}

func (w *world) get(address, bearer string) (int, string) {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, address, nil)
	if err != nil {
		w.Fatal(err)
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := w.http.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// refused fails unless an answer of the token endpoint is this error.
func refused(t testing.TB, status int, s said, want string) {
	t.Helper()
	if status != http.StatusBadRequest || s.error() != want {
		t.Errorf("got %d %s, want 400 %s", status, s.error(), want)
	}
}
