package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

func init() { time.Local = time.UTC } // frames show times as a person's clock does

// deadToken, foreignSecret and noHost change a saved connection so that its check fails.
func deadToken(_ *keystore.Connection, s *keystore.Secrets) {
	s.RefreshToken = keystore.NewSecret("5Aep861dead")
}
func foreignSecret(_ *keystore.Connection, s *keystore.Secrets) {
	s.ClientSecret = keystore.NewSecret("another")
}
func noHost(c *keystore.Connection, _ *keystore.Secrets) { c.Domain = "nobody.my.salesforce.com" }

// atHome is `sfauth` where there are connections: one of each kind.
func atHome(w *screened, o *Options) {
	w.Keep("acme", nil)
	w.Keep("acme-uat", deadToken)
	w.Keep("beta", foreignSecret)
	w.Keep("gamma", noHost)
	w.listed(o)
}

// one is home with a single connection that lives.
func one(w *screened, o *Options) { w.Keep("acme", nil); w.listed(o) }

func (w *screened) listed(o *Options) {
	all, err := w.Store.List()
	if err != nil {
		panic(err)
	}
	o.Saved = all
}

func TestHomeFillsInVerdictsLive(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		w.wait(30 * time.Second).golden("home")
		w.shows("alive", "needs re-authorising", "app settings are wrong", "unreachable")
	})
}

func TestWhenItWasLastSeenAliveOutlivesItsDeath(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).shows("alive")
		w.Org.RevokeAll()
		w.wait(time.Minute).press("r").wait(time.Second).shows("needs re-authorising", "Last seen alive 1 Jan 2000")
		all, err := w.Store.List()
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		if next := newHome(w.wizard, all); !next.all[0].alive.After(all[0].AuthorizedAt) {
			t.Errorf("the next start knows of %v", next.all[0].alive)
		}
	})
}

func TestCheckingIsNoRefresh(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		w.wait(30 * time.Second).press("r").wait(30 * time.Second)
		for _, e := range w.Org.Log() {
			if strings.Contains(fmt.Sprint(e), "/token") {
				t.Errorf("asked for %v", e)
			}
		}
	})
}

func TestTheFirstFrameReadsNoSecret(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		one(w, o)
		w.Vault.Gets.Store(0)
	}, func(w *screened) {
		fresh := newWizard(context.Background(), Options{Text: &text.English, Client: w.wizard.client, Saved: []keystore.Connection{{ID: "x", Name: "acme"}}})
		before := w.Vault.Gets.Load()
		fresh.Width, fresh.Height = 80, 24
		if frame := fresh.View().Content; !strings.Contains(frame, "acme") || w.Vault.Gets.Load() != before {
			t.Errorf("%d secrets were read for\n%s", w.Vault.Gets.Load()-before, frame)
		}
	})
}

func TestEnterAuthorisesADeadConnectionAgainAndOpensALiveOne(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		w.wait(30*time.Second).press("enter").shows("Login", "http://"+world.LoginHost).golden("details")
		w.press("esc").wait(time.Second).press("g").shows("› ✗ acme-uat", "enter authorise again")
		w.allows().press("enter").wait(time.Second).shows("Allow access", "Revoke the old refresh token").golden("authorise-again")
		w.wait(25 * time.Second).golden("done-again")
		w.shows("acme-uat is renewed").press("enter").wait(time.Second).shows("› ✓ acme-uat", "alive")
	})
}

func TestTheFilterNarrowsAsOneTypes(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		w.wait(30 * time.Second).press("/").typ("ACME u").golden("home-filter").showsNot("beta").shows("1 of 4")
		w.press("enter").press("down").shows("› ✗ acme-uat").press("esc").shows("beta", "4 connections")
		w.press("/").typ("zzz").shows("Nothing matches").press("esc").shows("gamma")
	})
}

func TestRemoveAsksAndRevokes(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		approvals := w.Org.Approvals()
		w.wait(time.Second).press("x").golden("remove").press("n").shows("acme").press("x", "y").wait(2 * time.Second)
		w.shows("There are no connections", "acme was removed")
		if all, err := w.Store.List(); err != nil || len(all) != 0 || w.Org.Approvals() != approvals-1 {
			t.Errorf("%v, %v, %d approvals of %d", all, err, w.Org.Approvals(), approvals)
		}
		w.press("n").shows("Where do you log in?").press("esc").wait(time.Second).shows("There are no connections")
	})
}

