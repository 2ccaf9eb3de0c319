package flow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
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

var fresh = flow.TokenOptions{Fresh: true}

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
			access, err := w.Token(w.Context(), g.Connection.Name, fresh)
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
		w.vault.failSaves(keystore.ErrDenied) // without rotation a renewal writes no secret
		access, err := w.Token(w.Context(), g.Connection.Name, fresh)
		must(w, err)
		if !w.stored(g.Connection).RefreshToken.Equal(g.Secrets.RefreshToken) || access.Connection.Verdict != string(flow.Alive) {
			w.Errorf("%+v", access.Connection)
		}
	}, unrotating())
}

// Whether an app rotates is known from its first renewal on, and again for each grant: an
// administrator may have switched it meanwhile.
func TestARenewalTellsWhetherTheAppRotates(t *testing.T) {
	for _, app := range []demo.App{demo.DefaultApp(), unrotating()} {
		inWorld(t, func(w *world) {
			for range 2 {
				g := w.loggedIn()
				if g.Connection.Rotates != nil {
					w.Error("known before a renewal")
				}
				for range 2 { // in the second minute nothing else is noted
					access, err := w.Token(w.Context(), g.Connection.Name, fresh)
					must(w, err)
					c, err := w.Store.Find(g.Connection.Name)
					must(w, err)
					for _, knows := range []keystore.Connection{c, access.Connection} {
						if knows.Rotates == nil || *knows.Rotates != app.Rotation {
							w.Errorf("%v: %v", app.Rotation, knows.Rotates)
						}
					}
				}
				w.request.Existing = &g.Connection
			}
		}, app)
	}
}

func TestParallelRenewalsUseEachRefreshTokenOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := w.Token(w.Context(), g.Connection.Name, fresh); err != nil {
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

func TestVaultThatRefusesLosesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.vault.failSaves(keystore.ErrDenied)
		for range 2 {
			access, err := w.Token(w.Context(), g.Connection.Name, fresh)
			must(w, err)
			wantKind(w, access.Warning, flow.StepRefresh, flow.KindHalfKept)
			if !errors.Is(access.Warning, keystore.ErrDenied) {
				w.Error("the warning does not say why:", access.Warning)
			}
			if !w.org.AccessValid(access.Token.Reveal()) || !w.org.RefreshValid(w.stored(g.Connection).RefreshToken.Reveal()) {
				w.Error("the token is dead, or not kept")
			}
		}
		w.vault.failSet = nil
		access, err := w.Token(w.Context(), g.Connection.Name, fresh)
		must(w, err)
		must(w, os.RemoveAll(filepath.Join(w.Store.Dir, "sealed"))) // only the vault has the secrets now
		if access.Warning != nil || !w.org.RefreshValid(w.stored(g.Connection).RefreshToken.Reveal()) {
			w.Error("the vault did not catch up:", access.Warning)
		}
	})
}

// weather is a vault that fails three writes in twenty, and lets two in twenty land
// half a minute after it gave up on them.
func weather(w *world, seed uint64) func(account string, s keystore.Secret) error {
	dice := rand.New(rand.NewPCG(seed, 0))
	return func(account string, s keystore.Secret) error {
		switch n := dice.IntN(20); {
		case n < 3:
			return keystore.ErrTimeout
		case n < 5:
			time.AfterFunc(30*time.Second, func() { _ = w.vault.Memory.Set(context.Background(), account, s) })
			return keystore.ErrTimeout
		}
		return nil
	}
}

func TestNoWeatherOfTheKeychainForcesALogin(t *testing.T) {
	for seed := range uint64(4) {
		inWorld(t, func(w *world) {
			g := w.loggedIn()
			w.vault.onSet = weather(w, seed)
			var all sync.WaitGroup
			for i := range 40 {
				all.Go(func() {
					time.Sleep(time.Duration(i) * 2 * time.Second)
					access, err := w.Token(w.Context(), g.Connection.Name, fresh)
					if err != nil || !w.org.AccessValid(access.Token.Reveal()) {
						w.Error("seed", seed, err)
					}
				})
			}
			all.Wait()
			time.Sleep(time.Minute)
			if !w.org.RefreshValid(w.stored(g.Connection).RefreshToken.Reveal()) || w.refreshes() != 40 {
				w.Error("seed", seed, "ends with a dead token after", w.refreshes(), "refreshes")
			}
		})
	}
}

func TestTokenIsNotSpentWithoutRoomForItsSuccessorOrWithoutTheLock(t *testing.T) {
	for _, name := range []string{"sealed", "locks"} {
		inWorld(t, func(w *world) {
			g := w.loggedIn()
			dir := filepath.Join(w.Store.Dir, name)
			must(w, os.RemoveAll(dir))
			must(w, os.WriteFile(dir, nil, 0o600)) // nobody can make a directory where a file is, not even root
			_, err := w.Token(w.Context(), g.Connection.Name, fresh)
			wantKind(w, err, flow.StepRefresh, flow.KindNoRoom)
			c, found := w.Store.Find(g.Connection.Name)
			must(w, found)
			if w.refreshes() != 0 || c.Verdict != string(flow.Alive) || flow.VerdictOf(err) == flow.Reauthorise {
				w.Error(w.refreshes(), "refreshes", c.Verdict)
			}
			must(w, os.Remove(dir))
			_, err = w.Token(w.Context(), g.Connection.Name, fresh)
			must(w, err)
		})
	}
}

