package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Heal finishes what a crash left between the index and the vaults. It never
// prompts, leaves alone what another process holds, asks no vault again that has
// failed, and costs one read of the index when there is nothing to do.
func (s *Store) Heal(ctx context.Context) error {
	ix, err := s.load()
	if err != nil {
		return err
	}
	return s.heal(ctx, ix.unsettled(func(*entry) bool { return true }))
}

// settled is the index after those entries have been healed as far as they can be.
func (s *Store) settled(ctx context.Context, which func(*entry) bool) (*index, error) {
	ix, err := s.load()
	if err != nil {
		return nil, err
	}
	if open := ix.unsettled(which); len(open) > 0 {
		_ = s.heal(ctx, open)
		return s.load()
	}
	return ix, nil
}

func (ix *index) unsettled(which func(*entry) bool) (open []entry) {
	for _, e := range ix.Entries {
		if !e.settled() && which(&e) {
			open = append(open, e)
		}
	}
	return open
}

func (s *Store) heal(ctx context.Context, open []entry) (err error) {
	failed := map[[2]string]error{}
	for _, e := range open {
		vaults := [2]string{e.Store, e.Copy}
		if failed[vaults] != nil {
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

// finish settles one entry, unless another process is at it.
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
	case s.unknown(e) != nil: // nothing is deleted for an entry that makes no sense
		return s.unknown(e)
	case e.State == deleting:
		return s.discard(ctx, e)
	case e.State == pending || e.Next != nil:
		if e, err = s.decide(ctx, e); err != nil || e == nil {
			return err
		}
	}
	if e.Copy != "" {
		_, err = s.sweep(ctx, e)
		return err
	}
	return nil
}

// decide lets the vault say what became of a grant that was being stored: nil for one
// that never became a connection. A new one may be in either of two vaults, when the
// first did not answer.
func (s *Store) decide(ctx context.Context, e *entry) (*entry, error) {
	k, err := s.stored(ctx, e)
	if e.State == pending && e.Copy != "" && missing(err) {
		e.Store, e.Copy = e.Copy, e.Store
		k, err = s.stored(ctx, e)
	}
	switch {
	case e.State == pending && missing(err) && s.used(e.ID):
		return nil, fmt.Errorf("%w: %s is listed as new, and has been in use", ErrChanged, e.Name)
	case e.State == pending && missing(err):
		return nil, s.discard(ctx, e)
	case err != nil && !errors.Is(err, ErrNotFound):
		return nil, err
	}
	return s.change(ctx, e.ID, func(now *entry) {
		now.State, now.Store, now.Copy = ready, e.Store, e.Copy
		now.resolve(k.Generation)
	})
}

// used tells whether the secrets of an account have ever been renewed.
func (s *Store) used(id string) bool {
	_, err := os.Lstat(s.sealedPath(id))
	return err == nil
}

// unknown is ErrNoVault for an entry whose secrets are where nobody can look.
func (s *Store) unknown(e *entry) error {
	_, err := s.vault(e.Store)
	if err == nil && e.Copy != "" {
		_, err = s.vault(e.Copy)
	}
	return err
}

// stored is the newest that there is of an entry's secrets.
func (s *Store) stored(ctx context.Context, e *entry) (found, error) {
	v, err := s.vault(e.Store)
	if err != nil {
		return found{}, err
	}
	return s.current(ctx, v, e)
}

// missing tells that a vault has answered, and has nothing to use.
func missing(err error) bool { return errors.Is(err, ErrNotFound) || errors.Is(err, ErrCorrupt) }
