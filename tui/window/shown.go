package window

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/tui/page"
)

// shown is a link or a token alone, from the left edge on, so that it can be selected with
// a mouse and nothing else is.
type shown struct {
	w           *Window
	from        Screen
	title, text string
	copy        func() tea.Cmd
}

// ShowAlone shows a text that can be selected, over the screen that it is of.
func (w *Window) ShowAlone(from Screen, title, text string, copy func() tea.Cmd) {
	w.Show(&shown{w, from, title, text, copy})
}

// IsAlone tells whether the screen is such a text, and nothing beside it.
func (w *Window) IsAlone() bool {
	_, alone := w.Screen.(*shown)
	return alone
}

func (s *shown) Place() (int, string) { return Step(s.from), s.title }
func (s *shown) Under() Screen        { return s.from }
func (s *shown) Focus() *page.Field   { return nil }

func (s *shown) Keys() []page.Action {
	return []page.Action{
		page.Press("c", s.w.text.Keys.Copy, s.copy),
		s.w.Back("esc enter u s", s.from),
	}
}

func (s *shown) Draw(p *page.Page) {
	p.Heading(s.title)
	p.Selectable(s.text)
}
