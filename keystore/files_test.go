package keystore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func readsFile(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s: %q, %v; want %q", path, got, err, want)
	}
}

func TestAPrivateFileIsForTheOwnerAndNoOtherIsTouched(t *testing.T) {
	dir := t.TempDir()
	path, neighbour := filepath.Join(dir, "out"), filepath.Join(dir, "out.new")
	for _, p := range []string{path, neighbour} {
		if err := os.WriteFile(p, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := WritePrivate(path, []byte("secret")); err != nil {
		t.Fatal(err)
	}
	readsFile(t, path, "secret")
	readsFile(t, neighbour, "mine")
	if open := othersRights(t, path); open != "" {
		t.Error(open)
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 2 {
		t.Errorf("left over: %v, %v", all, err)
	}
}

func TestAPrivateFileTakesThePlaceOfNothingButAFile(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(file, []byte("mine"), 0o600), os.Symlink(file, link)); err != nil {
		t.Skip(err) // Windows: only some may make links
	}
	for _, path := range []string{link, dir} {
		if err := WritePrivate(path, []byte("secret")); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	readsFile(t, file, "mine")
	if err := WritePrivate(filepath.Join(dir, "not", "there"), []byte("secret")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "not")); err == nil {
		t.Error("a directory was made")
	}
}

func TestAPrivateFileThatFailsLeavesTheOldOneAndNoRest(t *testing.T) {
	full := errors.New("no space left")
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := disk{before: func() error { return full }}
	if err := d.writePrivate(path, []byte("secret")); !errors.Is(err, full) || errors.Is(err, ErrFiles) {
		t.Error(err)
	}
	readsFile(t, path, "mine")
	if all, err := os.ReadDir(dir); err != nil || len(all) != 1 {
		t.Errorf("left over: %v, %v", all, err)
	}
}

// block puts something into a path's place that no file can be made, written or read
// through, not even by root.
func block(t *testing.T, path string) {
	t.Helper()
	err := errors.Join(os.RemoveAll(path), os.MkdirAll(filepath.Dir(path), 0o700))
	if filepath.Ext(path) == "" { // a directory
		err = errors.Join(err, os.WriteFile(path, nil, 0o600))
	} else {
		err = errors.Join(err, os.Mkdir(path, 0o700), os.WriteFile(filepath.Join(path, "ballast"), nil, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatFailsAtSfauthsOwnFilesIsToldFromAllElse(t *testing.T) {
	ops := map[string]func(*Store, Connection) error{
		"list": func(s *Store, _ Connection) error { _, err := s.List(); return err },
		"create": func(s *Store, _ Connection) error {
			c, sec := grant("new", noon)
			_, err := s.Create(t.Context(), c, sec)
			return err
		},
		"rename":  func(s *Store, c Connection) error { _, err := s.Rename(t.Context(), c.Name, "x"); return err },
		"update":  func(s *Store, c Connection) error { return s.Learn(t.Context(), Finding{ID: c.ID}) },
		"secrets": func(s *Store, c Connection) error { _, err := s.Secrets(t.Context(), c); return err },
		"renew":   func(s *Store, c Connection) error { return renew(t, s, c, "two") },
		"move":    func(s *Store, c Connection) error { return s.Move(t.Context(), c, "file") },
		"remove":  func(s *Store, c Connection) error { return s.Remove(t.Context(), c) },
		"login":   func(s *Store, _ Connection) error { _, err := s.Probe(t.Context()); return err },
		"doctor":  func(s *Store, _ Connection) error { return s.ProbeFiles(t.Context()) },
	}
	for blocked, fail := range map[string][]string{
		"index.json":     {"list", "create", "rename", "update", "renew", "move", "remove", "login", "doctor"},
		"index.json.new": {"create", "rename", "update", "move", "remove", "login", "doctor"},
		"locks":          {"create", "renew", "move", "remove", "doctor"},
		"sealed":         {"secrets", "renew", "move", "doctor"},
		"vault":          {"move"},
	} {
		for _, op := range fail {
			dir := t.TempDir()
			s := &Store{Dir: dir, Vault: NewMemory(), Others: []Vault{cheap(dir, typed("correct horse"))}}
			c := create(t, s, "app")
			if err := s.Others[0].Set(t.Context(), "neighbour", NewSecret("x")); err != nil {
				t.Fatal(err)
			}
			block(t, filepath.Join(dir, blocked))
			err := ops[op](s, c)
			if _, os := errors.AsType[*fs.PathError](err); !errors.Is(err, ErrFiles) || !os || !strings.Contains(err.Error(), filepath.Join(dir, blocked)) {
				t.Errorf("%s without %s: %v", op, blocked, err)
			}
		}
	}
}

func TestWhatLiesWhereANewFileGoesIsNotWrittenThrough(t *testing.T) {
	dir := t.TempDir()
	path, victim := filepath.Join(dir, "index.json"), filepath.Join(dir, "victim")
	if err := os.WriteFile(victim, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for what, plant := range map[string]func() error{
		"a link":         func() error { return os.Symlink(victim, path+".new") },
		"a second name":  func() error { return os.Link(victim, path+".new") },
		"an open file":   func() error { return os.WriteFile(path+".new", []byte("crashed"), 0o644) },
		"nothing at all": func() error { return nil },
	} {
		if err := plant(); err != nil {
			t.Skip(err)
		}
		if err := (disk{}).replaceFile(path, []byte(what)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		readsFile(t, victim, "mine")
		readsFile(t, path, what)
		if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s: %v, %v", what, info.Mode(), err)
		}
		if open := othersRights(t, path); open != "" {
			t.Errorf("%s: %s", what, open)
		}
	}
}

func TestAPrivateFileThatCannotBeMadeIsToldByItsOwnName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nowhere", "out")
	if err := WritePrivate(path, []byte("secret")); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Error(err)
	}
}
