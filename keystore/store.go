package keystore

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// Store is the index in Dir together with a vault. Making one reads nothing.
type Store struct {
	Dir   string
	Vault Vault
}

// Probe proves that a connection could be saved now: it rewrites the index as it
// is, sets, reads back and deletes a secret of a random name, and says where.
func (s *Store) Probe(ctx context.Context) (where string, err error) {
	if err := s.edit(func(*index) error { return nil }); err != nil {
		return "", err
	}
	account := newAccount("probe")
	if err := s.Vault.Set(ctx, account, NewSecret(account)); err != nil {
		return "", err
	}
	if err := s.Vault.Delete(ctx, account); err != nil {
		return "", err
	}
	_ = s.Heal(ctx) // the vault is known to answer now; what stays undone waits for the next time
	return s.Vault.Describe(ctx), nil
}

// List returns the ready connections by name; it reads no secret.
func (s *Store) List() ([]Connection, error) {
	ix, err := s.load()
	if err != nil {
		return nil, err
	}
	list := make([]Connection, 0, len(ix.Entries))
	for _, e := range ix.Entries {
		if e.State == ready {
			list = append(list, e.Connection)
		}
	}
	slices.SortFunc(list, func(a, b Connection) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// Find returns the ready connection of that name: ErrNoConnection if there is none.
func (s *Store) Find(name string) (Connection, error) {
	ix, err := s.load()
	if err != nil {
		return Connection{}, err
	}
	e := ix.byName(name)
	if e == nil || e.State != ready {
		return Connection{}, ErrNoConnection
	}
	return e.Connection, nil
}

// NameFree returns nil when a new connection may have the name, else ErrBadName
// or ErrNameTaken.
func (s *Store) NameFree(name string) error {
	if err := ValidName(name); err != nil {
		return err
	}
	ix, err := s.load()
	if err == nil && ix.taken(name) {
		err = ErrNameTaken
	}
	return err
}

// Secrets reads what the vault holds for c.
func (s *Store) Secrets(ctx context.Context, c Connection) (Secrets, error) {
	packed, err := s.Vault.Get(ctx, c.ID)
	if err != nil {
		return Secrets{}, err
	}
	return unpack(packed)
}

// Create saves a new connection: index pending, secret set and read back, index
// ready. c.Name is a proposal (ProposeName); ID, Name and Store are filled in,
// on failure too. Creating again what failed before takes up where that stopped:
// a write that did not answer may still land.
func (s *Store) Create(ctx context.Context, c Connection, sec Secrets) (Connection, error) {
	sec.Generation = max(sec.Generation, 1)
	packed, err := sec.pack()
	if err != nil {
		return c, err
	}
	c.Store = s.Vault.Kind()
	unlock, err := s.reserve(&c)
	if err != nil {
		return c, err
	}
	defer unlock()
	if err := s.Vault.Set(ctx, c.ID, packed); err != nil {
		if refused(err) {
			err = errors.Join(err, s.drop(c.ID))
		}
		return c, err
	}
	return c, s.edit(func(ix *index) error {
		e := ix.byID(c.ID)
		if e == nil {
			return ErrNoConnection
		}
		e.State = ready
		return nil
	})
}

// reserve writes the pending entry of c and holds c's lock, so that no other
// process takes the entry for the remains of a crash.
func (s *Store) reserve(c *Connection) (unlock func(), err error) {
	release := func() {}
	defer func() { release() }()
	err = s.edit(func(ix *index) error {
		e := ix.first(func(e *entry) bool { return e.State == pending && sameGrant(e.Connection, *c) })
		if e == nil {
			name := ProposeName(c.Name, ix.taken)
			ix.Entries = append(ix.Entries, entry{State: pending, Connection: Connection{ID: newAccount(name), Name: name}})
			e = &ix.Entries[len(ix.Entries)-1]
		}
		c.ID, c.Name = e.ID, e.Name
		e.Connection = *c
		unlock, err := tryLock(s.lockPath(c.ID))
		if err == nil {
			release = unlock
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	unlock, release = release, func() {}
	return unlock, nil
}

// sameGrant reports whether a and b came from one and the same authorisation.
func sameGrant(a, b Connection) bool {
	return !a.AuthorizedAt.IsZero() && a.AuthorizedAt.Equal(b.AuthorizedAt) &&
		a.ClientID == b.ClientID && a.Domain == b.Domain && a.UserID == b.UserID
}

// Replace stores new secrets for the connection c.ID, one generation on; the old
// ones stay until the vault has confirmed the new. The caller holds Lock.
//
// Secrets that were read here and changed are a renewal's: only the vault is
// written, and Update is for what else was learnt. Secrets without a generation
// are those of a new grant, and c takes the place of the metadata, but for the
// id and the name.
func (s *Store) Replace(ctx context.Context, c Connection, sec Secrets) (Connection, error) {
	if sec.Generation > 0 {
		return c, s.rotate(ctx, c, sec)
	}
	old, err := s.Secrets(ctx, c)
	if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrCorrupt) {
		return c, err
	}
	sec.Generation = old.Generation + 1 // there was none: the count begins anew
	packed, err := sec.pack()
	if err != nil {
		return c, err
	}
	// Both are kept until the vault decides: a client id must not meet another's secret.
	err = s.change(c.ID, func(e *entry) { e.Next = &next{sec.Generation, c} })
	if err != nil {
		return c, err
	}
	if err := s.Vault.Set(ctx, c.ID, packed); err != nil {
		if refused(err) {
			err = errors.Join(err, s.change(c.ID, func(e *entry) { e.Next = nil }))
		}
		return c, err
	}
	err = s.change(c.ID, func(e *entry) {
		e.become(c)
		c = e.Connection
	})
	return c, err
}

// rotate puts the refresh token that replaced another into the vault, and nothing
// in its way: the old one is dead.
func (s *Store) rotate(ctx context.Context, c Connection, sec Secrets) error {
	if ix, err := s.load(); err == nil {
		if e := ix.byID(c.ID); e != nil && e.Next != nil {
			_ = s.change(c.ID, func(e *entry) { e.resolve(sec.Generation) })
		}
	}
	sec.Generation++
	packed, err := sec.pack()
	if err != nil {
		return err
	}
	return s.Vault.Set(ctx, c.ID, packed)
}

// Update records in the index what checks or renewals found out: CheckedAt,
// Verdict, Reason, Username, InstanceURL and Scopes. Everything else stays, and
// so does all of a connection that was authorised again or removed meanwhile.
func (s *Store) Update(cs ...Connection) error {
	return s.edit(func(ix *index) error {
		for _, c := range cs {
			if e := ix.byID(c.ID); e != nil && e.State == ready {
				e.learn(c)
			}
		}
		return nil
	})
}

// Rename changes the name alone; the id, and so the secret's place, stays.
func (s *Store) Rename(old, name string) (Connection, error) {
	var c Connection
	if err := ValidName(name); err != nil {
		return c, err
	}
	err := s.edit(func(ix *index) error {
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

// Remove forgets c: index deleting, secret deleted, entry dropped. What fails
// half way is finished by Heal. It takes c's lock, so the caller must not hold it.
func (s *Store) Remove(ctx context.Context, c Connection) error {
	unlock, err := s.Lock(ctx, c)
	if err != nil {
		return err
	}
	defer unlock()
	if err := s.change(c.ID, func(e *entry) { e.State, e.Next = deleting, nil }); err != nil {
		return err
	}
	if err := s.Vault.Delete(ctx, c.ID); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return s.drop(c.ID)
}

// change edits one ready entry.
func (s *Store) change(id string, how func(*entry)) error {
	return s.edit(func(ix *index) error {
		e := ix.byID(id)
		if e == nil || e.State != ready {
			return ErrNoConnection
		}
		how(e)
		return nil
	})
}

func (s *Store) drop(id string) error {
	return s.edit(func(ix *index) error {
		ix.drop(id)
		return nil
	})
}
