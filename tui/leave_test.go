package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// errHangup is why the wizard ends when the person closes the window of their terminal.
var errHangup = errors.New("hangup")

func TestAWindowOfTheKeychainsIsSaidAtOnce(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { allowed(w, o); w.Store.Vault = world.AskedProbe{Vault: w.Vault} }, func(w *screened) {
		w.wait(0).shows("answer its window")
		w.wait(2 * time.Second).shows("answer its window")
	})
	inWorld(t, func(w *screened, o *Options) { allowed(w, o); w.Store.Vault = world.SlowProbe{Vault: w.Vault} }, func(w *screened) {
		w.wait(2 * time.Second).shows("it is slow to answer")
	})
}

func TestWhoeverLeavesIsToldWhatIsWaitedForAndWhatBecameOfIt(t *testing.T) {
	for name, c := range world.Partings {
		for why, end := range map[string]error{"ctrl+c": ErrQuit, "window closed": errHangup} {
			t.Run(name+", "+why, func(t *testing.T) {
				inWorld(t, func(w *screened, o *Options) { allowed(w, o); c.Slow(w.World) }, func(w *screened) {
					w.wait(23 * time.Second).shows(c.Shows)
					if end == ErrQuit {
						if w.press("ctrl+c", "ctrl+c"); !w.quit {
							t.Fatal("ctrl+c does not leave")
						}
					}
					if c.Saved {
						c.Become = "✓ acme is connected, kept in GNOME Keyring"
					}
					w.parts(end, c.Waits, c.Become, c.Saved)
				})
			})
		}
	}
}

// parts ends the wizard for a reason. waits is what it says meanwhile, become what it says in
// the end.
func (w *screened) parts(why error, waits, become string, saved bool) {
	w.t.Helper()
	began := time.Now()
	var err error
	over := make(chan struct{})
	go func() { defer close(over); err = w.leave(why) }()
	synctest.Wait()
	if !strings.Contains(w.said.String(), waits) {
		w.t.Errorf("said at once: %q", &w.said)
	}
	<-over
	if took := time.Since(began); took > 40*time.Second {
		w.t.Error("it took", took)
	}
	list, _ := w.Store.List()
	if (len(list) == 1) != saved || (w.Org.Approvals() == 1) != saved {
		w.t.Errorf("%d saved, %d approvals", len(list), w.Org.Approvals())
	}
	if !saved && (!errors.As(err, new(flow.Unkept)) || !errors.Is(err, why)) || saved && err != nil && err != why {
		w.t.Error(err)
	}
	if !strings.Contains(w.said.String(), become) {
		w.t.Errorf("said in the end: %q", &w.said)
	}
}

// unsaved waits until a login is over whose grant the keychain does not take.
func unsaved(w *screened) *screened {
	w.Vault.Fail = keystore.ErrLocked
	w.wait(25 * time.Second).shows("Connected, but not saved")
	return w
}

// later fails what is saved after the probe.
func later(w *screened, o *Options) {
	allowed(w, o)
	w.Store.Vault = refusing{w.Vault}
}

// refusing is a keychain that has let the probe through, and then locks.
type refusing struct{ *world.Vault }

func (r refusing) Set(ctx context.Context, account string, s keystore.Secret) error {
	if strings.HasPrefix(account, "probe") {
		return r.Vault.Memory.Set(ctx, account, s)
	}
	return r.Vault.Set(ctx, account, s)
}

func TestAGrantThatIsLeftUnsavedIsRevoked(t *testing.T) {
	for name, leave := range map[string]func(w *screened) error{
		"ctrl+c": func(w *screened) error {
			if w.press("ctrl+c"); w.quit {
				t.Error("left without a word")
			}
			w.shows("Press ctrl+c again to leave. The refresh token is revoked then.").press("f1", "esc")
			w.showsNot("Press ctrl+c again").press("ctrl+c").shows("Press ctrl+c again").press("ctrl+c")
			return nil
		},
		"window closed": func(*screened) error { return errHangup },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, later, func(w *screened) {
				err := unsaved(w).leave(leave(w))
				if !errors.As(err, new(flow.Unkept)) || w.Org.Approvals() != 0 {
					t.Error(err, w.Org.Approvals(), "approvals")
				}
				if why := text.English.Why(err, flow.Request{}); !strings.HasSuffix(why, "the refresh token that came was revoked") {
					t.Error(why)
				}
			})
		})
	}
}

func TestATokenThatThePersonHasTakenAlongIsNotRevoked(t *testing.T) {
	for _, key := range []string{"c", "s"} {
		inWorld(t, later, func(w *screened) {
			unsaved(w).press(key, "ctrl+c").shows("You alone have the refresh token then.").press("ctrl+c")
			if err := w.leave(nil); !errors.Is(err, ErrQuit) || w.Org.Approvals() != 1 {
				t.Error(err, w.Org.Approvals(), "approvals")
			}
		})
	}
}

func TestWhatIsThrownAwayIsRevoked(t *testing.T) {
	inWorld(t, later, func(w *screened) {
		unsaved(w).press("up", "enter").wait(2 * time.Second)
		if err := w.leave(nil); !w.quit || !errors.As(err, new(flow.Unkept)) || w.Org.Approvals() != 0 {
			t.Error(err, w.Org.Approvals(), "approvals")
		}
	})
}

func TestARevocationThatIsUnderWayIsWaitedFor(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { later(w, o); world.SlowAt("/revoke", 5*time.Second)(w.World) }, func(w *screened) {
		unsaved(w).press("up", "enter")
		if err := w.leave(errHangup); w.Org.Approvals() != 0 {
			t.Error(err, w.Org.Approvals(), "approvals")
		}
	})
}

func TestAGrantOfAnotherUserIsRevokedWhenThePersonAuthorisesAgain(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		approvals := w.Org.Approvals()
		w.Org.Fail("other_user")
		w.allows().wait(time.Second).press("enter", "a").wait(30 * time.Second).shows("another user or org")
		w.Org.Fail("")
		w.press("down", "down", "enter").wait(30 * time.Second).shows("is renewed")
		if n := w.Org.Approvals(); n != approvals {
			t.Errorf("%d approvals, before %d", n, approvals)
		}
	})
}

func TestAGrantThatIsRefusedIsToldToBeRevoked(t *testing.T) {
	inWorld(t, allowed, func(w *screened) {
		w.Org.Fail("bad_signature")
		w.wait(25 * time.Second).shows("The refresh token that came was revoked.")
	})
}
