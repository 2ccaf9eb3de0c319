package flow_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// onRevoke calls do while a revocation is on its way; where do returns an error, the request
// fails with it.
func (w *world) onRevoke(do func(r *http.Request) error) {
	w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/revoke") {
			if err := do(r); err != nil {
				return nil, err
			}
		}
		return send()
	})
}

func TestTheOldGrantIsRevokedOnceTheNewOneIsSafeAndTheTabAnswered(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.loggedIn()
		time.Sleep(time.Hour)
		w.request.Existing = &first.Connection
		revocations := 0
		w.onRevoke(func(r *http.Request) error {
			revocations++
			synctest.Wait() // until the browser shows the page of the outcome
			if w.stored(first.Connection).RefreshToken.Equal(first.Secrets.RefreshToken) {
				w.Error("the old token is revoked, and the new one not stored")
			}
			if _, saved := heard[flow.Saved](w); !saved || len(w.tab) != 1 || !w.isFree() {
				w.Error("somebody waits for the revocation")
			}
			if r.URL.RawQuery != "" || r.Method != http.MethodPost {
				w.Error("the token travels in the address")
			}
			return nil
		})
		second := w.loggedIn()
		_, _, err := w.Save(w.Context(), &second) // a grant that is saved twice must not revoke itself as the one it takes the place of
		must(w, err)
		if e, ok := heard[flow.Revoked](w); !ok || e.Err != nil || w.events[len(w.events)-1] != e {
			w.Error("events", w.events)
		}
		if revocations != 1 || w.org.Approvals() != 1 || w.org.RefreshValid(first.Secrets.RefreshToken.Reveal()) || !w.org.RefreshValid(second.Secrets.RefreshToken.Reveal()) {
			w.Error(revocations, "revocations,", w.org.Approvals(), "approvals")
		}
	})
}

func TestTheTokenThatIsRevokedIsTheCurrentOne(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.loggedIn()
		time.Sleep(time.Hour)
		w.request.Existing = &first.Connection
		_, err := w.login(waiting(func(flow.Waiting) { // a script renews while the person is in the browser
			_, err := w.Token(w.Context(), first.Connection.Name, fresh)
			must(w, err)
		}))
		must(w, err)
		if w.org.Approvals() != 1 {
			w.Error(w.org.Approvals(), "approvals")
		}
	})
}

func TestARevocationThatFailsIsToldAndUndoesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.loggedIn()
		time.Sleep(time.Hour)
		w.request.Existing = &first.Connection
		w.onRevoke(func(*http.Request) error { return errors.New("cut off") })
		second := w.loggedIn()
		e, _ := heard[flow.Revoked](w)
		wantKind(w, e.Err, flow.StepRevoke, flow.KindUnreachable)
		if !w.stored(first.Connection).RefreshToken.Equal(second.Secrets.RefreshToken) {
			w.Error("the new token is not in the old one's place")
		}
	})
}

func TestANewConnectionRevokesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.loggedIn()
		time.Sleep(time.Hour)
		w.loggedIn()
		if _, told := heard[flow.Revoked](w); told || w.org.Approvals() != 2 {
			w.Error("events", w.events)
		}
	})
}

func TestAnotherUserTakesTheConnectionOverOnlyWhenThePersonSaysSo(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.loggedIn()
		time.Sleep(time.Hour)
		w.request.Existing = &first.Connection
		w.org.Fail("other_user")
		g, err := w.login()
		wantKind(w, err, flow.StepVerify, flow.KindOtherUser)
		if _, told := heard[flow.Revoked](w); told || w.org.Approvals() != 2 {
			w.Error("events", w.events)
		}
		g.Connection.ID = first.Connection.ID
		saved, revoked, err := w.Save(w.Context(), &g)
		must(w, err)
		if revoked == nil || revoked.Err != nil {
			w.Error("revoked:", revoked)
		}
		list, err := w.Store.List()
		must(w, err)
		if len(list) != 1 || list[0].Username != demo.OtherUsername || saved.Name != first.Connection.Name || w.org.Approvals() != 1 {
			w.Errorf("%+v, %d approvals", list, w.org.Approvals())
		}
		if _, err := w.Token(w.Context(), saved.Name, fresh); err != nil {
			w.Error(err)
		}
	})
}

func TestAGrantThatWasToReplaceAnotherAndIsSavedBesideItRevokesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.again()
		w.vault.failSaves(keystore.ErrDenied)
		g, err := w.login()
		wantKind(w, err, flow.StepSave, flow.KindKeychainDenied)
		w.vault.failSet = nil
		g.Connection.ID = ""
		_, revoked, err := w.Save(w.Context(), &g)
		must(w, err)
		if revoked != nil || w.org.Approvals() != 2 {
			w.Error("revoked", revoked, w.org.Approvals(), "approvals")
		}
	})
}

func TestRemoveRevokesAndForgets(t *testing.T) {
	for keepGrant, approvals := range map[bool]int{false: 0, true: 1} {
		inWorld(t, func(w *world) {
			g := w.loggedIn()
			revoked, err := w.Remove(w.Context(), g.Connection.Name, keepGrant)
			must(w, err)
			must(w, revoked)
			if w.org.Approvals() != approvals {
				w.Error(w.org.Approvals(), "approvals")
			}
			w.isForgotten(g.Connection)
			_, err = w.Remove(w.Context(), g.Connection.Name, keepGrant)
			wantKind(w, err, flow.StepRemove, flow.KindNoConnection)
		})
	}
}

