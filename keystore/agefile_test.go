package keystore

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// typed is a person who types that passphrase.
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
		if _, err := next.Get(t.Context(), "acme-2"); !errors.Is(err, ErrNotFound) {
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

func TestThePassphraseCommandSpeaksOnItsFirstLine(t *testing.T) {
	need(t, "sh")
	dir := t.TempDir()
	if err := cheap(dir, KeySource{Command: "echo correct horse; echo more"}).Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := cheap(dir, typed("correct horse")).Get(t.Context(), "a-1"); err != nil {
		t.Error(err)
	}
	_, err := cheap(dir, KeySource{Command: "echo 'no such entry\x1b[2J' >&2; exit 3"}).Get(t.Context(), "a-1")
	if err == nil || !strings.HasSuffix(err.Error(), "exit status 3: no such entry") {
		t.Error(err)
	}
}

func TestTheFirstKeySourceIsTheOnlyOne(t *testing.T) {
	asked := 0
	all := KeySource{
		KeyFile: put(t, "key", NewSealKey().Reveal()), Command: "exit 1", PassphraseFile: put(t, "pass", "file\n"),
		Prompt: func(context.Context, bool) (Secret, error) {
			asked++
			return NewSecret("prompt"), nil
		},
	}
	set := func(k KeySource) error {
		return cheap(t.TempDir(), k).Set(t.Context(), "a-1", NewSecret("x"))
	}
	if err := set(all); err != nil { // the command would fail
		t.Error(err)
	}
	all.KeyFile = ""
	if runtime.GOOS != "windows" {
		if err := set(all); err == nil { // it does, and nobody is asked instead
			t.Error("a command that failed was passed over")
		}
	}
	all.Command = ""
	if err := set(all); err != nil || asked != 0 {
		t.Errorf("asked %d times, %v", asked, err)
	}
	all.PassphraseFile = ""
	if err := set(all); err != nil || asked != 1 || all.Given() {
		t.Errorf("asked %d times, %v", asked, err)
	}
	all.Prompt = nil
	if err := set(all); !errors.Is(err, ErrNoKey) {
		t.Error(err)
	}
	if err := set(typed("")); !errors.Is(err, ErrNoKey) {
		t.Error(err)
	}
}

func TestTheEnvironmentNamesTheKeySources(t *testing.T) {
	for name, value := range map[string]string{"SFAUTH_KEY_FILE": "k", "SFAUTH_PASSPHRASE_COMMAND": "c", "SFAUTH_PASSPHRASE_FILE": "p"} {
		t.Setenv(name, value)
	}
	if k := KeysFromEnvironment(); k.KeyFile != "k" || k.Command != "c" || k.PassphraseFile != "p" || k.Prompt != nil || !k.Given() {
		t.Errorf("%+v", k)
	}
}

func TestTheKeyIsReadOnceAndNewOnesAreAskedForTwice(t *testing.T) {
	var asked []bool
	keys := KeySource{Prompt: func(_ context.Context, fresh bool) (Secret, error) {
		asked = append(asked, fresh)
		return NewSecret("correct horse"), nil
	}}
	dir := t.TempDir()
	first, second := cheap(dir, keys), cheap(dir, keys)
	for range 3 {
		if err := first.Set(t.Context(), "a-1", NewSecret("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := second.Get(t.Context(), "a-1"); err != nil {
			t.Fatal(err)
		}
	}
	if len(asked) != 2 || !asked[0] || asked[1] {
		t.Errorf("asked: %v", asked)
	}
	if _, err := first.Quiet().Get(t.Context(), "a-1"); err != nil {
		t.Errorf("the key is known: %v", err)
	}
	if _, err := cheap(dir, keys).Quiet().Get(t.Context(), "a-1"); !errors.Is(err, ErrNoKey) || len(asked) != 2 {
		t.Errorf("nobody asked for it: %v", err)
	}
}

func TestAWrongKeyOpensNothingAndChangesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := cheap(dir, typed("correct horse")).Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	for what, keys := range map[string]KeySource{
		"passphrase":     typed("battery staple"),
		"key file":       {KeyFile: put(t, "key", NewSealKey().Reveal())},
		"not a key file": {KeyFile: put(t, "key", canary)},
		"empty key file": {KeyFile: put(t, "key", "")},
	} {
		wrong := cheap(dir, keys)
		if _, err := wrong.Get(t.Context(), "a-1"); !errors.Is(err, ErrWrongKey) || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", what, err)
		}
		if err := wrong.Set(t.Context(), "a-1", NewSecret("y")); !errors.Is(err, ErrWrongKey) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if got, err := cheap(dir, typed("correct horse")).Get(t.Context(), "a-1"); err != nil || !got.Equal(NewSecret("x")) {
		t.Error(err)
	}
}

func TestAMistypedPassphraseIsAskedForAgain(t *testing.T) {
	dir := t.TempDir()
	if err := cheap(dir, typed("correct horse")).Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	answers := []string{"corect horse", "correct horse"}
	f := cheap(dir, KeySource{Prompt: func(context.Context, bool) (Secret, error) {
		answer := answers[0]
		answers = answers[1:]
		return NewSecret(answer), nil
	}})
	if _, err := f.Get(t.Context(), "a-1"); !errors.Is(err, ErrWrongKey) {
		t.Error(err)
	}
	if _, err := f.Get(t.Context(), "a-1"); err != nil {
		t.Error(err)
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
		if _, err := f.Get(t.Context(), "a-1"); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%d bytes: %v", len(data), err)
		}
	}
	if err := f.Set(t.Context(), "a-1", NewSecret("y")); err != nil {
		t.Error(err)
	}
}

func TestThePassphraseIsDerivedWithFactor16AndFilesAreForTheOwner(t *testing.T) {
	f := &File{Dir: filepath.Join(t.TempDir(), "sfauth"), Keys: typed("correct horse")}
	if err := f.Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(f.keyPath())
	if err != nil || !regexp.MustCompile(`(?m)^-> scrypt \S+ 16$`).Match(data) {
		t.Errorf("%v: %.100q", err, data)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for path, want := range map[string]os.FileMode{f.keyPath(): 0o600, f.path("a-1"): 0o600, filepath.Join(f.Dir, "vault"): 0o700, f.Dir: 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestManyWhoBeginAtOnceAgreeOnOneKey(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			f := cheap(dir, typed("correct horse")) // a process of its own
			if err := f.Set(t.Context(), "a-"+string(rune('1'+i)), NewSecret("x")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	f := cheap(dir, typed("correct horse"))
	for i := range 4 {
		if _, err := f.Get(t.Context(), "a-"+string(rune('1'+i))); err != nil {
			t.Error(err)
		}
	}
}

func TestAConnectionLivesInAFileAsInAKeychain(t *testing.T) {
	s := &Store{Dir: t.TempDir(), Others: []Vault{NewMemory()}}
	s.Vault = &File{Dir: s.Dir, Keys: KeySource{KeyFile: put(t, "key", NewSealKey().Reveal())}}
	if where, err := s.Probe(t.Context()); err != nil || where != "an encrypted file" {
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
