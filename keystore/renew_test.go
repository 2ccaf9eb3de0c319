package keystore

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// renew is a renewal that brings that refresh token.
func renew(t *testing.T, s *Store, c Connection, token string) error {
	t.Helper()
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := r.Prepare(t.Context()); err != nil {
		return err
	}
	warning, err := r.Commit(t.Context(), NewSecret(token), AccessToken{Token: NewSecret("access for " + token), IssuedAt: noon, InstanceURL: "https://acme"})
	return errors.Join(warning, err)
}

// reads asserts which secrets the next renewal of the connection begins with.
func reads(t *testing.T, s *Store, c Connection, token string, generation int) *Renewal {
	t.Helper()
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if !r.RefreshToken.Equal(NewSecret(token)) || r.Generation != generation {
		t.Errorf("generation %d, the token expected: %v", r.Generation, r.RefreshToken.Equal(NewSecret(token)))
	}
	return r
}

func TestARotatedTokenIsKeptWithItsAccessToken(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	if r := reads(t, s, c, "token of app", 1); r.Access != (AccessToken{}) || r.Name != "acme" {
		t.Errorf("%+v", r)
	}
	if err := renew(t, s, c, "two"); err != nil {
		t.Fatal(err)
	}
	r := reads(t, s, c, "two", 2)
	if !r.Access.Token.Equal(NewSecret("access for two")) || !r.Access.IssuedAt.Equal(noon) || r.Access.InstanceURL != "https://acme" {
		t.Errorf("%+v", r.Access)
	}
	if item, err := unpack(s.Vault.(*Memory).items[c.ID]); err != nil || item.Generation != 2 || !item.ClientSecret.Equal(NewSecret("secret of app")) {
		t.Errorf("the vault: %+v, %v", item, err)
	}
}

func TestATokenThatWasNotRotatedDoesNotTouchTheVault(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	s.Vault = moody{Memory: s.Vault.(*Memory), set: func(context.Context, string, Secret) error {
		t.Error("written")
		return nil
	}}
	if err := renew(t, s, c, "token of app"); err != nil {
		t.Fatal(err)
	}
	if r := reads(t, s, c, "token of app", 1); r.Access.Token.Empty() {
		t.Error("nothing is cached")
	}
}

// cache keeps what the access token was exchanged for.
func cache(t *testing.T, s *Store, c Connection, token AccessToken) error {
	t.Helper()
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		return err
	}
	defer r.Close()
	return r.Cache(token)
}

func TestWhatAnAccessTokenWasExchangedForStandsBesideItUntilTheNext(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	other := AccessToken{Token: NewSecret("exchanged"), IssuedAt: noon, ExpiresAt: noon.Add(time.Hour), InstanceURL: "https://elsewhere"}
	if err := errors.Join(renew(t, s, c, "two"), cache(t, s, c, other)); err != nil {
		t.Fatal(err)
	}
	is := reads(t, s, c, "two", 2).Exchanged
	if !is.Token.Equal(other.Token) || !is.IssuedAt.Equal(noon) || !is.ExpiresAt.Equal(other.ExpiresAt) || is.InstanceURL != other.InstanceURL {
		t.Errorf("%+v", is)
	}
	if seen, err := s.Cached(t.Context(), c); err != nil || !seen.Exchanged.Token.Equal(other.Token) || !seen.Access.Token.Equal(NewSecret("access for two")) {
		t.Errorf("%+v, %v", seen, err)
	}
	if item := s.Vault.(*Memory).items[c.ID].Reveal(); strings.Contains(item, "exchanged") {
		t.Error("the vault has it, too:", item)
	}
	if err := renew(t, s, c, "three"); err != nil {
		t.Fatal(err)
	}
	if r := reads(t, s, c, "three", 3); !r.Exchanged.Token.Empty() {
		t.Error("it outlived the access token")
	}
	anew, sec := grant("app", noon.Add(time.Hour))
	anew.ID = c.ID
	if _, _, err := s.Replace(t.Context(), anew, sec); err != nil || cache(t, s, c, other) != nil {
		t.Fatal(err)
	}
	anew.AuthorizedAt = noon.Add(2 * time.Hour)
	if _, _, err := s.Replace(t.Context(), anew, sec); err != nil {
		t.Fatal(err)
	}
	if seen, err := s.Cached(t.Context(), c); err != nil || !seen.Exchanged.Token.Empty() {
		t.Error("it outlived its grant", err)
	}
}

