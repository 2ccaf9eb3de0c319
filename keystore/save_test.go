package keystore

import (
	"context"
	"errors"
	"testing"
	"time"
)

// unanswered is a vault whose writes do not answer, and land all the same.
type unanswered struct{ Vault }

func (v unanswered) Set(ctx context.Context, account string, s Secret) error {
	return errors.Join(v.Vault.Set(ctx, account, s), ErrTimeout)
}

// deaf is a vault whose writes do not answer, and never land.
type deaf struct{ Vault }

func (deaf) Set(context.Context, string, Secret) error { return ErrTimeout }

// mute is the store while its vault does not answer in time.
func mute(s *Store, lands bool) *Store {
	if lands {
		return &Store{Dir: s.Dir, Vault: unanswered{s.Vault}, Others: s.Others, disk: s.disk}
	}
	return &Store{Dir: s.Dir, Vault: deaf{s.Vault}, Others: s.Others, disk: s.disk}
}

// unwritten is the store with a vault that the store must not write to.
func unwritten(t *testing.T, s *Store) *Store {
	return &Store{Dir: s.Dir, Vault: moody{Memory: s.Vault.(*Memory), set: func(context.Context, string, Secret) error {
		t.Error("it was written again")
		return nil
	}}}
}

func TestACreateThatWasHealedAndRenewedMeanwhileIsNotRepeated(t *testing.T) {
	s := store(t)
	c, sec := grant("app", noon)
	if _, err := mute(s, true).Create(t.Context(), c, sec); !errors.Is(err, ErrTimeout) {
		t.Fatal(err)
	}
	if err := s.Heal(t.Context()); err != nil { // by another sfauth
		t.Fatal(err)
	}
	if err := renew(t, s, mustFind(t, s), "rotated"); err != nil {
		t.Fatal(err)
	}
	again, err := unwritten(t, s).Create(t.Context(), c, sec)
	if err != nil || again.ID != mustFind(t, s).ID || again.Name != "acme" || again.Store != "memory" {
		t.Errorf("%+v, %v", again, err)
	}
	if list, err := s.List(); err != nil || len(list) != 1 {
		t.Errorf("%d connections have one token, %v", len(list), err)
	}
	reads(t, s, again, "rotated", 2)
}

func TestAReplaceThatLandedIsNotRepeated(t *testing.T) {
	for _, renewed := range []bool{false, true} {
		s := store(t)
		c := create(t, s, "app")
		anew, sec := grant("app2", noon.Add(time.Hour))
		anew.ID = c.ID
		if _, _, err := mute(s, true).Replace(t.Context(), anew, sec); !errors.Is(err, ErrTimeout) {
			t.Fatal(err)
		}
		want, generation := "token of app2", 2
		if renewed { // by a script
			want, generation = "rotated", 3
			if err := renew(t, s, c, want); err != nil {
				t.Fatal(err)
			}
		}
		got, _, err := unwritten(t, s).Replace(t.Context(), anew, sec)
		if err != nil || got.ClientID != "app2" || got.Name != "acme" || got.Store != "memory" {
			t.Errorf("renewed %v: %+v, %v", renewed, got, err)
		}
		reads(t, s, c, want, generation)
	}
}

func TestAReplaceIsRepeatedWhenItsSecretIsGone(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	_, sec := grant("app", noon)
	delete(s.Vault.(*Memory).items, c.ID)
	if _, _, err := s.Replace(t.Context(), c, sec); err != nil {
		t.Fatal(err)
	}
	reads(t, s, c, "token of app", 1)
}

func TestARetryThatTheVaultRefusesForgetsNothingThatMayHaveLanded(t *testing.T) {
	s := twoVaults(t)
	c, sec := grant("app", noon)
	if _, err := mute(s, true).Create(t.Context(), c, sec); !errors.Is(err, ErrTimeout) {
		t.Fatal(err)
	}
	locked := moody{set: func(context.Context, string, Secret) error { return ErrLocked }}
	for _, v := range []Vault{locked, unwilling{elsewhere{NewMemory()}}} { // the same again, then another
		if _, err := (&Store{Dir: s.Dir, Vault: v}).Create(t.Context(), c, sec); !errors.Is(err, ErrLocked) {
			t.Fatal(err)
		}
	}
	if err := s.Heal(t.Context()); err != nil {
		t.Fatal(err)
	}
	agrees(t, 0, s, mustFind(t, s))
}

