package page

import "charm.land/lipgloss/v2"

// Styles are few, and none carries meaning alone: every colour stands beside a
// mark, a word or a weight that says the same.
type Styles struct {
	Plain, Strong, Dim, Accent, Good, Bad, Warn lipgloss.Style
}

// ground is what is known of the terminal's background.
type ground int

const (
	UnknownGround ground = iota // no answer (older tmux): tones readable on both
	DarkGround
	LightGround
)

func NewStyles(g ground) Styles {
	tone := func(either, dark, light string) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(lipgloss.Color([]string{either, dark, light}[g]))
	}
	return Styles{
		Plain:  lipgloss.NewStyle(),
		Strong: lipgloss.NewStyle().Bold(true),
		Dim:    tone("#7C7C7C", "#8F959B", "#63696F"),
		Accent: tone("#1487D4", "#5CB8F5", "#0B63A8"),
		Good:   tone("#2E9950", "#5FCB80", "#1B7A38"),
		Bad:    tone("#D8484F", "#F47C7C", "#B3262D"),
		Warn:   tone("#B5761A", "#E0B05A", "#8A5A00"),
	}
}

// Marks are one cell wide in every terminal.
const (
	MarkDone  = "✓"
	MarkWrong = "✗"
	MarkHere  = "›"
	MarkLater = "·"
	MarkCare  = "!"
	MarkGone  = "~"
	barHere   = "┃"
	BarIdle   = "│"
	LineDone  = "━"
	LineLater = "─"
)

var Spinner = []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
