package page

import (
	"testing"

	"github.com/charmbracelet/colorprofile"
)

func TestWordsInAToneLookAsLipglossDrawsThem(t *testing.T) {
	for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
		for _, ground := range []Ground{UnknownGround, DarkGround, LightGround} {
			st := NewStyles(ground, profile)
			for _, tone := range append(st.brand, st.Plain, st.Strong, st.Dim, st.Accent, st.Good, st.Good.Bold(), st.Edge, st.Chip) {
				for _, words := range []string{"", " ", "x", "two words", "漢字 x", "a\nlonger", "\ttab", "one\r\ntwo"} {
					if got, want := tone.Render(words), tone.style.Render(words); got != want {
						t.Errorf("%q is drawn %q, want %q", words, got, want)
					}
				}
			}
		}
	}
}
