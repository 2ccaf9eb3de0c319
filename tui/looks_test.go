package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/tui/page"
	"sfauth/tui/text"
	"sfauth/tui/window"
	"sfauth/tui/world"
)

// edges are the first and the last line of the card, and its first column.
func (d *driver) edges() (top, bottom, left int) {
	for y, line := range strings.Split(d.text(), "\n") {
		if i := strings.Index(line, "╭"); i >= 0 && top == 0 {
			top, left = y, ansi.StringWidth(line[:i])
		}
		if i := strings.Index(line, "╰"); i >= 0 {
			bottom = y
		}
	}
	return
}

func TestTheCardStaysWhereItIsThroughALogin(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		const cardHeight = 24
		w.wizard.Terminal.Links = true
		w.resize(120, 40)
		top, bottom, left := w.edges()
		if left != 20 || bottom-top+1 != cardHeight || top != (40-cardHeight)/3 {
			t.Errorf("the card is in the lines %d to %d, from cell %d", top, bottom, left)
		}
		same := func(step string) {
			t.Helper()
			if a, b, c := w.edges(); a != top || b != bottom || c != left {
				t.Errorf("%s: the card is in the lines %d to %d, from cell %d", step, a, b, c)
			}
		}
		w.fillIn().shows("Waiting for you")
		same("Authorise")
		w.paste(w.redirected()).wait(2 * time.Second).shows("is connected")
		same("Done")
	})
}

func TestAPageThatNeedsMoreThanTheCardMakesItHigher(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("acme").press("enter", "enter").press("ctrl+o").resize(100, 60).shows("invalid_client_id").showsNot("more below")
	})
}

func TestTheWayOutIsTheLastKeyToLeaveTheLine(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).resize(40, 24).shows("esc back").resize(20, 24).shows("esc back")
		w.resize(120, 40).shows("c copy link o open again p paste e browser error", "esc back ? help")
	})
}

func TestAStretchOfTheRailFillsOnce(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.wizard.Terminal.Moves = true
		full := func() int { return strings.Count(w.text(), page.LineDone) }
		w.typ("acme").wait(time.Second).press("enter", "enter").shows("Consumer Key")
		if full() > 10 {
			t.Errorf("%d cells are full at once", full())
		}
		w.wait(time.Second)
		if full() < 14 {
			t.Errorf("%d cells are full after a second", full())
		}
		turns := w.turns
		if w.wait(time.Minute); w.turns > turns+1 {
			t.Errorf("%d frames were drawn of a rail that is full", w.turns-turns)
		}
	})
	inWorld(t, nil, func(w *screened) {
		if w.typ("acme").wait(time.Second).press("enter", "enter"); strings.Count(w.text(), page.LineDone) < 14 {
			t.Error("the rail moves where nothing may")
		}
	})
}

func TestWhereTheTerminalMakesLinksTheLinkIsOneLine(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wizard.Terminal.Links = true
		w.wait(time.Second).shows("No browser window? Open the login page ↗ c copies the link, u shows it").showsNot("code_challenge").golden("authorise-linked")
		if !strings.Contains(w.m.View().Content, "code_challenge=") {
			t.Error("the words lead nowhere")
		}
	})
}

func TestALinkThatIsShownStandsAlone(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).press("u").resize(120, 40).golden("link")
		lines := strings.ReplaceAll(w.text(), "\n", "")
		if url := w.wizard.run.owner.(*authorise).url; !strings.Contains(lines, url) {
			t.Errorf("%s cannot be selected in\n%s", url, w.text())
		}
		w.press("esc").shows("Waiting for you")
	})
}

func TestTheTimeLeftDrainsAndWarnsInTheLastMinute(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		left := func() int { return strings.Count(w.text(), page.BarFull) }
		warns := func() bool {
			return strings.Contains(w.m.View().Content, w.wizard.Styles.Warn.Render(strings.Repeat(page.BarFull, left())))
		}
		w.wait(time.Second)
		if left() != 20 || warns() {
			t.Errorf("%d at first, warns: %v", left(), warns())
		}
		w.wait(150 * time.Second)
		if left() != 10 || warns() {
			t.Errorf("%d at half time, warns: %v", left(), warns())
		}
		w.wait(100 * time.Second)
		if left() > 4 || !warns() {
			t.Errorf("%d in the last minute, warns: %v", left(), warns())
		}
	})
}

