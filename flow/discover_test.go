package flow

import (
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answering(status int, body string, header ...string) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// cut is a host that begins an answer and hangs up in the middle of it.
func cut(body string) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		res, err := answering(200, body)(r)
		res.Body = io.NopCloser(io.MultiReader(res.Body, iotest.ErrReader(io.ErrUnexpectedEOF)))
		return res, err
	}
}

func failing(err error) roundTrip {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func discover(t *testing.T, rt roundTrip) Kind {
	t.Helper()
	d, err := ParseDomain("acme")
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{HTTP: &http.Client{Transport: rt}}
	err = c.Discover(t.Context(), d)
	if err != nil && !is[*Error](err) {
		t.Errorf("%#v", err)
	}
	return KindOf(err)
}

var fine = KindUnknown // KindOf(nil)

const discovery = `{"issuer":"https://acme.my.salesforce.com","authorization_endpoint":"https://acme.my.salesforce.com/services/oauth2/authorize"}`

func TestAHostIsKnownByItsDiscoveryDocument(t *testing.T) {
	for name, c := range map[string]struct {
		rt   roundTrip
		want Kind
	}{
		"document":          {answering(200, discovery), fine},
		"issuer alone":      {answering(200, `{"issuer":"https://login.salesforce.com"}`), fine},
		"another provider":  {answering(200, `{"issuer":"https://id.example","authorization_endpoint":"https://id.example/auth"}`), KindNotSalesforce},
		"no issuer":         {answering(200, `{}`), KindNotSalesforce},
		"html":              {answering(200, "<html>"), KindNotSalesforce},
		"endless":           {answering(200, `{"issuer":"`+strings.Repeat("x", 2*bodyMax)+`"}`), KindNotSalesforce},
		"not found":         {answering(404, discovery), KindNotSalesforce},
		"maintenance":       {answering(503, "<html>"), KindServerBusy},
		"no such host":      {failing(&net.DNSError{Err: "no such host", IsNotFound: true}), KindNoHost},
		"a name server off": {failing(&net.DNSError{Err: "server misbehaving", IsTemporary: true}), KindUnreachable},
		"too often":         {answering(429, ""), KindRateLimit},
		"scratch org":       {answering(420, ""), KindScratchExpired},
		"an error":          {answering(400, `{"error":"not_here"}`), KindNotSalesforce},
		"issuer twice":      {answering(200, `{"issuer":"https://login.salesforce.com","issuer":"https://evil.example"}`), KindNotSalesforce},
		"cut off":           {cut(`{"issuer":"https://login.sal`), KindTruncated},
		"refused":           {failing(syscall.ECONNREFUSED), KindRefused},
	} {
		if got := discover(t, c.rt); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestDiscoveryLeavesNoHostForAnother(t *testing.T) {
	asked := map[string]int{}
	got := discover(t, func(r *http.Request) (*http.Response, error) {
		asked[r.URL.Host]++
		return answering(302, "", "Location", "https://evil.example/.well-known/openid-configuration")(r)
	})
	if got != KindNotSalesforce || asked["evil.example"] != 0 {
		t.Errorf("%s, asked %v", got, asked)
	}
}

func TestDiscoveryFollowsItsOwnHost(t *testing.T) {
	got := discover(t, func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/elsewhere" {
			return answering(200, discovery)(r)
		}
		return answering(302, "", "Location", "/elsewhere")(r)
	})
	if got != fine {
		t.Error(got)
	}
	if got := discover(t, answering(302, "", "Location", "/.well-known/openid-configuration")); got != KindNotSalesforce {
		t.Errorf("in circles: %s", got)
	}
}

func TestDiscoveryTakesTenSecondsAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		got := discover(t, func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		if got != KindUnreachable || time.Since(start) != 10*time.Second {
			t.Errorf("%s after %s", got, time.Since(start))
		}
	})
}
