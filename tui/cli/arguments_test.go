package cli

import (
	"context"
	"strings"
	"testing"

	"sfauth/tui/world"
)

func TestWithoutANameTheOnlyConnectionIsMeant(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Keep("acme", nil)
		if code, out, told := runs(ctx, w, "token"); code != 0 || strings.TrimSpace(out) == "" {
			t.Errorf("%d, %q, %s", code, out, told)
		}
		w.Keep("uat", nil)
		if code, out, told := runs(ctx, w, "token"); code != 2 || out != "" || !strings.Contains(told, "which connection? acme, uat") {
			t.Errorf("%d, %q, %s", code, out, told)
		}
	})
}

func TestANameInPlaceOfACommandSaysWhatToType(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		for _, name := range []string{"abc2", "acme"} {
			w.Keep(name, nil)
		}
		for word, hint := range map[string]string{"acme": "hint: run sfauth token acme ", "abc": "hint: did you mean sfauth abc2?", "abme": "hint: did you mean sfauth acme?", "acmee": "hint: did you mean sfauth acme?", "chek": "hint: did you mean sfauth check?"} {
			if code, out, told := runs(ctx, w, word); code != 2 || out != "" || !strings.Contains(told, hint) {
				t.Errorf("%s: %d, %q, %s", word, code, out, told)
			}
		}
	})
}