func TestWhatTookLongSaysHowLong(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		given(w, o)
		world.SlowAt("/token", 5*time.Second)(w.World)
		world.SlowSave(10 * time.Second)(w.World)
	}, func(w *screened) {
		w.wait(time.Second).paste(w.redirected()).wait(8 * time.Second).shows("Exchange the code took 5 s ✓ Confirm")
	})
}

func TestAPersonInTheBrowserIsCalled(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wizard.Terminal = window.TerminalOf(func(string) string { return "" })
		if w.wait(time.Second); !w.m.View().ReportFocus {
			t.Error("nobody asks whether the person looks")
		}
		w.send(tea.BlurMsg{}).send(tea.PasteMsg{Content: w.redirected()}).wait(2 * time.Second).shows("is connected")
		if got := strings.Join(w.told, ""); got != "\a\x1b]9;acme is connected\x07" {
			t.Errorf("told %q", got)
		}
		if v := w.m.View(); v.WindowTitle != "✓ acme is connected" || v.ReportFocus {
			t.Errorf("the title is %q", v.WindowTitle)
		}
	})
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).send(tea.BlurMsg{}, tea.FocusMsg{}, tea.PasteMsg{Content: w.redirected()}).wait(2 * time.Second).shows("is connected")
		if len(w.told) > 0 {
			t.Errorf("a person who looks is told %q", w.told)
		}
	})
	inWorld(t, given, func(w *screened) {
		w.wizard.Terminal = window.TerminalOf(func(string) string { return "" })
		w.wait(time.Second).send(tea.BlurMsg{}).wait(10 * time.Minute).shows("Nobody allowed access in time")
		if len(w.told) != 1 || !strings.HasPrefix(w.told[0], "\a") {
			t.Errorf("told %q", w.told)
		}
	})
}

func TestKeysTypedBeforeAScreenCameByItselfAreNotItsOwn(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).send(tea.PasteMsg{Content: w.redirected()})
		for !strings.Contains(w.text(), "is connected") {
			w.wait(25 * time.Millisecond)
		}
		w.showsNot("enter finish")
		for range 20 { // for longer than the pause, which each key begins anew
			w.press("enter")
		}
		if w.quit {
			t.Fatal("an enter that was meant for the screen before has ended the wizard")
		}
		if w.wait(time.Second).shows("enter finish").press("enter"); !w.quit {
			t.Error("an enter after a pause does nothing")
		}
	})
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).send(tea.PasteMsg{Content: w.redirected()})
		for !strings.Contains(w.text(), "is connected") {
			w.wait(25 * time.Millisecond)
		}
		if w.press("ctrl+c"); !w.quit {
			t.Error("ctrl+c has to wait")
		}
	})
}

func TestTheSpinnerOfALoginThatWasLeftStands(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).press("esc").wait(time.Second)
		turns := w.turns
		if w.wait(time.Minute); w.turns != turns {
			t.Errorf("%d frames were drawn for nobody", w.turns-turns)
		}
	})
}

func TestLettersWorkOnOtherLayouts(t *testing.T) {
	for _, letter := range "сｃㅊψ" {
		inWorld(t, given, func(w *screened) {
			w.wait(time.Second).send(tea.KeyPressMsg{Code: letter, Text: string(letter)})
			if !strings.Contains(w.clip, "/services/oauth2/authorize?") {
				t.Errorf("%c copied %q", letter, w.clip)
			}
		})
	}
	inWorld(t, nil, func(w *screened) { w.typ("ｃсね").shows("ｃсね") })
}

// The checklist names the encrypted file in its longest label, which leaves the least room.
func TestTheTimeLeftIsWholeBesideTheLongestLabel(t *testing.T) {
	for _, words := range []*text.Text{&text.English, &text.Japanese} {
		inWorld(t, func(w *screened, o *Options) { withoutKeychain(w, o); o.Text = words }, func(w *screened) {
			w.wait(time.Second).press("f").wait(time.Second).typ(passphrase).press("enter").typ(passphrase).press("enter").wait(time.Second)
			a := w.wizard.Screen.(*authorise)
			for _, size := range [][2]int{{80, 24}, {60, 24}, {40, 12}} {
				w.resize(size[0], size[1]).shows(a.countdown())
			}
		})
	}
}
