package keystore

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// typed is a person who types that passphrase whenever the vault asks.
func typed(passphrase string) KeySource {
	return KeySource{Prompt: func(context.Context, bool) (Secret, error) { return NewSecret(passphrase), nil }}
}

// cheap is a vault whose passphrase costs next to nothing to derive a key from.
func cheap(dir string, keys KeySource) *File { return &File{Dir: dir, Keys: keys, work: 2} }

func put(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatAFileVaultKeepsIsReadByTheNextProcess(t *testing.T) {
	for what, keys := range map[string]KeySource{
		"key file":                    {KeyFile: put(t, "key", "# created: today\n"+NewSealKey().Reveal()+"\n")},
		"passphrase file":             {PassphraseFile: put(t, "pass", "correct horse\nnot this line\n")},
		"passphrase file of Windows'": {PassphraseFile: put(t, "pass", "correct horse\r\n")},
		"prompt":                      typed("correct horse"),
	} {
		dir := t.TempDir()
		if err := cheap(dir, keys).Set(t.Context(), "acme-1", NewSecret(canary)); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		next := cheap(dir, keys)
		if got, err := next.Get(t.Context(), "acme-1"); err != nil || !got.Equal(NewSecret(canary)) {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := next.Get(t.Context(), "acme-2"); !errors.Is(err, ErrNotFound) || !errors.Is(err, ErrFileMissing) ||
			!strings.HasSuffix(err.Error(), ": "+next.path("acme-2")) {
			t.Errorf("%s: %v", what, err)
		}
		data, err := os.ReadFile(filepath.Join(dir, "vault", "acme-1.age"))
		if err != nil || bytes.Contains(data, []byte(canary)) {
			t.Errorf("%s: it can be read: %v", what, err)
		}
		if err := next.Delete(t.Context(), "acme-1"); err != nil {
			t.Error(err)
		}
		if err := next.Delete(t.Context(), "acme-1"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	}
}

func TestADamagedFileIsCorruptAndCanBeWrittenAgain(t *testing.T) {
	f := &File{Dir: t.TempDir(), Keys: KeySource{KeyFile: put(t, "key", NewSealKey().Reveal())}}
	if err := f.Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(f.path("a-1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{{}, whole[:20], whole[:len(whole)-1], []byte("text")} {
		if err := os.WriteFile(f.path("a-1"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Get(t.Context(), "a-1"); !errors.Is(err, ErrCorrupt) || !errors.Is(err, ErrFileCorrupt) ||
			!strings.HasSuffix(err.Error(), ": "+f.path("a-1")) {
			t.Errorf("%d bytes: %v", len(data), err)
		}
	}
	if err := f.Set(t.Context(), "a-1", NewSecret("y")); err != nil {
		t.Error(err)
	}
}

// Other processes wait for the lock of a connection, so that the vault has to ask the person
// for the passphrase before sfauth takes it: they may be slow to type.
func TestThePassphraseIsAskedForBeforeTheLockIsTaken(t *testing.T) {
	for what, row := range map[string]struct {
		kept string
		do   func(*Store, Connection) error
	}{
		"renewal":            {"file", func(s *Store, c Connection) error { return renew(t, s, c, "two") }},
		"move from the file": {"file", func(s *Store, c Connection) error { return s.Move(t.Context(), c, "memory") }},
		"move to the file":   {"memory", func(s *Store, c Connection) error { return s.Move(t.Context(), c, "file") }},
	} {
		dir := t.TempDir()
		s := &Store{Dir: dir, Vault: NewMemory(), Others: []Vault{cheap(dir, typed("correct horse"))}}
		there, err := s.In(row.kept)
		if err != nil {
			t.Fatal(err)
		}
		c, asked := create(t, there, "app"), 0
		s.Others[0] = cheap(dir, KeySource{Prompt: func(context.Context, bool) (Secret, error) {
			asked++
			unlock, err := tryLock(s.lockPath(c.ID))
			if err != nil {
				t.Errorf("%s: %v", what, err)
			} else {
				unlock()
			}
			return NewSecret("correct horse"), nil
		}})
		if err := row.do(s, c); err != nil || asked != 1 {
			t.Errorf("%s: asked %d times, %v", what, asked, err)
		}
	}
}

func TestNobodyIsAskedForThePassphraseInVain(t *testing.T) {
	f := cheap(t.TempDir(), KeySource{Prompt: func(context.Context, bool) (Secret, error) {
		t.Error("asked")
		return Secret{}, ErrNoKey
	}})
	s := &Store{Dir: f.Dir, Vault: NewMemory(), Others: []Vault{f}}
	c := create(t, s, "app")
	if err := s.Move(t.Context(), c, "memory"); err != nil {
		t.Error(err)
	}
	if err := s.Vault.Delete(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Move(t.Context(), c, "file"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, err := s.change(t.Context(), c.ID, func(e *entry) { e.Store = "file" }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Renew(t.Context(), mustFind(t, s)); !errors.Is(err, ErrFileMissing) {
		t.Error(err)
	}
}

func TestAConnectionLivesInAFileAsInAKeychain(t *testing.T) {
	s := &Store{Dir: t.TempDir(), Others: []Vault{NewMemory()}}
	s.Vault = &File{Dir: s.Dir, Keys: KeySource{KeyFile: put(t, "key", NewSealKey().Reveal())}}
	if where, err := s.Probe(t.Context()); err != nil || where != "" {
		t.Errorf("%q, %v", where, err)
	}
	c := create(t, s, "app")
	if err := renew(t, s, c, "two"); err != nil || c.Store != "file" {
		t.Fatal(c.Store, err)
	}
	reads(t, s, c, "two", 2)
	for _, kind := range []string{"memory", "file"} {
		if err := s.Move(t.Context(), c, kind); err != nil {
			t.Fatal(err)
		}
		reads(t, s, c, "two", 2)
	}
	if err := s.Remove(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.Dir, "vault", "*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}