func TestTwoLongAccessTokensFitWhereTheVaultItemMustStaySmall(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	jwt := AccessToken{Token: NewSecret(strings.Repeat("eyJ", 1000)), IssuedAt: noon} // a JWT, longer than any keychain's item
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	warning, err := r.Commit(t.Context(), NewSecret("two"), jwt)
	err = errors.Join(warning, err, r.Cache(jwt))
	r.Close()
	if err != nil {
		t.Fatal(err)
	}
	if packed, err := r.Secrets.pack(); err != nil || len(packed.Reveal()) > 600 { // as a move to another vault does
		t.Errorf("%d bytes, %v", len(packed.Reveal()), err)
	}
	if item := s.Vault.(*Memory).items[c.ID].Reveal(); len(item) > 600 {
		t.Errorf("the vault's item has %d bytes", len(item))
	}
	if is := reads(t, s, c, "two", 2); !is.Access.Token.Equal(jwt.Token) || !is.Exchanged.Token.Equal(jwt.Token) {
		t.Error("a token did not read back")
	}
}

func TestCommitNeedsNoIndex(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := errors.Join(r.Prepare(t.Context()), os.WriteFile(s.indexPath(), []byte("damaged meanwhile"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if warning, err := r.Commit(t.Context(), NewSecret("two"), AccessToken{}); warning != nil || err != nil {
		t.Error(warning, err)
	}
	if kept, err := s.Secrets(t.Context(), c); err != nil || kept.Generation != 2 || !kept.RefreshToken.Equal(NewSecret("two")) {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestAVaultThatRefusesTheNewTokenCostsNothing(t *testing.T) {
	for _, mood := range []error{ErrLocked, ErrTimeout, ErrTooBig, ErrNotStored} {
		s := store(t)
		c := create(t, s, "app")
		memory := s.Vault.(*Memory)
		s.Vault = moody{Memory: memory, set: func(context.Context, string, Secret) error { return mood }}
		for generation, token := range []string{2: "two", 3: "three"} {
			if token == "" {
				continue
			}
			if err := renew(t, s, c, token); !errors.Is(err, mood) {
				t.Fatal(err)
			}
			reads(t, s, c, token, generation)
		}
		if sec, err := s.Secrets(t.Context(), c); err != nil || !sec.RefreshToken.Equal(NewSecret("three")) {
			t.Errorf("an export would have the old one: %v", err)
		}
		s.Vault = memory
		if err := renew(t, s, c, "three"); err != nil { // not rotated, but the vault is behind
			t.Fatal(err)
		}
		if item, err := unpack(memory.items[c.ID]); err != nil || item.Generation != 3 {
			t.Errorf("the vault is still behind: %d, %v", item.Generation, err)
		}
	}
}

func TestTheNewTokenIsSealedBeforeTheVaultIsAsked(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	memory, asked := s.Vault.(*Memory), false
	s.Vault = moody{Memory: memory, set: func(ctx context.Context, account string, sec Secret) error {
		asked = true
		if now, err := s.Secrets(ctx, c); err != nil || !now.RefreshToken.Equal(NewSecret("two")) {
			t.Errorf("a crash now would lose it: %v", err)
		}
		return memory.Set(ctx, account, sec)
	}}
	if err := renew(t, s, c, "two"); err != nil || !asked {
		t.Error(asked, err)
	}
}

func TestAVaultThatTakesTheTokenMakesUpForADiskThatDoesNot(t *testing.T) {
	full := errors.New("no space left")
	for _, refuses := range []bool{false, true} {
		s := store(t)
		c := create(t, s, "app")
		if refuses {
			s.Vault = moody{Memory: s.Vault.(*Memory), set: func(context.Context, string, Secret) error { return ErrLocked }}
		}
		r, err := s.Renew(t.Context(), c)
		if err == nil {
			err = r.Prepare(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		s.disk.before = func() error { return full }
		warning, err := r.Commit(t.Context(), NewSecret("two"), AccessToken{})
		s.disk.before = nil
		r.Close()
		if refuses {
			if !errors.Is(err, full) || !errors.Is(err, ErrLocked) || warning != nil {
				t.Errorf("lost without a word: %v, %v", warning, err)
			}
			continue
		}
		if !errors.Is(warning, full) || err != nil {
			t.Error(warning, err)
		}
		reads(t, s, c, "two", 2)
	}
}

func TestACrashAfterTheAnswerIsOnTheDiskKeepsTheNewToken(t *testing.T) {
	for after := 1; ; after++ { // steps after Prepare
		s := store(t)
		c := create(t, s, "app")
		r, err := s.Renew(t.Context(), c)
		if err == nil {
			err = r.Prepare(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		b := &breaker{at: after}
		s.disk.before = b.step
		r.vault = breakingVault{s.Vault, b}
		crashed := run(func() {
			_, _ = r.Commit(context.Background(), NewSecret("two"), AccessToken{})
		})
		s.disk.before = nil
		r.unlock() // the kernel does
		switch {
		case after == 1: // before the first byte: an answer that never arrived
			reads(t, s, c, "token of app", 1)
		default:
			reads(t, s, c, "two", 2)
			if err := renew(t, s, c, "three"); err != nil {
				t.Fatal(err)
			}
			reads(t, s, c, "three", 3)
		}
		if !crashed {
			break
		}
	}
}

func TestAFullDiskIsNoticedBeforeTheTokenIsSpent(t *testing.T) {
	full := errors.New("no space left")
	for at := 1; ; at++ {
		s := store(t)
		c := create(t, s, "app")
		r, err := s.Renew(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		s.disk.before = func() error {
			if n++; n == at {
				return full
			}
			return nil
		}
		err = r.Prepare(t.Context())
		s.disk.before = nil
		r.Close()
		if n < at {
			if at == 1 || err != nil {
				t.Fatalf("after %d steps: %v", n, err)
			}
			return
		}
		if !errors.Is(err, full) {
			t.Errorf("step %d: %v", at, err)
		}
		if left := sealedFiles(t, s); len(left) > 0 {
			t.Errorf("step %d leaves %v", at, left)
		}
		reads(t, s, c, "token of app", 1)
	}
}

func TestAnItemWithoutASealKeyGetsOneBeforeItIsSpent(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	memory := s.Vault.(*Memory)
	memory.items[c.ID] = NewSecret(`{"v":1,"generation":4,"refresh_token":"old"}`)
	s.Vault = moody{Memory: memory, set: func(context.Context, string, Secret) error { return ErrLocked }}
	if _, err := s.Renew(t.Context(), c); !errors.Is(err, ErrLocked) {
		t.Errorf("a successor could not have been sealed: %v", err)
	}
	s.Vault = memory
	if err := renew(t, s, c, "new"); err != nil {
		t.Fatal(err)
	}
	reads(t, s, c, "new", 5)
}

func TestRereadTakesOverWhatLandedLate(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	memory := s.Vault.(*Memory)
	old := memory.items[c.ID]
	r, err := s.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if changed, err := r.Reread(t.Context()); changed || err != nil {
		t.Error(changed, err)
	}
	next := r.Secrets
	next.RefreshToken, next.Generation = NewSecret("two"), 2
	if memory.items[c.ID], err = next.pack(); err != nil {
		t.Fatal(err)
	}
	if changed, err := r.Reread(t.Context()); !changed || err != nil || !r.RefreshToken.Equal(NewSecret("two")) {
		t.Error(changed, err)
	}
	memory.items[c.ID] = old
	if changed, err := r.Reread(t.Context()); changed || err != nil || !r.RefreshToken.Equal(NewSecret("two")) {
		t.Errorf("it went back to an older one: %v, %v", changed, err)
	}
}

func TestARenewalOfARemovedConnectionIsNone(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	if err := renew(t, s, c, "two"); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Renew(t.Context(), c); !errors.Is(err, ErrNoConnection) {
		t.Error(err)
	}
	if left := sealedFiles(t, s); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestARenewalSettlesAGrantThatWasBeingStored(t *testing.T) {
	for _, landed := range []bool{true, false} {
		s := store(t)
		c := create(t, s, "app")
		memory := s.Vault.(*Memory)
		s.Vault = moody{Memory: memory, set: func(ctx context.Context, account string, sec Secret) error {
			if landed {
				_ = memory.Set(ctx, account, sec)
			}
			return ErrTimeout
		}}
		anew, sec := grant("app2", noon.Add(time.Hour))
		anew.ID = c.ID
		if _, _, err := s.Replace(t.Context(), anew, sec); !errors.Is(err, ErrTimeout) {
			t.Fatal(err)
		}
		s.Vault = memory
		want, generation := "app", 1
		if landed {
			want, generation = "app2", 2
		}
		if r := reads(t, s, c, "token of "+want, generation); r.ClientID != want {
			t.Errorf("landed %v: %+v", landed, r.Connection)
		}
	}
}

func TestWhoseAGrantIsMayBeWrittenLate(t *testing.T) {
	s := store(t)
	c, sec := grant("app", noon)
	c.OrgID, c.UserID = "", ""
	c, err := s.Create(t.Context(), c, sec)
	must(t, err)
	memory := s.Vault.(*Memory)
	identify := func(v Vault) error {
		s := &Store{Dir: s.Dir, Vault: v, disk: s.disk}
		r, err := s.Renew(t.Context(), c)
		must(t, err)
		defer r.Close()
		return r.Identify(t.Context(), "00D", "005")
	}
	var late Secret
	if err := identify(moody{Memory: memory, set: func(_ context.Context, _ string, packed Secret) error { late = packed; return ErrTimeout }}); !errors.Is(err, ErrTimeout) {
		t.Fatal(err)
	}
	reads(t, s, c, "token of app", 1) // Another process takes it for lost.
	memory.items[c.ID] = late
	reads(t, s, c, "token of app", 2)
	must(t, identify(memory))
	if r := reads(t, s, c, "token of app", 3); r.UserID != "005" || r.For.UserID != "005" {
		t.Errorf("%+v is for %+v", r.Connection, r.For)
	}
	if err := s.edit(t.Context(), func(ix *index) error { ix.byID(c.ID).UserID = "006"; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Renew(t.Context(), c); !errors.Is(err, ErrChanged) {
		t.Error("a list that names another user decided:", err)
	}
}

// counting counts the reads of a vault.
type counting struct {
	*Memory
	reads int
}

func (v *counting) Get(ctx context.Context, account string) (Secret, error) {
	v.reads++
	return v.Memory.Get(ctx, account)
}

func TestWhoWaitedTakesTheTokenOfAnotherAndOpensNoVault(t *testing.T) {
	enough := func(seen Secrets) bool { return !seen.Access.Token.Empty() }
	for _, anew := range []bool{false, true} {
		s := store(t)
		c := create(t, s, "app")
		v := &counting{Memory: s.Vault.(*Memory)}
		seen, err := s.Cached(t.Context(), c)
		if err == nil {
			err = renew(t, s, c, "two")
		}
		if err == nil && anew { // authorised again, and renewed since
			other, sec := grant("app2", noon.Add(time.Hour))
			other.ID = c.ID
			_, _, err = s.Replace(t.Context(), other, sec)
			err = errors.Join(err, renew(t, s, c, "three"))
		}
		if err != nil {
			t.Fatal(err)
		}
		s.Vault = v
		r, err := s.RenewUnless(t.Context(), c, seen, enough)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		want, reads := "access for two", 0
		if anew {
			want, reads = "access for three", 1
		}
		if !r.Access.Token.Equal(NewSecret(want)) || v.reads != reads {
			t.Errorf("anew %v: %d reads; the token expected: %v", anew, v.reads, r.Access.Token.Equal(NewSecret(want)))
		}
	}
}