func (w *world) isForgotten(c keystore.Connection) {
	w.Helper()
	if _, err := w.Store.Find(c.Name); !errors.Is(err, keystore.ErrNoConnection) {
		w.Error("it is still listed:", err)
	}
	if _, err := w.vault.Memory.Get(w.Context(), c.ID); !errors.Is(err, keystore.ErrNotFound) {
		w.Error("its secret is still there:", err)
	}
}

func TestRemoveForgetsWhatCannotBeRevoked(t *testing.T) {
	for name, spoil := range map[string]func(w *world, g flow.Grant){
		"unreachable": func(w *world, _ flow.Grant) { w.onRevoke(func(*http.Request) error { return errors.New("cut off") }) },
		"hanging": func(w *world, _ flow.Grant) {
			w.onRevoke(func(r *http.Request) error { <-r.Context().Done(); return r.Context().Err() })
		},
		"no secret": func(w *world, g flow.Grant) { must(w, w.vault.Delete(w.Context(), g.Connection.ID)) },
	} {
		inWorld(t, func(w *world) {
			g := w.loggedIn()
			spoil(w, g)
			start := time.Now()
			revoked, err := w.Remove(w.Context(), g.Connection.Name, false)
			must(w, err)
			if e, ok := errors.AsType[*flow.Error](revoked); !ok || e.Step != flow.StepRevoke || time.Since(start) > 16*time.Second {
				w.Error(name, revoked)
			}
			w.isForgotten(g.Connection)
		})
	}
}

func TestRemoveOfARevokedGrantIsNoFailure(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.org.RevokeAll()
		revoked, err := w.Remove(w.Context(), g.Connection.Name, false)
		must(w, err)
		must(w, revoked)
		w.isForgotten(g.Connection)
	})
}

func TestALockedKeychainKeepsTheConnectionAndItsGrant(t *testing.T) {
	for _, keepGrant := range []bool{false, true} {
		inWorld(t, func(w *world) {
			g := w.loggedIn()
			w.Store.Vault = locked{w.vault}
			_, err := w.Remove(w.Context(), g.Connection.Name, keepGrant)
			wantKind(w, err, flow.StepRemove, flow.KindKeychainLocked)
			w.Store.Vault = w.vault
			_, err = w.Token(w.Context(), g.Connection.Name, fresh)
			must(w, err)
			if w.org.Approvals() != 1 {
				w.Error(w.org.Approvals(), "approvals")
			}
		})
	}
}

// locked is a vault that does nothing before it is unlocked.
type locked struct{ keystore.Vault }

func (locked) Get(context.Context, string) (keystore.Secret, error) {
	return keystore.Secret{}, keystore.ErrLocked
}
func (locked) Delete(context.Context, string) error { return keystore.ErrLocked }

func TestAFileIsForgottenWithoutItsKey(t *testing.T) {
	dir := t.TempDir()
	keys := keystore.KeySource{KeyFile: filepath.Join(dir, "key")}
	must(t, os.WriteFile(keys.KeyFile, []byte(keystore.NewSealKey().Reveal()), 0o600))
	c := &flow.Client{Store: &keystore.Store{Dir: dir, Vault: &keystore.File{Dir: dir, Keys: keys}}}
	_, err := c.Store.Create(t.Context(), keystore.Connection{Name: "acme", Domain: loginHost}, keystore.Secrets{RefreshToken: keystore.NewSecret("5Aep")})
	must(t, err)
	c.Store.Vault = &keystore.File{Dir: dir}
	_, err = c.Remove(t.Context(), "acme", false)
	wantKind(t, err, flow.StepRemove, flow.KindNoKey)
	_, err = c.Remove(t.Context(), "acme", true)
	must(t, err)
	if all, err := c.Store.List(); err != nil || len(all) != 0 {
		t.Error(all, err)
	}
}

func TestWhatIsRevokedIsForgottenThoughItWasGivenUp(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		ctx, cancel := context.WithCancel(w.Context())
		w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			defer cancel()
			return send()
		})
		w.Store.Vault = obedient{w.vault}
		revoked, err := w.Remove(ctx, g.Connection.Name, false)
		must(w, err)
		must(w, revoked)
		w.isForgotten(g.Connection)
	})
}

// obedient is a vault that does nothing for those who have given up.
type obedient struct{ keystore.Vault }

func (o obedient) Delete(ctx context.Context, account string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return o.Vault.Delete(ctx, account)
}

func TestARemovalIsGivenUpBeforeAnythingIsRevoked(t *testing.T) {
	for _, keepGrant := range []bool{false, true} {
		inWorld(t, func(w *world) {
			g := w.loggedIn()
			ctx, cancel := context.WithCancel(w.Context())
			cancel()
			if _, err := w.Remove(ctx, g.Connection.Name, keepGrant); err != context.Canceled {
				w.Error(err)
			}
			if _, err := w.Store.Find(g.Connection.Name); err != nil || w.org.Approvals() != 1 {
				w.Error(err, w.org.Approvals(), "approvals")
			}
		})
	}
}

func TestWhatCannotBeForgottenIsNotRevoked(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		index := filepath.Join(w.Store.Dir, "index.json")
		must(w, os.Mkdir(index+".new", 0o700)) // no process can write the next index now
		must(w, os.WriteFile(filepath.Join(index+".new", "full"), nil, 0o600))
		revoked, err := w.Remove(w.Context(), g.Connection.Name, false)
		if err == nil || revoked != nil || !w.org.RefreshValid(g.Secrets.RefreshToken.Reveal()) {
			w.Errorf("revoked %v, %v", revoked, err)
		}
	})
}
