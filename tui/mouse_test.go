package tui

import (
	"strings"
	"testing"
	"time"

	"sfauth/tui/window"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// find is the cell at which words stand on the screen.
func (d *driver) find(words string) (x, y int) {
	d.t.Helper()
	for y, line := range strings.Split(d.text(), "\n") {
		if before, _, found := strings.Cut(line, words); found {
			return ansi.StringWidth(before), y
		}
	}
	d.t.Fatalf("the screen does not show %q:\n%s", words, d.text())
	return 0, 0
}

// click presses and releases the mouse on words.
func (d *driver) click(words string) *driver {
	d.t.Helper()
	x, y := d.find(words)
	d.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}, tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
	return d
}

// moused is a change whose terminal may be asked to report the mouse.
func moused(change func(*screened, *Options)) func(*screened, *Options) {
	return func(w *screened, o *Options) { change(w, o); o.Terminal = &window.Terminal{Mouse: true} }
}

func TestAClickMovesTheFocusAndTheNextDoesWhatTheRowDoes(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
		inWorld(t, moused(atHome), func(w *screened) {
			w.resize(size[0], size[1])
			w.wait(30 * time.Second).press("d").wait(time.Second)
			w.click("Copy for another tool").shows("› Copy for another tool").click("Copy for another tool").shows("Copy for which tool?").press("esc", "x").shows("No, keep it")
			w.click("Only forget").shows("› Only forget").click("No, keep it").click("No, keep it").shows("› Copy for another tool")
		})
	}
}

func TestTheMouseIsTheTerminalsWhereTextIsThereToBeSelected(t *testing.T) {
	inWorld(t, moused(one), func(w *screened) {
		reported := func(want bool) {
			t.Helper()
			if got := w.m.View().MouseMode != tea.MouseModeNone; got != want {
				t.Errorf("the mouse is reported: %v, not %v:\n%s", got, want, w.text())
			}
		}
		w.wait(time.Second)
		reported(true)
		w.press("enter")
		reported(true)
		w.press("down", "down", "enter", "s")
		reported(false)
		w.press("esc")
		reported(true)
		w.send(tea.MouseClickMsg{X: 10, Y: 5, Button: tea.MouseLeft}, tea.MouseMotionMsg{X: 14, Y: 5, Button: tea.MouseLeft}, tea.MouseReleaseMsg{X: 14, Y: 5, Button: tea.MouseLeft})
		w.shows("The mouse selects text now")
		reported(false)
		w.press("down")
		reported(true)
	})
	inWorld(t, moused(given), func(w *screened) {
		if w.wait(time.Second); w.m.View().MouseMode != tea.MouseModeNone {
			t.Error("the link cannot be selected")
		}
	})
}

func TestTheWheelScrollsAPageAndGoesNoFurtherThanItsEnds(t *testing.T) {
	inWorld(t, moused(one), func(w *screened) {
		w.resize(40, 12)
		w.wait(time.Second).press("enter")
		top := w.text()
		for range 20 {
			w.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
		}
		w.shows("Last alive")
		for range 20 {
			w.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
		}
		if w.text() != top {
			t.Errorf("the top is\n%s", w.text())
		}
	})
}
