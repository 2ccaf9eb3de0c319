package keystore

import (
	"context"
	"errors"
)

// Heal finishes what a crash left between the index and the vaults. It never
// prompts, leaves alone what another process holds, asks no vault again that has
// failed, and costs one read of the index when there is nothing to do.
func (s *Store) Heal(ctx context.Context) error {
	ix, err := s.load()
	if err != nil {
		return err
	}
	failed := map[[2]string]error{}
	for _, e := range ix.Entries {
		vaults := [2]string{e.Store, e.Copy}
		if e.settled() || failed[vaults] != nil {
			continue
		}
		if err := s.quiet().finish(ctx, e.ID); err != nil {
			failed[vaults] = err
		}
	}
	for _, one := range failed {
		err = errors.Join(err, one)
	}
	return err
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
	switch {
	case e == nil || e.settled():
		return nil
	case e.State == deleting:
		return s.discard(ctx, e)
	case e.State == pending || e.Next != nil:
		if err := s.decide(ctx, e); err != nil {
			return err
		}
	}
	if e.Copy != "" {
		return s.sweep(ctx, e)
	}
	return nil
}

// decide lets the vault say what became of a grant that was being stored.
func (s *Store) decide(ctx context.Context, e *entry) error {
	generation := 0
	v, err := s.vault(e.Store)
	if err != nil {
		return err
	}
	k, err := s.newest(ctx, v, e.ID)
	switch {
	case err == nil:
		generation = k.Generation
	case e.State == pending && (errors.Is(err, ErrNotFound) || errors.Is(err, ErrCorrupt)):
		return s.discard(ctx, e) // it never was a connection
	case !errors.Is(err, ErrNotFound):
		return err
	}
	return s.edit(func(ix *index) error {
		if e := ix.byID(e.ID); e != nil {
			e.State = ready
			e.resolve(generation)
		}
		return nil
	})
}