func TestARemovalThatCouldNotRevokeSaysSo(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { w.Keep("gamma", noHost); w.listed(o) }, func(w *screened) {
		w.wait(30*time.Second).press("x", "y").wait(20 * time.Second).golden("remove-unrevoked")
		w.shows("could not be revoked", "There is no host nobody.my.salesforce.com").press("enter").wait(time.Second).shows("There are no connections")
	})
}

func TestManyVerdictsAtOnceAreFewFrames(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		for i := range 60 {
			w.Keep(fmt.Sprint("acme", i), func(_ *keystore.Connection, s *keystore.Secrets) { s.RefreshToken = keystore.NewSecret("5Aep") })
		}
		w.listed(o)
	}, func(w *screened) {
		if w.wait(time.Second).shows("60 need you"); w.turns > 30 {
			t.Errorf("%d messages for 60 verdicts", w.turns)
		}
	})
}

func TestAGoodFilterSurvivesAnythingTyped(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("/").atOnce("q x r n\n").shows("Nothing matches").press("esc").shows("acme")
		if w.quit {
			t.Error("left")
		}
	})
}

func TestARecheckSeesWhatWasSavedElsewhereMeanwhile(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).shows("1 connection")
		w.Keep("beta", nil)
		w.press("r").wait(2*time.Second).shows("2 connections", "✓ beta", "alive")
	})
}

func TestLeavingHomeIsNoInterruption(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		if w.wait(time.Second).press("q"); !w.quit || w.wizard.ended != nil {
			t.Errorf("quit %v, %v", w.quit, w.wizard.ended)
		}
	})
	inWorld(t, one, func(w *screened) {
		if w.wait(time.Second).press("n", "ctrl+c"); !errors.Is(w.wizard.ended, ErrQuit) {
			t.Errorf("a login was given up: %v", w.wizard.ended)
		}
	})
}

func TestAThousandConnectionsScroll(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { o.Saved = many(1000) }, func(w *screened) {
		w.wait(time.Second).press("end").shows("› ", "c0999", "1000/1000").press("up", "pgup").shows("991/1000", "› · c0990")
		w.press("home").shows("› · c0000", "1/1000").golden("home-many")
	})
}

func many(n int) []keystore.Connection {
	all := make([]keystore.Connection, n)
	for i := range all {
		id := fmt.Sprintf("c%04d", i)
		all[i] = keystore.Connection{ID: id, Name: id, Username: id + "@acme.example", Domain: id + ".my.salesforce.com",
			AuthorizedAt: time.Date(1999, 12, 29, 0, 0, 0, 0, time.UTC)}
	}
	return all
}

func TestHomeIsNeverBroken(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		w.everySize().wait(30*time.Second).everySize().press("/").typ("a界").everySize().press("esc", "down", "x").everySize()
		w.press("n", "d").everySize().press("s").everySize().press("up").everySize().press("esc", "down", "down", "down").press("enter").everySize()
		w.press("esc").press("?").everySize()
	})
}

func TestNoSecretOfASavedConnectionIsShownUnlessAskedFor(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		w.wait(30*time.Second).press("enter", "enter", "down", "enter", "enter", "esc", "down", "enter", "enter", "esc").wait(time.Second)
		w.press("x", "esc", "down", "enter").wait(2*time.Second).press("esc", "esc", "esc").wait(time.Second)
		w.shows("acme-uat")
		for _, secret := range []string{w.App.ClientSecret, "5Aep", "00DWx0000004Dem!"} {
			if strings.Contains(w.seen.String(), secret) {
				t.Errorf("%s… was on the screen", secret[:4])
			}
		}
	})
}

func BenchmarkHome(b *testing.B) {
	for _, n := range []int{3, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := drawn(Options{Text: &text.English, Client: &flow.Client{}, Saved: many(n)})
			b.Run("frame", func(b *testing.B) {
				for b.Loop() {
					w.View()
				}
			})
			b.Run("filter", func(b *testing.B) {
				w.home.filter.Set("c000")
				for b.Loop() {
					w.home.sift()
				}
			})
		})
	}
}

func TestTheFileThatAFailureIsAboutIsShown(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.Vault.Deaf = &os.PathError{Op: "open", Path: "/sealed/file", Err: os.ErrPermission}
		w.wait(time.Second).press("enter", "c").wait(time.Second).shows("/sealed/file")
		w.Vault.Deaf = fmt.Errorf("%w: /vault/acme.age", keystore.ErrFileMissing)
		w.press("r").wait(time.Second).shows("/vault/acme.age")
	})
}

