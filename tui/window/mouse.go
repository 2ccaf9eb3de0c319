package window

import tea "charm.land/bubbletea/v2"

// point does what the mouse means: a click what stands there, the wheel what the arrows do.
// A terminal that reports the mouse selects no text with it. It is asked to report only
// where no text is there to be selected, and whoever drags the mouse all the same gets it
// back until the next key.
func (w *Window) point(msg tea.MouseMsg) tea.Cmd {
	at := msg.Mouse()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		switch at.Button {
		case tea.MouseWheelDown:
			return w.wheel(1)
		case tea.MouseWheelUp:
			return w.wheel(-1)
		}
	case tea.MouseClickMsg:
		w.pressed = at
	case tea.MouseMotionMsg, tea.MouseReleaseMsg:
		held := w.pressed.Button == tea.MouseLeft
		moved := at.X != w.pressed.X || at.Y != w.pressed.Y
		if _, over := msg.(tea.MouseReleaseMsg); over {
			w.pressed = tea.Mouse{}
			if held && !moved {
				return w.click(at)
			}
			return nil
		}
		if held && moved && !w.selecting {
			w.selecting = true
			return w.Say(w.text.Selects)
		}
	}
	return nil
}

// click does what the row that is clicked at does.
func (w *Window) click(at tea.Mouse) tea.Cmd {
	p, l := w.laid()
	y := at.Y - l.top - l.head
	if y < 0 || y >= l.body {
		return nil
	}
	do := p.At(at.X-l.left, y, l.body, w.scroll)
	if do == nil {
		return nil
	}
	w.scroll, w.leaving, w.Note = 0, false, ""
	return do()
}

func (w *Window) wheel(n int) tea.Cmd {
	if r, ok := w.Screen.(roller); ok {
		return r.Roll(n)
	}
	w.scroll = w.body().Scrolled(w.layout().body, w.scroll, 3*n)
	return nil
}
