package flow_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// errLeft is why the person's context ended.
var errLeft = errors.New("the window was closed")

// leaver is a world whose person leaves in the middle of a login.
type leaver struct {
	*world
	leave context.CancelCauseFunc
	left  time.Time
}

// leaves ends the person's context. It may be called again.
func (l *leaver) leaves() {
	if l.left.IsZero() {
		l.left = time.Now()
		l.leave(errLeft)
	}
}

// on calls do while a request is under way whose path has this in it; where do returns an
// error, the request fails with it.
func (w *world) on(path string, do func(r *http.Request) error) {
	w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.Contains(r.URL.Path, path) {
			if err := do(r); err != nil {
				return nil, err
			}
		}
		return send()
	})
}

// saves calls do when a grant is about to be stored; where do returns an error, the vault
// fails with it.
func (w *world) saves(do func(ctx context.Context) error) {
	w.Store.Vault = slowVault{w.vault, do}
}

// slowVault is a vault that does something before it saves a grant.
type slowVault struct {
	*vault
	do func(ctx context.Context) error
}

func (v slowVault) Set(ctx context.Context, account string, s keystore.Secret) error {
	if !strings.HasPrefix(account, "probe") {
		if err := v.do(ctx); err != nil {
			return err
		}
	}
	return v.vault.Set(ctx, account, s)
}

// endless blocks until the context of the request ends.
func endless(ctx context.Context) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

// When the person leaves, and what becomes of the grant that is on its way then.
var leavings = map[string]struct {
	when  func(l *leaver)
	watch func(l *leaver, e flow.Event)
	saved bool
	limit time.Duration // for the end of Authorize, from the moment at which the person leaves
}{
	"while the code is exchanged": {saved: true, limit: 8 * time.Second, when: func(l *leaver) {
		l.org.During = func(string) { l.leaves(); time.Sleep(5 * time.Second) }
	}},
	"while it is verified": {saved: true, limit: 2 * time.Second, watch: func(l *leaver, e flow.Event) {
		if _, ok := e.(flow.TokensReceived); ok {
			l.leaves()
		}
	}},
	"while a slow keychain saves it": {saved: true, limit: 12 * time.Second, when: func(l *leaver) {
		l.saves(func(context.Context) error { l.leaves(); time.Sleep(10 * time.Second); return nil })
	}},
	"while a deaf keychain saves it": {limit: 22 * time.Second, when: func(l *leaver) {
		l.saves(func(ctx context.Context) error { l.leaves(); return endless(ctx) })
	}},
	"while a keychain refuses it": {limit: 2 * time.Second, when: func(l *leaver) {
		l.saves(func(context.Context) error { l.leaves(); return keystore.ErrLocked })
	}},
	"while its user is named": {saved: true, limit: 2 * time.Second, when: func(l *leaver) {
		l.on("/id/", func(r *http.Request) error { l.leaves(); return endless(r.Context()) })
	}},
	"as soon as it is saved": {saved: true, limit: 2 * time.Second, watch: func(l *leaver, e flow.Event) {
		if _, ok := e.(flow.Saved); ok {
			l.leaves()
		}
	}},
}

func TestWhateverThePersonLeavesWhatHasArrivedIsSavedOrRevoked(t *testing.T) {
	for name, c := range leavings {
		for _, again := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				inWorld(t, func(w *world) {
					before := 0
					if again {
						w.again()
						before = 1
					}
					ctx, cancel := context.WithCancelCause(w.Context())
					defer cancel(nil)
					l := &leaver{world: w, leave: cancel}
					if c.when != nil {
						c.when(l)
					}
					g, err := w.loginWith(ctx, func(e flow.Event) {
						if c.watch != nil {
							c.watch(l, e)
						}
					})
					if took := time.Since(l.left); l.left.IsZero() || took > c.limit {
						w.Error("left at", l.left, "it took", took)
					}
					w.Store.Vault, w.HTTP = w.vault, w.net.Client()
					if c.saved {
						must(w, err)
						_, err = w.Token(w.Context(), g.Connection.Name, fresh)
						must(w, err)
						before = 1 // the grant of the saved connection is revoked, which the new one takes the place of
					} else {
						w.isGivenUp(g, err, errLeft)
					}
					if n := w.org.Approvals(); n != before {
						w.Error(n, "approvals, want", before)
					}
				})
			})
		}
	}
}

// isGivenUp fails unless the login ended with an Unkept of this cause, and the org has revoked
// the grant.
func (w *world) isGivenUp(g flow.Grant, err, why error) {
	w.Helper()
	unkept, ok := errors.AsType[flow.Unkept](err)
	if !ok || unkept.Revoked != nil || why != nil && !errors.Is(err, why) || !g.Secrets.RefreshToken.Empty() {
		w.Errorf("%#v, %v", err, unkept.Revoked)
	}
	must(w, w.Store.Heal(w.Context()))
	list, err := w.Store.List()
	must(w, err)
	for _, c := range list {
		if _, err := w.Token(w.Context(), c.Name, fresh); err != nil {
			w.Error("the connection before is broken:", err)
		}
	}
}

