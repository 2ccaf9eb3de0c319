//go:build unix

package endtoend

import (
	"sfauth/flow/endtoend/desk"
	"slices"
	"strings"
	"testing"
)

func TestTokenRotatesAndKeepsTheConnectionAlive(t *testing.T) {
	t.Parallel()
	d := desk.New(t, "allow")
	d.Keyring()
	d.Connect()
	stored, tokens := []string{d.Stored().RefreshToken}, []string(nil)
	for range 2 {
		tokens = append(tokens, d.Token("--fresh"))
		stored = append(stored, d.Stored().RefreshToken)
	}
	for _, token := range tokens {
		d.Works(token)
	}
	if tokens[0] == tokens[1] {
		t.Error("the same access token twice")
	}
	if slices.Sort(stored); len(slices.Compact(stored)) != 3 {
		t.Error("a rotated refresh token was not stored")
	}
	if !d.Org.RefreshValid(d.Stored().RefreshToken) {
		t.Error("what is stored does not work any more")
	}
	if n := d.Refreshes(); n != 2 {
		t.Errorf("%d refreshes", n)
	}
}

func TestExecGivesTheConnectionToACommandAndTakesItsExitCode(t *testing.T) {
	t.Parallel()
	d := desk.New(t, "allow")
	d.Keyring()
	d.Connect()
	d.Env = append(d.Env, "SFAUTH_PASSPHRASE_COMMAND=echo secret", "SALESFORCE_ACCESS_TOKEN=stale")
	out, _, code := d.Sfauth("exec", "acme", "--prefix", "SF_", "--", "sh", "-c", "env; exit 7")
	if code != 7 {
		t.Errorf("exit code %d, want the command's 7", code)
	}
	lines := strings.Split(out, "\n")
	token := ""
	for _, line := range lines {
		if value, ok := strings.CutPrefix(line, "SF_ACCESS_TOKEN="); ok {
			token = value
		}
		if strings.HasPrefix(line, "SFAUTH_") {
			t.Errorf("the command got %s", line)
		}
	}
	d.Works(token)
	if !slices.Contains(lines, "SF_INSTANCE_URL="+d.Domain) {
		t.Error("no instance URL in the environment")
	}
	out, _, code = d.Sfauth("exec", "acme", "--", "sh", "-c", "echo $SALESFORCE_ACCESS_TOKEN; kill -TERM $$")
	if d.Works(strings.TrimSpace(out)); code != 143 && code != -1 {
		t.Errorf("exit code %d, want the signal's", code)
	}
}

func TestRemoveRevokesThenForgets(t *testing.T) {
	t.Parallel()
	d := desk.New(t, "allow")
	d.Keyring()
	d.Connect()
	refresh := d.Stored().RefreshToken
	if _, _, code := d.Sfauth("remove", "acme"); code != 2 {
		t.Errorf("exit code %d where nobody can be asked, want 2", code)
	}
	if _, stderr, code := d.Sfauth("remove", "acme", "--yes"); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if d.Org.RefreshValid(refresh) {
		t.Error("the refresh token is still valid at Salesforce")
	}
	d.NothingSaved()
}

func TestCheckTellsTheDeadFromTheLivingAndUsesUpNothing(t *testing.T) {
	t.Parallel()
	d := desk.New(t, "allow")
	d.Keyring()
	d.Connect()
	if out, _, code := d.Sfauth("check", "--json"); code != 0 || !strings.Contains(out, `"verdict": "alive"`) {
		t.Errorf("exit %d: %s", code, out)
	}
	before := d.Refreshes()
	d.Org.RevokeAll()
	if out, _, code := d.Sfauth("check"); code != 4 || !strings.Contains(out, "reauthorise") {
		t.Errorf("exit %d: %s", code, out)
	}
	if d.Refreshes() != before {
		t.Error("the check refreshed")
	}
}
