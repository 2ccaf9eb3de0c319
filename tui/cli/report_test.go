package cli

import (
	"fmt"
	"os"
	"testing"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/keystore"
)

// A command that needs a grant says 4 where it has ended; a login, which is the remedy, says
// that it failed.
func TestExitCodesHangOnTheVerdictAndOnTheCommand(t *testing.T) {
	gone := &flow.Error{Kind: flow.KindTokenExpired}
	for _, row := range []struct {
		command string
		err     error
		code    int
	}{
		{"token", nil, 0},
		{"token", gone, 4}, {"exec", gone, 4}, {"export", gone, 4}, {"move", gone, 4},
		{"login", gone, 1}, {"remove", gone, 1}, {"demo", gone, 1},
		{"check", sick(haveFound(flow.KindTokenExpired)), 4},
		{"check", sick(haveFound(flow.KindServerBusy)), 5},
		{"check", sick(haveFound(flow.KindCheckRefused)), 1},
		{"token", &flow.Error{Kind: flow.KindServerBusy}, 5}, {"login", &flow.Error{Kind: flow.KindNoHost}, 5},
		{"token", &flow.Error{Kind: flow.KindKeychainLocked}, 1},
		{"token", fmt.Errorf("%q: %w", "acme", keystore.ErrNoConnection), 3},
		{"token", usageError{Err: os.ErrInvalid}, 2},
	} {
		if code := exitCode(&cobra.Command{Use: row.command + " NAME"}, row.err); code != row.code {
			t.Errorf("%s, %v: exit code %d, want %d", row.command, row.err, code, row.code)
		}
	}
}
