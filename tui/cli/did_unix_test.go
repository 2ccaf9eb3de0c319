//go:build unix

package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"

	"sfauth/tui/text"
	"sfauth/tui/world"
)

// tells carries out a command line, and returns what a person at a terminal reads of stderr.
func tells(ctx context.Context, w *world.World, args ...string) string {
	w.T.Helper()
	master, terminal, err := pty.Open()
	if err != nil {
		w.T.Skip("no pseudo-terminal here: ", err)
	}
	defer master.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		w.T.Fatal(err)
	}
	defer null.Close()
	a := &app{in: null, out: null, err: terminal, allowDumps: func() {}, words: &text.English, ready: w.Client}
	if code := a.run(ctx, a.root(), args); code != 0 {
		w.T.Errorf("%v ended with %d", args, code)
	}
	terminal.Close()
	said, _ := io.ReadAll(master) // which ends with an error where the other end is closed
	return strings.ReplaceAll(ansi.Strip(string(said)), "\r\n", "\n")
}

func TestAPersonIsToldWhatACommandDidAndAProgramIsNot(t *testing.T) {
	file := filepath.Join(t.TempDir(), "acme.env")
	for _, row := range []struct {
		args []string
		does string
	}{
		{[]string{"rename", "acme", "other"}, "✓ acme is called other now\n"},
		{[]string{"move", "acme", "--store", "file"}, "✓ acme is kept in an encrypted file now\n"},
		{[]string{"remove", "acme", "--yes"}, "✓ acme is removed, and its grant is revoked at Salesforce\n"},
		{[]string{"remove", "acme", "--yes", "--keep-grant"}, "✓ acme is forgotten; its grant is still valid at Salesforce\n"},
		{[]string{"export", "acme", "--format", "env", "--output", file}, text.English.Usage.OneUseOnly + "\n✓ acme is written to " + file + ", which only you may read\n"},
	} {
		in := func(run func(ctx context.Context, w *world.World)) {
			world.Begin(t, func(ctx context.Context, w *world.World) {
				defer w.Serve()()
				w.Keep("acme", nil)
				withKey(w)
				run(ctx, w)
			})
		}
		in(func(ctx context.Context, w *world.World) {
			if said := tells(ctx, w, row.args...); said != row.does {
				t.Errorf("%v says %q, not %q", row.args, said, row.does)
			}
		})
		in(func(ctx context.Context, w *world.World) {
			if code, out, told := runs(ctx, w, row.args...); code != 0 || strings.Contains(out+told, "✓") {
				t.Errorf("%v ended with %d: %s%s", row.args, code, out, told)
			}
		})
	}
}
