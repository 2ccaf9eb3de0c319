package cli

import (
	"context"
	"strings"
	"testing"
	"unicode"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/world"
)

func TestOddTextOfAConnectionBreaksNoTable(t *testing.T) {
	for _, text := range append(world.Odd, world.Hostile...) {
		world.Begin(t, func(ctx context.Context, w *world.World) {
			defer w.Serve()()
			for _, name := range []string{"acme", "beta"} {
				w.Keep(name, func(c *keystore.Connection, s *keystore.Secrets) {
					c.Username, c.OrgID, c.InstanceURL, c.Reason, c.Verdict = text, text, text, text, string(flow.Unknown)
				})
			}
			for _, command := range []string{"list", "check"} {
				code, out, told := runs(ctx, w, command)
				if rows := strings.Split(out, "\n"); code != 0 || len(rows) != 4 || !strings.HasPrefix(rows[1], "acme ") || !strings.HasPrefix(rows[2], "beta ") {
					t.Errorf("%s of %q ended with %d:\n%s%s", command, text, code, out, told)
				}
				isPlain(t, out+told)
			}
		})
	}
}

func TestOddWordsOfSalesforceAreOneLine(t *testing.T) {
	for _, words := range append(world.Odd, world.Hostile...) {
		world.Begin(t, func(ctx context.Context, w *world.World) {
			defer w.Serve()()
			w.Keep("acme", nil)
			w.Complains(words)
			code, out, told := runs(ctx, w, "token", "acme", "--fresh")
			if code != 1 || out != "" || strings.Count(told, "\n") > 2 {
				t.Errorf("%q: %d, %s%s", words, code, out, told)
			}
			_, listed, _ := runs(ctx, w, "list", "--json") // what was noted of it
			isPlain(t, told+listed)
		})
	}
}

func isPlain(t *testing.T, said string) {
	t.Helper()
	if strings.ContainsFunc(said, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }) {
		t.Errorf("it says what a terminal acts on: %q", said)
	}
}
