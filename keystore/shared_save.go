package keystore

import (
	"context"
	"errors"
	"slices"
)

// createShared is Create in PostgreSQL: entry pending, row inserted, entry dropped.
func (s *Store) createShared(ctx context.Context, c Connection, sec Secrets) (Connection, error) {
	unlock := func() {}
	defer func() { unlock() }()
	before, err := s.reserve(ctx, &c, &unlock)
	if err != nil || before.State == ready {
		return c, err
	}
	sec.For = c.purpose()
	saved, err := s.savedBefore(ctx, c)
	switch {
	case err != nil:
		return c, errors.Join(err, s.release(context.WithoutCancel(ctx), c.ID, before))
	case saved.ID != "":
		return saved, s.drop(context.WithoutCancel(ctx), c.ID)
	}
	w, err := s.newRow(ctx, c, sec)
	for err == nil {
		err = s.insertRow(ctx, w)
		if !errors.Is(err, ErrNameTaken) {
			break
		}
		if w.Name, err = s.freeName(ctx, c.Name); err == nil {
			c.Name = w.Name
		}
	}
	switch {
	case err == nil:
		_ = s.drop(context.WithoutCancel(ctx), c.ID) // The row is the connection: Heal drops the entry otherwise.
		c.Store = PostgresKind
		s.remember(w)
	case !isUnanswered(err):
		err = errors.Join(err, s.release(context.WithoutCancel(ctx), c.ID, before))
	}
	return c, err
}

// savedBefore is the row of the very grant of c, which an earlier attempt has made.
func (s *Store) savedBefore(ctx context.Context, c Connection) (saved Connection, err error) {
	err = s.Postgres.rows(ctx, func(q rows) error {
		all, err := q.list(ctx)
		if i := slices.IndexFunc(all, c.SameGrant); i >= 0 {
			saved = all[i]
		}
		return err
	})
	return saved, err
}

// newRow makes the row of secrets that have their purpose.
func (s *Store) newRow(ctx context.Context, c Connection, sec Secrets) (row, error) {
	c.Store = PostgresKind
	w := row{Connection: c, generation: sec.Generation}
	if !sec.Access.Token.Empty() {
		w.issued = sec.Access.IssuedAt
	}
	packed, err := sec.pack()
	if err != nil {
		return w, err
	}
	if w.item, err = s.Postgres.encrypted(ctx, packed); err != nil {
		return w, err
	}
	w.sealed, err = sec.seal()
	return w, err
}

// insertRow inserts the row of a new connection, unless an attempt that was not answered
// has. The answer is waited for also by a person who leaves meanwhile: without it nobody
// knows which of two places has the connection.
func (s *Store) insertRow(ctx context.Context, w row) error {
	ctx = context.WithoutCancel(ctx)
	return s.Postgres.rows(ctx, func(q rows) error {
		inserted, err := q.insert(ctx, w)
		if err != nil || inserted {
			return err
		}
		there, err := q.find(ctx, w.ID)
		if err == nil && !there.SameGrant(w.Connection) {
			err = ErrNameTaken
		}
		return err
	})
}

// freeName proposes a name that no connection of index and table has.
func (s *Store) freeName(ctx context.Context, name string) (string, error) {
	ix, err := s.load()
	if err != nil {
		return "", err
	}
	var shared []Connection
	err = s.Postgres.rows(ctx, func(q rows) (err error) {
		shared, err = q.list(ctx)
		return err
	})
	return ProposeName(name, func(name string) bool {
		return ix.taken(name) || slices.ContainsFunc(shared, func(c Connection) bool { return c.Name == name })
	}), err
}

// replaceShared is Replace in PostgreSQL. It waits for no claim: two generations ahead, the
// new grant cannot lose to a renewal of the old one that comes late.
func (s *Store) replaceShared(ctx context.Context, c Connection, sec Secrets) (saved Connection, old *Replaced, err error) {
	unlock, err := s.Lock(ctx, c)
	if err != nil {
		return c, nil, err
	}
	defer unlock()
	for range 10 {
		w, err := s.sharedNow(ctx, c.ID)
		if err != nil {
			return c, old, err
		}
		k, err := s.sharedSecrets(ctx, w, Secrets{})
		lost := missing(err) || errors.Is(err, ErrChanged)
		switch {
		case err != nil && !lost:
			return c, old, err
		case !lost && w.SameGrant(c):
			return w.Connection, old, nil
		case !lost && !k.RefreshToken.Equal(sec.RefreshToken):
			old = &Replaced{w.Connection, k.ClientSecret, k.RefreshToken}
		}
		seen, _ := s.seen(c.ID)
		sec.Generation = max(w.generation, seen.generation) + 2
		if !lost && !k.SealKey.Empty() {
			sec.SealKey = k.SealKey
		}
		c.ID, c.Name, c.Store = w.ID, w.Name, w.Store
		sec.For = c.purpose()
		sec = sec.sealable()
		fresh, err := s.newRow(ctx, c, sec)
		if err != nil {
			return c, old, err
		}
		err = s.Postgres.rows(ctx, func(q rows) error { return q.replace(ctx, w.generation, fresh) })
		if err == nil {
			s.remember(fresh)
			return c, old, nil
		}
		if !errors.Is(err, ErrLate) { // After no answer the next attempt finds out whether it was carried out.
			return c, old, err
		}
	}
	return c, old, ErrBusy
}

// removeShared is Remove in PostgreSQL.
func (s *Store) removeShared(ctx context.Context, c Connection) error {
	unlock, err := s.Lock(ctx, c)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := s.sharedNow(ctx, c.ID); err != nil {
		return err
	}
	if err := s.Postgres.rows(ctx, func(q rows) error { return q.remove(ctx, c.ID) }); err != nil {
		return err
	}
	for _, o := range s.outboxes(c.ID) {
		err = errors.Join(err, s.disk.removeFile(o))
	}
	return errors.Join(err, s.forgetCopy(c.ID))
}

// learnShared is Learn of what is in PostgreSQL.
func (s *Store) learnShared(ctx context.Context, found []Finding, instanceURL string) error {
	if len(found) == 0 {
		return nil
	}
	return s.Postgres.rows(ctx, func(q rows) error {
		for _, f := range found {
			patch := map[string]any{"checked_at": f.CheckedAt, "verdict": f.Verdict, "kind": f.Kind, "reason": f.Reason}
			if f.Alive {
				patch["alive_at"] = f.CheckedAt
			}
			if f.Renewed {
				patch["renewed_at"] = f.CheckedAt
			}
			if instanceURL != "" {
				patch["instance_url"] = instanceURL
			}
			if err := q.learn(ctx, f.ID, f.AuthorizedAt, patch); err != nil {
				return err
			}
		}
		return nil
	})
}

// renameShared is Rename of what is in PostgreSQL.
func (s *Store) renameShared(ctx context.Context, c Connection, name string) (Connection, error) {
	ix, err := s.load()
	if err != nil {
		return c, err
	}
	if ix.taken(name) {
		return c, ErrNameTaken
	}
	var w row
	err = s.Postgres.rows(ctx, func(q rows) (err error) {
		w, err = q.rename(ctx, c.ID, name)
		return err
	})
	if err == nil {
		s.glimpsed(w)
	}
	return w.Connection, err
}
