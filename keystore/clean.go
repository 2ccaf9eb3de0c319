package keystore

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// escapes matches whole escape sequences (ECMA-48 §5.4 and §5.6), in their seven-bit form
// and as C1 controls. A control string without an end reaches as far as it does on a
// terminal: to the next escape, or to the end of the text.
var escapes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(
		`(?:\x1b[\]P_^X]|[\x{9d}\x{90}\x{9f}\x{9e}\x{98}])[^\x07\x18\x1a\x1b\x{9c}]*(?:\x07|\x18|\x1a|\x1b\\|\x{9c})?` + // OSC, DCS, APC, PM, SOS
			`|(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]?` + // CSI
			`|\x1b[ -/]*[0-~]`)
}) // two and three characters: charsets, reset, keypad

// unseen are the characters that take no room or change the order of others:
// controls, bidi marks and zero width (Cf), private use, fillers, variation selectors.
var unseen = []*unicode.RangeTable{
	unicode.Cc, unicode.Cf, unicode.Co, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector,
}

// Clean makes text that others wrote safe for one line of a terminal: valid UTF-8
// without escape sequences, controls or invisible characters, every run of white
// space one space, and at most max runes (0: no limit), the last of which is "…"
// when something was cut off.
func Clean(s string, max int) string {
	if plain(s) && (max <= 0 || len(s) <= max) {
		return s
	}
	s = escapes().ReplaceAllString(strings.ToValidUTF8(s, "\uFFFD"), "")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unseen...):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if max > 0 && utf8.RuneCountInString(s) > max {
		s = strings.TrimRight(string([]rune(s)[:max-1]), " ") + "…"
	}
	return s
}

// plain reports whether s needs no cleaning, as nearly all text does not: it is ASCII with
// single spaces inside.
func plain(s string) bool {
	last := byte(' ')
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && last == ' ' {
			return false
		}
		last = s[i]
	}
	return s == "" || last != ' '
}
