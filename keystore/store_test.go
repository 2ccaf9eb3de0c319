package keystore

import (
	"context"
	"errors"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// grant is what a login with that app obtains. Each secret names the app, so that a test sees
// when those of two apps were mixed.
func grant(app string, at time.Time) (Connection, Secrets) {
	return Connection{Name: "acme", Domain: "acme.my.salesforce.com", ClientID: app, UserID: "005", Username: app + "@acme.example", AuthorizedAt: at},
		Secrets{ClientSecret: NewSecret("secret of " + app), RefreshToken: NewSecret("token of " + app)}
}

func create(t *testing.T, s *Store, app string) Connection {
	t.Helper()
	c, sec := grant(app, noon)
	c, err := s.Create(t.Context(), c, sec)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustFind(t *testing.T, s *Store) Connection {
	t.Helper()
	c, err := s.Find("acme")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func store(t *testing.T) *Store { return Fleeting(t.TempDir(), NewMemory()) }

func TestACreatedConnectionIsFoundWithItsSecrets(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	found, err := s.Find("acme")
	if err != nil || found.ID != c.ID || found.Store != "memory" || found.Username != "app@acme.example" || !found.AuthorizedAt.Equal(noon) {
		t.Errorf("%+v, %v", found, err)
	}
	sec, err := s.Secrets(t.Context(), found)
	if err != nil || !sec.RefreshToken.Equal(NewSecret("token of app")) || sec.Generation != 1 {
		t.Errorf("%+v, %v", sec, err)
	}
	if _, err := s.Find("other"); !errors.Is(err, ErrNoConnection) {
		t.Error(err)
	}
}

func TestListIsByNameAndReadsNoSecret(t *testing.T) {
	s := store(t)
	for _, app := range []string{"app", "app2", "app3"} {
		create(t, s, app)
	}
	s.Vault = nil // any call would panic
	list, err := s.List()
	if err != nil || len(list) != 3 || list[0].Name != "acme" || list[1].Name != "acme-2" || list[2].Name != "acme-3" {
		t.Errorf("%+v, %v", list, err)
	}
	if err := s.Heal(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRenamingKeepsTheSecretWhereItIs(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	create(t, s, "other")
	for name, want := range map[string]error{"acme-2": ErrNameTaken, "No": ErrBadName} {
		if _, err := s.Rename(t.Context(), "acme", name); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Rename(t.Context(), "gone", "x"); !errors.Is(err, ErrNoConnection) {
		t.Error(err)
	}
	renamed, err := s.Rename(t.Context(), "acme", "prod")
	if err != nil || renamed.ID != c.ID || renamed.Name != "prod" {
		t.Fatal(renamed, err)
	}
	if sec, err := s.Secrets(t.Context(), renamed); err != nil || !sec.RefreshToken.Equal(NewSecret("token of app")) {
		t.Error(err)
	}
}

func TestANewGrantTakesTheOldOnesPlaceButNotItsName(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	if _, err := s.Rename(t.Context(), "acme", "prod"); err != nil { // while the login was under way
		t.Fatal(err)
	}
	anew, sec := grant("app2", noon.Add(time.Hour))
	anew.ID = c.ID
	got, _, err := s.Replace(t.Context(), anew, sec)
	if err != nil || got.Name != "prod" || got.ClientID != "app2" || got.Store != "memory" {
		t.Fatalf("%+v, %v", got, err)
	}
	kept, err := s.Secrets(t.Context(), got)
	if err != nil || kept.Generation != 2 || !kept.ClientSecret.Equal(NewSecret("secret of app2")) {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestAVerdictAboutAnOldGrantDoesNotReachTheNewOne(t *testing.T) {
	s := store(t)
	old := create(t, s, "app")
	anew, sec := grant("app2", noon.Add(time.Hour))
	anew.ID = old.ID
	anew, _, err := s.Replace(t.Context(), anew, sec)
	if err != nil {
		t.Fatal(err)
	}
	at := noon.Add(2 * time.Hour)
	other := create(t, s, "other")
	err = s.Learn(t.Context(),
		Finding{ID: old.ID, AuthorizedAt: old.AuthorizedAt, CheckedAt: at, Verdict: "reauthorise"},
		Finding{ID: other.ID, AuthorizedAt: other.AuthorizedAt, CheckedAt: at, Alive: true, Verdict: "alive"})
	if err != nil {
		t.Fatal(err)
	}
	if c, _ := s.Find(anew.Name); c.Verdict != "" || c.CheckedAt != nil || c.AliveAt != nil {
		t.Errorf("%+v", c)
	}
	if c, _ := s.Find(other.Name); c.Verdict != "alive" || !c.CheckedAt.Equal(at) || !c.AliveAt.Equal(at) {
		t.Errorf("%+v", c)
	}
}

func TestARemovedConnectionIsGoneAndItsNeighbourIsNot(t *testing.T) {
	s := store(t)
	c, neighbour := create(t, s, "app"), create(t, s, "app2")
	if err := s.Remove(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find("acme"); !errors.Is(err, ErrNoConnection) {
		t.Error(err)
	}
	if _, err := s.Secrets(t.Context(), c); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, err := s.Secrets(t.Context(), neighbour); err != nil {
		t.Error(err)
	}
	if err := s.Remove(t.Context(), c); !errors.Is(err, ErrNoConnection) {
		t.Error(err)
	}
}

// moody is a vault that fails where the test tells it to.
type moody struct {
	*Memory
	set func(ctx context.Context, account string, s Secret) error
	get func() error
}

func (m moody) Set(ctx context.Context, account string, s Secret) error {
	if m.set != nil {
		return m.set(ctx, account, s)
	}
	return m.Memory.Set(ctx, account, s)
}

func (m moody) Get(ctx context.Context, account string) (Secret, error) {
	if m.get != nil {
		if err := m.get(); err != nil {
			return Secret{}, err
		}
	}
	return m.Memory.Get(ctx, account)
}

func TestACreateThatTheVaultRefusedLeavesTheNameFree(t *testing.T) {
	s := store(t)
	s.Vault = moody{Memory: NewMemory(), set: func(context.Context, string, Secret) error { return ErrLocked }}
	c, sec := grant("app", noon)
	if _, err := s.Create(t.Context(), c, sec); !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	if ix, err := s.load(); err != nil || ix.taken("acme") {
		t.Error(err)
	}
}

func TestACreateWhoseWriteLandsLateIsFinishedLater(t *testing.T) {
	s, memory := store(t), NewMemory()
	var land func()
	s.Vault = moody{Memory: memory, set: func(ctx context.Context, account string, sec Secret) error {
		land = func() { _ = memory.Set(ctx, account, sec) }
		return ErrTimeout
	}}
	c, sec := grant("app", noon)
	if _, err := s.Create(t.Context(), c, sec); !errors.Is(err, ErrTimeout) {
		t.Fatal(err)
	}
	land()
	if err := s.Heal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Find("acme"); err != nil || c.ClientID != "app" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestARetriedCreateIsOneConnection(t *testing.T) {
	s, memory := store(t), NewMemory()
	var land func()
	s.Vault = moody{Memory: memory, set: func(ctx context.Context, account string, sec Secret) error {
		land = func() { _ = memory.Set(ctx, account, sec) }
		return ErrTimeout
	}}
	c, sec := grant("app", noon)
	if _, err := s.Create(t.Context(), c, sec); !errors.Is(err, ErrTimeout) {
		t.Fatal(err)
	}
	s.Vault = memory
	again, err := s.Create(t.Context(), c, sec)
	if err != nil {
		t.Fatal(err)
	}
	land()
	if list, err := s.List(); err != nil || len(list) != 1 || list[0].ID != again.ID || len(memory.items) != 1 {
		t.Errorf("%+v, %d items, %v", list, len(memory.items), err)
	}
}

func TestANewGrantIsNotBegunWhileTheOldOneCannotBeRead(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	s.Vault = moody{Memory: s.Vault.(*Memory), get: func() error { return ErrTimeout }}
	anew, sec := grant("app2", noon.Add(time.Hour))
	anew.ID = c.ID
	if _, _, err := s.Replace(t.Context(), anew, sec); !errors.Is(err, ErrTimeout) {
		t.Fatal(err)
	}
	if c, err := s.Find("acme"); err != nil || c.ClientID != "app" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestAnEntryThatMakesNoSenseIsRefusedAndNothingIsDeletedForIt(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	if err := renew(t, s, c, "two"); err != nil {
		t.Fatal(err)
	}
	for what, edit := range map[string]func(e *entry){
		"deleting":      func(e *entry) { e.State, e.Store = deleting, "elsewhere" },
		"pending":       func(e *entry) { e.State, e.Store = pending, "elsewhere" },
		"copy":          func(e *entry) { e.Copy = "elsewhere" },
		"ready":         func(e *entry) { e.Store = "elsewhere" },
		"deleting copy": func(e *entry) { e.State, e.Copy = deleting, "elsewhere" },
		"not new":       func(e *entry) { e.State, e.Store = pending, "memory"; delete(s.Vault.(*Memory).items, c.ID) },
	} {
		item := s.Vault.(*Memory).items[c.ID]
		before, err := s.change(t.Context(), c.ID, func(*entry) {})
		if err == nil {
			_, err = s.change(t.Context(), c.ID, edit)
		}
		if err != nil {
			t.Fatal(err)
		}
		healed, removed := s.Heal(t.Context()), s.Remove(t.Context(), c)
		for did, err := range map[string]error{"healed": healed, "removed": removed} {
			if err != nil && !errors.Is(err, ErrNoVault) && !errors.Is(err, ErrNoConnection) && !errors.Is(err, ErrChanged) {
				t.Errorf("%s %s: %v", what, did, err)
			}
		}
		s.Vault.(*Memory).items[c.ID] = item
		if _, err := s.change(t.Context(), c.ID, func(e *entry) { *e = *before }); err != nil {
			t.Fatalf("%s: it is gone: %v", what, err)
		}
		reads(t, s, c, "two", 2)
		if len(sealedFiles(t, s)) != 1 {
			t.Fatalf("%s: the sealed file is gone", what)
		}
	}
}
