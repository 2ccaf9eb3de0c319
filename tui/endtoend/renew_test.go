//go:build unix

package endtoend

import (
	"slices"
	"strings"
	"testing"
)

// connect logs in without a terminal.
func (d *desk) connect() {
	d.t.Helper()
	d.plain("--plain").end(0)
}

// token is an access token of the connection, as a script gets it.
func (d *desk) token(flags ...string) string {
	d.t.Helper()
	out, _, code := d.sfauth(append([]string{"token", "acme"}, flags...)...)
	token, rest, ended := strings.Cut(out, "\n")
	if code != 0 || !ended || rest != "" {
		d.t.Fatalf("token: exit %d: %d bytes", code, len(out))
	}
	return token
}

// refreshes counts those that Salesforce has carried out, and fails the test for one
// that it refused: that would be the reuse of an old token.
func (d *desk) refreshes() (n int) {
	d.t.Helper()
	for _, e := range d.org.Log() {
		switch {
		case e.Grant != "refresh_token":
		case e.Status == 200:
			n++
		default:
			d.t.Errorf("a refresh was refused: %+v", e)
		}
	}
	return n
}

func TestTokenRotatesAndKeepsTheConnectionAlive(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.keyring()
	d.connect()
	stored, tokens := []string{d.stored().RefreshToken}, []string(nil)
	for range 2 {
		tokens = append(tokens, d.token("--fresh"))
		stored = append(stored, d.stored().RefreshToken)
	}
	for _, token := range tokens {
		d.works(token)
	}
	if tokens[0] == tokens[1] {
		t.Error("the same access token twice")
	}
	if slices.Sort(stored); len(slices.Compact(stored)) != 3 {
		t.Error("a rotated refresh token was not stored")
	}
	if !d.org.RefreshValid(d.stored().RefreshToken) {
		t.Error("what is stored does not work any more")
	}
	if n := d.refreshes(); n != 2 {
		t.Errorf("%d refreshes", n)
	}
}

func TestExecGivesTheConnectionToACommandAndTakesItsExitCode(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.keyring()
	d.connect()
	d.env = append(d.env, "SFAUTH_PASSPHRASE_COMMAND=echo secret", "SALESFORCE_ACCESS_TOKEN=stale")
	out, _, code := d.sfauth("exec", "acme", "--prefix", "SF_", "--", "sh", "-c", "env; exit 7")
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
	d.works(token)
	if !slices.Contains(lines, "SF_INSTANCE_URL="+d.domain) {
		t.Error("no instance URL in the environment")
	}
	out, _, code = d.sfauth("exec", "acme", "--", "sh", "-c", "echo $SALESFORCE_ACCESS_TOKEN; kill -TERM $$")
	if d.works(strings.TrimSpace(out)); code != 143 && code != -1 {
		t.Errorf("exit code %d, want the signal's", code)
	}
}

func TestRemoveRevokesThenForgets(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.keyring()
	d.connect()
	refresh := d.stored().RefreshToken
	if _, _, code := d.sfauth("remove", "acme"); code != 2 {
		t.Errorf("exit code %d where nobody can be asked, want 2", code)
	}
	if _, stderr, code := d.sfauth("remove", "acme", "--yes"); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if d.org.RefreshValid(refresh) {
		t.Error("the refresh token is still valid at Salesforce")
	}
	d.nothingSaved()
}

func TestCheckTellsTheDeadFromTheLivingAndUsesUpNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.keyring()
	d.connect()
	if out, _, code := d.sfauth("check", "--json"); code != 0 || !strings.Contains(out, `"verdict": "alive"`) {
		t.Errorf("exit %d: %s", code, out)
	}
	before := d.refreshes()
	d.org.RevokeAll()
	if out, _, code := d.sfauth("check"); code != 4 || !strings.Contains(out, "reauthorise") {
		t.Errorf("exit %d: %s", code, out)
	}
	if d.refreshes() != before {
		t.Error("the check refreshed")
	}
}
