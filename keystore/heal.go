package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Heal finishes what a crash left between the index and the vaults (ROTATION.md). It asks
// no person for anything, leaves alone the connections whose lock another process holds,
// and asks no vault again that has failed. Where there is nothing to do it costs one read
// of the index. It returns the errors of the vaults, joined.
func (s *Store) Heal(ctx context.Context) error {
	ix, err := s.load()
	if err != nil {
		return err
	}
	return s.heal(ctx, ix.unsettled(func(*entry) bool { return true }))
}

// settled is the index after those of its entries have been healed, as far as that can be
// done now.
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

// finish settles one entry, unless another process holds its lock.
func (s *Store) finish(ctx context.Context, id string) error {
	unlock, err := tryLock(s.lockPath(id))
	if errors.Is(err, ErrBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unlock()
	ix, err := s.load() // The lock's last holder may have settled the entry since Heal read it.
	if err != nil {
		return err
	}
	e := ix.byID(id)
	switch {
	case e == nil || e.settled():
		return nil
	case s.unknown(e) != nil: // Nothing is deleted for an entry that names a vault which this Store has not.
		return s.unknown(e)
	case e.undecided():
		e, err := s.decideShared(ctx, e)
		if err != nil || e == nil || e.settled() {
			return err
		}
		_, err = s.decide(ctx, e)
		return err
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

// decide asks the vault whether a grant that was being stored has been, and returns the
// entry that it makes, nil for a new connection that was not stored. A new one may be in
// either of two vaults: in the one that did not answer, or in the one that the person
// chose then.
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

// used tells whether the secrets of an account have ever been renewed: its sealed file is
// there.
func (s *Store) used(id string) bool {
	_, err := os.Lstat(s.sealedPath(id))
	return err == nil
}

// unknown is ErrNoVault for an entry that names a vault which this Store has not.
func (s *Store) unknown(e *entry) error {
	_, err := s.vault(e.Store)
	if err == nil && e.Copy != "" {
		_, err = s.vault(e.Copy)
	}
	return err
}

// stored is current in the entry's own vault.
func (s *Store) stored(ctx context.Context, e *entry) (found, error) {
	v, err := s.vault(e.Store)
	if err != nil {
		return found{}, err
	}
	return s.current(ctx, v, e)
}

// missing tells whether err is the answer of a vault that has nothing which can be used.
func missing(err error) bool { return errors.Is(err, ErrNotFound) || errors.Is(err, ErrCorrupt) }
