package keystore

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestASealedFileThatCannotBeReadIsAsGoodAsNone(t *testing.T) {
	s := store(t)
	c, other := create(t, s, "app"), create(t, s, "other")
	for _, c := range []Connection{c, other} {
		if err := renew(t, s, c, "token of "+c.ClientID); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := os.ReadFile(s.sealedPath(c.ID))
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(s.sealedPath(other.ID))
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-5] ^= 1
	for what, data := range map[string][]byte{
		"empty": {}, "cut": whole[:len(whole)/2], "one byte short": whole[:len(whole)-1], "foreign": foreign, "flipped": flipped,
		"text": []byte(canary), "followed by more": append(bytes.Clone(whole), 'x'),
	} {
		for _, suffix := range []string{"", ".new"} {
			if err := os.WriteFile(s.sealedPath(c.ID)+suffix, data, 0o600); err != nil {
				t.Fatal(err)
			}
			r := reads(t, s, c, "token of app", 1)
			if cached := !r.Access.Token.Empty(); cached != (suffix != "") {
				t.Errorf("%s%s: cached %v", what, suffix, cached)
			}
			if err := os.WriteFile(s.sealedPath(c.ID), whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := renew(t, s, c, "two"); err != nil { // and it is made anew
		t.Fatal(err)
	}
	reads(t, s, c, "two", 2)
}

func TestASealedFileThatCannotBeLookedIntoIsNotTakenForNone(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	memory := s.Vault.(*Memory)
	s.Vault = moody{Memory: memory, set: func(context.Context, string, Secret) error { return ErrLocked }}
	if err := renew(t, s, c, "two"); !errors.Is(err, ErrLocked) { // the vault is behind
		t.Fatal(err)
	}
	s.Vault = memory
	for _, suffix := range []string{"", ".new"} {
		path := s.sealedPath(c.ID) + suffix
		_ = os.Rename(path, path+"-away")
		if err := os.Mkdir(path, 0o700); err != nil { // which is there, and cannot be read even by root
			t.Fatal(err)
		}
		if r, err := s.Renew(t.Context(), c); err == nil {
			t.Errorf("%s: %q would be sent, generation %d", path, r.RefreshToken.Reveal(), r.Generation)
			r.Close()
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		_ = os.Rename(path+"-away", path)
	}
	reads(t, s, c, "two", 2)
}

func TestWhatIsPreparedLeavesRoomForTheAnswer(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(s.sealedPath(c.ID) + ".new")
	if err != nil {
		t.Fatal(err)
	}
	if warning, err := r.Commit(t.Context(), NewSecret(strings.Repeat("r", 1900)), AccessToken{Token: NewSecret(strings.Repeat("a", 4000))}); warning != nil || err != nil {
		t.Fatal(warning, err)
	}
	after, err := os.Stat(s.sealedPath(c.ID))
	if err != nil || after.Size() != before.Size() {
		t.Errorf("%d bytes were prepared, %d needed, %v", before.Size(), after.Size(), err)
	}
}

func TestAnAnswerShorterThanTheOneBeforeIsRead(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	for i, token := range []string{strings.Repeat("x", 2*sealedRoom), "short"} {
		r, err := s.Renew(t.Context(), c)
		if err == nil {
			err = r.Prepare(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		if warning, err := r.Commit(t.Context(), NewSecret([]string{"two", "three"}[i]), AccessToken{Token: NewSecret(token), IssuedAt: noon}); warning != nil || err != nil {
			t.Fatal(warning, err)
		}
		r.Close()
	}
	if r := reads(t, s, c, "three", 3); !r.Access.Token.Equal(NewSecret("short")) {
		t.Error("it was not sealed")
	}
}

func TestASealedFileIsForTheOwnerAndShowsNothing(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	if err := renew(t, s, c, canary); err != nil {
		t.Fatal(err)
	}
	path := s.sealedPath(c.ID)
	data, err := os.ReadFile(path)
	if err != nil || bytes.Contains(data, []byte(canary)) || !bytes.HasPrefix(data, []byte("age-encryption.org/v1\n")) {
		t.Errorf("%v: %.40q", err, data)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for path, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func FuzzSealed(f *testing.F) {
	key := NewSealKey()
	f.Add([]byte(`{"v":1,"generation":2,"refresh_token":"t","access_token":"a","issued_at":"2026-11-20T12:00:00Z"}`))
	f.Add([]byte(`{"v":1,"generation":-1,"refresh_token":"t"}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		_, _ = unseal(plain, key)
		id, err := (&File{key: key}).identities(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		to, err := recipient(id[0])
		if err != nil {
			t.Fatal(err)
		}
		data, err := encrypt(plain, to)
		if err != nil {
			t.Fatal(err)
		}
		c, err := unseal(data, key)
		if err == nil && (c.RefreshToken.Empty() || c.Generation < 0 || !c.SealKey.Equal(key)) {
			t.Fatalf("%+v", c)
		}
	})
}

func TestAnOldTokenThatLandsLateDoesNotComeBack(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	memory := s.Vault.(*Memory)
	late := memory.items[c.ID]
	if err := renew(t, s, c, "two"); err != nil {
		t.Fatal(err)
	}
	memory.items[c.ID] = late
	reads(t, s, c, "two", 2)

	anew, sec := grant("app2", noon.Add(time.Hour))
	anew.ID = c.ID
	if _, _, err := s.Replace(t.Context(), anew, sec); err != nil {
		t.Fatal(err)
	}
	memory.items[c.ID] = late
	if r := reads(t, s, c, "token of app2", 3); !r.ClientSecret.Equal(NewSecret("secret of app2")) || r.ClientID != "app2" {
		t.Errorf("%+v", r)
	}
}

func TestTheLateWriteOfAGrantThatCameToNothingIsOutdated(t *testing.T) {
	for token, next := range map[string]func(s *Store, c Connection) error{
		"token of app3": func(s *Store, c Connection) error {
			other, sec := grant("app3", noon.Add(2*time.Hour))
			other.ID = c.ID
			_, _, err := s.Replace(t.Context(), other, sec)
			return err
		},
		"token of app, renewed": func(s *Store, c Connection) error { return renew(t, s, c, "token of app, renewed") },
	} {
		s := store(t)
		c := create(t, s, "app")
		memory := s.Vault.(*Memory)
		before := memory.items[c.ID]
		anew, sec := grant("app2", noon.Add(time.Hour))
		anew.ID = c.ID
		if _, _, err := mute(s, true).Replace(t.Context(), anew, sec); !errors.Is(err, ErrTimeout) {
			t.Fatal(err)
		}
		late := memory.items[c.ID]
		memory.items[c.ID] = before
		if err := next(s, c); err != nil {
			t.Fatal(err)
		}
		memory.items[c.ID] = late
		if r := reads(t, s, c, token, 3); r.ClientID == "app2" {
			t.Errorf("%s has the settings of another grant", token)
		}
	}
}

func TestANewGrantDoesNotHandOutTheOldOnesAccessToken(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	if err := renew(t, s, c, "two"); err != nil {
		t.Fatal(err)
	}
	anew, sec := grant("app2", noon.Add(time.Hour))
	anew.ID = c.ID
	if _, _, err := s.Replace(t.Context(), anew, sec); err != nil {
		t.Fatal(err)
	}
	if r := reads(t, s, c, "token of app2", 3); !r.Access.Token.Empty() {
		t.Error("another grant's access token is cached")
	}
}

func TestACachedTokenIsReadWithinItsAllocations(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	if err := renew(t, s, c, "two"); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if k, err := s.Cached(t.Context(), c); err != nil || k.Access.Token.Empty() {
			t.Fatal("nothing is cached", err)
		}
	}); n > 280 {
		t.Errorf("%.0f allocations, want at most 280", n)
	}
}

func BenchmarkRenewCached(b *testing.B) {
	s := &Store{Dir: b.TempDir(), Vault: NewMemory()}
	c, sec := grant("app", noon)
	c, err := s.Create(b.Context(), c, sec)
	if err != nil {
		b.Fatal(err)
	}
	r, err := s.Renew(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := r.Commit(b.Context(), r.RefreshToken, AccessToken{Token: NewSecret("access"), IssuedAt: noon}); err != nil {
		b.Fatal(err)
	}
	r.Close()
	for b.Loop() {
		r, err := s.Renew(b.Context(), c)
		if err != nil || r.Access.Token.Empty() {
			b.Fatal(err)
		}
		r.Close()
	}
}

func TestACachedTokenIsReadWhileSomebodyHoldsTheLock(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	if err := renew(t, s, c, "two"); err != nil {
		t.Fatal(err)
	}
	r, err := s.Renew(t.Context(), c)
	if err == nil {
		err = r.Prepare(t.Context()) // it is being renewed
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if seen, err := s.Cached(t.Context(), c); err != nil || !seen.Access.Token.Equal(NewSecret("access for two")) {
		t.Errorf("%+v, %v", seen, err)
	}
}
