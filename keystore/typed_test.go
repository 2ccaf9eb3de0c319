package keystore

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
)

// as16 encodes a text in UTF-16, in which PowerShell pipes it into sfauth.
func as16(order binary.AppendByteOrder, text string) (data []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		data = order.AppendUint16(data, unit)
	}
	return data
}

func TestWhatIsTypedIsTheSameTextWhicheverWayItCame(t *testing.T) {
	const text = "correct hörse 漢字"
	for what, data := range map[string][]byte{
		"a line":             []byte(text + "\n"),
		"no end":             []byte(text),
		"Windows' end":       []byte(text + "\r\nmore"),
		"blanks":             []byte(" \t" + text + " \u00a0\n"),
		"a mark":             []byte("\ufeff" + text + "\n"),
		"UTF-16":             as16(binary.LittleEndian, "\ufeff"+text+"\r\n"),
		"UTF-16, other end":  as16(binary.BigEndian, "\ufeff"+text+"\r\n"),
		"UTF-16, no mark":    as16(binary.LittleEndian, text+"\r\n"),
		"UTF-16, cut behind": as16(binary.LittleEndian, "\ufeff"+text+"\r\n")[:2*len(utf16.Encode([]rune(text)))+5],
	} {
		if got, err := Typed(data); err != nil || got != text {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	for _, odd := range []string{"pass\u200bword", "pass\x00word", "pass\x1b[Aword", "pass\u202eword", "pass\tword"} {
		if got, err := Typed([]byte(odd)); !errors.Is(err, ErrInvisible) || got != "" {
			t.Errorf("%q: %q, %v", odd, got, err)
		}
	}
}

func TestAPassphraseIsTheSameFromTheScreenAFileAndAPrompt(t *testing.T) {
	dir := t.TempDir()
	if err := cheap(dir, typed("correct horse")).Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	for what, keys := range map[string]KeySource{
		"blanks":       typed(" correct horse "),
		"a mark":       {PassphraseFile: put(t, "pass", "\ufeffcorrect horse\r\n")},
		"PowerShell's": {PassphraseFile: put(t, "pass", string(as16(binary.LittleEndian, "\ufeffcorrect horse\r\n")))},
	} {
		if _, err := cheap(dir, keys).Get(t.Context(), "a-1"); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := cheap(dir, typed("correct\u200b horse")).Get(t.Context(), "a-1")
	if !errors.Is(err, ErrNoKey) || !errors.Is(err, ErrInvisible) || strings.Contains(err.Error(), "horse") {
		t.Error(err)
	}
}
