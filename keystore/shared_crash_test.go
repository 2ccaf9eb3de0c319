package keystore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestACrashAtAnyStepOfWhatTouchesPostgreSQLLosesNothing(t *testing.T) {
	e := newEstate(t)
	anew, newSecrets := grant("app", noon.Add(time.Hour))
	newSecrets.RefreshToken = NewSecret("of the new grant")
	for what, row := range map[string]struct {
		local bool // the connection is on the machine at first
		op    func(s *Store, c Connection) error
		may   []string // which tokens the connection may have then; "": it may be gone
	}{
		"create": {op: func(s *Store, _ Connection) error {
			_, err := e.in(s).Create(t.Context(), anew, newSecrets)
			return err
		},
			may: []string{"of the new grant", ""}},
		"replace": {op: func(s *Store, c Connection) error {
			anew := anew
			anew.ID, anew.Store = c.ID, c.Store
			_, _, err := s.Replace(t.Context(), anew, newSecrets)
			return err
		}, may: []string{"token of app", "of the new grant"}},
		"move in":  {local: true, op: func(s *Store, c Connection) error { return s.Move(t.Context(), c, PostgresKind) }, may: []string{"token of app"}},
		"move out": {op: func(s *Store, c Connection) error { return s.Move(t.Context(), c, "file") }, may: []string{"token of app"}},
		"remove":   {op: func(s *Store, c Connection) error { return s.Remove(t.Context(), c) }, may: []string{"token of app", ""}},
		"rename":   {op: func(s *Store, c Connection) error { _, err := s.Rename(t.Context(), c.Name, "renamed"); return err }, may: []string{"token of app"}},
	} {
		t.Run(what, func(t *testing.T) {
			steps := 0
			for crashed := true; crashed; {
				steps++
				e.SQL(t, e.database, "DELETE FROM sfauth")
				s := e.machine()
				var c Connection
				switch {
				case row.local:
					c = create(t, s, "app")
				case what != "create":
					c = e.login(s, "app")
				}
				b := &breaker{at: steps}
				s.Postgres.before = func() { _ = b.step() }
				s.disk.before = b.step
				s.Vault.(*File).disk.before = b.step
				crashed = run(func() {
					if err := row.op(s, c); err != nil {
						t.Errorf("step %d: %v", steps, err)
					}
				})
				e.SQL(t, e.database, "UPDATE sfauth SET claim_until = now() - interval '1 s'")
				e.agrees(t, steps, s, row.may)
			}
			if steps < 3 {
				t.Fatal("no step to crash at")
			}
			t.Log(steps-1, "steps")
		})
	}
}

// agrees checks that a machine that has crashed, and healed, and another one agree on one
// connection, which one place has alone.
func (e *estate) agrees(t *testing.T, step int, crashed *Store, may []string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "again") // where no dead process has a lock
	if err := errors.Join(os.Rename(crashed.Dir, dir), os.RemoveAll(filepath.Join(dir, "locks"))); err != nil {
		t.Fatal(err)
	}
	keys := KeySource{KeyFile: e.key}
	s := &Store{Dir: dir, Vault: &File{Dir: dir, Keys: keys}, Postgres: &Postgres{Dir: dir, URL: e.url, Keys: keys, Wanted: true}}
	all, err := s.Settled(context.Background())
	if err != nil || len(all) > 1 {
		t.Fatalf("step %d: %v, %v", step, all, err)
	}
	elsewhere, err := e.machine().Settled(context.Background())
	token := ""
	switch {
	case err != nil || len(elsewhere) > len(all) || len(all) == 1 && isShared(all[0]) != (len(elsewhere) == 1):
		t.Errorf("step %d: here %v, elsewhere %v, %v", step, all, elsewhere, err)
	case len(all) == 1:
		r, err := s.Renew(context.Background(), all[0])
		if err != nil {
			t.Fatalf("step %d: %v", step, err)
		}
		token = r.RefreshToken.Reveal()
		r.Close()
	}
	for _, want := range may {
		if token == want {
			return
		}
	}
	t.Errorf("step %d: it has %q", step, token)
}
