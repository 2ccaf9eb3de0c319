package tui

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
)

// slowly is a login by the browser with a part that takes its time.
func slowly(slow func(w *world, o *Options)) func(l *lines) {
	return func(l *lines) {
		byBrowser(l)
		slow(l.world, &Options{Client: l.o.Client})
	}
}

func TestWhatTakesLongIsSaidLineByLine(t *testing.T) {
	for _, c := range partings {
		inLines(t, slowly(c.slow), func(l *lines) { l.pass(25 * time.Second).says(c.waits) })
	}
	inLines(t, slowly(func(w *world, o *Options) { w.store.Vault = slowProbe{w.vault} }), func(l *lines) {
		l.pass(2 * time.Second).says("Waiting for the keychain: one of its windows may be asking you to unlock it.")
	})
}

func TestWhoeverLeavesLineByLineIsToldWhatBecameOfIt(t *testing.T) {
	for name, c := range partings {
		t.Run(name, func(t *testing.T) {
			inLines(t, slowly(c.slow), func(l *lines) {
				l.pass(23 * time.Second)
				l.world.end(hangup)
				l.pass(0).says(c.waits)
				if l.pass(40 * time.Second); !l.ended() || !errors.Is(l.err, hangup) {
					t.Fatal(l.ended(), l.err)
				}
				list, _ := l.store.List()
				if (len(list) == 1) != c.saved || (l.org.Approvals() == 1) != c.saved || errors.As(l.err, new(flow.Unkept)) == c.saved {
					t.Errorf("%d saved, %d approvals, %v", len(list), l.org.Approvals(), l.err)
				}
				if c.saved {
					l.says("Saved as acme in GNOME Keyring")
				}
			})
		})
	}
}

// What line mode answers to a grant that could not be saved, and what becomes of it.
func TestWhatIsTypedDecidesAboutAGrantThatCouldNotBeSaved(t *testing.T) {
	for name, c := range map[string]struct {
		typed     string
		leave     func(l *lines)
		approvals int
		unkept    bool
	}{
		"discard":         {typed: "discard", unkept: true},
		"the end":         {leave: func(l *lines) { l.typ.Close() }, unkept: true},
		"left":            {leave: func(l *lines) { l.end() }, unkept: true},
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
					l.says("Type retry to save again,", "or discard to revoke it.").types(c.typed)
				}
				if c.leave != nil {
					c.leave(l)
				}
				if l.pass(time.Second); !l.ended() || errors.As(l.err, new(flow.Unkept)) != c.unkept || l.org.Approvals() != c.approvals {
					t.Errorf("ended %v, %v, %d approvals", l.ended(), l.err, l.org.Approvals())
				}
			})
		})
	}
}

func TestAGrantThatTheKeychainDoesNotTakeIsKeptInAFileOnRequest(t *testing.T) {
	inLines(t, func(l *lines) {
		thatLocks(l)
		key := filepath.Join(l.store.Dir, "key")
		if err := os.WriteFile(key, []byte(keystore.NewSealKey().Reveal()), 0o600); err != nil {
			l.t.Fatal(err)
		}
		l.store.Others = []keystore.Vault{&keystore.File{Dir: l.store.Dir, Keys: keystore.KeySource{KeyFile: key}}}
	}, func(l *lines) {
		l.pass(25 * time.Second).says("file to keep it in an encrypted file instead").types("file")
		l.succeeds()
		if c, err := l.store.Find("acme"); err != nil || c.Store != fileStore {
			t.Errorf("%+v, %v", c, err)
		}
	})
}
