package cli

import (
	"context"
	"strings"
	"syscall"
	"testing"

	"sfauth/flow"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

func TestATokenInPlaceOfANameIsNotSaidAgain(t *testing.T) {
	const token = "5Aep861.tok_en.of.acme=="
	world.Begin(t, func(ctx context.Context, w *world.World) {
		for _, given := range []string{token, "force://PlatformCLI::" + token + "@acme.my.salesforce.com"} {
			for _, line := range []string{"", "token", "login", "check", "token acme --for", "login --timeout", "export acme --format"} {
				code, out, told := runs(ctx, w, append(strings.Fields(line), given)...)
				if code == 0 || strings.Contains(out+told, "861.tok") || !strings.Contains(told, "[hidden]") {
					t.Errorf("%s: %d %q %q", line, code, out, told)
				}
			}
		}
	})
}

func TestAnInterruptionIsNotSaidTwice(t *testing.T) {
	for signal, want := range map[syscall.Signal]string{syscall.SIGINT: "interrupted", syscall.SIGTERM: "interrupted: terminated"} {
		if said := text.English.Why(Signalled{signal}, flow.Request{}); said != want {
			t.Errorf("%q, want %q", said, want)
		}
	}
}
