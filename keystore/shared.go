package keystore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// How Store finds, makes, moves and removes connections that are in PostgreSQL. How they
// are renewed is in shared_renew.go.

// rest waits for d, or until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// jittered is about d: many who wait for the same must not come at the same time.
func jittered(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// shares tells whether the database is asked for what is listed.
func (s *Store) shares() bool { return s.Postgres != nil && (s.Postgres.Wanted || s.usedHere()) }

// isShared tells whether c is in PostgreSQL.
func isShared(c Connection) bool { return c.Store == PostgresKind }

// database is the Postgres of a connection that is in one, or ErrNoVault.
func (s *Store) database() (*Postgres, error) {
	if s.Postgres == nil {
		return nil, fmt.Errorf("%w: %q", ErrNoVault, PostgresKind)
	}
	return s.Postgres, nil
}

// withShared adds to the connections of the index those of PostgreSQL. Where the database
// cannot be asked they are as this machine last saw them, and err is ErrDatabase or the
// cause of ctx.
func (s *Store) withShared(ctx context.Context, local []Connection) ([]Connection, error) {
	if !s.shares() {
		return local, nil
	}
	var shared []Connection
	err := s.Postgres.rows(ctx, func(q rows) (err error) {
		shared, err = q.list(ctx)
		return err
	})
	if err != nil {
		shared = s.copies()
	} else {
		s.prune(ctx, shared)
	}
	all := append(local, shared...)
	sortByName(all)
	return all, err
}

// sharedNamed has the connections of those names that are in PostgreSQL, by name. A
// database that is not Wanted, and that this machine never used, may be nobody's of
// sfauth's: then one that refuses or has no table has no connections.
func (s *Store) sharedNamed(ctx context.Context, names []string) (map[string]Connection, error) {
	found := map[string]Connection{}
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return ValidName(name) != nil })
	if s.Postgres == nil || len(names) == 0 || !s.shares() && !s.Postgres.Described() {
		return found, nil
	}
	err := s.Postgres.rows(ctx, func(q rows) error {
		rows, err := q.named(ctx, names)
		for _, w := range rows {
			found[w.Name] = w.Connection
		}
		s.Postgres.keep(rows)
		return err
	})
	if err == nil {
		return found, nil
	}
	for _, c := range s.copies() {
		if slices.Contains(names, c.Name) {
			found[c.Name] = c
		}
	}
	switch {
	case len(found) == len(names): // What is wrong with the database is for whoever needs it to find.
		return found, nil
	case !s.shares() && !isUnanswered(err) && errors.Is(err, ErrDatabase):
		return found, nil
	}
	return found, err
}

// sharedNow is the row of a connection as it is now.
func (s *Store) sharedNow(ctx context.Context, id string) (w row, err error) {
	p, err := s.database()
	if err != nil {
		return w, err
	}
	err = p.rows(ctx, func(q rows) (err error) {
		w, err = q.find(ctx, id)
		return err
	})
	return w, err
}

// justRead is sharedNow for who does not mind that it was read just now.
func (s *Store) justRead(ctx context.Context, id string) (row, error) {
	if s.Postgres != nil {
		if w, is := s.Postgres.justFound(id); is {
			return w, nil
		}
	}
	return s.sharedNow(ctx, id)
}

// sharedSecrets opens a row. seen, where it is of the same grant, has the seal key, so that
// no person is asked for anything. It returns ErrChanged for secrets that are for something
// else.
func (s *Store) sharedSecrets(ctx context.Context, w row, seen Secrets) (Secrets, error) {
	k, err := s.openRow(ctx, w, seen)
	if err == nil {
		err = k.For.check(w.Connection)
	}
	return k, err
}

func (s *Store) openRow(ctx context.Context, w row, seen Secrets) (Secrets, error) {
	k := seen
	file, err := unseal(w.sealed, k.SealKey)
	if err != nil || k.SealKey.Empty() {
		packed, err := s.Postgres.open(ctx, w.item)
		if err != nil {
			return Secrets{}, err
		}
		if k, err = unpack(packed); err != nil {
			return Secrets{}, err
		}
		if file, err = unseal(w.sealed, k.SealKey); err != nil {
			return Secrets{}, err
		}
	}
	if file.Generation != w.generation {
		return Secrets{}, fmt.Errorf("%w: the row says generation %d, and what it has is of %d", ErrChanged, w.generation, file.Generation)
	}
	shift := w.issued.Sub(file.Access.IssuedAt) // to this machine's clock, whoever's clock is wrong
	for _, a := range []*AccessToken{&file.Access, &file.Exchanged} {
		for _, at := range []*time.Time{&a.IssuedAt, &a.ExpiresAt} {
			if !at.IsZero() {
				*at = at.Add(shift)
			}
		}
	}
	return file, nil
}

// cachedShared is Cached of a connection in PostgreSQL. Where the database does not answer,
// it is what this machine has seen last, with which an access token can be young enough.
func (s *Store) cachedShared(ctx context.Context, c Connection) (Secrets, error) {
	k, err := s.newestShared(ctx, c)
	if old, have := s.seen(c.ID); have && errors.Is(err, ErrDatabase) {
		if k, unread := s.sharedSecrets(ctx, old, Secrets{}); unread == nil && !k.Access.Token.Empty() {
			return k, nil
		}
	}
	return k, err
}

// lately is a row, and when it was read. Whoever asks for a connection by its name reads its
// secrets next, as a rule: a cached token takes one statement.
type lately struct {
	row
	at time.Duration // since boot
}

const justNow = time.Second

func (p *Postgres) keep(found []row) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lately = map[string]lately{}
	for _, w := range found {
		p.lately[w.ID] = lately{w, sinceBoot()}
	}
}

// justFound is a row that was found by its name just now, once.
func (p *Postgres) justFound(id string) (row, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, is := p.lately[id]
	delete(p.lately, id)
	return w.row, is && sinceBoot()-w.at < justNow
}

// newestShared is Secrets of a connection in PostgreSQL. What this machine has seen last
// another may have spent.
func (s *Store) newestShared(ctx context.Context, c Connection) (Secrets, error) {
	w, err := s.justRead(ctx, c.ID)
	old, have := s.seen(c.ID)
	switch {
	case errors.Is(err, ErrNoConnection):
		return Secrets{}, fmt.Errorf("%w: the row is gone", ErrNotFound)
	case err != nil:
		return Secrets{}, err
	case have && old.generation > w.generation: // The database went back in time.
		w = old
	}
	k, err := s.sharedSecrets(ctx, w, Secrets{})
	if err == nil {
		s.glimpsed(w)
	}
	return k, err
}

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
// has.
func (s *Store) insertRow(ctx context.Context, w row) error {
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
