package tui

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// hangup is the end of a window.
var hangup = Signalled{syscall.SIGHUP}

// slow puts itself between the client and requests to such a path.
type slow struct {
	http.RoundTripper
	path string
	do   func(r *http.Request)
}

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, s.path) {
		s.do(r)
		if r.Context().Err() != nil {
			return nil, context.Cause(r.Context())
		}
	}
	return s.RoundTripper.RoundTrip(r)
}

// asleep is a keychain that lets the probe through and then takes its time.
type asleep struct {
	*vault
	takes time.Duration
}

func (a asleep) Set(ctx context.Context, account string, s keystore.Secret) error {
	if strings.HasPrefix(account, "probe") {
		return a.vault.Set(ctx, account, s)
	}
	select {
	case <-time.After(a.takes):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return a.vault.Set(ctx, account, s)
}

// Where a login can be when the person leaves, what is said at once, and in the end.
var partings = map[string]struct {
	slow   func(w *world, o *Options)
	shows  string
	waits  string // is said, at once
	saved  bool
	become string
}{
	"exchange": {slow: slowAt("/token", 5*time.Second), shows: "Exchange the code", waits: "Waiting for Salesforce to trade the code for tokens.", saved: true, become: "Saved as acme in GNOME Keyring"},
	"save":     {slow: slowSave(10 * time.Second), shows: "is a window asking you to unlock it?", waits: "Waiting for the keychain: one of its windows", saved: true, become: "Saved as acme in GNOME Keyring"},
	"deaf":     {slow: slowSave(time.Hour), shows: "is a window asking you to unlock it?", waits: "Waiting for the keychain: one of its windows"},
	"name":     {slow: slowAt("/id/", time.Hour), shows: "Ask for the name of the user", saved: true, become: "Saved as acme in GNOME Keyring"},
}

func slowAt(path string, takes time.Duration) func(w *world, o *Options) {
	return func(w *world, o *Options) {
		o.Client.HTTP.Transport = slow{o.Client.HTTP.Transport, path, func(r *http.Request) {
			select {
			case <-time.After(takes):
			case <-r.Context().Done():
			}
		}}
	}
}

// slowProbe is a keychain that does not answer.
type slowProbe struct{ *vault }

func (slowProbe) Set(ctx context.Context, _ string, _ keystore.Secret) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func slowSave(takes time.Duration) func(w *world, o *Options) {
	return func(w *world, o *Options) { w.store.Vault = asleep{w.vault, takes} }
}

func TestWhoeverLeavesIsToldWhatIsWaitedForAndWhatBecameOfIt(t *testing.T) {
	for name, c := range partings {
		for why, end := range map[string]error{"ctrl+c": ErrQuit, "window closed": hangup} {
			t.Run(name+", "+why, func(t *testing.T) {
				inWorld(t, func(w *world, o *Options) { allowed(w, o); c.slow(w, o) }, func(w *world) {
					w.wait(23 * time.Second).shows(c.shows)
					if end == ErrQuit {
						if w.press("ctrl+c", "ctrl+c"); !w.quit {
							t.Fatal("ctrl+c does not leave")
						}
					}
					w.parts(end, c.waits, c.become, c.saved)
				})
			})
		}
	}
}

// parts leaves, and asserts what is said, at once and in the end.
func (w *world) parts(why error, waits, become string, saved bool) {
	w.t.Helper()
	began := time.Now()
	var out Outcome
	var err error
	over := make(chan struct{})
	go func() { defer close(over); out, err = w.leave(why) }()
	synctest.Wait()
	if !strings.Contains(w.said.String(), waits) {
		w.t.Errorf("said at once: %q", &w.said)
	}
	<-over
	if took := time.Since(began); took > 40*time.Second {
		w.t.Error("it took", took)
	}
	list, _ := w.store.List()
	if (out.Connection != nil) != saved || (len(list) == 1) != saved || (w.org.Approvals() == 1) != saved {
		w.t.Errorf("%+v, %d saved, %d approvals", out, len(list), w.org.Approvals())
	}
	if !saved && (!errors.As(err, new(flow.Unkept)) || !errors.Is(err, why)) || saved && err != nil && err != why {
		w.t.Error(err)
	}
	if !strings.Contains(w.said.String(), become) {
		w.t.Errorf("said in the end: %q", &w.said)
	}
}

// unsaved is a login whose grant is in memory alone.
func unsaved(w *world) *world {
	w.vault.fail = keystore.ErrLocked
	w.wait(25 * time.Second).shows("Connected, but not saved")
	return w
}

// later fails what is saved after the probe.
func later(w *world, o *Options) {
	allowed(w, o)
	w.store.Vault = refusing{w.vault}
}

// refusing is a keychain that has let the probe through, and then locks.
type refusing struct{ *vault }

func (r refusing) Set(ctx context.Context, account string, s keystore.Secret) error {
	if strings.HasPrefix(account, "probe") {
		return r.vault.Memory.Set(ctx, account, s)
	}
	return r.vault.Set(ctx, account, s)
}

func TestAGrantThatIsLeftUnsavedIsRevoked(t *testing.T) {
	for name, leave := range map[string]func(w *world) error{
		"ctrl+c": func(w *world) error {
			if w.press("ctrl+c"); w.quit {
				t.Error("left without a word")
			}
			w.shows("Press ctrl+c again to leave. The refresh token is revoked then.").press("f1", "esc")
			w.showsNot("Press ctrl+c again").press("ctrl+c").shows("Press ctrl+c again").press("ctrl+c")
			return nil
		},
		"window closed": func(*world) error { return hangup },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, later, func(w *world) {
				_, err := unsaved(w).leave(leave(w))
				if !errors.As(err, new(flow.Unkept)) || w.org.Approvals() != 0 {
					t.Error(err, w.org.Approvals(), "approvals")
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
		inWorld(t, later, func(w *world) {
			unsaved(w).press(key, "ctrl+c").shows("You alone have the refresh token then.").press("ctrl+c")
			if _, err := w.leave(nil); !errors.Is(err, ErrQuit) || w.org.Approvals() != 1 {
				t.Error(err, w.org.Approvals(), "approvals")
			}
		})
	}
}

func TestWhatIsThrownAwayIsRevoked(t *testing.T) {
	inWorld(t, later, func(w *world) {
		unsaved(w).press("up", "enter").wait(2 * time.Second)
		if _, err := w.leave(nil); !w.quit || !errors.As(err, new(flow.Unkept)) || w.org.Approvals() != 0 {
			t.Error(err, w.org.Approvals(), "approvals")
		}
	})
}

func TestARevocationThatIsUnderWayIsWaitedFor(t *testing.T) {
	inWorld(t, func(w *world, o *Options) { later(w, o); slowAt("/revoke", 5*time.Second)(w, o) }, func(w *world) {
		unsaved(w).press("up", "enter")
		if _, err := w.leave(hangup); w.org.Approvals() != 0 {
			t.Error(err, w.org.Approvals(), "approvals")
		}
	})
}

func TestAGrantOfAnotherUserIsRevokedWhenThePersonAuthorisesAgain(t *testing.T) {
	inWorld(t, one, func(w *world) {
		approvals := w.org.Approvals()
		w.org.Fail("other_user")
		w.allows().wait(time.Second).press("enter", "a").wait(30 * time.Second).shows("another user or org")
		w.org.Fail("")
		w.press("down", "down", "enter").wait(30 * time.Second).shows("✓ Connected")
		if n := w.org.Approvals(); n != approvals {
			t.Errorf("%d approvals, before %d", n, approvals)
		}
	})
}

func TestAGrantThatIsRefusedIsToldToBeRevoked(t *testing.T) {
	inWorld(t, allowed, func(w *world) {
		w.org.Fail("bad_signature")
		w.wait(25 * time.Second).shows("The refresh token that came was revoked.")
	})
}
