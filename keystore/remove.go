package keystore

import (
	"context"
	"errors"
)

// Remove forgets c: index deleting, sealed file and secret deleted, entry dropped. What
// fails half way Heal finishes. It takes c's lock, which the caller must not hold. It
// returns the errors of Lock and of the vaults, and ErrNoConnection where c was removed.
func (s *Store) Remove(ctx context.Context, c Connection) error {
	if isShared(c) {
		return s.removeShared(ctx, c)
	}
	unlock, err := s.Lock(ctx, c)
	if err != nil {
		return err
	}
	defer unlock()
	if e, _, err := s.own(ctx, c.ID); err != nil {
		return err
	} else if err := s.unknown(e); err != nil {
		return err
	}
	e, err := s.change(ctx, c.ID, func(e *entry) { e.State, e.Next = deleting, nil })
	if err != nil {
		return err
	}
	return s.discard(ctx, e)
}

// discard deletes the sealed file of an entry, its secrets in both vaults that it may be
// in, and then the entry.
func (s *Store) discard(ctx context.Context, e *entry) error {
	if err := s.shred(e.ID); err != nil {
		return err
	}
	for _, kind := range []string{e.Store, e.Copy} {
		if err := s.forget(ctx, kind, e.ID); err != nil {
			return err
		}
	}
	return s.drop(ctx, e.ID)
}

// forget deletes the secret of an account from the vault of that kind, if it is there. The
// kind "" is no vault.
func (s *Store) forget(ctx context.Context, kind, account string) error {
	if kind == "" {
		return nil
	}
	v, err := s.vault(kind)
	if err != nil {
		return err
	}
	if err := v.Delete(ctx, account); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}
