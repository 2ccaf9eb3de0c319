package keystore

import (
	"context"
	"errors"
	"fmt"
)

// Move puts the secrets of c into the vault of that kind, reads them back, and deletes the
// old copy last. Whenever it breaks off, one vault has the secrets, and Heal deletes what
// the other has. It takes c's lock, which the caller must not hold. It returns ErrNoVault;
// the errors of Lock and of the vaults; ErrNoConnection where c was removed; ErrChanged
// where its secrets are for something else; and ErrOldCopy where only deleting the old
// copy failed: the new one is in use by then.
func (s *Store) Move(ctx context.Context, c Connection, kind string) error {
	to, err := s.vault(kind)
	if err != nil {
		return err
	}
	if isShared(c) {
		if kind == c.Store {
			return nil
		}
		return s.moveOut(ctx, c, to)
	}
	if c.Store != kind { // A person may be slow to give a passphrase: they are asked before other processes wait for the lock.
		if _, err := s.Secrets(ctx, c); err != nil {
			return err
		}
		if err := s.unlock(ctx, kind, ""); err != nil {
			return err
		}
	}
	unlock, err := s.Lock(ctx, c)
	if err != nil {
		return err
	}
	defer unlock()
	e, from, err := s.own(ctx, c.ID)
	if err != nil {
		return err
	}
	if e.Copy != "" { // of a move that broke off
		if e, err = s.sweep(ctx, e); err != nil {
			return err
		}
		if from, err = s.vault(e.Store); err != nil {
			return err
		}
	}
	if e.Store == kind {
		return nil
	}
	k, err := s.current(ctx, from, e)
	if err != nil {
		return err
	}
	if kind == PostgresKind {
		return s.moveIn(ctx, e, k)
	}
	packed, err := k.pack()
	if err != nil {
		return err
	}
	if _, err := s.change(ctx, c.ID, func(e *entry) { e.Copy = kind }); err != nil {
		return err
	}
	err = to.Set(ctx, c.ID, packed)
	leaving := ctx
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		if refused(err) { // After any other error the write may still land, and Heal asks the vault.
			_, undone := s.change(ctx, c.ID, func(e *entry) { e.Copy = "" })
			err = errors.Join(err, undone)
		}
		return err
	}
	e, err = s.change(ctx, c.ID, func(e *entry) { e.Store, e.Copy = kind, e.Store })
	if err != nil {
		return err
	}
	e, err = s.sweep(leaving, e)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrOldCopy, err)
	case e.Store != kind: // it was gone by the time that it should have settled
		return ErrNotStored
	}
	return nil
}

// sweep deletes the copy that was left in the vault that is not the connection's, once the
// connection's own has it for good. Where a power cut was faster, the copy is all there is,
// and its vault the connection's again. ctx ends the wait alone: Heal sweeps later then.
func (s *Store) sweep(ctx context.Context, e *entry) (*entry, error) {
	v, err := s.vault(e.Store)
	if err != nil {
		return e, err
	}
	err = lasts(ctx, v, e.ID)
	ctx = context.WithoutCancel(ctx)
	if missing(err) && s.has(ctx, e.Copy, e.ID) {
		e, err = s.change(ctx, e.ID, func(e *entry) { e.Store, e.Copy = e.Copy, e.Store })
	}
	if err != nil {
		return e, err
	}
	if err := s.forget(ctx, e.Copy, e.ID); err != nil {
		return e, err
	}
	return s.change(ctx, e.ID, func(e *entry) { e.Copy = "" })
}

// has tells whether the vault of that kind has secrets for an account.
func (s *Store) has(ctx context.Context, kind, account string) bool {
	v, err := s.vault(kind)
	if err == nil {
		err = holds(ctx, v, account)
	}
	return err == nil
}
