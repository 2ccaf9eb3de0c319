package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/keystore"
	"sfauth/tui/page"
)

func (w *wizard) body() *page.Page {
	p := w.paper()
	w.screen.draw(p)
	return p
}

// paper is a page on which nothing is drawn yet.
func (w *wizard) paper() *page.Page {
	l := w.layout()
	p := page.NewPage(&w.st, l.width, l.small)
	p.Height = l.body
	return p
}

// laid is the page of the moment, and where it is.
func (w *wizard) laid() (*page.Page, layout) {
	p := w.body()
	return p, w.layout().fit(len(p.Lines), w.height)
}

func (w *wizard) View() tea.View {
	_, title := w.screen.place()
	v := tea.NewView("")
	v.AltScreen = true
	v.WindowTitle = fmt.Sprintf("sfauth · %s · %s", w.subject(), title)
	v.KeyboardEnhancements.ReportAlternateKeys = true
	v.ProgressBar = w.progress()
	v.ReportFocus = w.waits()
	if t, ok := w.uppermost().(interface{ windowTitle() string }); ok {
		v.WindowTitle = t.windowTitle()
	}
	if w.width <= 0 || w.height <= 0 {
		return v // the first frame is drawn before the size is known
	}
	p, l := w.laid()
	if p.Mouse && w.terminal.Mouse && !w.selecting {
		v.MouseMode = tea.MouseModeCellMotion
	}
	body, cursor, more := p.Clip(l.body, w.scroll)
	lines := append(w.head(l), body...)
	for len(lines) < l.head+l.body {
		lines = append(lines, "")
	}
	lines = append(lines, w.foot(l, p, more)...)
	v.SetContent(w.place(l, lines))
	if w.terminal.ASCII {
		v.SetContent(inASCII.Replace(v.Content))
	}
	if cursor != nil {
		cursor.X += l.left
		cursor.Y += l.top + l.head
		if cursor.X >= 0 && cursor.X < w.width && cursor.Y >= l.top+l.head && cursor.Y < l.top+l.head+l.body {
			v.Cursor = cursor // a terminal moves a cursor that is outside the window to an edge
		}
	}
	return v
}

// place puts lines where they belong in the window, in a card where there is one.
func (w *wizard) place(l layout, lines []string) string {
	for i, line := range lines {
		lines[i] = ansi.Truncate(line, max(0, l.width), "…")
	}
	margin := strings.Repeat(" ", l.left)
	if l.card {
		margin = strings.Repeat(" ", l.left-cardEdge)
		lines = page.Box(w.st.Edge, lines, cardWidth, cardEdge-1)
		l.top--
	}
	for i, line := range lines {
		if line != "" {
			lines[i] = margin + line
		}
	}
	return strings.Repeat("\n", l.top) + strings.Join(lines, "\n")
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

// head is the name and the subject, then the rail, then a blank line.
func (w *wizard) head(l layout) []string {
	if l.head == 0 {
		return nil
	}
	p := page.NewPage(&w.st, l.width, false)
	name := lipgloss.NewStyle().Bold(true).Render(w.st.Brand(wordmark, 0, len([]rune(wordmark))))
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
func (w *wizard) foot(l layout, p *page.Page, more bool) []string {
	st, said := w.st.Accent, w.note
	switch {
	case said == "" && more:
		st, said = w.st.Dim, "↓ "+w.text.More
	case w.leaving:
		st = w.st.Warn
	}
	var note []string
	for _, line := range page.Wrap(said, max(1, l.width)) {
		note = append(note, st.Render(line))
	}
	switch {
	case l.foot == 0:
		return nil
	case l.foot == 1 && w.note == "":
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
func (w *wizard) keyHelp(l layout, p *page.Page) string {
	if time.Now().Before(w.unreadUntil) {
		return w.hint(w.quitKey())
	}
	var ways, rest []page.Action
	all := append(w.screen.keys(), w.scrollingOn(p, l.body)...)
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
	if w.width < 60 {
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

func (w *wizard) hint(a page.Action) string {
	h := a.Help()
	if h.Desc == "" {
		return ""
	}
	return w.st.Accent.Render(h.Key) + " " + w.st.Dim.Render(h.Desc)
}

// waits tells whether a login is under way, which may end while the person looks at the
// browser.
func (w *wizard) waits() bool {
	if w.run == nil || w.run.ctx.Err() != nil {
		return false
	}
	a, ok := w.run.owner.(*authorise)
	return ok && a.stage < stageOver
}

// call tells a person who looks at another window how a login has ended: by the bell, and
// in words where the terminal shows them.
func (w *wizard) call(words string) tea.Cmd {
	if !w.elsewhere {
		return nil
	}
	words = strings.ReplaceAll(keystore.Clean(words, 80), ";", ",") // one ends the words in OSC 777
	return tea.Raw("\a" + fmt.Sprintf(w.terminal.Announce, words))
}

// finished tells whether the last step is done.
func (w *wizard) finished() bool {
	v, ok := w.uppermost().(verdict)
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
