package flow

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
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

func failing(err error) roundTrip {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func discover(t *testing.T, rt roundTrip) HostAnswer {
	t.Helper()
	d, err := ParseDomain("acme")
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{HTTP: &http.Client{Transport: rt}}
	return c.Discover(t.Context(), d)
}

const discovery = `{"issuer":"https://acme.my.salesforce.com","authorization_endpoint":"https://acme.my.salesforce.com/services/oauth2/authorize"}`

func TestAHostIsKnownByItsDiscoveryDocument(t *testing.T) {
	for name, c := range map[string]struct {
		rt   roundTrip
		want HostAnswer
	}{
		"document":          {answering(200, discovery), HostAnswers},
		"issuer alone":      {answering(200, `{"issuer":"https://login.salesforce.com"}`), HostAnswers},
		"another provider":  {answering(200, `{"issuer":"https://id.example","authorization_endpoint":"https://id.example/auth"}`), HostNotSalesforce},
		"no issuer":         {answering(200, `{}`), HostNotSalesforce},
		"html":              {answering(200, "<html>"), HostNotSalesforce},
		"endless":           {answering(200, `{"issuer":"`+strings.Repeat("x", 2*discoverMax)+`"}`), HostNotSalesforce},
		"not found":         {answering(404, discovery), HostNotSalesforce},
		"maintenance":       {answering(503, "<html>"), HostUnreachable},
		"no such host":      {failing(&net.DNSError{Err: "no such host", IsNotFound: true}), HostUnknown},
		"a name server off": {failing(&net.DNSError{Err: "server misbehaving", IsTemporary: true}), HostUnreachable},
		"refused":           {failing(errors.New("connection refused")), HostUnreachable},
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
	if got != HostNotSalesforce || asked["evil.example"] != 0 {
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
	if got != HostAnswers {
		t.Error(got)
	}
	if got := discover(t, answering(302, "", "Location", "/.well-known/openid-configuration")); got != HostNotSalesforce {
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
		if got != HostUnreachable || time.Since(start) != 10*time.Second {
			t.Errorf("%s after %s", got, time.Since(start))
		}
	})
}

func TestTheClientFollowsNoRedirectAndKeepsNoCookies(t *testing.T) {
	given := &http.Client{Transport: answering(302, "", "Location", "https://evil.example/", "Set-Cookie", "sid=1")}
	hc := (&Client{HTTP: given}).httpClient()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "https://acme.my.salesforce.com/services/oauth2/token", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := hc.Do(req)
	if err != nil || res.StatusCode != 302 || res.Request.URL.Host != "acme.my.salesforce.com" || hc.Jar != nil {
		t.Errorf("%v %v", res, err)
	}
	if given.CheckRedirect != nil {
		t.Error("the client that was given is changed")
	}
}
