package keystore

import (
	"context"
	"errors"
)

// Heal finishes what a crash left between the index and the vault. It never
// prompts, leaves alone what another process holds, stops with the first error
// of the vault's, and costs one read of the index when there is nothing to do.
func (s *Store) Heal(ctx context.Context) error {
	ix, err := s.load()
	if err != nil {
		return err
	}
	for _, e := range ix.Entries {
		if e.settled() {
			continue
		}
		if err := s.finish(ctx, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// finish settles one entry under its lock.
func (s *Store) finish(ctx context.Context, id string) error {
	unlock, err := tryLock(s.lockPath(id))
	if errors.Is(err, ErrBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unlock()
	ix, err := s.load() // again: the lock's last holder may have settled it
	if err != nil {
		return err
	}
	e := ix.byID(id)
	if e == nil || e.settled() {
		return nil
	}
	if e.State == deleting {
		return s.discard(ctx, id)
	}
	vault := quiet(s.Vault)
	sec, err := (&Store{s.Dir, vault}).Secrets(ctx, e.Connection)
	switch {
	case err == nil:
		return s.edit(func(ix *index) error {
			if e := ix.byID(id); e != nil {
				e.State = ready
				e.resolve(sec.Generation)
			}
			return nil
		})
	case e.State == pending && (errors.Is(err, ErrNotFound) || errors.Is(err, ErrCorrupt)):
		return s.discard(ctx, id) // it never was a connection
	case errors.Is(err, ErrNotFound):
		return s.edit(func(ix *index) error {
			if e := ix.byID(id); e != nil {
				e.Next = nil
			}
			return nil
		})
	}
	return err
}

// discard deletes the secret, if any, and then the entry.
func (s *Store) discard(ctx context.Context, id string) error {
	if err := quiet(s.Vault).Delete(ctx, id); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return s.drop(id)
}
