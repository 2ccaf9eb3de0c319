package keystore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// How Store finds and reads connections that are in PostgreSQL. How they are made, changed
// and removed is in shared_save.go, how they move in and out in shared_move.go, how they are
// renewed in shared_renew.go.

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
	case !s.shares() && isUnanswered(err):
		err = fmt.Errorf("%w: %s", ErrUnasked, strings.TrimPrefix(err.Error(), ErrDatabase.Error()+": "))
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

// hides tells whether a connection of this machine that is given that name would stand before
// one of PostgreSQL. Where that does not answer within 2 s what was last seen of it counts.
func (s *Store) hides(ctx context.Context, name string) bool {
	if !s.shares() {
		return false
	}
	ctx, cancel := context.WithTimeoutCause(ctx, 2*time.Second, ErrDatabaseSlow)
	defer cancel()
	found, _ := s.sharedNamed(ctx, []string{name})
	_, is := found[name]
	return is
}