func TestRotatedTokenInAnUnusableAnswerIsKept(t *testing.T) {
	for field, spoilt := range map[string]string{`"id":`: `"di":`, `"access_token":"`: `"access_token":"bad\ttoken `} {
		inWorld(t, func(w *world) {
			g := w.loggedIn()
			w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
				res, err := send()
				if err == nil && strings.HasSuffix(r.URL.Path, "/token") {
					body, _ := io.ReadAll(res.Body)
					res.Body = io.NopCloser(strings.NewReader(strings.Replace(string(body), field, spoilt, 1)))
					res.ContentLength = -1
				}
				return res, err
			})
			_, err := w.Token(w.Context(), g.Connection.Name, flow.TokenOptions{})
			wantKind(w, err, flow.StepVerify, flow.KindBadAnswer)
			if !w.org.RefreshValid(w.stored(g.Connection).RefreshToken.Reveal()) {
				w.Error("the rotated token was lost")
			}
		})
	}
}

func TestAKeyFileThatIsNotThereIsNotTakenForAFullDisk(t *testing.T) {
	c := &flow.Client{Store: &keystore.Store{Dir: t.TempDir(), Vault: keystore.NewMemory()}}
	file := &keystore.File{Dir: c.Store.Dir, Keys: keystore.KeySource{KeyFile: filepath.Join(c.Store.Dir, "key")}}
	must(t, os.WriteFile(file.Keys.KeyFile, []byte(keystore.NewSealKey().Reveal()), 0o600))
	c.Store.Vault = file
	_, err := c.Store.Create(t.Context(), keystore.Connection{Name: "acme", Domain: loginHost}, keystore.Secrets{RefreshToken: keystore.NewSecret("5Aep")})
	must(t, err)
	c.Store.Vault = &keystore.File{Dir: c.Store.Dir, Keys: keystore.KeySource{KeyFile: "/no/such/key"}}
	_, err = c.Token(t.Context(), "acme", fresh)
	wantKind(t, err, flow.StepRefresh, flow.KindNoKey)
}

func TestDeadTokenIsToldAndNothingIsDeleted(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.org.Fail("expired_token")
		time.Sleep(time.Hour)
		_, err := w.Token(w.Context(), g.Connection.Name, fresh)
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
		if _, err := w.Token(w.Context(), g.Connection.Name, fresh); err != nil {
			w.Error(err)
		}
	})
}

func TestTokenOfAWriteThatLandsLateIsTriedOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		current, err := w.vault.Get(w.Context(), g.Connection.ID)
		must(w, err)
		dead := strings.Replace(current.Reveal(), g.Secrets.RefreshToken.Reveal(), "5Aep", 1)
		reads := 0
		w.vault.onGet = func() (keystore.Secret, error) {
			if reads++; reads == 1 {
				return keystore.NewSecret(dead), nil
			}
			return current, nil
		}
		access, err := w.Token(w.Context(), g.Connection.Name, fresh)
		must(w, err)
		if w.refreshes() != 2 || !w.org.AccessValid(access.Token.Reveal()) {
			w.Error(w.refreshes(), "refreshes")
		}
	})
}

func TestADeadTokenIsReadAgainOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		c := g.Connection
		current, err := w.vault.Get(w.Context(), c.ID)
		must(w, err)
		w.org.RevokeAll()
		reads := 0
		w.vault.onGet = func() (keystore.Secret, error) { // each read brings other bytes, as from a vault that another program writes to
			reads++
			return keystore.NewSecret(strings.Replace(current.Reveal(), g.Secrets.RefreshToken.Reveal(), fmt.Sprint("5Aep", reads), 1)), nil
		}
		_, err = w.Token(w.Context(), c.Name, fresh)
		wantKind(w, err, flow.StepRefresh, flow.KindTokenExpired)
		if w.refreshes() != 2 {
			w.Error(w.refreshes(), "refreshes")
		}
	})
}

func TestGivingUpDuringARefreshDoesNotLoseTheToken(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		ctx, cancel := context.WithCancel(w.Context())
		w.org.During = func(string) { cancel(); time.Sleep(10 * time.Second) }
		access, err := w.Token(ctx, g.Connection.Name, fresh)
		must(w, err)
		if w.stored(g.Connection).RefreshToken.Equal(g.Secrets.RefreshToken) || access.Token.Empty() || access.Warning != nil {
			w.Error("the rotated token was not stored:", access.Warning)
		}
	})
}

func TestGivingUpBeforeARefreshSendsNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		ctx, cancel := context.WithCancel(w.Context())
		cancel()
		if _, err := w.Token(ctx, g.Connection.Name, fresh); !errors.Is(err, context.Canceled) {
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
		_, err := w.Token(w.Context(), g.Connection.Name, fresh)
		wantKind(w, err, flow.StepVerify, flow.KindForeignHost)
		if w.stored(g.Connection).RefreshToken.Equal(g.Secrets.RefreshToken) {
			w.Error("the rotated token was lost")
		}
		w.org.Fail("")
		access, err := w.Token(w.Context(), g.Connection.Name, flow.TokenOptions{})
		must(w, err)
		if w.refreshes() != 2 || access.Connection.InstanceURL != loginHost {
			w.Error("the access token of the bad answer was kept")
		}
	})
}

func TestTokenOfNoSuchConnection(t *testing.T) {
	inWorld(t, func(w *world) {
		_, err := w.Token(w.Context(), "nobody", fresh)
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
		_, err := w.Token(w.Context(), g.Connection.Name, fresh)
		wantKind(w, err, flow.StepRefresh, flow.KindKeychainLocked)
		c, err := w.Store.Find(g.Connection.Name)
		must(w, err)
		if c.Verdict != string(flow.Alive) || w.posts() != 1 {
			w.Errorf("%+v", c)
		}
	})
}
