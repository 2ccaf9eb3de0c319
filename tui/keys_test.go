package tui

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/text"
	"sfauth/tui/window"
	"sfauth/tui/world"
)

func TestKeysThatComeAtOnceAreKeysAndAPasteAmongThemIsAPaste(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("http://" + world.LoginHost).wait(time.Second).press("enter").wait(time.Second)
		w.atOnce(w.App.ClientID + "\n").send(tea.PasteMsg{Content: w.App.ClientSecret + "\n"}) // what a process that was stopped finds
		w.shows("Which app asks for access?", "••••").showsNot(w.App.ClientSecret)
		w.atOnce("\n").wait(time.Second).shows("Allow access")
		if got := w.wizard.request; got.ClientID != w.App.ClientID || !got.ClientSecret.Equal(keystore.NewSecret(w.App.ClientSecret)) {
			t.Errorf("%+v", got)
		}
	})
}

func TestInvisibleCharactersAreRefusedWithAWord(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		for _, bad := range []string{"ac\x1bme", "ac\u200bme", "ac\u202eme"} {
			w.paste(bad).shows("invisible characters", "acme, or any address")
		}
		w.paste(" \tac\r\nme \n").shows("┃ acme")
	})
}

func TestCtrlCLeavesFromAnywhere(t *testing.T) {
	for _, keys := range [][]string{nil, {"f1"}, {"esc"}, {"e"}, {"p"}} {
		inWorld(t, given, func(w *screened) {
			if w.wait(time.Second).press(keys...).press("ctrl+c"); !w.quit || !errors.Is(w.wizard.ended, ErrQuit) {
				t.Errorf("after %q: quit %v, %v", keys, w.quit, w.wizard.ended)
			}
		})
	}
}

func TestKeysAreFoundOnOtherLayouts(t *testing.T) {
	for _, k := range []struct {
		key  tea.KeyPressMsg
		want string
	}{
		{tea.KeyPressMsg{Code: 'с', BaseCode: 'c', Mod: tea.ModCtrl}, "ctrl+c"}, // Cyrillic es
		{tea.KeyPressMsg{Code: 'c', BaseCode: 'i', Mod: tea.ModCtrl}, "ctrl+c"}, // Dvorak
		{tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}, "ctrl+c"},
		{tea.KeyPressMsg{Code: 'с', Text: "с"}, "c"}, // without a protocol that tells the base layout
		{tea.KeyPressMsg{Code: 'п', Text: "П", Mod: tea.ModShift}, "G"},
		{tea.KeyPressMsg{Code: 'ч', BaseCode: 'x', Text: "ч"}, "x"},
		{tea.KeyPressMsg{Code: 'ψ', Text: "ψ"}, "c"},
		{tea.KeyPressMsg{Code: 'ㅊ', Text: "ㅊ"}, "c"},
		{tea.KeyPressMsg{Code: 'ｃ', Text: "ｃ"}, "c"}, // under a Japanese input method
		{tea.KeyPressMsg{Code: '？', Text: "？"}, "?"},
		{tea.KeyPressMsg{Code: 'あ', Text: "あ"}, "a"},
		{tea.KeyPressMsg{Code: 'é', Text: "é"}, "é"},
		{tea.KeyPressMsg{Code: '漢', Text: "漢字"}, "漢字"},
	} {
		if got := page.Latin(k.key).String(); got != k.want {
			t.Errorf("%+v is %s", k.key, got)
		}
	}
}

func TestHelpOpensFromATextFieldAlsoWhereAnEditorKeepsF1(t *testing.T) {
	for shown, takes := range map[string]bool{"f1 help": false, "ctrl+l help": true} {
		inWorld(t, func(_ *screened, o *Options) { o.Terminal = &window.Terminal{TakesF1: takes} }, func(w *screened) {
			w.typ("?").shows("┃ ?", shown)
			for _, key := range []string{"ctrl+l", "f1"} {
				w.press(key).shows("Anywhere", "F1 or ctrl+l").press(key).showsNot("Anywhere")
			}
		})
	}
}

func TestCtrlZSuspends(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		if w.press("ctrl+z"); len(w.told) != 1 {
			t.Errorf("told %q", w.told)
		}
	})
}

func TestCtrlCWhileTokensAreOnTheirWayAsksOnce(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.Org.Fail("hang")
		w.wait(time.Second).paste(w.redirected()).shows("Access was allowed")
		if w.press("esc", "ctrl+c"); w.quit {
			t.Fatal("left without a word")
		}
		w.shows("Press ctrl+c again").press("f1", "esc")
		if w.showsNot("Press ctrl+c again").press("?", "ctrl+c"); w.quit {
			t.Fatal("another key did not take it back")
		}
		if w.press("ctrl+c"); !w.quit {
			t.Error("the second ctrl+c does not leave")
		}
	})
}

func TestStaleRunsAreNotHeard(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second)
		old := w.wizard.run
		late := func() tea.Cmd { return old.owner.(*authorise).ended(flow.Grant{}, errors.New("late")) }
		w.press("esc").send(w.wizard.ofRun(old, late)).shows("Which app asks for access?")
	})
}

