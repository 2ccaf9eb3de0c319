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

// layout is how a window is divided: head, body and foot, in lines, and where they begin.
type layout struct {
	left, top, width int // of what is inside the card, where there is one
	head, body, foot int
	small            bool
	card, wide       bool
}

// The card that a larger window has in its middle. It is no lower than this, so that
// nothing jumps between the steps of a login.
const (
	cardWidth  = 80
	cardHeight = 24
	cardEdge   = 2 // cells at each side: the line and a blank
	wideWidth  = 160
)

// alone is a screen whose text can be selected with a mouse: nothing stands beside it.
type alone interface{ alone() bool }

// wide is a screen that has a use for more than the card's width.
type wide interface{ wide() bool }

// layout gives everything its place. A small window has the steps in one word and no
// asides; a tiny one has the body alone. The body is as high as it can become.
func (w *wizard) layout() layout {
	l := layout{left: 2, small: w.width < 60 || w.height < 18}
	a, ok := w.screen.(alone)
	isAlone := ok && a.alone()
	v, ok := w.screen.(wide)
	isWide := ok && v.wide()
	switch {
	case w.width < 20 || isAlone:
		l.left = 0
	case w.width < 60:
		l.left = 1
	}
	l.width = min(w.width-2*l.left, cardWidth-2*cardEdge)
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
	step, _ := w.screen.place()
	if step == 0 {
		l.head = min(l.head, 2) // the rail is a login's
	}
	room := w.height
	switch {
	case isAlone:
		l.width = w.width
	case isWide:
		l.width = min(w.width-2*l.left, wideWidth)
		l.wide, l.left = true, (w.width-l.width)/2
		room -= 2 // a line above and one below
	case w.width >= cardWidth+4 && w.height >= cardHeight+2:
		l.card, l.left = true, (w.width-cardWidth)/2+cardEdge
		room -= 4 // the card's own lines, and one above and below it
		if step > 0 {
			l.head++
		}
	}
	l.body = max(0, room-l.head-l.foot)
	return l
}

// fit makes the card as low as a page lets it be, and says where its top is: at a third of
// what is free, however high the page of the moment is.
func (l layout) fit(lines, height int) layout {
	switch {
	case l.card:
		l.body = min(max(lines, cardHeight-2-l.head-l.foot), l.body)
		l.top = 1 + min((height-cardHeight)/3, height-1-l.head-l.body-l.foot-2)
	case l.wide:
		l.body = min(max(lines, cardHeight-2-l.head-l.foot), l.body)
		l.top = max(0, min((height-cardHeight)/3, height-l.head-l.body-l.foot-1))
	}
	return l
}

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
	lines = append(lines, w.foot(l, more)...)
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

// rail says where you are in a login. What is done, here and to come differ in shape; the
// stretch that leads here fills while a step has just been finished.
func (w *wizard) rail(width int) string {
	now, _ := w.screen.place()
	cells := 0
	for _, s := range w.text.Steps {
		cells += 2 + lipgloss.Width(s)
	}
	gaps := len(w.text.Steps) - 1
	spare := max(3*gaps, width-cells)
	var b strings.Builder
	at := 0 // the cell that is drawn next
	for i, s := range w.text.Steps {
		switch {
		case i+1 < now || i+1 == now && w.finished():
			b.WriteString(w.st.Brand(page.StepDone, at, width) + " " + s)
		case i+1 == now:
			b.WriteString(w.st.Accent.Render(page.StepHere) + " " + w.st.Strong.Render(s))
		default:
			b.WriteString(w.st.Dim.Render(page.StepLater + " " + s))
		}
		at += 2 + lipgloss.Width(s)
		if i == gaps {
			break
		}
		run := spare / (gaps - i)
		spare -= run
		line, full := max(1, run-2), 0
		switch {
		case i+1 < now-1:
			full = line
		case i+1 == now-1:
			full = min(line, int(float64(line)*w.filled()))
		}
		b.WriteString(" " + w.st.Brand(strings.Repeat(page.LineDone, full), at+1, width))
		b.WriteString(w.st.Dim.Render(strings.Repeat(page.LineLater, line-full)) + " ")
		at += line + 2
	}
	return b.String()
}

// The rail's stretch fills within fillTime, in steps of a frame.
const (
	fillTime = 300 * time.Millisecond
	aFrame   = time.Second / framesASecond
)

// filled is how much of the rail's last stretch is, at most 1.
func (w *wizard) filled() float64 {
	return min(1, float64(time.Since(w.stepSince))/float64(fillTime))
}

// fill draws the stretch until it is full.
func (w *wizard) fill() tea.Cmd {
	if time.Since(w.stepSince) >= fillTime {
		return nil
	}
	return after(aFrame, w.fill)
}

// foot is the note, or that there is more to scroll to, then the keys; in a low
// window, and where the note is long, one stands for the other.
func (w *wizard) foot(l layout, more bool) []string {
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
		return []string{w.keyHelp(l.width)}
	case l.foot < len(note): // what is said for a moment is whole rather than the keys
		return note[:l.foot]
	case l.foot == len(note):
		return note
	}
	return append(note, w.keyHelp(l.width))
}

// keyHelp is as many keys as there is room for. The way out is the last to go, and before
// it help, which has all of them.
func (w *wizard) keyHelp(width int) string {
	if time.Now().Before(w.unreadUntil) {
		return w.hint(w.quitKey())
	}
	var ways, rest []page.Action
	all := append(w.screen.keys(), w.scrolling()...)
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
		if h := w.hint(a); h != "" && (len(last) == 0 || ansi.StringWidth(strings.Join(append(last, h), between)) <= width) {
			last = append(last, h)
		}
	}
	end := strings.Join(last, between)
	room := width - ansi.StringWidth(end)
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
