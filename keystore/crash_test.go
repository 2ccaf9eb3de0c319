package keystore

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

type crash struct{}

// breaker crashes the process, as far as a test can, at its n-th step: before and
// after every write of the index and of the vault.
type breaker struct{ n, at int }

func (b *breaker) step() error {
	if b.n++; b.n == b.at {
		panic(crash{})
	}
	return nil
}

type breakingVault struct {
	Vault
	*breaker
}

func (v breakingVault) Set(ctx context.Context, account string, s Secret) error {
	_ = v.step()
	err := v.Vault.Set(ctx, account, s)
	_ = v.step()
	return err
}

func (v breakingVault) Delete(ctx context.Context, account string) error {
	_ = v.step()
	err := v.Vault.Delete(ctx, account)
	_ = v.step()
	return err
}

// elsewhere is a second vault, which a test moves connections to.
type elsewhere struct{ *Memory }

func (elsewhere) Kind() string { return "elsewhere" }

// twoVaults is a store that can move connections.
func twoVaults(t *testing.T) *Store {
	s := store(t)
	s.Others = []Vault{elsewhere{NewMemory()}}
	return s
}

// run reports whether f crashed.
func run(f func()) (crashed bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ours := r.(crash); !ours {
				panic(r)
			}
			crashed = true
		}
	}()
	f()
	return false
}

func TestACrashAtAnyStepLosesNothing(t *testing.T) {
	anew, newSecrets := grant("app2", noon.Add(time.Hour))
	for what, op := range map[string]func(s *Store, c Connection) error{
		"create": func(s *Store, _ Connection) error { _, err := s.Create(t.Context(), anew, newSecrets); return err },
		"create in another vault": func(s *Store, _ Connection) error {
			_, err := mute(s, true).Create(t.Context(), anew, newSecrets)
			there, _ := s.In("elsewhere")
			if errors.Is(err, ErrTimeout) {
				_, err = there.Create(t.Context(), anew, newSecrets)
			}
			return err
		},
		"replace": func(s *Store, c Connection) error {
			anew := anew
			anew.ID = c.ID
			_, _, err := s.Replace(t.Context(), anew, newSecrets)
			return err
		},
		"renew": func(s *Store, c Connection) error { return renew(t, s, c, "token of app") },
		"identify": func(s *Store, c Connection) error {
			r, err := s.Renew(t.Context(), c)
			if err != nil {
				return err
			}
			defer r.Close()
			return r.Identify(t.Context(), "00D", "005")
		},
		"cache": func(s *Store, c Connection) error {
			return cache(t, s, c, AccessToken{Token: NewSecret("exchanged"), IssuedAt: noon})
		},
		"move":   func(s *Store, c Connection) error { return s.Move(t.Context(), c, "elsewhere") },
		"remove": func(s *Store, c Connection) error { return s.Remove(t.Context(), c) },
		"rename": func(s *Store, c Connection) error { _, err := s.Rename(t.Context(), c.Name, "renamed"); return err },
		"probe":  func(s *Store, _ Connection) error { _, err := s.Probe(t.Context()); return err },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for at, crashed := 1, true; crashed; at++ {
				crashed = crashAt(t, at, op)
				if at == 2 && !crashed {
					t.Fatal("no step to crash at")
				}
			}
		})
	}
}

// crashAt runs op on a store of two connections, crashes it at one step, crashes
// the healing at each of its steps too, and checks that all agrees in the end.
func crashAt(t *testing.T, at int, op func(*Store, Connection) error) (crashed bool) {
	s := twoVaults(t)
	neighbour, c := create(t, s, "neighbour"), create(t, s, "app")
	for _, c := range []Connection{neighbour, c} {
		if err := renew(t, s, c, "token of "+c.ClientID); err != nil { // there are sealed files
			t.Fatal(err)
		}
	}
	b := &breaker{at: at}
	breaking := &Store{disk: disk{before: b.step, fleeting: true}, Dir: s.Dir, Vault: breakingVault{s.Vault, b}, Others: []Vault{breakingVault{s.Others[0], b}}}
	crashed = run(func() {
		if err := op(breaking, c); err != nil {
			t.Errorf("step %d: %v", at, err)
		}
	})
	for n := 1; ; n++ {
		b.n, b.at = 0, n
		if !run(func() {
			if err := breaking.Heal(t.Context()); err != nil {
				t.Errorf("step %d: healing: %v", at, err)
			}
		}) {
			break
		}
	}
	b.at = 0
	agrees(t, at, s, neighbour)
	return crashed
}

