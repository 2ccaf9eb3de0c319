package window

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"sfauth/tui/page"
)

// press does what a key means, whenever it came: after a slow link or a stopped process
// many come at once. A paste is no keys: it is marked as one, or the keyboard refuses it.
func (w *Window) press(k tea.KeyPressMsg) tea.Cmd {
	w.selecting = false
	meant := page.Latin(k)
	quits := key.Matches(meant, w.quitKey().Binding)
	if !quits && w.isUnread() {
		return nil
	}
	if w.leaving && !quits {
		w.leaving, w.Note = false, ""
	}
	for _, a := range append(w.general(), w.scrolling()...) {
		if key.Matches(meant, a.Binding) {
			return a.Do()
		}
	}
	if w.scroll != 0 && w.body().Focus >= 0 {
		w.scroll = 0 // whatever is done now is done where the focus is
	}
	for _, a := range w.Screen.Keys() {
		if key.Matches(meant, a.Binding) {
			return a.Do()
		}
	}
	if field := w.Screen.Focus(); field != nil {
		field.Update(k, w.text.InvisibleCharacters)
	}
	return nil
}

// general is what works everywhere.
func (w *Window) general() []page.Action {
	return []page.Action{
		w.quitKey(),
		page.Press("ctrl+z", w.text.Keys.Suspend, func() tea.Cmd { return tea.Suspend }),
		w.helpKey(),
	}
}

func (w *Window) quitKey() page.Action { return page.Press("ctrl+c", w.text.Keys.Quit, w.Leave) }

// helpKey opens all help: ? where it is no text, F1, and ctrl+l where an editor's terminal
// keeps F1. No text field edits with that one, and no editor keeps it.
func (w *Window) helpKey() page.Action {
	if _, open := w.Screen.(*help); open {
		return page.Action{}
	}
	keys := "f1 ctrl+l"
	if w.Terminal.TakesF1 {
		keys = "ctrl+l f1"
	}
	if w.Screen.Focus() == nil {
		keys = "? " + keys
	}
	return page.Press(keys, w.text.Keys.Help, func() tea.Cmd { w.Show(newHelp(w)); return nil })
}

// Back is a key that goes back to a screen.
func (w *Window) Back(keys string, to Screen) page.Action {
	return page.Press(keys, w.text.Keys.Back, func() tea.Cmd { w.Show(to); return nil })
}

// scrolling is what moves a page that is taller than the window: all that moves where
// nothing has the focus, and where something has, what would move it on from the last row.
// A row that is itself taller is read to its end before the focus goes on.
func (w *Window) scrolling() []page.Action { return w.scrollingOn(w.body(), w.layout().body) }

func (w *Window) scrollingOn(p *page.Page, h int) (all []page.Action) {
	if len(p.Lines) <= h {
		return nil
	}
	first, last := p.Ends()
	tall := w.Screen.Focus() == nil && p.Hides(h, w.scroll)
	can := func(n int) bool { return p.Scrolled(h, w.scroll, n) != w.scroll }
	down, up := can(1) && (last || w.scroll < 0), can(-1) && (first || w.scroll > 0)
	by := func(n int) tea.Cmd { w.scroll = p.Scrolled(h, w.scroll, n); return nil }
	for i, a := range page.Moves("", w.Screen.Focus() != nil, h, by) {
		if i%2 == 0 && down || i%2 == 1 && up || i == 0 && tall {
			all = append(all, a)
		}
	}
	if len(all) > 0 && p.Focus < 0 {
		all[0].SetHelp("↑↓", w.text.Keys.Scroll)
		all = append(all, page.Press("space", "", func() tea.Cmd { return by(h) }))
	}
	return all
}
