package tui

import (
	"strings"
	"testing"
	"time"

	"sfauth/keystore"
)

// leaves ends the wizard, and asserts what remains of it on the terminal.
func (w *screened) leaves(behind string) {
	w.t.Helper()
	if err := w.leave(nil); err != nil {
		w.t.Error(err)
	}
	if said := w.said.String(); said != behind {
		w.t.Errorf("it leaves\n%s\nbehind, not\n%s", said, behind)
	}
}

const kept = `, kept in GNOME Keyring, "Login"` + "\n"

func TestALoginLeavesBehindWhatItDidAndWhatToRun(t *testing.T) {
	inWorld(t, allowed, func(w *screened) {
		w.wait(30 * time.Second).shows("acme is connected")
		w.leaves("✓ acme is connected as demo@acme.example" + kept + "  sfauth token acme\n")
	})
	inWorld(t, one, func(w *screened) {
		w.allows().wait(time.Second).press("enter", "a").wait(30 * time.Second).shows("acme is renewed")
		w.leaves("✓ acme is renewed as demo@acme.example" + kept + "  sfauth token acme\n")
	})
	inWorld(t, demonstrated, func(w *screened) {
		w.wait(time.Second).press("enter", "enter").wait(time.Second).press("y").wait(30 * time.Second).shows("acme is connected")
		w.leaves("✓ acme is connected as demo@acme.example" + kept + "  The demo keeps nothing. Run sfauth to connect an org of yours.\n")
	})
}

func TestARemovalLeavesBehindWhatBecameOfTheGrant(t *testing.T) {
	for key, words := range map[string]string{"y": "✓ acme is removed, and its grant is revoked at Salesforce", "f": "✓ acme is forgotten; its grant is still valid at Salesforce"} {
		inWorld(t, one, func(w *screened) {
			w.wait(time.Second).press("x", key).wait(2 * time.Second)
			w.leaves(words + "\n")
		})
	}
	inWorld(t, func(w *screened, o *Options) { w.Keep("gamma", noHost); w.listed(o) }, func(w *screened) {
		w.wait(30*time.Second).press("x", "y").wait(20 * time.Second)
		w.leaves("! gamma is forgotten, but could not be revoked: its grant is still valid at Salesforce\n")
	})
}

func TestSeveralThingsThatWereDoneLeaveALineEachThreeAtMost(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		for _, name := range []string{"acme", "beta", "gamma", "zulu"} {
			w.Keep(name, nil)
		}
		w.listed(o)
	}, func(w *screened) {
		w.allows().wait(time.Second).press("x", "y").wait(2*time.Second).press("x", "y").wait(2 * time.Second)
		w.shows("gamma").press("enter", "a").wait(30 * time.Second).shows("gamma is renewed").press("enter").wait(time.Second)
		w.press("down", "x", "y").wait(2 * time.Second)
		w.leaves("✓ beta is removed, and its grant is revoked at Salesforce\n✓ gamma is renewed as demo@acme.example" + kept + "✓ zulu is removed, and its grant is revoked at Salesforce\n")
	})
}

// A person who renames the connection that they have just made is told of one new connection,
// by its last name.
func TestAConnectionLeavesBehindOneLine(t *testing.T) {
	w := &wizard{found: map[string]keystore.Connection{}}
	c := keystore.Connection{ID: "1", Name: "acme", AuthorizedAt: time.Now()}
	w.did(c)
	c.Name = "other"
	w.did(c)
	if len(w.deeds) != 1 || !w.deeds[0].isLogin() || w.deeds[0].of.Name != "other" {
		t.Errorf("%+v", w.deeds)
	}
	w.found["2"] = keystore.Connection{ID: "2", Name: "beta", AuthorizedAt: c.AuthorizedAt}
	w.did(keystore.Connection{ID: "2", Name: "new", AuthorizedAt: c.AuthorizedAt})
	if d := w.deeds[1]; d.isLogin() || d.before.Name != "beta" {
		t.Errorf("a new name is taken for a login: %+v", d)
	}
}

func TestWhereNothingWasDoneNothingIsLeftBehind(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter", "esc")
		w.leaves("")
	})
}

func TestWhatIsLeftBehindHasNothingThatATerminalObeys(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second)
		w.wizard.did(keystore.Connection{ID: "2", Name: "acme", Username: "ana\x1b]52;c;aGk=\a\nroot", AuthorizedAt: time.Now()})
		if err := w.leave(nil); err != nil || strings.ContainsAny(w.said.String(), "\x1b\a") || strings.Count(w.said.String(), "\n") != 2 {
			t.Errorf("%v, %q", err, w.said.String())
		}
	})
}
