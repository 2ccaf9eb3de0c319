package window

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/tui/page"
)

// rail says where you are in a login. What is done, here and to come differ in shape; the
// stretch that leads here fills while a step has just been finished.
func (w *Window) rail(width int) string {
	now := Step(w.Screen)
	cells := 0
	for _, s := range w.text.Steps {
		cells += 2 + ansi.StringWidth(s)
	}
	gaps := len(w.text.Steps) - 1
	spare := max(3*gaps, width-cells)
	var b strings.Builder
	at := 0 // the cell that is drawn next
	for i, s := range w.text.Steps {
		switch {
		case i+1 < now || i+1 == now && w.finished():
			b.WriteString(w.Styles.Brand(page.StepDone, at, width) + " " + s)
		case i+1 == now:
			b.WriteString(w.Styles.Accent.Render(page.StepHere) + " " + w.Styles.Strong.Render(s))
		default:
			b.WriteString(w.Styles.Dim.Render(page.StepLater + " " + s))
		}
		at += 2 + ansi.StringWidth(s)
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
		b.WriteString(" " + w.Styles.Brand(strings.Repeat(page.LineDone, full), at+1, width))
		b.WriteString(w.Styles.Dim.Render(strings.Repeat(page.LineLater, line-full)) + " ")
		at += line + 2
	}
	return b.String()
}

// The rail's stretch fills within fillTime, in steps of a frame.
const fillTime = 300 * time.Millisecond

// filled is how much of the rail's last stretch is, at most 1.
func (w *Window) filled() float64 {
	return min(1, float64(time.Since(w.stepSince))/float64(fillTime))
}

// fill draws the stretch until it is full.
func (w *Window) fill() tea.Cmd {
	if time.Since(w.stepSince) >= fillTime {
		return nil
	}
	return After(AFrame, w.fill)
}
