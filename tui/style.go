package tui

import "charm.land/lipgloss/v2"

// styles are few, and none carries meaning alone: every colour stands beside a
// mark, a word or a weight that says the same.
type styles struct {
	plain, strong, dim, accent, good, bad, warn lipgloss.Style
}

// ground is what is known of the terminal's background.
type ground int

const (
	unknownGround ground = iota // no answer (older tmux): tones readable on both
	darkGround
	lightGround
)

func newStyles(g ground) styles {
	tone := func(either, dark, light string) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(lipgloss.Color([]string{either, dark, light}[g]))
	}
	return styles{
		plain:  lipgloss.NewStyle(),
		strong: lipgloss.NewStyle().Bold(true),
		dim:    tone("#7C7C7C", "#8F959B", "#63696F"),
		accent: tone("#1487D4", "#5CB8F5", "#0B63A8"),
		good:   tone("#2E9950", "#5FCB80", "#1B7A38"),
		bad:    tone("#D8484F", "#F47C7C", "#B3262D"),
		warn:   tone("#B5761A", "#E0B05A", "#8A5A00"),
	}
}

// Marks are one cell wide in every terminal.
const (
	markDone  = "✓"
	markWrong = "✗"
	markHere  = "›"
	markLater = "·"
	markCare  = "!"
	markGone  = "~"
	barHere   = "┃"
	barIdle   = "│"
	lineDone  = "━"
	lineLater = "─"
)

var spinner = []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
