package flow_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

func unrotating() demo.App {
	app := demo.DefaultApp()
	app.Rotation = false
	return app
}

func (w *world) stored(c keystore.Connection) keystore.Secrets {
	w.Helper()
	s, err := w.Store.Secrets(w.Context(), c)
	must(w, err)
	return s
}

func TestRotatedTokenIsStoredBeforeTheAccessTokenIsHandedOut(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		before := g.Secrets.RefreshToken
		for range 3 {
			time.Sleep(time.Hour)
			access, err := w.Token(w.Context(), g.Connection.Name)
			must(w, err)
			after := w.stored(g.Connection).RefreshToken
			if after.Equal(before) || !w.org.AccessValid(access.Token.Reveal()) {
				w.Error("the old token is still stored, or the access token is dead")
			}
			if age := time.Since(access.IssuedAt); age < 0 || age > time.Minute {
				w.Error("issued at", access.IssuedAt)
			}
			before = after
		}
	})
}

func TestTokenThatDoesNotRotateIsLeftAlone(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.vault.failSaves(keystore.ErrDenied) // nothing needs to be written
		access, err := w.Token(w.Context(), g.Connection.Name)
		must(w, err)
		if !w.stored(g.Connection).RefreshToken.Equal(g.Secrets.RefreshToken) || access.Connection.Verdict != string(flow.Alive) {
			w.Errorf("%+v", access.Connection)
		}
	}, unrotating())
}

func TestParallelRenewalsUseEachRefreshTokenOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := w.Token(w.Context(), g.Connection.Name); err != nil {
					w.Error(err)
				}
			})
		}
		all.Wait()
		if w.posts() != 1+8 {
			w.Error(w.posts(), "token requests")
		}
	})
}

func TestRotatedTokenThatCannotBeStoredIsSaidLoudly(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.vault.failSaves(keystore.ErrLocked)
		access, err := w.Token(w.Context(), g.Connection.Name)
		wantKind(w, err, flow.StepRefresh, flow.KindTokenLost)
		if flow.VerdictOf(err) != flow.Reauthorise || !errors.Is(err, keystore.ErrLocked) || !access.Token.Empty() {
			w.Error(err)
		}
		c, err := w.Store.Find(g.Connection.Name)
		must(w, err)
		if c.Verdict != string(flow.Reauthorise) || !strings.Contains(c.Reason, "could not be stored") {
			w.Errorf("%+v", c)
		}
	})
}

func TestRefreshWhoseAnswerWasLostIsNotRepeated(t *testing.T) {
	for _, fault := range []string{"hang", "truncated", "html_503", "endless"} {
		inWorld(t, func(w *world) {
			g := w.loggedIn()
			w.org.Fail(fault)
			_, err := w.Token(w.Context(), g.Connection.Name)
			if flow.VerdictOf(err) != flow.Transient {
				w.Error(fault, err)
			}
			if w.posts() != 2 {
				w.Error(fault, w.posts(), "token requests")
			}
			if w.stored(g.Connection).RefreshToken.Empty() {
				w.Error("the token is gone")
			}
			c, err := w.Store.Find(g.Connection.Name)
			must(w, err)
			if c.Verdict != string(flow.Transient) {
				w.Errorf("%+v", c)
			}
		})
	}
}

func TestDeadTokenIsToldAndNothingIsDeleted(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.org.Fail("expired_token")
		time.Sleep(time.Hour)
		_, err := w.Token(w.Context(), g.Connection.Name)
		wantKind(w, err, flow.StepRefresh, flow.KindTokenExpired)
		c, err := w.Store.Find(g.Connection.Name)
		must(w, err)
		if c.Verdict != string(flow.Reauthorise) || c.CheckedAt == nil || time.Since(*c.CheckedAt) > time.Second {
			w.Errorf("%+v", c)
		}
		if !w.stored(c).RefreshToken.Equal(g.Secrets.RefreshToken) || w.posts() != 2 {
			w.Error("the token is gone, or was sent again")
		}
		w.org.Fail("")
		if _, err := w.Token(w.Context(), g.Connection.Name); err != nil {
			w.Error(err)
		}
	})
}

