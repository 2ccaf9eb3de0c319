package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"
)

// The test binary is sfauth itself in the scripts. What needs a terminal, a keyring
// or a browser is in tui/endtoend.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sfauth": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  filepath.Join("tui", "testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(e *testscript.Env) error {
			e.Setenv("SFAUTH_HOME", filepath.Join(e.WorkDir, "sfauth"))
			e.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(e.WorkDir, "no-bus"))
			return nil
		},
	})
}

// exits CODE COMMAND... runs a command that must end with that code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		code = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

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
