package keystore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
)

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

func TestAWrongPassphraseIsAskedForOnceInOneAttempt(t *testing.T) {
	dir := t.TempDir()
	if err := cheap(dir, typed("correct horse")).Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	asked, answer, failure := 0, "corect horse", error(nil)
	f := cheap(dir, KeySource{Prompt: func(context.Context, bool) (Secret, error) {
		asked++
		return NewSecret(answer), failure
	}})
	read := func(ctx context.Context, want error) {
		t.Helper()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := f.Get(ctx, "a-1"); !errors.Is(err, want) {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	read(AskOnce(t.Context()), ErrWrongKey)
	failure = ErrNoKey // nothing was typed
	read(AskOnce(t.Context()), ErrNoKey)
	if asked != 2 {
		t.Errorf("asked %d times in two attempts", asked)
	}

	ctx, leave := context.WithCancel(AskOnce(t.Context()))
	failure = context.Canceled
	leave()
	read(ctx, context.Canceled)
	if asked != 2 {
		t.Error("who has left was asked")
	}
	answer, failure = "correct horse", nil
	read(AskOnce(t.Context()), nil)
	if asked != 3 {
		t.Errorf("asked %d times in three attempts", asked)
	}
}

func TestAnAttemptThatSomebodyLeftSaysNothingOfTheKey(t *testing.T) {
	dir := t.TempDir()
	if err := cheap(dir, typed("correct horse")).Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	one := AskOnce(t.Context())
	limited, late := context.WithCancel(one)
	f := cheap(dir, KeySource{Prompt: func(ctx context.Context, _ bool) (Secret, error) {
		if ctx == limited {
			late()
		}
		return NewSecret("correct horse"), ctx.Err()
	}})
	if _, err := f.Get(limited, "a-1"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := f.Get(one, "a-1"); err != nil {
		t.Error(err)
	}
}

func TestALostKeyIsNotReplacedByANewOne(t *testing.T) {
	f := cheap(t.TempDir(), typed("correct horse"))
	if err := f.Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(f.keyPath(), f.keyPath()+"-away"); err != nil {
		t.Fatal(err)
	}
	next := cheap(f.Dir, KeySource{Prompt: func(context.Context, bool) (Secret, error) {
		t.Error("a new passphrase was asked for")
		return NewSecret("another"), nil
	}})
	_, read := next.Get(t.Context(), "a-1")
	for _, err := range []error{read, next.Set(t.Context(), "a-1", NewSecret("y")), next.Set(t.Context(), "a-2", NewSecret("y"))} {
		if !errors.Is(err, ErrNoKey) || !strings.Contains(err.Error(), f.keyPath()) {
			t.Error(err)
		}
	}
	if err := os.Rename(f.keyPath()+"-away", f.keyPath()); err != nil { // it was missing for a moment
		t.Fatal(err)
	}
	if got, err := cheap(f.Dir, typed("correct horse")).Get(t.Context(), "a-1"); err != nil || !got.Equal(NewSecret("x")) {
		t.Error(err)
	}
}

// Where the key's file is damaged, the secrets that the key has sealed may be whole. The vault
// must not call them corrupt, since sfauth overwrites a corrupt secret.
func TestADamagedKeyIsNotTakenForADamagedSecret(t *testing.T) {
	f := cheap(t.TempDir(), typed("correct horse"))
	if err := f.Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.keyPath(), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	next := cheap(f.Dir, f.Keys)
	_, read := next.Get(t.Context(), "a-1")
	for _, err := range []error{read, next.Set(t.Context(), "a-1", NewSecret("y"))} {
		if !errors.Is(err, ErrNoKey) || missing(err) || !strings.Contains(err.Error(), f.keyPath()) {
			t.Error(err)
		}
	}
}

func TestANewPassphraseThatIsTypedTwoWaysChangesNothing(t *testing.T) {
	f := cheap(t.TempDir(), KeySource{Prompt: func(context.Context, bool) (Secret, error) { return NewSecret("x"), ErrDiffer }})
	s := &Store{Dir: f.Dir, Vault: NewMemory(), Others: []Vault{f}}
	c := create(t, s, "app")
	if err := s.Move(t.Context(), c, "file"); !errors.Is(err, ErrDiffer) || !refused(err) {
		t.Error(err)
	}
	if ix, err := s.load(); err != nil || !ix.Entries[0].settled() {
		t.Errorf("%+v, %v", ix, err)
	}
	reads(t, s, c, "token of app", 1)
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

func TestAKeyThatProtectsNothingIsNotLeftAndBindsNobody(t *testing.T) {
	dir := t.TempDir()
	s := &Store{Dir: dir, Vault: cheap(dir, typed("mistyped"))}
	first := s.Vault.(*File)
	if _, err := s.ProbeVault(t.Context()); err != nil { // as doctor does
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 { // a lock's file stays, and an empty directory
		t.Errorf("left: %v, %v", left, err)
	}
	key, err := first.makeKey(NewSecret("mistyped")) // and broke off
	if err != nil {
		t.Fatal(err)
	}
	var fresh []bool
	other := cheap(dir, KeySource{Prompt: func(_ context.Context, anew bool) (Secret, error) {
		fresh = append(fresh, anew)
		return NewSecret("correct horse"), nil
	}})
	if err := other.Set(t.Context(), "a-1", NewSecret("x")); err != nil || len(fresh) != 1 || !fresh[0] {
		t.Fatalf("asked %v, %v", fresh, err)
	}
	if got, err := cheap(dir, typed("correct horse")).Get(t.Context(), "a-1"); err != nil || !got.Equal(NewSecret("x")) {
		t.Error(err)
	}
	first.key = key // of who began before, and comes to save now
	if err := first.Set(t.Context(), "b-1", NewSecret("y")); !errors.Is(err, ErrWrongKey) {
		t.Errorf("saved under a key that is gone: %v", err)
	}
}

func TestAKeyThatWasReplacedBeforeItProtectedAnythingComesBackWithItsSecret(t *testing.T) {
	dir := t.TempDir()
	first, second := cheap(dir, typed("correct horse")), cheap(dir, typed("battery staple"))
	for _, f := range []*File{first, second} { // each in its wizard, before the browser
		if _, err := (&Store{Dir: dir, Vault: f}).ProbeVault(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	if got, err := cheap(dir, typed("correct horse")).Get(t.Context(), "a-1"); err != nil || !got.Equal(NewSecret("x")) {
		t.Error(err)
	}
	if err := second.Set(t.Context(), "b-1", NewSecret("y")); !errors.Is(err, ErrWrongKey) {
		t.Error(err)
	}
}

func TestKeysAreDerivedOneAtATimeAndTheirMemoryIsGivenBack(t *testing.T) {
	held := func() int64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapSys) - int64(m.HeapReleased)
	}
	dir := t.TempDir()
	f := &File{Dir: dir, Keys: typed("correct horse")}
	debug.FreeOSMemory() // what tests before this one hold is not the key's
	before := held()
	if err := f.Set(t.Context(), "a-1", NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	if more := held() - before; more > 32<<20 {
		t.Errorf("%d MiB more are held", more>>20)
	}
	unlock, err := f.lockKey(t.Context()) // somebody else derives
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	left := errors.New("the person left")
	ctx, cancel := context.WithCancelCause(t.Context())
	next := &File{Dir: dir, Keys: KeySource{Prompt: func(context.Context, bool) (Secret, error) {
		cancel(left)
		return NewSecret("correct horse"), nil
	}}}
	if _, err := next.Get(ctx, "a-1"); !errors.Is(err, left) {
		t.Errorf("it was not waited for: %v", err)
	}
}