func TestAGrantOfAnotherUserIsRevokedWhenNobodyIsLeftToDecide(t *testing.T) {
	inWorld(t, func(w *world) {
		w.again()
		w.org.Fail("other_user")
		ctx, cancel := context.WithCancelCause(w.Context())
		w.on("/id/", func(*http.Request) error { cancel(errLeft); return nil })
		g, err := w.loginWith(ctx)
		if flow.KindOf(err) != flow.KindOtherUser {
			w.Error(err)
		}
		w.org.Fail("")
		w.isGivenUp(g, err, errLeft)
	})
}

func TestTheAnswerToAnExchangeIsWaitedForEightSecondsAfterLeaving(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, cancel := context.WithCancelCause(w.Context())
		over := make(chan struct{})
		w.org.During = func(string) { cancel(errLeft); <-over }
		start := time.Now()
		_, err := w.loginWith(ctx)
		if took := time.Since(start); !errors.Is(err, errLeft) || flow.KindOf(err) != flow.KindNoAnswer || took < 11*time.Second || took > 13*time.Second {
			w.Error(err, took)
		}
		close(over)
		if page := <-w.tab; !strings.HasPrefix(page.Title, "Go back to the terminal") {
			w.Errorf("the tab shows %q", page.Title)
		}
	})
}

func TestTheOldGrantIsRevokedThoughThePersonHasLeft(t *testing.T) {
	inWorld(t, func(w *world) {
		w.again()
		ctx, cancel := context.WithCancelCause(w.Context())
		w.onRevoke(func(r *http.Request) error {
			cancel(errLeft)
			time.Sleep(5 * time.Second)
			return r.Context().Err()
		})
		_, err := w.loginWith(ctx)
		must(w, err)
		if e, ok := heard[flow.Revoked](w); !ok || e.Err != nil || w.org.Approvals() != 1 {
			w.Error(e, w.org.Approvals(), "approvals")
		}
	})
}

func TestAGrantThatIsRefusedIsRevoked(t *testing.T) {
	for fault, kind := range map[string]flow.Kind{
		"bad_signature": flow.KindSignature, "foreign_instance": flow.KindForeignHost, "foreign_id": flow.KindForeignHost,
	} {
		inWorld(t, func(w *world) {
			w.org.Fail(fault)
			g, err := w.login()
			wantKind(w, err, flow.StepVerify, kind)
			w.isGivenUp(g, err, nil)
			if w.org.Approvals() != 0 {
				w.Error(fault, w.org.Approvals(), "approvals")
			}
		})
	}
}

func TestAnAccessTokenThatCameAloneIsRevoked(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.Fail("no_refresh_token")
		revoked := 0
		w.onRevoke(func(*http.Request) error { revoked++; return nil })
		g, err := w.login()
		wantKind(w, err, flow.StepVerify, flow.KindNoRefreshToken)
		if w.isGivenUp(g, err, nil); revoked != 1 {
			w.Error(revoked, "revocations")
		}
	})
}

func TestWhatCouldNotBeRevokedIsSaid(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.Fail("bad_signature")
		w.onRevoke(func(*http.Request) error { return errors.New("cut off") })
		_, err := w.login()
		unkept, _ := errors.AsType[flow.Unkept](err)
		wantKind(w, unkept.Revoked, flow.StepRevoke, flow.KindUnreachable)
	})
}

func TestAGrantThatThePersonGivesUpIsRevoked(t *testing.T) {
	inWorld(t, func(w *world) {
		w.vault.failSaves(keystore.ErrTimeout)
		g, err := w.login()
		wantKind(w, err, flow.StepSave, flow.KindKeychainTimeout)
		over, cancel := context.WithCancel(w.Context())
		cancel()
		must(w, w.GiveUp(over, g))
		must(w, w.Store.Heal(w.Context()))
		if list, err := w.Store.List(); err != nil || len(list) != 0 || w.org.Approvals() != 0 {
			w.Error(list, err, w.org.Approvals(), "approvals")
		}
	})
}

func TestTheNameOfTheUserFollowsTheSave(t *testing.T) {
	inWorld(t, func(w *world) {
		w.on("/id/", func(*http.Request) error {
			if list, err := w.Store.List(); err != nil || len(list) != 1 {
				w.Error("nothing is saved yet:", err)
			}
			return nil
		})
		g := w.loggedIn()
		c, err := w.Store.Find(g.Connection.Name)
		must(w, err)
		if c.Username != demo.Username || g.Connection.Username != demo.Username {
			w.Errorf("%+v", c)
		}
	})
}

func TestAuthorisingAgainKeepsTheUsernameWhenTheIdentityFails(t *testing.T) {
	inWorld(t, func(w *world) {
		w.again()
		w.org.Fail("identity_500")
		g := w.loggedIn()
		c, err := w.Store.Find(g.Connection.Name)
		must(w, err)
		if c.Username != demo.Username || g.Connection.Username != demo.Username {
			w.Errorf("%+v", c)
		}
	})
}

func TestASlowIdentityHoldsTheLoginUpForTenSeconds(t *testing.T) {
	inWorld(t, func(w *world) {
		w.on("/id/", func(r *http.Request) error { return endless(r.Context()) })
		start := time.Now()
		w.loggedIn()
		if took := time.Since(start); took > 15*time.Second {
			w.Error("it took", took)
		}
	})
}
