package keystore

import (
	"context"
	"errors"
	"fmt"
)

// undecided tells whether an entry's secrets may be in PostgreSQL as well as in a vault of
// this machine: a move or a save broke off.
func (e *entry) undecided() bool { return e.Store == PostgresKind || e.Copy == PostgresKind }

// decideShared settles an undecided entry whose lock the caller holds. Where there is a row,
// that is the connection, which another machine may have renewed already: what this machine
// has is discarded, and the entry that comes back is nil. Otherwise there never will be
// one.
func (s *Store) decideShared(ctx context.Context, e *entry) (*entry, error) {
	p, err := s.database()
	if err != nil {
		return e, err
	}
	var none bool
	err = p.rows(ctx, func(q rows) (err error) {
		if e.State == deleting { // A save that was given up: its grant is revoked.
			if err := q.remove(ctx, e.ID); err != nil {
				return err
			}
		}
		none, err = q.void(ctx, e.ID)
		return err
	})
	if err != nil {
		return e, err
	}
	local := e.Store
	if local == PostgresKind {
		local = e.Copy
	}
	if none && local != "" && e.State != deleting {
		return s.change(ctx, e.ID, func(e *entry) { e.Store, e.Copy = local, "" })
	}
	if err := s.shred(e.ID); err != nil {
		return e, err
	}
	if local != "" {
		if err := s.forget(ctx, local, e.ID); err != nil {
			return e, err
		}
	}
	return nil, s.drop(ctx, e.ID)
}

// moveIn moves a connection of the index, whose lock the caller holds, into PostgreSQL:
// entry marked, row inserted, and then what this machine has is deleted.
func (s *Store) moveIn(ctx context.Context, e *entry, k found) error {
	k.For = e.purpose()
	k.Secrets = k.sealable()
	w, err := s.newRow(ctx, e.Connection, k.Secrets)
	if err != nil {
		return err
	}
	e, err = s.change(ctx, e.ID, func(e *entry) { e.Copy = PostgresKind })
	if err != nil {
		return err
	}
	err = s.insertRow(ctx, w)
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		if !isUnanswered(err) {
			_, undone := s.change(ctx, e.ID, func(e *entry) { e.Copy = "" })
			err = errors.Join(err, undone)
		}
		return err
	}
	if _, err := s.decideShared(ctx, e); err != nil {
		return fmt.Errorf("%w: %w", ErrOldCopy, err)
	}
	s.remember(w)
	return nil
}

// moveOut moves a connection out of PostgreSQL into a vault of this machine: entry pending,
// item set, entry ready, row deleted. Until the row is gone, it is the connection.
func (s *Store) moveOut(ctx context.Context, c Connection, to Vault) error {
	r, err := s.Renew(ctx, c)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Doubted() != nil {
		return ErrDoubt
	}
	packed, err := r.Secrets.pack()
	if err != nil {
		return err
	}
	sealed, err := r.Secrets.seal()
	if err != nil {
		return err
	}
	moved := r.Connection
	moved.Store = to.Kind()
	err = s.edit(ctx, func(ix *index) error {
		if ix.byID(moved.ID) != nil || ix.taken(moved.Name) {
			return ErrNameTaken
		}
		ix.Entries = append(ix.Entries, entry{State: pending, Connection: moved, Copy: PostgresKind, Used: r.Generation})
		return nil
	})
	if err != nil {
		return err
	}
	e := &entry{State: pending, Connection: moved, Copy: PostgresKind}
	undo := func(err error) error {
		_, undone := s.decideShared(context.WithoutCancel(ctx), e)
		return errors.Join(err, undone)
	}
	if err := keep(ctx, to, moved.ID, packed); err != nil {
		return undo(err)
	}
	ctx = context.WithoutCancel(ctx)
	if err := s.disk.replaceFile(s.sealedPath(moved.ID), sealed); err != nil {
		return undo(err)
	}
	if e, err = s.change(ctx, moved.ID, func(e *entry) { e.State = ready }); err != nil {
		return undo(err)
	}
	err = s.Postgres.rows(ctx, func(q rows) error { return q.take(ctx, moved.ID, r.claim.row.generation, r.claim.me) })
	if err != nil {
		return undo(err)
	}
	r.claim.held = false
	if _, err := s.change(ctx, moved.ID, func(e *entry) { e.Copy = "" }); err != nil {
		return err
	}
	return s.forgetCopy(moved.ID)
}
