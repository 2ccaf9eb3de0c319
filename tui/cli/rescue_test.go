package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// slowly is a login by the browser with a part that takes its time.
func slowly(slow func(w *world.World)) func(l *lines) {
	return func(l *lines) {
		byBrowser(l)
		slow(l.World)
	}
}

func TestWhatTakesLongIsSaidLineByLine(t *testing.T) {
	for _, c := range world.Partings {
		inLines(t, slowly(c.Slow), func(l *lines) { l.pass(25 * time.Second).says(c.Waits) })
	}
	inLines(t, slowly(func(w *world.World) { w.Store.Vault = world.SlowProbe{Vault: w.Vault} }), func(l *lines) {
		l.pass(2 * time.Second).says("Waiting for the keychain, which is slow to answer.")
	})
}

func TestAWindowOfTheKeychainsIsSaidAtOnceInLines(t *testing.T) {
	inLines(t, slowly(func(w *world.World) { w.Store.Vault = world.AskedProbe{Vault: w.Vault} }), func(l *lines) {
		l.pass(0).says("Waiting for your answer in the window of the keychain.")
	})
}

func TestAHintAtAWindowIsForWhoWasAskedInOne(t *testing.T) {
	for err, want := range map[error]bool{keystore.ErrTimeout: false, keystore.ErrUnanswered: true} {
		if hint := text.English.Hint(err, flow.Request{}); hint == "" || strings.Contains(hint, "window") != want {
			t.Errorf("%v: %s", err, hint)
		}
	}
}

func TestWhoeverLeavesLineByLineIsToldWhatBecameOfIt(t *testing.T) {
	for name, c := range world.Partings {
		t.Run(name, func(t *testing.T) {
			inLines(t, slowly(c.Slow), func(l *lines) {
				l.pass(23 * time.Second)
				l.end(Signalled{syscall.SIGHUP})
				l.pass(0).says(c.Waits)
				if l.pass(40 * time.Second); !l.ended() || !errors.Is(l.err, Signalled{syscall.SIGHUP}) {
					t.Fatal(l.ended(), l.err)
				}
				list, _ := l.Store.List()
				if (len(list) == 1) != c.Saved || (l.Org.Approvals() == 1) != c.Saved || errors.As(l.err, new(flow.Unkept)) == c.Saved {
					t.Errorf("%d saved, %d approvals, %v", len(list), l.Org.Approvals(), l.err)
				}
				if c.Saved {
					l.says("Saved as acme in GNOME Keyring")
				}
			})
		})
	}
}

// The wizard line by line offers a person what to do with a grant that could not be saved. Each
// row is a word that they type, and what becomes of the grant.
func TestWhatIsTypedDecidesAboutAGrantThatCouldNotBeSaved(t *testing.T) {
	for name, c := range map[string]struct {
		typed     string
		leave     func(l *lines)
		approvals int
		unkept    bool
	}{
		"discard":         {typed: "discard", unkept: true},
		"the end":         {leave: func(l *lines) { l.typ.Close() }, unkept: true},
		"left":            {leave: func(l *lines) { l.end(nil) }, unkept: true},
		"shown, the end":  {typed: "show", leave: func(l *lines) { l.typ.Close() }, approvals: 1},
		"shown, discard":  {typed: "show\ndiscard", unkept: true},
		"nobody is there": {leave: func(*lines) {}, unkept: true},
	} {
		t.Run(name, func(t *testing.T) {
			inLines(t, func(l *lines) {
				thatLocks(l)
				if name == "nobody is there" {
					l.o.In = nil
				}
			}, func(l *lines) {
				l.pass(25 * time.Second)
				if c.typed != "" {
					l.says("Type retry to save again.", "Type discard to revoke it.").types(c.typed)
				}
				if c.leave != nil {
					c.leave(l)
				}
				if l.pass(time.Second); !l.ended() || errors.As(l.err, new(flow.Unkept)) != c.unkept || l.Org.Approvals() != c.approvals {
					t.Errorf("ended %v, %v, %d approvals", l.ended(), l.err, l.Org.Approvals())
				}
			})
		})
	}
}

func TestAGrantThatTheKeychainDoesNotTakeIsKeptInAFileOnRequest(t *testing.T) {
	inLines(t, func(l *lines) {
		thatLocks(l)
		key := filepath.Join(l.Store.Dir, "key")
		if err := os.WriteFile(key, []byte(keystore.NewSealKey().Reveal()), 0o600); err != nil {
			l.T.Fatal(err)
		}
		l.Store.Others = []keystore.Vault{&keystore.File{Dir: l.Store.Dir, Keys: keystore.KeySource{KeyFile: key}}}
	}, func(l *lines) {
		l.pass(25 * time.Second).says("Type file to keep it in an encrypted file instead").types("file")
		l.succeeds()
		if c, err := l.Store.Find("acme"); err != nil || c.Store != login.FileStore {
			t.Errorf("%+v, %v", c, err)
		}
	})
}
