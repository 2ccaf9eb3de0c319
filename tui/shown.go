package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/tui/page"
)

// shown is a link or a token alone, from the left edge on, so that it can be selected with
// a mouse and nothing else is.
type shown struct {
	w           *wizard
	from        screen
	title, text string
	copy        func() tea.Cmd
}

func (s *shown) place() (int, string) {
	step, _ := s.from.place()
	return step, s.title
}
func (s *shown) alone() bool        { return true }
func (s *shown) under() screen      { return s.from }
func (s *shown) focus() *page.Field { return nil }

func (s *shown) keys() []page.Action {
	return []page.Action{
		page.Press("c", s.w.text.Keys.Copy, s.copy),
		page.Press("esc enter u s", s.w.text.Keys.Back, func() tea.Cmd { s.w.show(s.from); return nil }),
	}
}

func (s *shown) draw(p *page.Page) {
	p.Heading(s.title)
	p.Selectable(s.text)
}
