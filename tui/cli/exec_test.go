package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sfauth/tui/world"
)

// cmd on Windows starts a program of the directory that it is in by its bare name; elsewhere
// a PATH with a dot in it does.
func TestAProgramOfThisDirectoryIsToldByThePathThatStartsIt(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("PATH", ".")
	if err := os.WriteFile("load.bat", nil, 0o700); err != nil {
		t.Fatal(err)
	}
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Keep("acme", nil)
		code, _, told := runs(ctx, w, "exec", "acme", "--fresh", "--", "load.bat", "secret")
		want := "hint: run sfauth exec acme -- ." + string(filepath.Separator) + "load.bat …\n"
		if code != 126 || !strings.HasSuffix(told, want) || strings.Contains(told, "secret") || len(w.Org.Log()) > 0 {
			t.Errorf("exit %d: %s", code, told)
		}
	})
}