// agrees checks that every entry has its own secrets in its own vault, that no secret
// and no sealed file is without an entry, and that the neighbour is as it was.
func agrees(t *testing.T, at int, s *Store, neighbour Connection) {
	t.Helper()
	ix, err := s.load()
	if err != nil {
		t.Fatalf("step %d: %v", at, err)
	}
	for _, e := range ix.Entries {
		r, err := s.Renew(t.Context(), e.Connection) // its lock is free, too
		if !e.settled() || err != nil {
			t.Errorf("step %d: %s is %s with %v", at, e.Name, e.State, err)
			continue
		}
		if _, want := grant(e.ClientID, noon); !r.ClientSecret.Equal(want.ClientSecret) || !r.RefreshToken.Equal(want.RefreshToken) {
			t.Errorf("step %d: %s has another app's secrets", at, e.Name)
		}
		r.Close()
	}
	secrets := 0
	for _, v := range s.vaults() {
		for account := range items(v) {
			e := ix.byID(account)
			switch {
			case strings.HasPrefix(account, "probe-"): // random and worthless
			case e == nil || e.Store != v.Kind():
				t.Errorf("step %d: %s is in %s, where nobody looks for it", at, account, v.Kind())
			default:
				secrets++
			}
		}
	}
	if secrets != len(ix.Entries) {
		t.Errorf("step %d: %d secrets for %d entries", at, secrets, len(ix.Entries))
	}
	for _, path := range sealedFiles(t, s) {
		if id, _, _ := strings.Cut(filepath.Base(path), ".age"); ix.byID(id) == nil {
			t.Errorf("step %d: %s is left over", at, path)
		}
	}
	if c, err := s.Find(neighbour.Name); err != nil || c.ID != neighbour.ID {
		t.Errorf("step %d: the neighbour: %+v, %v", at, c, err)
	}
}

func items(v Vault) map[string]Secret {
	switch v := v.(type) {
	case *Memory:
		return v.items
	case elsewhere:
		return v.items
	}
	return nil
}

func sealedFiles(t *testing.T, s *Store) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.Dir, "sealed", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestAWriteThatDoesNotAnswerLosesNothing(t *testing.T) {
	for _, lands := range []bool{true, false} {
		for _, mood := range []error{ErrTimeout, ErrUnavailable, context.Canceled} {
			s := store(t)
			memory := s.Vault.(*Memory)
			neighbour, c := create(t, s, "neighbour"), create(t, s, "app")
			s.Vault = moody{Memory: memory, set: func(ctx context.Context, account string, sec Secret) error {
				if lands {
					_ = memory.Set(ctx, account, sec)
				}
				return mood
			}}
			anew, sec := grant("app2", noon.Add(time.Hour))
			anew.ID = c.ID
			if _, _, err := s.Replace(t.Context(), anew, sec); !errors.Is(err, mood) {
				t.Fatal(err)
			}
			other, sec := grant("app3", noon)
			if _, err := s.Create(t.Context(), other, sec); !errors.Is(err, mood) {
				t.Fatal(err)
			}
			s.Vault = memory
			if err := s.Heal(t.Context()); err != nil {
				t.Fatal(err)
			}
			agrees(t, 0, s, neighbour)
			if list, _ := s.List(); (len(list) == 3) != lands {
				t.Errorf("lands %v: %d connections", lands, len(list))
			}
		}
	}
}
