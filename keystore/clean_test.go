package keystore

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanLeavesNothingThatATerminalObeys(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"plain", "Acme, Inc.", "Acme, Inc."},
		{"nothing", "", ""},
		{"colour and title", "\x1b[31mred\x1b[0m\x1b]0;pwn\x07 end", "red end"},
		{"clipboard write", "a\x1b]52;c;ZXZpbA==\x07b", "ab"},
		{"link", "\x1b]8;;https://evil\x1b\\click\x1b]8;;\x1b\\", "click"},
		{"OSC without end", "x\x1b]52;c;ZXZpbA==", "x"},
		{"OSC ended by another sequence", "x\x1b]0;t\x1b[31mred", "xred"},
		{"DCS", "a\x1bP1$r0m\x1b\\b", "ab"},
		{"APC", "a\x1b_Gi=1;AAAA\x1b\\b", "ab"},
		{"PM and SOS", "a\x1b^x\x1b\\b\x1bXy\x1b\\c", "abc"},
		{"C1 CSI", "x\u009b31mY", "xY"},
		{"C1 OSC", "x\u009d0;t\u009cY", "xY"},
		{"byte 9b", "x\x9b31mY", "x\uFFFD31mY"},
		{"cursor up, clear", "a\x1b[10A\x1b[2Jb", "ab"},
		{"CSI without end", "a\x1b[31", "a"},
		{"charset, reset, keypad", "a\x1b(0b\x1bcd\x1b=e", "abde"},
		{"nested", "\x1b\x1b[31m[31mred", "[31mred"},
		{"lone escape", "a\x1b", "a"},
		{"carriage return", "real error\rfake ok   ", "real error fake ok"},
		{"backspace, bell, null", "abc\b\b\a\x00xyz\x7f", "abcxyz"},
		{"bidi override", "user\u202Egpj.exe\u2066", "usergpj.exe"},
		{"zero width, tag, BOM", "\ufeffpass\u200bword\U000E0041", "password"},
		{"filler, variation, joiner", "a\u3164b\ufe0fc\u034fd\U000E0101e", "abcde"},
		{"private use", "a\ue000b\U000F0000c", "abc"},
		{"newlines of every kind", "a\nb\u2028c\u2029d\u0085e\vf", "a b c d e f"},
		{"wide spaces", " a\u3000\u00a0b\t ", "a b"},
		{"Japanese, accents", "日本語エラー é ñ", "日本語エラー é ñ"},
	} {
		if got := Clean(c.in, 0); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestCleanCutsAtRunesAndSaysSo(t *testing.T) {
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"abcdef", 6, "abcdef"}, {"abcdef", 5, "abcd…"}, {"日本語エラー", 3, "日本…"}, {"ab cdef", 4, "ab…"}, {"abc", 1, "…"},
	} {
		if got := Clean(c.in, c.max); got != c.want {
			t.Errorf("Clean(%q, %d) = %q, want %q", c.in, c.max, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"a\x1b]0;t", "\u009b31m", "a\x9bb", "x\u202ey", "  a\n b ", "\x1b\x1b[[31m", strings.Repeat("é ", 40)} {
		f.Add(seed, 20)
	}
	f.Fuzz(func(t *testing.T, s string, max int) {
		got := Clean(s, max)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || unicode.IsSpace(r) && r != ' ' {
				t.Fatalf("%U in %q", r, got)
			}
		}
		if strings.Contains(got, "  ") || strings.TrimSpace(got) != got {
			t.Fatalf("white space: %q", got)
		}
		if max > 0 && utf8.RuneCountInString(got) > max {
			t.Fatalf("longer than %d: %q", max, got)
		}
		if again := Clean(got, max); again != got {
			t.Fatalf("twice is not once: %q, %q", got, again)
		}
	})
}

func BenchmarkClean(b *testing.B) {
	for b.Loop() {
		Clean("integration.user@acme.example.uat", 200)
	}
}
