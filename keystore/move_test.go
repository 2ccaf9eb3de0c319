package keystore

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestAMovedConnectionLivesInTheOtherVaultAlone(t *testing.T) {
	s := twoVaults(t)
	c, neighbour := create(t, s, "app"), create(t, s, "other")
	if err := renew(t, s, c, "two"); err != nil {
		t.Fatal(err)
	}
	if err := s.Move(t.Context(), c, "elsewhere"); err != nil {
		t.Fatal(err)
	}
	moved, err := s.Find("acme")
	if err != nil || moved.Store != "elsewhere" || moved.ID != c.ID {
		t.Fatalf("%+v, %v", moved, err)
	}
	if r := reads(t, s, moved, "two", 2); r.Access.Token.Empty() {
		t.Error("its access token was lost on the way")
	}
	if err := renew(t, s, moved, "three"); err != nil {
		t.Fatal(err)
	}
	reads(t, s, c, "three", 3) // by somebody who read the index before the move
	if sec, err := s.Secrets(t.Context(), c); err != nil || sec.Generation != 3 {
		t.Errorf("%+v, %v", sec, err)
	}
	if here := items(s.Vault); len(here) != 1 || here[neighbour.ID].Empty() {
		t.Errorf("%d secrets stayed", len(here))
	}
	if err := s.Move(t.Context(), moved, "elsewhere"); err != nil {
		t.Errorf("moving to where it is: %v", err)
	}
}

func TestWhatIsHeldIsFoundWhereItWasMovedTo(t *testing.T) {
	s := twoVaults(t)
	c := create(t, s, "app")
	if err := s.Move(t.Context(), c, "elsewhere"); err != nil {
		t.Fatal(err)
	}
	r, err := s.Hold(t.Context(), c) // by somebody who read the index before the move
	if err != nil || r.Store != "elsewhere" || r.RefreshToken.Empty() {
		t.Fatalf("%+v, %v", r, err)
	}
	r.Close()
	if err := s.Remove(t.Context(), r.Connection); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Hold(t.Context(), c); !errors.Is(err, ErrNoConnection) {
		t.Error(err)
	}
}

func TestAMoveTakesTheNewestToken(t *testing.T) {
	s := twoVaults(t)
	c := create(t, s, "app")
	memory := s.Vault.(*Memory)
	s.Vault = moody{Memory: memory, set: func(context.Context, string, Secret) error { return ErrLocked }}
	if err := renew(t, s, c, "two"); !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	if err := s.Move(t.Context(), c, "elsewhere"); err != nil {
		t.Fatal(err)
	}
	if item, err := unpack(items(s.Others[0])[c.ID]); err != nil || item.Generation != 2 || !item.RefreshToken.Equal(NewSecret("two")) {
		t.Errorf("%+v, %v", item, err)
	}
}

func TestAMoveThatTheNewVaultRefusesChangesNothing(t *testing.T) {
	s := twoVaults(t)
	c := create(t, s, "app")
	s.Others = []Vault{unwilling{elsewhere{NewMemory()}}}
	if err := s.Move(t.Context(), c, "elsewhere"); !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	if err := s.Move(t.Context(), c, "nowhere"); !errors.Is(err, ErrNoVault) {
		t.Error(err)
	}
	ix, err := s.load()
	if err != nil || !ix.Entries[0].settled() || ix.Entries[0].Store != "memory" {
		t.Errorf("%+v, %v", ix, err)
	}
	reads(t, s, c, "token of app", 1)
}

// unwilling is a vault that is locked for writing.
type unwilling struct{ elsewhere }

func (unwilling) Set(context.Context, string, Secret) error { return ErrLocked }
func (unwilling) Delete(context.Context, string) error      { return ErrLocked }

