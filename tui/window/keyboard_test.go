package window

import (
	"os"
	"testing"
)

// A pipe stands for the terminal: a write comes in one read.
func TestSeveralLinesAtOnceAreRefusedFromATerminalThatMarksNoPaste(t *testing.T) {
	for _, row := range []struct {
		reads   []string
		refused int
	}{
		{[]string{"3MVG9key\rsecret\r"}, 1},
		{[]string{"3MVG9key\r\nsecret"}, 1},
		{[]string{"\tone\n\ntwo\nthree\n", "four\rfive"}, 2},
		{[]string{"3MVG9key\r", "secret\r"}, 0},
		{[]string{"\r\r3MVG9key\r\r"}, 0},
		{[]string{"x\ry"}, 0},                                          // two commands and their enters
		{[]string{"one\rtwo\x03"}, 0},                                  // no paste has a ctrl+c
		{[]string{"one\r\x1b[Btwo\r"}, 0},                              // nor an arrow
		{[]string{"one\r\x1b[200~two\x1b[201~"}, 0},                    // the terminal marks it
		{[]string{"\x1b[200~one\x1b[201~", "two\rthree"}, 0},           // so this was typed
		{[]string{"\x1b]11;rgb:0/0/0\x07", "one\rtwo"}, 0},             // an answer to the wizard's question
		{[]string{"\x1b[?2026;2$y", "one\rtwo"}, 0},                    // and to Bubble Tea's
		{[]string{"\x1b[200~one\rtwo", "three\rfour", "\x1b[201~"}, 0}, // in pieces
		{[]string{"\xe6\xbc\xa2\xe5\xad\x97\r\xe6\xbc\xa2\xe5\xad\x97"}, 1},
	} {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		refused, buf := 0, make([]byte, 4096)
		k := &keyboard{File: read, refuse: func() { refused++ }}
		for _, text := range row.reads {
			if _, err := write.WriteString(text); err != nil {
				t.Fatal(err)
			}
			before := refused
			if n, err := k.Read(buf); err != nil || string(buf[:n]) != text && refused == before || n > 0 && refused > before {
				t.Errorf("%q: read %q, %v", text, buf[:n], err)
			}
		}
		if refused != row.refused {
			t.Errorf("%q: refused %d times, want %d", row.reads, refused, row.refused)
		}
		read.Close()
		write.Close()
	}
}
