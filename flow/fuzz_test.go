package flow

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sfauth/keystore"
)

// Whoever does not know the state cannot end a login; who does gives one code or one
// error.
func FuzzCallbackQuery(f *testing.F) {
	for _, seed := range []string{"", "code=a&state=", "code=a&state=STATE", "error=access_denied&state=STATE", "state=STATE&state=STATE&code=a",
		"code=a%3D%3D&state=STATE&iss=https%3A%2F%2Facme.my.salesforce.com", "code=a;state=STATE", "%zz&state=STATE&code=1", "error=%1b]0;x%07&state=STATE"} {
		f.Add(seed)
	}
	q := newQuestion(f)
	f.Fuzz(func(t *testing.T, raw string) {
		raw = strings.ReplaceAll(raw, "STATE", q.state)
		v, _ := url.ParseQuery(raw)
		a, stray := q.parseResponse(v)
		switch {
		case stray != "":
			if a != (authorizationResponse{}) {
				t.Errorf("%q is a stray and an answer", raw)
			}
		case v.Get("state") != q.state || len(v["state"]) != 1:
			t.Errorf("%q was accepted", raw)
		case (a.code == "") == (a.err == nil):
			t.Errorf("%q is %+v", raw, a)
		}
		onlyPlain(t, a.err)
	})
}

// A paste never panics, never accepts another login's answer, and never yields a
// code that was not in it.
func FuzzPaste(f *testing.F) {
	for _, seed := range []string{"", "http://localhost:1717/OauthRedirect?code=aPrx%3D%3D&state=STATE", "code=abc", "aPrx12345678901234==",
		"\"http://localhost:1717/?error=access_denied&state=STATE\"", "?code=1&state=old", "https://login.salesforce.com/services/oauth2/authorize?response_type=code",
		"see http://localhost/?code=1&state=STATE ok", "%", "\x00\ufeff\u202e"} {
		f.Add(seed)
	}
	q := newQuestion(f)
	f.Fuzz(func(t *testing.T, pasted string) {
		pasted = strings.ReplaceAll(pasted, "STATE", q.state)
		a, err := q.parsePaste(pasted)
		if err == nil && (a.code == "") == (a.err == nil) {
			t.Errorf("%q is %+v", pasted, a)
		}
		if a.code != "" && !strings.Contains(pasted, q.state) && strings.ContainsFunc(a.code, invisible) {
			t.Errorf("%q gave the code %q", pasted, a.code)
		}
		if a.code != "" && strings.Contains(pasted, "?") && !strings.Contains(pasted, q.state) && len(strings.Fields(pasted)) == 1 {
			t.Errorf("%q is the beginning of an address and gave the code %q", pasted, a.code)
		}
		onlyPlain(t, err)
		onlyPlain(t, a.err)
	})
}

// Whatever the token endpoint answers, tokens are whole and errors harmless.
func FuzzTokenResponse(f *testing.F) {
	f.Add(200, "application/json", `{"access_token":"00D!a","refresh_token":"5Aep","id":"https://login.salesforce.com/id/00Dx0000000BV7z/005x00000012Q9P","issued_at":"1"}`)
	f.Add(200, "application/json", `{"access_token":1}`)
	f.Add(400, "application/json;charset=UTF-8", `{"error":"invalid_grant","error_description":"\u001b[31mexpired"}`)
	f.Add(200, "text/plain", "access_token=a&id=1&issued_at=5")
	f.Add(503, "text/html", "<html>")
	f.Add(302, "", "")
	f.Add(200, "application/json", `{"refresh_token":"5Aep"}`) // where rotation is on, this refresh token is the only one that works, so it is kept
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		if status < 200 || status > 599 {
			return
		}
		c := &Client{HTTP: &http.Client{Transport: canned(func(r *http.Request) *http.Response {
			return &http.Response{StatusCode: status, Status: "whatever", Header: http.Header{"Content-Type": {contentType}},
				Body: io.NopCloser(strings.NewReader(body)), Request: r}
		})}}
		got, err := c.exchange(context.Background(), newQuestion(t), "aPrx")
		if err != nil {
			onlyPlain(t, err)
			return
		}
		if !isSendable(got.refresh.Reveal()) || !isSendable(got.identity.url) {
			t.Errorf("accepted %q", body)
		}
		bad := got.access.Empty() || !isSendable(got.access.Reveal()) || got.identity.org == ""
		if bad && got.verify(clientCredentials{domain: newQuestion(t).Domain}) == nil {
			t.Errorf("accepted %q", body)
		}
	})
}

type canned func(*http.Request) *http.Response

func (f canned) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

func onlyPlain(t *testing.T, err error) {
	t.Helper()
	if e, ok := errors.AsType[*Error](err); ok && e.Error() != keystore.Clean(e.Error(), 0) {
		t.Errorf("an error that does not fit a terminal: %q", e.Error())
	}
}

// requests are those that a callback answers, by name.
func requests(q authorizationRequest) map[string]*http.Request {
	all := map[string]*http.Request{}
	for name, query := range map[string]string{"stray": "?code=aPrx&state=evil", "answer": "?code=aPrx&state=" + q.state, "outcome": ""} {
		all[name] = httptest.NewRequest(http.MethodGet, "http://localhost:1717/OauthRedirect"+query, nil)
	}
	return all
}

// closed is a callback whose login is over.
func closed(q authorizationRequest) *callbackListener {
	cb := serveCallback(q, nil, &TabText{})
	cb.close(new(TabText).failed())
	cb.response.taken.Store(true)
	return cb
}

func BenchmarkCallback(b *testing.B) {
	q := newQuestion(b)
	cb := closed(q)
	for name, r := range requests(q) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				cb.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}

func TestARequestIsAnsweredWithinItsAllocations(t *testing.T) {
	q := newQuestion(t)
	cb := closed(q)
	all := requests(q)
	// The race detector allocates, too.
	for name, atMost := range map[string]float64{"stray": 92, "answer": 23, "outcome": 88} {
		if n := testing.AllocsPerRun(100, func() { cb.ServeHTTP(httptest.NewRecorder(), all[name]) }); n > atMost {
			t.Errorf("%s: %.0f allocations, want at most %.0f", name, n, atMost)
		}
	}
}

// An answer allocates more than a stray: the kernel is asked whose process sent it.
func BenchmarkCallbackOnASocket(b *testing.B) {
	q := newQuestion(b)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	q.callback.port = port
	cb := serveCallback(q, []net.Listener{l}, &TabText{})
	defer cb.close(new(TabText).failed())
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct{ name, query string }{{"stray", "?code=aPrx&state=evil"}, {"answer", "?code=aPrx&state=" + q.state}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				res, err := browser.Get("http://127.0.0.1:" + port + q.callback.path + c.query)
				if err != nil {
					b.Fatal(err)
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
		})
	}
}

func BenchmarkPaste(b *testing.B) {
	q := newQuestion(b)
	for b.Loop() {
		q.parsePaste("http://localhost:1717/OauthRedirect?code=aPrx1234567890123%3D%3D&state=" + q.state)
	}
}
