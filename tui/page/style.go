package page

import (
	"image/color"
	"io"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Styles are few, and none carries meaning alone: every colour stands beside a
// mark, a word or a weight that says the same.
type Styles struct {
	Plain, Strong, Dim, Accent, Good, Bad, Warn Tone
	Edge                                        Tone // of the card
	Chip                                        Tone // what can be copied and run
	brand                                       []Tone
}

// Ground is what is known of the terminal's background.
type Ground int

const (
	UnknownGround Ground = iota // no answer (older tmux): tones readable on both
	DarkGround
	LightGround
)

// NewStyles names each tone for 16 colours, for 256 and for all: the nearest of 16
// may be unreadable on black, or look like another tone.
func NewStyles(g Ground, profile colorprofile.Profile) Styles {
	of := func(either, dark, light string) color.Color {
		return lipgloss.Color([]string{either, dark, light}[g])
	}
	tone := func(of16, of256, of16m color.Color) Tone {
		return toneOf(lipgloss.NewStyle().Foreground(lipgloss.Complete(profile)(of16, of256, of16m)))
	}
	st := Styles{
		Plain:  toneOf(lipgloss.NewStyle()),
		Strong: toneOf(lipgloss.NewStyle().Bold(true)),
		Dim:    tone(of("8", "8", "8"), of("244", "246", "241"), of("#7C7C7C", "#8F959B", "#63696F")),
		Accent: tone(of("6", "14", "4"), of("32", "75", "25"), of("#1487D4", "#5CB8F5", "#0B63A8")),
		Good:   tone(of("2", "10", "2"), of("35", "78", "28"), of("#2E9950", "#5FCB80", "#1B7A38")),
		Bad:    tone(of("1", "9", "1"), of("167", "210", "124"), of("#D8484F", "#F47C7C", "#B3262D")),
		Warn:   tone(of("3", "3", "3"), of("136", "179", "94"), of("#B5761A", "#E0B05A", "#8A5A00")),
		Edge:   tone(of("8", "8", "7"), of("240", "238", "250"), of("#666C74", "#3D434B", "#C9CED4")),
	}
	st.Chip = toneOf(st.Accent.style.Reverse(true))
	if g != UnknownGround && profile >= colorprofile.ANSI256 {
		st.Chip = toneOf(st.Accent.style.Background(lipgloss.Complete(profile)(nil, of("", "236", "254"), of("", "#1E3350", "#DCEBFA"))))
	}
	sky, violet := of("#1487D4", "#38BDF8", "#0369A1"), of("#8B5CF6", "#A78BFA", "#6D28D9")
	var brand []color.Color
	switch {
	case profile >= colorprofile.ANSI256:
		brand = lipgloss.Blend1D(16, sky, violet)
	case profile == colorprofile.ANSI:
		brand = []color.Color{of("6", "14", "4"), of("5", "13", "5")}
	}
	for _, c := range brand {
		st.brand = append(st.brand, toneOf(lipgloss.NewStyle().Foreground(c)))
	}
	return st
}

// Ink is out as it shows colours, none where NO_COLOR is set, and the tones for it.
func Ink(out io.Writer) (*colorprofile.Writer, Styles) {
	w := colorprofile.NewWriter(out, os.Environ())
	if os.Getenv("NO_COLOR") != "" { // any value; colorprofile knows only true ones
		w.Profile = min(w.Profile, colorprofile.ASCII)
	}
	return w, NewStyles(UnknownGround, w.Profile)
}

// Brand draws text in the two colours of the program, as what begins at a cell of a line
// that has so many.
func (st *Styles) Brand(text string, at, cells int) string {
	if len(st.brand) == 0 || text == "" {
		return text
	}
	tone := func(i int) int { return min((at+i)*len(st.brand)/max(1, cells), len(st.brand)-1) }
	var b strings.Builder
	all, from := []rune(text), 0
	for i := range all {
		if i+1 == len(all) || tone(i+1) != tone(i) {
			b.WriteString(st.brand[tone(i)].Render(string(all[from : i+1])))
			from = i + 1
		}
	}
	return b.String()
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
)

// Marks of the steps of a login, and the line between them: they differ in shape.
const (
	StepDone  = "●"
	StepHere  = "◉"
	StepLater = "○"
	LineDone  = "━"
	LineLater = "┄"
	BarFull   = "▰"
	BarEmpty  = "▱"
)

var Spinner = []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
