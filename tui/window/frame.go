package window

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/tui/page"
)

func (w *Window) body() *page.Page {
	p := w.Paper()
	w.Screen.Draw(p)
	return p
}

// Paper is a page on which nothing is drawn yet.
func (w *Window) Paper() *page.Page {
	l := w.layout()
	p := page.NewPage(&w.Styles, l.width, l.small)
	p.Height = l.body
	return p
}

// laid is the page of the moment, and where it is.
func (w *Window) laid() (*page.Page, layout) {
	p := w.body()
	return p, w.layout().fit(len(p.Lines), w.Height)
}

// View draws the screen in its frame.
func (w *Window) View() tea.View {
	_, title := w.Screen.Place()
	v := tea.NewView("")
	v.AltScreen = true
	v.WindowTitle = fmt.Sprintf("sfauth · %s · %s", w.subject(), title)
	v.KeyboardEnhancements.ReportAlternateKeys = true
	v.ProgressBar = w.progress()
	v.ReportFocus = w.waits()
	if t, ok := w.Uppermost().(titled); ok {
		v.WindowTitle = t.WindowTitle()
	}
	if w.Width <= 0 || w.Height <= 0 {
		return v // the first frame is drawn before the size is known
	}
	p, l := w.laid()
	if p.Mouse && w.Terminal.Mouse && !w.selecting {
		v.MouseMode = tea.MouseModeCellMotion
	}
	body, cursor, more := p.Clip(l.body, w.scroll)
	lines := append(w.head(l), body...)
	for len(lines) < l.head+l.body {
		lines = append(lines, "")
	}
	lines = append(lines, w.foot(l, p, more)...)
	v.SetContent(w.place(l, lines))
	if w.Terminal.ASCII {
		v.SetContent(inASCII.Replace(v.Content))
	}
	if cursor != nil {
		cursor.X += l.left
		cursor.Y += l.top + l.head
		if cursor.X >= 0 && cursor.X < w.Width && cursor.Y >= l.top+l.head && cursor.Y < l.top+l.head+l.body {
			v.Cursor = cursor // a terminal moves a cursor that is outside the window to an edge
		}
	}
	return v
}

// place puts lines where they belong in the window, in a card where there is one. Long ones
// end in an ellipsis.
func (w *Window) place(l layout, lines []string) string {
	for i, line := range lines {
		lines[i] = ansi.Truncate(line, max(0, l.width), "…")
	}
	margin := strings.Repeat(" ", l.left)
	if l.card {
		margin = strings.Repeat(" ", l.left-cardEdge)
		lines = page.Box(w.Styles.Edge, lines, cardWidth, cardEdge-1)
		l.top--
	}
	for i, line := range lines {
		if line != "" {
			lines[i] = margin + line
		}
	}
	return strings.Repeat("\n", l.top) + strings.Join(lines, "\n")
}

// subject is what the wizard is about: what the screen says, else the wizard.
func (w *Window) subject() string {
	if s, ok := w.Uppermost().(subject); ok {
		return s.About()
	}
	return w.wizard.Subject()
}

// head is the name and the subject, then the rail, then a blank line.
func (w *Window) head(l layout) []string {
	if l.head == 0 {
		return nil
	}
	p := page.NewPage(&w.Styles, l.width, false)
	name := w.Styles.Strong.Render(w.Styles.Brand(wordmark, 0, len([]rune(wordmark))))
	if w.mark != "" {
		name += "  " + w.Styles.Warn.Render(w.mark)
	}
	step, title := w.Screen.Place()
	switch {
	case step == 0:
		name += "  " + w.Styles.Strong.Render(title)
	case l.small:
		name += "  " + w.Styles.Strong.Render(fmt.Sprintf("%d/%d %s", step, len(w.text.Steps), w.text.Steps[step-1]))
	}
	p.Sides(name, w.Styles.Dim.Render(w.subject()))
	if l.head > 3 {
		p.Line()
	}
	if step > 0 && !l.small {
		p.Line(w.rail(l.width))
	}
	for len(p.Lines) < l.head {
		p.Line()
	}
	return p.Lines
}