func TestHomeSaysACauseInItsOneSentence(t *testing.T) {
	h := &home{w: newWizard(t.Context(), Options{Text: &text.English, Client: &flow.Client{}})}
	for _, k := range flow.Kinds() {
		if k == flow.KindUnknown { // whose words are Salesforce's own
			continue
		}
		health := h.w.client.Health(&flow.Error{Step: flow.StepCheck, Kind: k})
		c := health.Of(keystore.Connection{Name: "acme", Domain: "acme.my.salesforce.com", RedirectURI: flow.DefaultRedirectURI})
		sentence := text.English.Cause(k, text.RequestOf(c))
		s := &saved{Connection: c}
		if known := h.reason(s); known != sentence && k.Verdict() == flow.Reauthorise {
			t.Errorf("%s: Home knows %q from the list", k, known)
		}
		if s.heard(health); h.reason(s) != sentence {
			t.Errorf("%s: Home says %q, not %q", k, h.reason(s), sentence)
		}
	}
}

func TestANameOpensItsConnection(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { w.Keep("uat", nil); one(w, o); o.Open = "uat" }, func(w *screened) {
		w.wait(time.Second).shows("Connection", "uat", "Authorise again").press("esc").wait(time.Second).shows("Connections")
	})
}

func TestWhatNeedsAPersonComesFirstAndTheCursorStaysWhereItIs(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		order := func() (names []string) {
			for _, s := range w.wizard.home.shown {
				names = append(names, s.Name)
			}
			return names
		}
		w.wait(30 * time.Second)
		if got := order(); !slices.Equal(got, []string{"acme-uat", "beta", "acme", "gamma"}) {
			t.Errorf("%q", got)
		}
		w.shows("› ✓ acme ") // which was the first before anything was known
		w.press("r")
		if got := order(); got[0] != "acme-uat" {
			t.Errorf("while it is checked again: %q", got)
		}
		w.shows("4 connections, 2 need you")
	})
}

func TestTheRowUnderTheCursorIsAsHighAsTheOthers(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}, {120, 40}, {100, 30}} {
		inWorld(t, atHome, func(w *screened) {
			w.resize(size[0], size[1])
			w.wait(30 * time.Second)
			at := func() (lines [4]int) {
				for i, name := range []string{"✗ acme-uat", "! beta", "✓ acme", "~ gamma"} {
					if !strings.Contains(w.text(), name) {
						t.Fatalf("%v: no %q in\n%s", size, name, w.text())
					}
					_, lines[i] = w.find(name)
				}
				return lines
			}
			w.press("g")
			first := at()
			for range 3 {
				w.press("j")
				if now := at(); now != first {
					t.Errorf("%v: the rows move from %v to %v", size, first, now)
				}
			}
		})
	}
}

func TestAWideHomeHasATableAndWhatIsKnownBesideIt(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		w.resize(120, 40)
		w.wait(30*time.Second).press("g").shows("Name", "Last alive", "› ✗ acme-uat", "enter authorise again")
		w.press("G").shows("There is no host", "~ unreachable").press("k").shows("In a script", "sfauth token acme")
		for _, width := range []int{109, 110, 119, 131, 160, 200, 300} {
			for _, height := range []int{17, 18, 24, 60} {
				w.resize(width, height)
			}
		}
		w.resize(109, 30).showsNot("Last alive")
	})
	inWorld(t, func(w *screened, o *Options) { o.Saved = many(40) }, func(w *screened) {
		w.resize(120, 24)
		w.wait(time.Second).press("pgdown").shows("/40")
		w.resize(120, 60).showsNot("/40")
	})
}

func TestTheFirstMatchIsSelectedWhileTheFilterIsTyped(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { o.Saved = many(300) }, func(w *screened) {
		w.wait(time.Second).press("end", "/").typ("c00").shows("› · c0000")
		if w.m.View().Cursor == nil {
			t.Error("no cursor shows where the filter is typed")
		}
		w.press("down", "enter", "esc").shows("› · c0001", "300 connections")
	})
}

func TestAConnectionIsClickedInTheList(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
		inWorld(t, moused(atHome), func(w *screened) {
			w.resize(size[0], size[1])
			w.wait(30*time.Second).click("gamma").shows("› ~ gamma").click("gamma").shows("Connection", "nobody.my.salesforce.com")
			w.press("esc").wait(time.Second).send(tea.MouseWheelMsg{Button: tea.MouseWheelUp}).shows("› ✓ acme")
		})
	}
}
