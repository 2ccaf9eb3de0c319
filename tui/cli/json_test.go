package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

func TestJSONWritesWhatATerminalWouldActOnAsEscapes(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"reason": "C1 \u009b1m, bidi \u202e, zero width \u200b, tag \U000E0041, é 漢字 <&>"}
	if err := (&app{out: out}).printJSON(want); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(string(text), func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }) || !strings.Contains(string(text), "é 漢字 <&>") {
		t.Errorf("%q", text)
	}
	var got map[string]string
	if err := json.Unmarshal(text, &got); err != nil || got["reason"] != want["reason"] {
		t.Errorf("%q, %v", got, err)
	}
}
