package page

import (
	"fmt"
	"hash/fnv"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Tone is how words look. A frame has a hundred words in some tone, so what stands before and
// after them is found out once: lipgloss works out paddings, borders and margins for each.
type Tone struct {
	style         lipgloss.Style
	before, after string
}

func toneOf(style lipgloss.Style) Tone {
	before, after, _ := strings.Cut(style.Render("x"), "x")
	return Tone{style, before, after}
}

// Render is text in this tone.
func (t Tone) Render(text string) string {
	if strings.ContainsAny(text, "\n\r\t") {
		return t.style.Render(text)
	}
	return t.before + text + t.after
}

// Bold is the tone in bold.
func (t Tone) Bold() Tone { return toneOf(t.style.Bold(true)) }

// longestLink is how many bytes of a URL terminals make a link of. Every line of an address
// has the whole URL in it: of a longer one that would be much, and for nothing.
const longestLink = 2083

// linked is what leads to url where the terminal makes links. The lines that lead to the same
// url share an id, which makes them one link.
func linked(words, url string) string {
	if len(url) > longestLink {
		return words
	}
	h := fnv.New32()
	h.Write([]byte(url))
	return ansi.SetHyperlink(url, fmt.Sprintf("id=%x", h.Sum32())) + words + ansi.ResetHyperlink()
}