func TestTokenThatWasReplacedMeanwhileIsTriedOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		old, err := w.vault.Get(w.Context(), g.Connection.ID)
		must(w, err)
		time.Sleep(time.Hour)
		w.request.Existing = &g.Connection
		w.loggedIn()
		current, err := w.vault.Get(w.Context(), g.Connection.ID)
		must(w, err)
		reads := 0
		w.vault.onGet = func() (keystore.Secret, error) { // the keychain's last write lands late
			if reads++; reads == 1 {
				return old, nil
			}
			return current, nil
		}
		res, err := w.browser.PostForm(loginHost+"/services/oauth2/revoke", url.Values{"token": {g.Secrets.RefreshToken.Reveal()}})
		must(w, err)
		res.Body.Close()
		_, err = w.Token(w.Context(), g.Connection.Name)
		must(w, err)
		if w.posts() != 2+2 {
			w.Error(w.posts(), "token requests")
		}
	})
}

func TestGivingUpDuringARefreshDoesNotLoseTheToken(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		ctx, cancel := context.WithCancel(w.Context())
		w.org.During = func(string) { cancel(); time.Sleep(10 * time.Second) }
		access, err := w.Token(ctx, g.Connection.Name)
		must(w, err)
		if w.stored(g.Connection).RefreshToken.Equal(g.Secrets.RefreshToken) || access.Token.Empty() {
			w.Error("the rotated token was not stored")
		}
	})
}

func TestGivingUpBeforeARefreshSendsNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		ctx, cancel := context.WithCancel(w.Context())
		cancel()
		if _, err := w.Token(ctx, g.Connection.Name); !errors.Is(err, context.Canceled) {
			w.Error(err)
		}
		if w.posts() != 1 {
			w.Error(w.posts(), "token requests")
		}
	})
}

func TestForeignInstanceIsRefusedButTheRotatedTokenKept(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.org.Fail("foreign_instance")
		_, err := w.Token(w.Context(), g.Connection.Name)
		wantKind(w, err, flow.StepVerify, flow.KindForeignHost)
		if w.stored(g.Connection).RefreshToken.Equal(g.Secrets.RefreshToken) {
			w.Error("the rotated token was lost")
		}
		w.org.Fail("")
		_, err = w.Token(w.Context(), g.Connection.Name)
		must(w, err)
	})
}

func TestTokenOfNoSuchConnection(t *testing.T) {
	inWorld(t, func(w *world) {
		_, err := w.Token(w.Context(), "nobody")
		wantKind(w, err, flow.StepRefresh, flow.KindNoConnection)
		if !errors.Is(err, keystore.ErrNoConnection) {
			w.Error(err)
		}
	})
}

func TestLockedKeychainSaysNothingOfTheConnection(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.vault.onGet = func() (keystore.Secret, error) { return keystore.Secret{}, keystore.ErrLocked }
		_, err := w.Token(w.Context(), g.Connection.Name)
		wantKind(w, err, flow.StepRefresh, flow.KindKeychainLocked)
		c, err := w.Store.Find(g.Connection.Name)
		must(w, err)
		if c.Verdict != string(flow.Alive) || w.posts() != 1 {
			w.Errorf("%+v", c)
		}
	})
}

func BenchmarkToken(b *testing.B) {
	network, org := new(demo.Net), demo.New(unrotating())
	l, err := network.Listen(b.Context(), "tcp", "127.0.0.1:8080")
	must(b, err)
	b.Cleanup(org.Serve(l))
	app := demo.DefaultApp()
	store := &keystore.Store{Dir: b.TempDir(), Vault: keystore.NewMemory()}
	c := &flow.Client{Store: store, HTTP: network.Client()}
	_, err = store.Create(b.Context(), keystore.Connection{Name: "acme", Domain: loginHost, ClientID: app.ClientID},
		keystore.Secrets{ClientSecret: keystore.NewSecret(app.ClientSecret), RefreshToken: keystore.NewSecret(org.Approve(app.ClientID, "api", "refresh_token"))})
	must(b, err)
	for b.Loop() {
		_, err := c.Token(b.Context(), "acme")
		must(b, err)
	}
}
