//go:build unix

package endtoend

import (
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sfauth/keystore"
)

// script is one process that wants a token.
type script struct {
	*exec.Cmd
	out, errs strings.Builder
}

func (d *desk) script(flags ...string) *script {
	d.t.Helper()
	s := &script{Cmd: exec.Command(d.binary(), append([]string{"token", "acme"}, flags...)...)}
	s.Env, s.Stdout, s.Stderr = d.env, &s.out, &s.errs
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
func (d *desk) age() {
	d.t.Helper()
	id := d.saved()[0]["id"].(string)
	item, _, _ := d.run("secret-tool", "lookup", "service", "sfauth", "username", id)
	vault := asKeychain{keystore.NewMemory()}
	s := &keystore.Store{Dir: filepath.Join(d.dir, ".config", "sfauth"), Vault: vault}
	err := vault.Set(d.t.Context(), id, keystore.NewSecret(item))
	if err != nil {
		d.t.Fatal(err)
	}
	c, err := s.Find("acme")
	if err != nil {
		d.t.Fatal(err)
	}
	r, err := s.Renew(d.t.Context(), c)
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Close()
	a := r.Access
	a.IssuedAt = a.IssuedAt.Add(-time.Hour)
	if warning, err := r.Commit(d.t.Context(), r.Secrets, a); warning != nil || err != nil {
		d.t.Fatal(warning, err)
	}
}

// asKeychain has the keychain's place.
type asKeychain struct{ *keystore.Memory }

func (asKeychain) Kind() string { return "keychain" }

func TestScriptsInParallelNeverUseATokenTwice(t *testing.T) {
	for name, row := range map[string]struct {
		scripts   int
		flags     []string
		cached    bool // an old token
		refreshes int
	}{
		"share the first token":          {scripts: 100, refreshes: 1},
		"share an old token's successor": {scripts: 100, cached: true, refreshes: 1},
		"renew one by one":               {scripts: 40, flags: []string{"--fresh"}, refreshes: 40},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "allow")
			var away sync.RWMutex
			d.org.During = func(string) { away.RLock(); defer away.RUnlock() }
			d.keyring()
			d.connect()
			old, before := "", 0
			if row.cached {
				old, before = d.token(), 1
				if d.age(); d.token("--max-age", "2h") != old {
					t.Error("the old token is not cached")
				}
			}
			all := make([]*script, row.scripts)
			away.Lock() // nobody is answered before all are there
			for i := range all {
				all[i] = d.script(row.flags...)
				d.keep(all[i].Cmd)
			}
			away.Unlock()
			tokens := map[string]bool{}
			for _, s := range all {
				if err := s.Wait(); err != nil || s.errs.Len() > 0 {
					t.Errorf("token: %v: %s", err, &s.errs)
				}
				if token := s.token(); token == old || !d.org.AccessValid(token) {
					t.Error("the access token does not work, or is old")
				}
				tokens[s.token()] = true
			}
			n := d.refreshes() - before
			t.Logf("%d scripts: %d refreshes, %d access tokens, %d approvals", len(all), n, len(tokens), d.org.Approvals())
			if n != row.refreshes || len(tokens) != row.refreshes || d.org.Approvals() != 1 {
				t.Errorf("want %d refreshes, as many access tokens, one approval", row.refreshes)
			}
			if !d.org.RefreshValid(d.stored().RefreshToken) {
				t.Error("what is stored does not work any more")
			}
			d.works(d.token("--fresh"))
		})
	}
}
