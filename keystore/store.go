package keystore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Store is the index in Dir together with the vaults. Making one reads nothing.
//
// What its methods return besides the errors that they name: for an index that cannot be
// read ErrDamaged, ErrNewer, ErrFiles or an *ExposedError; where they write it also
// ErrBusy, after another process has had its lock for 10 s, ErrNoLock, and the cause of
// ctx; ErrNoVault for a connection whose vault this Store has not.
type Store struct {
	Dir    string
	Vault  Vault   // keeps what is new
	Others []Vault // keep what was put there before: Connection.Store says where

	// Postgres keeps connections that several machines share; nil: none. It is one of the
	// vaults too, which In selects, so that a new connection is kept there.
	Postgres *Postgres

	disk disk
}

// Fleeting is a store in a directory that is removed in the end, as that of `sfauth demo` is
// and those of most tests: it never waits for the disk, since nothing there has to outlast a
// power cut.
func Fleeting(dir string, v Vault) *Store {
	return &Store{Dir: dir, Vault: v, disk: disk{fleeting: true}}
}

// In is the same store with the vault of that kind for what is new. It returns ErrNoVault
// where it has none of that kind.
func (s *Store) In(kind string) (*Store, error) {
	v, err := s.vault(kind)
	if err != nil {
		return nil, err
	}
	if kind == PostgresKind {
		s.Postgres.Wanted = true
	}
	others := slices.DeleteFunc(append([]Vault{s.Vault}, s.Others...), func(o Vault) bool { return o.Kind() == kind })
	return &Store{Dir: s.Dir, Vault: v, Others: others, Postgres: s.Postgres, disk: s.disk}, nil
}

// Describe is the own name of the vault of that kind on this machine, "" where it has none.
// It asks no person, and takes at most 1 s.
func (s *Store) Describe(ctx context.Context, kind string) string {
	v, err := s.vault(kind)
	if err != nil {
		return ""
	}
	return v.Describe(ctx)
}

// quiet is the same store with vaults that ask no person for anything.
func (s *Store) quiet() *Store {
	q := &Store{Dir: s.Dir, Vault: quiet(s.Vault), disk: s.disk}
	if s.Postgres != nil {
		q.Postgres = s.Postgres.Quiet().(*Postgres)
	}
	for _, v := range s.Others {
		q.Others = append(q.Others, quiet(v))
	}
	return q
}

func (s *Store) vaults() []Vault {
	all := append([]Vault{s.Vault}, s.Others...)
	if s.Postgres != nil {
		all = append(all, s.Postgres)
	}
	return all
}

func (s *Store) vault(kind string) (Vault, error) {
	for _, v := range s.vaults() {
		if v.Kind() == kind {
			return v, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrNoVault, kind)
}

// List returns the ready connections, sorted by name. It reads no secret.
func (s *Store) List() ([]Connection, error) {
	ix, err := s.load()
	if err != nil {
		return nil, err
	}
	return s.withShared(context.Background(), ix.ready())
}

// Settled is List after Heal, and reads the index once where there is nothing to heal. A
// connection that was being created and cannot be healed now is left out.
func (s *Store) Settled(ctx context.Context) ([]Connection, error) {
	ix, err := s.settled(ctx, func(*entry) bool { return true })
	if err != nil {
		return nil, err
	}
	return s.withShared(ctx, ix.ready())
}

// Named returns the ready connections of these names, after Heal has finished what a crash
// left of them; it reads the index once where a crash left nothing. For the first name
// that no ready connection has it returns ErrNoConnection, with the connections of the
// names before it.
func (s *Store) Named(ctx context.Context, names ...string) ([]Connection, error) {
	ix, err := s.settled(ctx, func(e *entry) bool { return slices.Contains(names, e.Name) })
	if err != nil {
		return nil, err
	}
	return s.pick(ctx, ix, names)
}

// pick finds names in the index, and what is not there in PostgreSQL.
func (s *Store) pick(ctx context.Context, ix *index, names []string) (found []Connection, err error) {
	local := func(name string) *entry {
		if e := ix.byName(name); e != nil && e.State == ready {
			return e
		}
		return nil
	}
	var shared map[string]Connection
	if elsewhere := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return local(name) != nil }); len(elsewhere) > 0 {
		if shared, err = s.sharedNamed(ctx, elsewhere); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		c, is := shared[name]
		if e := local(name); e != nil {
			c, is = e.Connection, true
		}
		if !is {
			return found, ErrNoConnection
		}
		found = append(found, c)
	}
	return found, nil
}

func (ix *index) ready() []Connection {
	list := make([]Connection, 0, len(ix.Entries))
	for _, e := range ix.Entries {
		if e.State == ready {
			list = append(list, e.Connection)
		}
	}
	sortByName(list)
	return list
}

func sortByName(list []Connection) {
	slices.SortStableFunc(list, func(a, b Connection) int { return strings.Compare(a.Name, b.Name) })
}