func TestAVaultThatDidNotAnswerKeepsNoCopyOfWhatWentToAnother(t *testing.T) {
	for _, lands := range []bool{true, false} {
		s := twoVaults(t)
		c, sec := grant("app", noon)
		if _, err := mute(s, lands).Create(t.Context(), c, sec); !errors.Is(err, ErrTimeout) {
			t.Fatal(err)
		}
		there, err := s.In("elsewhere")
		if err != nil {
			t.Fatal(err)
		}
		if c, err = there.Create(t.Context(), c, sec); err != nil || c.Store != "elsewhere" {
			t.Fatal(c.Store, err)
		}
		if err := s.Heal(t.Context()); err != nil {
			t.Fatal(err)
		}
		agrees(t, 0, s, c)
	}
}

func TestAGrantIsFoundInWhicheverVaultItLanded(t *testing.T) {
	for _, first := range []bool{true, false} {
		s := twoVaults(t)
		there, err := s.In("elsewhere")
		if err != nil {
			t.Fatal(err)
		}
		c, sec := grant("app", noon)
		for i, s := range []*Store{s, there} {
			if _, err := mute(s, (i == 0) == first).Create(t.Context(), c, sec); !errors.Is(err, ErrTimeout) {
				t.Fatal(err)
			}
		}
		if err := s.Heal(t.Context()); err != nil {
			t.Fatal(err)
		}
		agrees(t, 0, s, mustFind(t, s))
	}
}

func TestAGrantIsOneAuthorisation(t *testing.T) {
	c, _ := grant("app", noon)
	for what, change := range map[string]func(*Connection){
		"its time":   func(c *Connection) { c.AuthorizedAt = c.AuthorizedAt.Add(1) },
		"its app":    func(c *Connection) { c.ClientID = "app2" },
		"its domain": func(c *Connection) { c.Domain = "test.salesforce.com" },
		"its user":   func(c *Connection) { c.UserID = "006" },
	} {
		other := c
		if change(&other); c.SameGrant(other) {
			t.Errorf("%s makes it another", what)
		}
	}
	renamed := c
	renamed.ID, renamed.Name, renamed.Store, renamed.AuthorizedAt = "x", "y", "file", noon.Local()
	if !c.SameGrant(renamed) || (Connection{}).SameGrant(Connection{}) {
		t.Error("where it is kept makes it no other, and nothing is no grant")
	}
}

func TestAGrantThatWasGivenUpBecomesNoConnectionThoughItsWriteLands(t *testing.T) {
	s := store(t)
	c, sec := grant("app", noon)
	begun, err := mute(s, true).Create(t.Context(), c, sec)
	if !errors.Is(err, ErrTimeout) {
		t.Fatal(err)
	}
	if err := s.Abandon(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := s.Heal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ix, err := s.load(); err != nil || len(ix.Entries) != 0 {
		t.Errorf("%+v, %v", ix, err)
	}
	if _, err := s.Vault.Get(t.Context(), begun.ID); !errors.Is(err, ErrNotFound) {
		t.Error("its secret stays:", err)
	}
}

func TestGivingUpAGrantLeavesAConnectionThatIsReadyAlone(t *testing.T) {
	s := store(t)
	c, sec := grant("app", noon)
	saved, err := s.Create(t.Context(), c, sec)
	if err == nil {
		err = s.Abandon(t.Context(), c)
	}
	if err == nil {
		err = s.Heal(t.Context())
	}
	if err != nil || mustFind(t, s).ID != saved.ID {
		t.Error(err)
	}
}

func TestAUsernameIsThatOfItsGrantAlone(t *testing.T) {
	s := store(t)
	c, sec := grant("app", noon)
	old, err := s.Create(t.Context(), c, sec)
	if err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]time.Time{"late@acme.example": noon.Add(-time.Hour), "demo@acme.example": noon} {
		c := old
		c.Username, c.AuthorizedAt, c.Verdict = name, at, "reauthorise"
		if err := s.SetUsername(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if now := mustFind(t, s); now.Username != "demo@acme.example" || now.Verdict != old.Verdict {
		t.Errorf("%+v", now)
	}
}

func TestAGrantIsSavedOnceItHasSettled(t *testing.T) {
	s := twoVaults(t)
	there := s.Others[0].(elsewhere)
	settled := 0
	s.Vault, s.Others = lazily{there, func(context.Context) error {
		settled++
		ix, err := s.load()
		if err != nil || ix.Entries[0].settled() || len(there.items) != 1 {
			t.Errorf("%+v, %v: %d secrets", ix, err, len(there.items))
		}
		return context.Canceled // who ends the wait has it saved
	}}, nil
	c := create(t, s, "app")
	anew, sec := grant("app2", noon.Add(time.Hour))
	anew.ID = c.ID
	if _, _, err := s.Replace(t.Context(), anew, sec); err != nil || settled != 2 {
		t.Errorf("%v: settled %d times", err, settled)
	}
	reads(t, s, c, "token of app2", 2)
}
