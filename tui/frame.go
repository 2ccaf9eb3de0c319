package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/keystore"
	"sfauth/tui/page"
)

// layout is how a window is divided: head, body and foot, in lines.
type layout struct {
	pad, width       int
	head, body, foot int
	small            bool
}

// layout gives everything its place. A small window has the steps in one word
// and no asides; a tiny one has the body alone.
func (w *wizard) layout() layout {
	l := layout{pad: 2, small: w.width < 60 || w.height < 18}
	switch {
	case w.width < 20:
		l.pad = 0
	case w.width < 60:
		l.pad = 1
	}
	l.width = min(w.width-2*l.pad, 76)
	switch {
	case w.height < 3:
	case w.height < 6:
		l.foot = 1
	case w.height < 10:
		l.head, l.foot = 1, 1
	case l.small:
		l.head, l.foot = 2, 2
	default:
		l.head, l.foot = 3, 2
	}
	if step, _ := w.screen.place(); step == 0 {
		l.head = min(l.head, 2) // the line of steps is a login's
	}
	l.body = max(0, w.height-l.head-l.foot)
	return l
}

func (w *wizard) body() *page.Page {
	l := w.layout()
	p := page.NewPage(&w.st, l.width, l.small)
	p.Height = l.body
	w.screen.draw(p)
	return p
}

func (w *wizard) View() tea.View {
	_, title := w.screen.place()
	v := tea.NewView("")
	v.AltScreen = true
	v.WindowTitle = fmt.Sprintf("sfauth · %s · %s", w.subject(), title)
	v.KeyboardEnhancements.ReportAlternateKeys = true
	v.ProgressBar = w.progress()
	if w.width <= 0 || w.height <= 0 {
		return v // the first frame is drawn before the size is known
	}
	l := w.layout()
	body, cursor, more := w.body().Clip(l.body, w.scroll)
	lines := append(w.head(l), body...)
	for len(lines) < l.head+l.body {
		lines = append(lines, "")
	}
	lines = append(lines, w.foot(l, more)...)
	for i, line := range lines {
		if line != "" {
			lines[i] = strings.Repeat(" ", l.pad) + ansi.Truncate(line, max(0, l.width), "…")
		}
	}
	v.SetContent(strings.Join(lines, "\n"))
	if cursor != nil {
		cursor.X += l.pad
		cursor.Y += l.head
		if cursor.X >= 0 && cursor.X < w.width && cursor.Y >= l.head && cursor.Y < l.head+l.body {
			v.Cursor = cursor // a terminal moves a cursor that is outside the window to an edge
		}
	}
	return v
}

// subject is what the wizard is about: what the screen says, else the connection
// or the org, else "new".
func (w *wizard) subject() string {
	if s, ok := w.uppermost().(interface{ about() string }); ok {
		return s.about()
	}
	switch {
	case w.request.Existing != nil:
		return keystore.Clean(w.request.Existing.Name, 40)
	case w.request.Domain.IsZero():
		return w.text.New
	}
	return keystore.Clean(w.request.Domain.String(), 60)
}

// head is the name and the subject, then the steps, then a blank line.
func (w *wizard) head(l layout) []string {
	if l.head == 0 {
		return nil
	}
	p := page.NewPage(&w.st, l.width, false)
	name := w.st.Accent.Bold(true).Render("sfauth")
	if w.demo != nil {
		name += "  " + w.st.Warn.Render(w.text.Demo)
	}
	step, title := w.screen.place()
	switch {
	case step == 0:
		name += "  " + w.st.Strong.Render(title)
	case l.small:
		name += "  " + w.st.Strong.Render(fmt.Sprintf("%d/%d %s", step, len(w.text.Steps), w.text.Steps[step-1]))
	}
	p.Sides(name, w.st.Dim.Render(w.subject()))
	if step > 0 && !l.small {
		p.Line(w.steps(l.width))
	}
	for len(p.Lines) < l.head {
		p.Line()
	}
	return p.Lines
}

// steps is the line that says where you are: ✓ before it, a number from it on,
// and a heavy line that leads there.
func (w *wizard) steps(width int) string {
	now, _ := w.screen.place()
	names, cells := make([]string, len(w.text.Steps)), 0
	for i, s := range w.text.Steps {
		mark := fmt.Sprint(i + 1)
		st := w.st.Dim
		switch {
		case i+1 < now || i+1 == now && w.finished():
			mark, st = page.MarkDone, w.st.Good
		case i+1 == now:
			st = w.st.Strong
		}
		names[i] = st.Render(mark + " " + s)
		cells += lipgloss.Width(names[i])
	}
	var b strings.Builder
	gaps := len(names) - 1
	spare := max(3*gaps, width-cells)
	for i, n := range names {
		b.WriteString(n)
		if i == gaps {
			break
		}
		line, st := page.LineLater, w.st.Dim
		if i+1 < now {
			line, st = page.LineDone, w.st.Good
		}
		run := spare / (gaps - i)
		spare -= run
		b.WriteString(" " + st.Render(strings.Repeat(line, max(1, run-2))) + " ")
	}
	return b.String()
}

// foot is the note, or that there is more to scroll to, then the keys; in a low
// window one stands for the other.
func (w *wizard) foot(l layout, more bool) []string {
	note := w.st.Accent.Render(w.note)
	switch {
	case w.note == "" && more:
		note = w.st.Dim.Render("↓ " + w.text.More)
	case w.leaving:
		note = w.st.Warn.Render(w.note)
	}
	switch {
	case l.foot == 0:
		return nil
	case l.foot == 1 && w.note != "":
		return []string{note}
	case l.foot == 1:
		return []string{w.keyHelp(l.width)}
	}
	return []string{note, w.keyHelp(l.width)}
}

// keyHelp is as many keys as there is room for. Help, which has all of them, comes
// last and always.
func (w *wizard) keyHelp(width int) string {
	last := w.hint(w.helpKey())
	var shown strings.Builder
	room := width - ansi.StringWidth(last)
	for _, a := range append(append(w.screen.keys(), w.scrolling()...), w.general()[0]) {
		h := w.hint(a)
		if h == "" {
			continue
		}
		if room -= ansi.StringWidth(h) + 3; room < 0 {
			break
		}
		shown.WriteString(h + "   ")
	}
	return shown.String() + last
}

func (w *wizard) hint(a page.Action) string {
	h := a.Help()
	if h.Desc == "" {
		return ""
	}
	return w.st.Accent.Render(h.Key) + " " + w.st.Dim.Render(h.Desc)
}

// finished tells whether the last step is done.
func (w *wizard) finished() bool {
	v, ok := w.screen.(verdict)
	if !ok {
		return false
	}
	yes, over := v.succeeded()
	return yes && over
}

// progress is the terminal's own progress bar (OSC 9;4): red where something failed,
// else the time that has passed while the browser is waited for.
func (w *wizard) progress() *tea.ProgressBar {
	if v, ok := w.uppermost().(verdict); ok {
		if yes, over := v.succeeded(); over && !yes {
			return tea.NewProgressBar(tea.ProgressBarError, 100)
		}
	}
	if w.run == nil || w.run.ctx.Err() != nil {
		return nil
	}
	if t, ok := w.run.owner.(timed); ok {
		if percent, waits := t.percent(); waits {
			return tea.NewProgressBar(tea.ProgressBarDefault, percent)
		}
	}
	return nil
}