// Find returns the ready connection of that name, or ErrNoConnection.
func (s *Store) Find(name string) (Connection, error) {
	ix, err := s.load()
	if err != nil {
		return Connection{}, err
	}
	found, err := s.pick(context.Background(), ix, []string{name})
	if err != nil {
		return Connection{}, err
	}
	return found[0], nil
}

// Secrets reads the newest secrets of c, also when another process has moved it to another
// vault or stored another grant for it since c was listed. It takes no lock. It returns
// the errors of the vault, and ErrChanged for secrets that are for something else.
func (s *Store) Secrets(ctx context.Context, c Connection) (Secrets, error) {
	if isShared(c) {
		return s.newestShared(ctx, c)
	}
	v, err := s.vault(c.Store)
	if err != nil {
		return Secrets{}, err
	}
	k, err := s.newest(ctx, v, c)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrChanged) {
		if e, now, gone := s.ready(c.ID); gone == nil && (e.Store != c.Store || e.purpose() != c.purpose()) {
			k, err = s.newest(ctx, now, e.Connection)
		}
	}
	return k.Secrets, err
}

// Learn records findings in the index. A finding about a connection that was removed or
// authorised again since the check began changes nothing, nor does one that is older than
// what the index has.
func (s *Store) Learn(ctx context.Context, found ...Finding) error {
	var elsewhere []Finding
	err := s.edit(ctx, func(ix *index) error {
		for _, f := range found {
			if e := ix.byID(f.ID); e != nil && e.State == ready {
				e.learn(f)
			} else if e == nil && s.shares() {
				elsewhere = append(elsewhere, f)
			}
		}
		return nil
	})
	return errors.Join(err, s.learnShared(ctx, elsewhere, ""))
}

// SetUsername records c.Username, which is asked for once c's grant is saved. It changes
// nothing where c was removed or authorised again meanwhile.
func (s *Store) SetUsername(ctx context.Context, c Connection) error {
	if isShared(c) {
		return s.Postgres.rows(ctx, func(q rows) error {
			return q.learn(ctx, c.ID, c.AuthorizedAt, map[string]any{"username": c.Username})
		})
	}
	return s.edit(ctx, func(ix *index) error {
		if e := ix.byID(c.ID); e != nil && e.SameGrant(c) {
			e.Username = c.Username
		}
		return nil
	})
}

// Rename gives the connection called old another name, and returns it. Nothing else of it
// changes: its secrets are stored under its id. It returns ErrBadName, ErrNameTaken for
// the name of another connection, and ErrNoConnection where none is called old.
func (s *Store) Rename(ctx context.Context, old, name string) (Connection, error) {
	var c Connection
	if err := ValidName(name); err != nil {
		return c, err
	}
	if was, err := s.Find(old); err == nil && isShared(was) {
		return s.renameShared(ctx, was, name)
	}
	if s.hides(ctx, name) {
		return c, ErrNameTaken
	}
	err := s.edit(ctx, func(ix *index) error {
		e, other := ix.byName(old), ix.byName(name)
		switch {
		case e == nil || e.State != ready:
			return ErrNoConnection
		case other != nil && other != e:
			return ErrNameTaken
		}
		e.Name = name
		c = e.Connection
		return nil
	})
	return c, err
}

// ready returns a copy of the ready entry with that id, and its vault.
func (s *Store) ready(id string) (*entry, Vault, error) {
	ix, err := s.load()
	if err != nil {
		return nil, nil, err
	}
	e := ix.byID(id)
	if e == nil || e.State != ready {
		return nil, nil, ErrNoConnection
	}
	v, err := s.vault(e.Store)
	return e, v, err
}

// own is ready of an entry whose lock the caller holds, once it is decided that its secrets
// are not in PostgreSQL as well: it returns ErrNoConnection where they are.
func (s *Store) own(ctx context.Context, id string) (*entry, Vault, error) {
	e, v, err := s.ready(id)
	if err != nil || !e.undecided() {
		return e, v, err
	}
	if e, err = s.decideShared(ctx, e); err != nil {
		return nil, nil, err
	}
	if e == nil {
		return nil, nil, ErrNoConnection
	}
	return s.ready(id)
}

// change edits the entry with that id, whose lock the caller holds, and returns a copy of
// what it is then. It returns ErrNoConnection where there is none.
func (s *Store) change(ctx context.Context, id string, how func(*entry)) (*entry, error) {
	var changed entry
	err := s.edit(ctx, func(ix *index) error {
		e := ix.byID(id)
		if e == nil {
			return ErrNoConnection
		}
		how(e)
		changed = *e
		return nil
	})
	return &changed, err
}

func (s *Store) drop(ctx context.Context, id string) error {
	return s.edit(ctx, func(ix *index) error {
		ix.drop(id)
		return nil
	})
}
