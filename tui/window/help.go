package window

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"sfauth/tui/page"
)

// help lists every key of the screen it was opened from.
type help struct {
	w    *Window
	from Screen
}

func newHelp(w *Window) *help { return &help{w, w.Screen} }

func (h *help) Place() (int, string) { return Step(h.from), h.w.text.Help.Title }
func (h *help) Under() Screen        { return h.from }
func (h *help) Focus() *page.Field   { return nil }
func (h *help) Keys() []page.Action {
	return []page.Action{page.Press("esc ? ctrl+l f1 enter", h.w.text.Keys.Close, func() tea.Cmd { h.w.Show(h.from); return nil })}
}

func (h *help) Draw(p *page.Page) {
	t := h.w.text.Help
	p.Heading(t.Heading)
	anywhere := append(h.w.general(), page.Press("f1", h.w.text.Keys.Help, nil).As("? F1"))
	here := h.from.Keys()
	room := 0
	for _, a := range slices.Concat(here, anywhere) {
		room = max(room, page.Column(a.Help().Key))
	}
	list := func(actions []page.Action) {
		for _, a := range actions {
			if k := a.Help(); k.Desc != "" {
				p.Line("  ", p.Style.Accent.Render(page.Pad(k.Key, room)), k.Desc)
			}
		}
	}
	list(here)
	if slices.ContainsFunc(here, func(a page.Action) bool { return slices.Contains(a.Keys(), "G") }) {
		p.Prose(p.Style.Dim, t.Lists)
	}
	p.Gap()
	p.Prose(p.Style.Dim, t.Anywhere)
	list(anywhere)
	p.Gap()
	p.Aside(t.About)
}
