package tui

import (
	"charm.land/lipgloss/v2"

	"sfauth/flow"
	"sfauth/tui/page"
)

// Mark is a verdict as a sign and a tone: the same in the list of a screen and in lines.
func Mark(st *page.Styles, v flow.Verdict) (string, lipgloss.Style) {
	switch v {
	case flow.Alive:
		return page.MarkDone, st.Good
	case flow.Reauthorise:
		return page.MarkWrong, st.Bad
	case flow.Setup, flow.ClientWrong:
		return page.MarkCare, st.Warn
	case flow.Transient:
		return page.MarkGone, st.Warn
	}
	return page.MarkLater, st.Dim
}
