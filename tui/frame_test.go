package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/world"
)

func TestNoFrameIsBrokenAtAnySize(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.everySize().typ(strings.Repeat("界", 40)).press("left", "left").everySize()
		w.press("ctrl+u").typ("http://" + world.LoginHost).press("enter").everySize().wait(time.Second)
		w.press("ctrl+o").everySize().press("esc", "f1").everySize().press("esc")
		w.paste("3MVG9").press("ctrl+t").everySize().press("ctrl+u").typ("ftp://x").press("enter", "enter").everySize()
	})
	inWorld(t, overSSH, func(w *screened) {
		w.wait(time.Second).everySize().paste("nothing").everySize().press("esc").everySize()
		w.press("e").everySize().press("down", "enter").everySize().press("?").everySize()
	})
	inWorld(t, demonstrated, func(w *screened) {
		w.wait(time.Second).press("enter", "enter").wait(time.Second).everySize()
		w.press("f").everySize().press("esc", "n").wait(time.Second).everySize()
	})
	inWorld(t, allowed, func(w *screened) {
		w.wait(25*time.Second).press("s").everySize().press("up", "up", "up", "up", "up", "up").typ("界界").press("enter").everySize()
	})
	inWorld(t, allowed, func(w *screened) {
		w.Vault.Fail = keystore.ErrTimeout
		w.wait(25 * time.Second).everySize().press("ctrl+c").everySize()
	})
}

func TestTheCursorIsWhereTheTextIs(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		const first = 6 // the cell where the field's text begins
		at := func(want int) {
			t.Helper()
			if c := w.m.View().Cursor; c == nil || c.X != want {
				t.Errorf("the cursor is at %+v, not %d, in %q", c, want, w.wizard.org.myDomain.Field.Value())
			}
		}
		at(first)
		w.typ("界界a")
		at(first + 5)
		w.press("left", "left")
		at(first + 2)
		w.press("end").typ(strings.Repeat("x", 200))
		at(first + 70) // the last cell of the field
		w.press("home")
		at(first)
		w.press("end").resize(40, 12)
		at(5 + 32)
		w.press("ctrl+u")
		at(5)
	})
}

func TestHelpListsTheKeysOfTheScreenItWasOpenedFrom(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).press("?").golden("help").shows("more time", "suspend").press("?").shows("Waiting for you")
	})
	inWorld(t, nil, func(w *screened) {
		w.press("?").shows("┃ ?").press("f1").shows("Keys").press("esc").shows("┃ ?")
	})
}

func TestTheStepsToAnAppLinkIntoSetupOfTheOrg(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("acme").press("enter", "enter", "ctrl+o").golden("steps").press("ctrl+y")
		if w.clip != flow.DefaultRedirectURI {
			t.Errorf("copied %q", w.clip)
		}
		w.press("l")
		if !strings.HasPrefix(w.clip, "https://acme.lightning.force.com/lightning/setup/ManageExternalClientApplication") {
			t.Errorf("copied %q", w.clip)
		}
		w.resize(40, 12).press("end", "down", "pgdown").shows("invalid_client_id")
	})
}

func TestAdvancedUnfoldsAndABadCallbackIsShownThere(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("acme").press("enter", "enter").typ("3MVG9").press("ctrl+t").golden("app-advanced")
		w.press("ctrl+u").typ("http://example.org").press("ctrl+t").typ("x").press("enter", "enter")
		w.shows("This callback URL cannot be used")
	})
}

func TestForeignTextDrawsNothing(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.Org.Fail("escape_sequences")
		w.allows().press("esc").wait(time.Second).press("enter").wait(25 * time.Second)
		w.shows("Salesforce said").golden("trouble-escapes")
		w.showsNothingHostile()
	})
}

func TestTheGroundChangesColoursAlone(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		before := w.text()
		w.send(tea.BackgroundColorMsg{})
		if w.text() != before {
			t.Error("a dark terminal shows another text")
		}
	})
}

func TestOddTextBreaksNoFrame(t *testing.T) {
	for _, text := range world.Odd {
		inWorld(t, nil, func(w *screened) { w.paste(text).press("left", "left", "home", "right", "end").everySize() })
	}
}

func TestOddTextOfAConnectionBreaksNoFrame(t *testing.T) {
	for _, text := range append(world.Odd, world.Hostile...) {
		inWorld(t, func(w *screened, o *Options) {
			w.Keep("acme", func(c *keystore.Connection, _ *keystore.Secrets) {
				c.Username, c.OrgID, c.InstanceURL, c.Reason, c.Verdict = text, text, text, text, string(flow.Unknown)
			})
			w.listed(o)
		}, func(w *screened) {
			w.everySize().press("enter").everySize().press("esc", "x").showsNothingHostile()
		})
	}
}

func TestOddWordsOfSalesforceBreakNoFrame(t *testing.T) {
	for _, words := range append(world.Odd, world.Hostile...) {
		inWorld(t, given, func(w *screened) {
			w.wait(time.Second)
			w.Complains(words)
			w.paste(w.redirected()).wait(2 * time.Second).shows("Salesforce said").everySize().showsNothingHostile()
		})
	}
}

func TestALongPasteIsDrawnAndTypedIntoAtOnce(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).press("e").paste(strings.Repeat("error ", 10_000)).typ("x").press("left").everySize().press("esc").shows("Waiting for you")
	})
}

// reached are the lines that keys bring in sight, without the mark of the focus.
func (w *screened) reached(keys ...string) map[string]bool {
	w.t.Helper()
	seen := map[string]bool{}
	for _, k := range keys {
		for range 60 {
			for l := range strings.SplitSeq(w.text(), "\n") {
				seen[unmarked(l)] = true
			}
			w.send(w.key(k))
		}
	}
	return seen
}

func unmarked(line string) string {
	return strings.TrimSpace(strings.ReplaceAll(ansi.Strip(line), page.MarkHere, ""))
}

func TestEveryLineOfALongPageCanBeReached(t *testing.T) {
	for name, keys := range map[string][]string{"down": {"down"}, "pages": {"pgdown", "pgup"}, "tab and pages": {"tab", "pgdown"}} {
		for where, open := range map[string]func(*screened){
			"done":    func(w *screened) { w.wait(25 * time.Second).shows("is connected") },
			"help":    func(w *screened) { w.press("f1") },
			"details": func(w *screened) { w.wait(25 * time.Second).press("enter").wait(time.Second).press("d") },
			"exports": func(w *screened) {
				w.wait(25 * time.Second).run(w.wizard.openExports(w.wizard.Screen, keystore.Connection{}, true, nil))
			},
		} {
			inWorld(t, func(w *screened, o *Options) {
				allowed(w, o)
				if where == "details" {
					one(w, o)
				}
			}, func(w *screened) {
				open(w)
				w.resize(40, 10)
				whole := w.wizard.Paper()
				w.wizard.Screen.Draw(whole)
				if len(whole.Lines) <= whole.Height {
					t.Fatalf("%s fits", where)
				}
				seen := w.reached(keys...)
				for _, l := range whole.Lines {
					if !seen[unmarked(l)] {
						t.Errorf("%s: %s never shows %q", where, name, unmarked(l))
					}
				}
			})
		}
	}
}
