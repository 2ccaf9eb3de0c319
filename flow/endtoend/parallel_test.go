//go:build unix

package endtoend

import (
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sfauth/flow/endtoend/desk"
	"sfauth/keystore"
)

// script is one process that wants a token.
type script struct {
	*exec.Cmd
	out, errs strings.Builder
}

func newScript(d *desk.Desk, flags ...string) *script {
	d.T.Helper()
	s := &script{Cmd: d.Command(append([]string{"token", "acme"}, flags...)...)}
	s.Stdout, s.Stderr = &s.out, &s.errs
	return s
}

// token is what it printed, if that is one line and nothing else.
func (s *script) token() string {
	token, rest, _ := strings.Cut(s.out.String(), "\n")
	if rest != "" {
		return ""
	}
	return token
}

// age makes the cached access token an hour old.
func age(d *desk.Desk) {
	d.T.Helper()
	id := d.Saved()[0]["id"].(string)
	item, _, _ := d.Run("secret-tool", "lookup", "service", "sfauth", "username", id)
	vault := asKeychain{keystore.NewMemory()}
	s := &keystore.Store{Dir: filepath.Join(d.Dir, ".config", "sfauth"), Vault: vault}
	err := vault.Set(d.T.Context(), id, keystore.NewSecret(item))
	if err != nil {
		d.T.Fatal(err)
	}
	c, err := s.Find("acme")
	if err != nil {
		d.T.Fatal(err)
	}
	r, err := s.Renew(d.T.Context(), c)
	if err != nil {
		d.T.Fatal(err)
	}
	defer r.Close()
	a := r.Access
	a.IssuedAt = a.IssuedAt.Add(-time.Hour)
	if warning, err := r.Commit(d.T.Context(), r.RefreshToken, a); warning != nil || err != nil {
		d.T.Fatal(warning, err)
	}
}

// asKeychain is a vault in memory that calls itself the keychain.
type asKeychain struct{ *keystore.Memory }

func (asKeychain) Kind() string { return "keychain" }

// deskOf is a desk with a keychain, of Linux or of Windows.
func deskOf(t *testing.T, windows bool) *desk.Desk {
	t.Helper()
	if windows {
		return desk.OnWindows(t).Desk
	}
	d := desk.New(t, "allow")
	d.Keyring()
	return d
}

func TestScriptsInParallelNeverUseATokenTwice(t *testing.T) {
	for name, row := range map[string]struct {
		scripts   int
		flags     []string
		cached    bool // an old token
		windows   bool
		refreshes int
	}{
		"share the first token":          {scripts: 100, refreshes: 1},
		"share an old token's successor": {scripts: 100, cached: true, refreshes: 1},
		"renew one by one":               {scripts: 40, flags: []string{"--fresh"}, refreshes: 40},
		"share it on Windows":            {scripts: 8, windows: true, refreshes: 1},
		"one by one on Windows":          {scripts: 8, windows: true, flags: []string{"--fresh"}, refreshes: 8},
	} {
		t.Run(name, func(t *testing.T) {
			d := deskOf(t, row.windows)
			var away sync.RWMutex
			d.Org.During = func(string) { away.RLock(); defer away.RUnlock() }
			d.Connect()
			old, before := "", 0
			if row.cached {
				old, before = d.Token(), 1
				if age(d); d.Token("--max-age", "2h") != old {
					t.Error("the old token is not cached")
				}
			}
			all := make([]*script, row.scripts)
			away.Lock() // nobody is answered before all are there
			for i := range all {
				all[i] = newScript(d, row.flags...)
				d.Keep(all[i].Cmd)
			}
			away.Unlock()
			tokens := map[string]bool{}
			for _, s := range all {
				if err := s.Wait(); err != nil || desk.Said(s.errs.String()) != "" {
					t.Errorf("token: %v: %s", err, &s.errs)
				}
				if token := s.token(); token == old || !d.Org.AccessValid(token) {
					t.Error("the access token does not work, or is old")
				}
				tokens[s.token()] = true
			}
			n := d.Refreshes() - before
			t.Logf("%d scripts: %d refreshes, %d access tokens, %d approvals", len(all), n, len(tokens), d.Org.Approvals())
			if n != row.refreshes || len(tokens) != row.refreshes || d.Org.Approvals() != 1 {
				t.Errorf("want %d refreshes, as many access tokens, one approval", row.refreshes)
			}
			if !row.windows && !d.Org.RefreshValid(d.Stored().RefreshToken) {
				t.Error("what is stored does not work any more")
			}
			d.Works(d.Token("--fresh"))
		})
	}
}
