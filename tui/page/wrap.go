package page

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Signs that Japanese puts neither at the beginning of a line nor at its end (JIS X 4051).
const (
	beginsNoLine = "、。，．・：；？！ー…々〉》」』】〕）］｝ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ,.:;?!)]}%"
	endsNoLine   = "〈《「『【〔（［｛([{"
)

// Wrap breaks text without escapes into lines of at most so many cells: between words, and
// in Japanese, which has no blanks between them, between letters where its rules allow and
// no foreign word is torn. What is longer than a line is cut.
func Wrap(text string, cells int) []string {
	if !strings.ContainsFunc(text, isWide) {
		return withStops(strings.Split(ansi.Wrap(text, cells, ""), "\n"))
	}
	var lines []string
	line, rest := "", text
	for rest != "" {
		piece := rest[:pieceOf(rest)]
		rest = rest[len(piece):]
		if ansi.StringWidth(line+strings.TrimRight(piece, " ")) > cells && line != "" {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		if line += piece; ansi.StringWidth(strings.TrimRight(line, " ")) > cells {
			cut := strings.Split(ansi.Hardwrap(line, cells, true), "\n")
			lines, line = append(lines, cut[:len(cut)-1]...), cut[len(cut)-1]
		}
	}
	return append(lines, line)
}

// withStops gives a stop that stands alone, after an address that fills the line before, the
// last letter of that.
func withStops(lines []string) []string {
	for i := 1; i < len(lines); i++ {
		stop, before := strings.TrimSpace(lines[i]), []rune(lines[i-1])
		if last := len(before) - 1; len(stop) == 1 && strings.Contains(".,:;", stop) && last > 0 {
			lines[i-1], lines[i] = string(before[:last]), string(before[last:])+stop
		}
	}
	return lines
}

// pieceOf is how many bytes of text stand together in one line.
func pieceOf(text string) int {
	last, word := "", 0 // letters of a foreign word so far
	for at := 0; at < len(text); {
		next, width := ansi.FirstGraphemeCluster(text[at:], ansi.GraphemeWidth)
		if isKatakana(next) {
			word++
		} else {
			word = 0
		}
		free := last == " " && next != " " || last != "" && (width > 1 || strings.ContainsFunc(last, isWide)) && next != " "
		torn := word > 1 && word <= longWord || last == " " && width > 1 && endsInDigit(text[:at]) // as 30 日
		if free && !torn && !strings.Contains(beginsNoLine, next) && !strings.Contains(endsNoLine, last) {
			return at
		}
		last, at = next, at+len(next)
	}
	return len(text)
}

// longWord has so many letters, of those that stand together; more are several words.
const longWord = 8

func isKatakana(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Katakana, r) || r == 'ー' })
}

func endsInDigit(text string) bool {
	text = strings.TrimRight(text, " ")
	return text != "" && text[len(text)-1] >= '0' && text[len(text)-1] <= '9'
}

func isWide(r rune) bool { return r > 0x7f && ansi.StringWidth(string(r)) > 1 }
