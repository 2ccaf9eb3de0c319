package tui

import (
	tea "charm.land/bubbletea/v2"
)

// help lists every key of the screen it was opened from.
type help struct {
	*wizard
	from screen
}

func newHelp(w *wizard) *help { return &help{w, w.screen} }

func (h *help) place() (int, string) {
	step, _ := h.from.place()
	return step, h.text.Help.Title
}
func (h *help) under() screen { return h.from }
func (h *help) focus() *field { return nil }
func (h *help) keys() []action {
	return []action{press("esc ? f1 enter", h.text.Keys.Close, func() tea.Cmd { h.show(h.from); return nil })}
}
func (h *help) update(tea.Msg) tea.Cmd { return nil }

func (h *help) draw(p *page) {
	t := h.text.Help
	p.heading(t.Heading)
	anywhere := append(h.general(), press("f1", h.text.Keys.Help, nil).as("? F1"))
	room := 0
	for _, a := range append(h.from.keys(), anywhere...) {
		room = max(room, column(a.Help().Key))
	}
	list := func(actions []action) {
		for _, a := range actions {
			if k := a.Help(); k.Desc != "" {
				p.line("  ", p.st.accent.Render(pad(k.Key, room)), k.Desc)
			}
		}
	}
	list(h.from.keys())
	p.gap()
	p.prose(p.st.dim, t.Anywhere)
	list(anywhere)
	p.gap()
	p.aside(t.About)
}