func TestACrashOfTheLoginEndsTheWizardInOrder(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		given(w, o)
		o.Client.Open = func(context.Context, string) error { panic("no such browser") }
	}, func(w *screened) {
		if w.wait(time.Second); !w.quit || w.wizard.ended == nil || !strings.Contains(w.wizard.ended.Error(), "no such browser") {
			t.Errorf("quit %v, %v", w.quit, w.wizard.ended)
		}
	})
}

func TestAnotherUserOverwritesNothing(t *testing.T) {
	inWorld(t, allowed, func(w *screened) {
		w.wait(25 * time.Second).press("enter")
		before, err := w.Store.Find("acme")
		if err != nil {
			t.Fatal(err)
		}
		w.quit = false
		w.wizard.request.Existing, w.wizard.request.LoginHint = &before, demo.OtherUsername
		w.run(w.wizard.authorise())
		w.wait(30 * time.Second).golden("done-other-user")
		w.press("enter").wait(time.Second).shows("is connected", demo.OtherUsername)
		all, err := w.Store.List()
		if err != nil || len(all) != 2 {
			t.Errorf("%+v, %v", all, err)
		}
		if kept, err := w.Store.Find("acme"); err != nil || kept.Username != demo.Username {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}

// A secret is in no frame and in no title but where the person has asked for it.
func TestNoSecretIsShownUnlessAskedFor(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.allows().fillIn().wait(25 * time.Second).shows("is connected")
		all, err := w.Store.List()
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		secrets, err := w.Store.Secrets(context.Background(), all[0])
		if err != nil {
			t.Fatal(err)
		}
		w.press("f1", "esc")
		for name, s := range map[string]keystore.Secret{"client secret": secrets.ClientSecret, "refresh token": secrets.RefreshToken} {
			if s.Empty() || strings.Contains(w.seen.String(), s.Reveal()[:12]) {
				t.Errorf("the %s was on the screen", name)
			}
		}
		w.press("down", "down", "enter", "s").shows(secrets.RefreshToken.Reveal()[:60]).press("esc").showsNot(secrets.RefreshToken.Reveal()[:12])
	})
}

func TestTheKeyThatLosesTokensIsReadableInASmallWindow(t *testing.T) {
	for _, warning := range []string{text.English.Done.LeaveUnsaved, text.English.Done.LeaveTaken, text.English.Authorise.Finishing} {
		if !strings.HasPrefix(warning, "Press ctrl+c again to leave") || len(warning) > 76 {
			t.Errorf("%q", warning)
		}
	}
}

func TestAPastedCodeThatWasCutIsAskedForAgainOnTheScreen(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).press("p")
		whole := w.redirected()
		u, err := url.Parse(whole)
		if err != nil {
			t.Fatal(err)
		}
		w.paste(strings.TrimRight(u.Query().Get("code"), "=")).wait(2 * time.Second)
		w.shows("The code is not whole. Paste the whole address", "Waiting for you").golden("authorise-cut")
		w.paste(whole).wait(2 * time.Second).shows("is connected")
	})
}

func TestEveryListHearsTheSameKeysAndHelpListsThem(t *testing.T) {
	for where, open := range map[string]func(*screened){
		"Home":    func(w *screened) {},
		"exports": func(w *screened) { w.run(w.wizard.openExports(w.wizard.Screen, keystore.Connection{}, true, nil)) },
		"faults":  func(w *screened) { w.wizard.Show(newFaults(&authorise{w: w.wizard})) },
		"browser": func(w *screened) { w.run(w.wizard.openBrowserError(w.wizard.Screen, nil, "")); w.press("down") },
	} {
		inWorld(t, func(w *screened, o *Options) {
			if demonstrated(w, o); where == "Home" {
				o.Demo = nil // which begins with a login
			}
			o.Saved = many(60)
		}, func(w *screened) {
			open(w)
			here := func() string {
				_, after, _ := strings.Cut(w.text(), page.MarkHere)
				line, _, _ := strings.Cut(after, "\n")
				return strings.TrimSpace(line)
			}
			w.wait(time.Second).press("G")
			last := here()
			w.press("g")
			if where == "browser" { // whose first row is text
				w.typ("jkgG").shows("jkgG").press("down")
			}
			first := here()
			for _, same := range [][2][]string{
				{{"j"}, {"down"}}, {{"j", "j", "k"}, {"down", "down", "up"}}, {{"G"}, {"end"}}, {{"pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown"}, {"G"}},
			} {
				var at [2]string
				for i, keys := range same {
					w.press(keys...)
					at[i] = here()
					for range 70 {
						if here() != first {
							w.press("up")
						}
					}
				}
				if at[0] != at[1] || at[0] == first {
					t.Errorf("%s: %q leads to %q, %q to %q", where, same[0], at[0], same[1], at[1])
				}
			}
			if last == first {
				t.Errorf("%s: %q is first and last", where, first)
			}
			w.press("?").shows("PgUp PgDn")
		})
	}
}