const wordmark = "☁ sfauth"

// foot is the note, or that there is more to scroll to, then the keys; in a low
// window, and where the note is long, one stands for the other.
func (w *Window) foot(l layout, p *page.Page, more bool) []string {
	st, said := w.Styles.Accent, w.Note
	switch {
	case said == "" && more:
		st, said = w.Styles.Dim, "↓ "+w.text.More
	case w.leaving:
		st = w.Styles.Warn
	}
	var note []string
	for _, line := range page.Wrap(said, max(1, l.width)) {
		note = append(note, st.Render(line))
	}
	switch {
	case l.foot == 0:
		return nil
	case l.foot == 1 && w.Note == "":
		return []string{w.keyHelp(l, p)}
	case l.foot < len(note): // what is said for a moment is whole rather than the keys
		return note[:l.foot]
	case l.foot == len(note):
		return note
	}
	return append(note, w.keyHelp(l, p))
}

// keyHelp is as many keys as there is room for. The way out is the last to go, and before
// it help, which has all of them.
func (w *Window) keyHelp(l layout, p *page.Page) string {
	if time.Now().Before(w.unreadUntil) {
		return w.hint(w.quitKey())
	}
	var ways, rest []page.Action
	all := append(w.Screen.Keys(), w.scrollingOn(p, l.body)...)
	if !slices.ContainsFunc(all, func(a page.Action) bool { return slices.Contains(a.Keys(), "q") }) {
		all = append(all, w.quitKey())
	}
	for _, a := range all {
		if slices.Contains(a.Keys(), "esc") || slices.Contains(a.Keys(), "q") {
			ways = append(ways, a)
		} else {
			rest = append(rest, a)
		}
	}
	between := "   "
	if w.Width < 60 {
		between = "  "
	}
	var last []string
	for _, a := range append(ways, w.helpKey()) {
		if h := w.hint(a); h != "" && (len(last) == 0 || ansi.StringWidth(strings.Join(append(last, h), between)) <= l.width) {
			last = append(last, h)
		}
	}
	end := strings.Join(last, between)
	room := l.width - ansi.StringWidth(end)
	var shown strings.Builder
	for _, a := range rest {
		h := w.hint(a)
		if h == "" {
			continue
		}
		if room -= ansi.StringWidth(h) + len(between); room < 0 {
			break
		}
		shown.WriteString(h + between)
	}
	return shown.String() + end
}

func (w *Window) hint(a page.Action) string {
	h := a.Help()
	if h.Desc == "" {
		return ""
	}
	return w.Styles.Accent.Render(h.Key) + " " + w.Styles.Dim.Render(h.Desc)
}

// waits tells whether work is under way that may end while the person looks at the
// browser.
func (w *Window) waits() bool {
	a, ok := w.wizard.Behind().(awaited)
	return ok && a.Awaited()
}

// Call tells a person who looks at another window how a login has ended: by the bell, and
// in words, which have been cleaned, where the terminal shows them.
func (w *Window) Call(words string) tea.Cmd {
	if !w.elsewhere {
		return nil
	}
	words = strings.ReplaceAll(words, ";", ",") // one ends the words in OSC 777
	return tea.Raw("\a" + fmt.Sprintf(w.Terminal.Announce, words))
}

// finished tells whether the last step is done.
func (w *Window) finished() bool {
	v, ok := w.Uppermost().(verdict)
	if !ok {
		return false
	}
	yes, over := v.Succeeded()
	return yes && over
}

// progress is the terminal's own progress bar (OSC 9;4): red where something failed,
// else the time that has passed while the browser is waited for.
func (w *Window) progress() *tea.ProgressBar {
	if v, ok := w.Uppermost().(verdict); ok {
		if yes, over := v.Succeeded(); over && !yes {
			return tea.NewProgressBar(tea.ProgressBarError, 100)
		}
	}
	if t, ok := w.wizard.Behind().(timed); ok {
		if percent, waits := t.Percent(); waits {
			return tea.NewProgressBar(tea.ProgressBarDefault, percent)
		}
	}
	return nil
}
