package keystore

import (
	"context"
	"errors"
	"testing"
)

func TestHealingLeavesAloneWhatTheVaultDoesNotAnswerFor(t *testing.T) {
	for _, mood := range []error{ErrLocked, ErrDenied, ErrNoBus, ErrTimeout} {
		s := store(t)
		s.Vault = moody{Memory: NewMemory(), set: func(context.Context, string, Secret) error { return ErrTimeout }}
		c, sec := grant("app", noon)
		if _, err := s.Create(t.Context(), c, sec); !errors.Is(err, ErrTimeout) {
			t.Fatal(err)
		}
		s.Vault = moody{Memory: NewMemory(), get: func() error { return mood }}
		if err := s.Heal(t.Context()); !errors.Is(err, mood) {
			t.Error(err)
		}
		if ix, err := s.load(); err != nil || !ix.taken("acme") {
			t.Errorf("after %v the entry was dropped: %v", mood, err)
		}
	}
}

// dialogue is a keychain that asks the person at every write; its Quiet one asks nobody.
type dialogue struct{ moody }

func (d dialogue) Quiet() Vault { return d.Memory }

func TestHealingNeverPrompts(t *testing.T) {
	s, memory := store(t), NewMemory()
	s.Vault = moody{Memory: memory, set: func(context.Context, string, Secret) error { return ErrTimeout }}
	c, sec := grant("app", noon)
	if _, err := s.Create(t.Context(), c, sec); !errors.Is(err, ErrTimeout) {
		t.Fatal(err)
	}
	s.Vault = dialogue{moody{Memory: memory, get: func() error {
		t.Error("it prompted")
		return nil
	}}}
	if err := s.Heal(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestHealingLeavesAloneWhatAnotherProcessHolds(t *testing.T) {
	s, memory := store(t), NewMemory()
	s.Vault = moody{Memory: memory, set: func(ctx context.Context, account string, sec Secret) error {
		other := &Store{Dir: s.Dir, Vault: memory} // starts while the write is under way: its secret is not there yet
		if err := other.Heal(ctx); err != nil {
			t.Error(err)
		}
		return memory.Set(ctx, account, sec)
	}}
	create(t, s, "app")
	if _, err := s.Find("acme"); err != nil {
		t.Error(err)
	}
}
