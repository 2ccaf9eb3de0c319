package flow_test

import (
	"sync"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/memnet"
	"sfauth/keystore"
)

func unrotating() demo.App {
	app := demo.DefaultApp()
	app.Rotation = false
	return app
}

func TestAHundredScriptsCostOneRefresh(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		var all sync.WaitGroup
		tokens := make(chan string, 100)
		for range 100 {
			all.Go(func() {
				access, err := w.Token(w.Context(), g.Connection.Name, flow.TokenOptions{})
				if err != nil {
					w.Error(err)
				}
				tokens <- access.Token.Reveal()
			})
		}
		all.Wait()
		close(tokens)
		different := map[string]bool{}
		for token := range tokens {
			different[token] = w.org.AccessValid(token)
		}
		if w.refreshes() != 1 || len(different) != 1 || different[""] {
			w.Error(w.refreshes(), "refreshes", len(different), "tokens")
		}
	})
}

func TestCachedTokenIsReusedWhileItIsYoung(t *testing.T) {
	inWorld(t, func(w *world) {
		name := w.loggedIn().Connection.Name
		refreshes := 0
		renews := func(o flow.TokenOptions, want bool) {
			w.Helper()
			if want {
				refreshes++
			}
			a, err := w.Token(w.Context(), name, o)
			must(w, err)
			if w.refreshes() != refreshes || !w.org.AccessValid(a.Token.Reveal()) || a.Connection.InstanceURL != loginHost || a.Warning != nil {
				w.Errorf("%+v: %d refreshes, want %d; %+v", o, w.refreshes(), refreshes, a)
			}
		}
		renews(flow.TokenOptions{}, true)
		time.Sleep(10*time.Minute - time.Second)
		renews(flow.TokenOptions{}, false)
		renews(flow.TokenOptions{MaxAge: time.Minute}, true)
		time.Sleep(10 * time.Minute)
		renews(flow.TokenOptions{MaxAge: time.Hour}, false)
		renews(flow.TokenOptions{}, true)
		renews(flow.TokenOptions{Fresh: true, MaxAge: time.Hour}, true)
		w.Now = func() time.Time { return time.Now().Add(-time.Hour) }
		renews(flow.TokenOptions{}, true) // the clock was set back: nobody knows how old the cached token is
	})
}

func TestCacheEndsWithTheGrantItCameFrom(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		old, err := w.Token(w.Context(), g.Connection.Name, flow.TokenOptions{})
		must(w, err)
		time.Sleep(time.Second)
		w.request.Existing = &g.Connection
		w.loggedIn()
		now, err := w.Token(w.Context(), g.Connection.Name, flow.TokenOptions{})
		must(w, err)
		if now.Token.Equal(old.Token) || !w.org.AccessValid(now.Token.Reveal()) {
			w.Error("the access token of the revoked grant was handed out")
		}
	})
}

// beside is a client outside of a bubble, with a connection acme to an org that does not rotate.
func beside(tb testing.TB) *flow.Client {
	network, org := new(memnet.Network), demo.New(unrotating())
	l, err := network.Listen(tb.Context(), "tcp", "127.0.0.1:8080")
	must(tb, err)
	tb.Cleanup(org.Serve(l))
	app := demo.DefaultApp()
	c := &flow.Client{Store: &keystore.Store{Dir: tb.TempDir(), Vault: keystore.NewMemory()}, HTTP: network.Client()}
	_, err = c.Store.Create(tb.Context(), keystore.Connection{Name: "acme", Domain: loginHost, ClientID: app.ClientID},
		keystore.Secrets{ClientSecret: keystore.NewSecret(app.ClientSecret), RefreshToken: keystore.NewSecret(org.Approve(app.ClientID, "api", "refresh_token"))})
	must(tb, err)
	return c
}

func BenchmarkToken(b *testing.B) {
	c := beside(b)
	for name, o := range map[string]flow.TokenOptions{"fresh": fresh, "cached": {MaxAge: time.Hour}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := c.Token(b.Context(), "acme", o)
				must(b, err)
			}
		})
	}
}

func TestACachedTokenStaysWithinItsAllocations(t *testing.T) {
	c := beside(t)
	if n := testing.AllocsPerRun(100, func() {
		_, err := c.Token(t.Context(), "acme", flow.TokenOptions{MaxAge: time.Hour})
		must(t, err)
	}); n > 320 {
		t.Errorf("%.0f allocations, want at most 320", n)
	}
}

func TestACachedTokenIsHandedOutWhileSomebodyElseIsStoppedInARenewal(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		first, err := w.Token(w.Context(), g.Connection.Name, flow.TokenOptions{})
		must(w, err)
		unlock, err := w.Store.Lock(w.Context(), g.Connection)
		must(w, err)
		defer unlock()
		began := time.Now()
		again, err := w.Token(w.Context(), g.Connection.Name, flow.TokenOptions{})
		must(w, err)
		if !again.Token.Equal(first.Token) || time.Since(began) != 0 {
			w.Error("another one, after", time.Since(began))
		}
		if _, err := w.Token(w.Context(), g.Connection.Name, flow.TokenOptions{Fresh: true}); flow.KindOf(err) != flow.KindStoreBusy {
			w.Error(err)
		}
	})
}