func TestAnOldCopyThatStaysIsToldAndRemovedLater(t *testing.T) {
	s := twoVaults(t)
	open := s.Others[0].(elsewhere)
	there, err := s.In("elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	c := create(t, there, "app")
	s.Others[0] = unwilling{open}
	if err := s.Move(t.Context(), c, "memory"); !errors.Is(err, ErrOldCopy) || !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	reads(t, s, c, "token of app", 1)
	if err := s.Heal(t.Context()); !errors.Is(err, ErrLocked) {
		t.Error(err)
	}
	s.Others[0] = open
	if err := s.Heal(t.Context()); err != nil || len(open.items) != 0 {
		t.Errorf("%d are left, %v", len(open.items), err)
	}
}

func TestRemovingDeletesBothCopiesOfAMoveThatBrokeOff(t *testing.T) {
	s := twoVaults(t)
	open := s.Others[0].(elsewhere)
	there, err := s.In("elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	c := create(t, there, "app")
	s.Others[0] = unwilling{open}
	if err := s.Move(t.Context(), c, "memory"); !errors.Is(err, ErrOldCopy) {
		t.Fatal(err)
	}
	s.Others[0] = open
	if err := s.Remove(t.Context(), c); err != nil || len(open.items)+len(items(s.Vault)) != 0 {
		t.Errorf("%d and %d are left, %v", len(open.items), len(items(s.Vault)), err)
	}
}

func TestANewGrantGoesWhereTheConnectionIs(t *testing.T) {
	s := twoVaults(t)
	c := create(t, s, "app")
	there, err := s.In("elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	if len(there.vaults()) != 2 {
		t.Errorf("%d vaults of 2", len(there.vaults()))
	}
	anew, sec := grant("app2", noon.Add(time.Hour))
	anew.ID = c.ID
	anew, _, err = there.Replace(t.Context(), anew, sec)
	if err != nil || anew.Store != "memory" || len(items(there.Vault)) != 0 {
		t.Errorf("%+v, %v", anew, err)
	}
	if _, err := s.In("nowhere"); !errors.Is(err, ErrNoVault) {
		t.Error(err)
	}
}

func TestAVaultThatFailsDoesNotKeepTheOthersFromHealing(t *testing.T) {
	s := twoVaults(t)
	open := s.Others[0].(elsewhere)
	there, err := s.In("elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	stuck, c := create(t, there, "stuck"), create(t, s, "app")
	for _, id := range []string{stuck.ID, c.ID} {
		if _, err := s.change(t.Context(), id, func(e *entry) { e.State = deleting }); err != nil {
			t.Fatal(err)
		}
	}
	s.Others[0] = unwilling{open}
	if err := s.Heal(t.Context()); !errors.Is(err, ErrLocked) {
		t.Error(err)
	}
	if len(items(s.Vault)) != 0 || len(open.items) != 1 {
		t.Errorf("%d and %d are left", len(items(s.Vault)), len(open.items))
	}
}

func TestAGrantThatLandedNowhereKeepsNobodyElseFromHealing(t *testing.T) {
	s := twoVaults(t)
	there, err := s.In("elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	lost, sec := grant("app", noon)
	for _, s := range []*Store{s, there} { // one vault does not answer, nor does the other
		nowhere := &Store{Dir: s.Dir, Vault: deaf{s.Vault}, Others: s.Others}
		if _, err := nowhere.Create(t.Context(), lost, sec); !errors.Is(err, ErrTimeout) {
			t.Fatal(err)
		}
	}
	c := create(t, s, "app2")
	if _, err := s.change(t.Context(), c.ID, func(e *entry) { e.State = pending }); err != nil {
		t.Fatal(err)
	}
	if err := s.Heal(t.Context()); err != nil {
		t.Fatal(err)
	}
	agrees(t, 0, s, c)
}

func TestACommandHealsWhatItNamesAndAsksNoVaultForTheRest(t *testing.T) {
	s := twoVaults(t)
	there, err := s.In("elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	other, c := create(t, there, "other"), create(t, s, "app")
	for _, id := range []string{other.ID, c.ID} {
		if _, err := s.change(t.Context(), id, func(e *entry) { e.State = pending }); err != nil {
			t.Fatal(err)
		}
	}
	s.Others[0] = deaf{nil} // which would panic
	found, err := s.Named(t.Context(), c.Name)
	if err != nil || len(found) != 1 || found[0].ID != c.ID {
		t.Errorf("%+v, %v", found, err)
	}
	if found, err := s.Named(t.Context(), c.Name, "nobody"); !errors.Is(err, ErrNoConnection) || len(found) != 1 {
		t.Errorf("%+v, %v", found, err)
	}
}

// lazily is a vault that has what it was given in memory until it has settled.
type lazily struct {
	elsewhere
	settle func(context.Context) error
}

func (v lazily) Settle(ctx context.Context) error { return v.settle(ctx) }

func TestTheOldCopyStaysUntilTheNewOneHasSettled(t *testing.T) {
	left := errors.New("the person left")
	for what, sweep := range map[string]func(*Store, Connection) error{
		"move":       func(s *Store, c Connection) error { return s.Move(t.Context(), c, "elsewhere") },
		"move again": func(s *Store, c Connection) error { return s.Move(t.Context(), c, "elsewhere") },
		"heal":       func(s *Store, _ Connection) error { return s.Heal(t.Context()) },
	} {
		t.Run(what, func(t *testing.T) {
			s := twoVaults(t)
			c := create(t, s, "app")
			settled := left
			s.Others[0] = lazily{s.Others[0].(elsewhere), func(context.Context) error {
				if items(s.Vault)[c.ID].Empty() {
					t.Error("the old copy went first")
				}
				return settled
			}}
			if what != "move" {
				if err := s.Move(t.Context(), c, "elsewhere"); !errors.Is(err, ErrOldCopy) || !errors.Is(err, left) {
					t.Fatal(err)
				}
			}
			if err := sweep(s, c); !errors.Is(err, left) || len(items(s.Vault)) != 1 {
				t.Errorf("%v, %d are left", err, len(items(s.Vault)))
			}
			settled = nil
			if what == "move" { // its copy is Heal's by now
				sweep = func(s *Store, _ Connection) error { return s.Heal(t.Context()) }
			}
			if err := sweep(s, c); err != nil || len(items(s.Vault)) != 0 {
				t.Errorf("%v, %d are left", err, len(items(s.Vault)))
			}
			reads(t, s, c, "token of app", 1)
		})
	}
}

func TestWhoeverLeavesAMoveIsNotHeldUntilItHasSettled(t *testing.T) {
	s := twoVaults(t)
	c := create(t, s, "app")
	left := errors.New("the person left")
	ctx, leave := context.WithCancelCause(t.Context())
	s.Others[0] = lazily{s.Others[0].(elsewhere), func(ctx context.Context) error {
		leave(left)
		<-ctx.Done()
		return context.Cause(ctx)
	}}
	if err := s.Move(ctx, c, "elsewhere"); !errors.Is(err, ErrOldCopy) || !errors.Is(err, left) || len(items(s.Vault)) != 1 {
		t.Errorf("%v, %d are left", err, len(items(s.Vault)))
	}
}

func TestWhatAPowerCutTookIsFoundInTheOldCopy(t *testing.T) {
	for what, next := range map[string]func(*Store, Connection) error{
		"heal":       func(s *Store, _ Connection) error { return s.Heal(t.Context()) },
		"move again": func(s *Store, c Connection) error { return s.Move(t.Context(), c, "elsewhere") },
	} {
		t.Run(what, func(t *testing.T) {
			s := twoVaults(t)
			c := create(t, s, "app")
			cut := errors.New("no power")
			wallet := s.Others[0].(elsewhere)
			s.Others[0] = lazily{wallet, func(context.Context) error { return cut }}
			if err := s.Move(t.Context(), c, "elsewhere"); !errors.Is(err, cut) {
				t.Fatal(err)
			}
			if err := wallet.Delete(t.Context(), c.ID); err != nil {
				t.Fatal(err)
			}
			s.Others[0] = lazily{wallet, func(context.Context) error { return nil }}
			if err := next(s, c); err != nil {
				t.Fatal(err)
			}
			reads(t, s, c, "token of app", 1)
			if here, there := len(items(s.Vault)), len(wallet.items); here+there != 1 {
				t.Errorf("%d here and %d there", here, there)
			}
		})
	}
}
