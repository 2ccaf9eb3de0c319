package flow_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// sockets is a client and an org on real sockets, with a callback on a port that was
// free a moment ago on both loopback addresses.
func sockets(t *testing.T) (c *flow.Client, r flow.Request, port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	port = freePort(t)
	app := demo.DefaultApp()
	app.Callbacks = []string{"http://localhost:" + port + "/OauthRedirect"}
	t.Cleanup(demo.New(app).Serve(l))
	domain, err := flow.ParseDomain("http://" + l.Addr().String())
	must(t, err)
	c = &flow.Client{Store: &keystore.Store{Dir: t.TempDir(), Vault: keystore.NewMemory()}, Timeout: time.Minute, Tab: inTheTab,
		HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
		Open: func(ctx context.Context, u string) error {
			go demo.Visit(context.WithoutCancel(ctx), &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, u, true)
			return nil
		}}
	return c, flow.Request{Domain: domain, ClientID: app.ClientID, ClientSecret: keystore.NewSecret(app.ClientSecret),
		RedirectURI: app.Callbacks[0], Scope: flow.DefaultScope}, port
}

func freePort(t *testing.T) string {
	t.Helper()
	four, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	defer four.Close()
	_, port, _ := net.SplitHostPort(four.Addr().String())
	return port
}

func needIPv6(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		flow.Lack(t, "IPv6")
	}
	l.Close()
}

func TestBothLoopbackAddressesAreHeldWhileWaitingAndFreeAfterwards(t *testing.T) {
	needIPv6(t)
	c, r, port := sockets(t)
	addresses := []string{"127.0.0.1:" + port, "[::1]:" + port}
	_, err := c.Authorize(t.Context(), r, func(e flow.Event) {
		if _, ok := e.(flow.Listening); !ok {
			return
		}
		for _, address := range addresses {
			if l, err := net.Listen("tcp", address); err == nil {
				t.Error(address, "is not held")
				l.Close()
			}
		}
	})
	must(t, err)
	for _, address := range addresses {
		l, err := net.Listen("tcp", address)
		must(t, err)
		l.Close()
	}
}

func TestForeignListenerOnIPv6AloneMakesThePortBusy(t *testing.T) {
	needIPv6(t)
	c, r, port := sockets(t)
	stranger, err := net.Listen("tcp6", "[::1]:"+port)
	must(t, err)
	_, err = c.Authorize(t.Context(), r, func(flow.Event) {})
	wantKind(t, err, flow.StepListen, flow.KindPortBusy)
	stranger.Close()
	_, err = c.Authorize(t.Context(), r, func(flow.Event) {})
	must(t, err)
}

func TestRealTLSHelloIsRecognised(t *testing.T) {
	c, r, port := sockets(t)
	r.NoBrowser = true
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := false
	_, err := c.Authorize(ctx, r, func(e flow.Event) {
		switch e := e.(type) {
		case flow.Waiting:
			go func() {
				conn, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{InsecureSkipVerify: true})
				if err == nil {
					conn.Close()
					t.Error("the handshake succeeded")
				}
			}()
		case flow.Stray:
			told = e.TLS
			cancel()
		}
	})
	if !told || !errors.Is(err, context.Canceled) {
		t.Error(told, err)
	}
}

// The end comes, or the time of all tests: a slow machine may take its time. The promise
// of a second is held by TestClosingTakesLessThanASecondWithSilentSockets.
func TestSilentRealSocketsDoNotHoldUpTheEnd(t *testing.T) {
	c, r, port := sockets(t)
	r.NoBrowser = true
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.Authorize(ctx, r, func(e flow.Event) {
		if _, ok := e.(flow.Waiting); !ok {
			return
		}
		for range 3 {
			conn, err := net.Dial("tcp", "127.0.0.1:"+port)
			must(t, err)
			t.Cleanup(func() { conn.Close() })
		}
		cancel()
	})
}

func TestTabReadsTheOutcomeBeforeTheListenerCloses(t *testing.T) {
	c, r, _ := sockets(t)
	page := make(chan string, 1)
	visit := func(allow bool) func(context.Context, string) error {
		return func(ctx context.Context, u string) error {
			go func() {
				p, err := demo.Visit(context.WithoutCancel(ctx), &http.Client{Transport: new(http.Transport)}, u, allow)
				if err != nil {
					p.Title = err.Error()
				}
				page <- p.Title
			}()
			return nil
		}
	}
	for allow, want := range map[bool]string{true: "Connected", false: "Go back to the terminal"} {
		for range 10 {
			c.Open = visit(allow)
			c.Authorize(t.Context(), r, func(flow.Event) {})
			if title := <-page; !strings.HasPrefix(title, want) {
				t.Fatalf("allow %v: the tab shows %q", allow, title)
			}
		}
	}
}

func TestPersistentConnectionsAreDrained(t *testing.T) {
	c, r, port := sockets(t)
	r.NoBrowser = true
	body := make(chan string, 1)
	_, err := c.Authorize(t.Context(), r, func(e flow.Event) {
		w, ok := e.(flow.Waiting)
		if !ok {
			return
		}
		go func() { // a browser asks for everything over one connection
			res, err := http.Get("http://127.0.0.1:" + port + "/OauthRedirect?error=access_denied&state=" + state(w.URL))
			if err != nil {
				body <- err.Error()
				return
			}
			defer res.Body.Close()
			text, _ := io.ReadAll(res.Body)
			body <- string(text)
		}()
	})
	wantKind(t, err, flow.StepAllow, flow.KindAccessDenied)
	if text := <-body; !strings.Contains(text, "Go back to the terminal") {
		t.Error(text)
	}
}
