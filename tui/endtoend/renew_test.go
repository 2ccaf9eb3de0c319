//go:build unix

package endtoend

import (
	"os/exec"
	"slices"
	"strings"
	"sync"
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

func TestScriptsInParallelNeverUseATokenTwice(t *testing.T) {
	for name, row := range map[string]struct {
		flags     []string
		refreshes int
	}{
		"share a young token": {nil, 1},
		"renew one by one":    {[]string{"--fresh"}, 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "allow")
			d.keyring()
			d.connect()
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					cmd := exec.Command(d.binary(), append([]string{"token", "acme"}, row.flags...)...)
					cmd.Env = d.env
					out, err := cmd.Output()
					if err != nil {
						t.Errorf("token: %v", err)
					}
					if !d.org.AccessValid(strings.TrimSpace(string(out))) {
						t.Error("the access token does not work")
					}
				})
			}
			all.Wait()
			if n := d.refreshes(); n != row.refreshes {
				t.Errorf("%d refreshes, want %d", n, row.refreshes)
			}
			if !d.org.RefreshValid(d.stored().RefreshToken) {
				t.Error("what is stored does not work any more")
			}
			d.works(d.token("--fresh"))
		})
	}
}
