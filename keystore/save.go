package keystore

import (
	"context"
	"errors"
)

// Create saves a new connection: index pending, secret set and read back, index
// ready. c.Name is a proposal (ProposeName); ID, Name and Store are filled in,
// on failure too. Creating again what failed before takes up where that stopped:
// a write that did not answer may still land.
func (s *Store) Create(ctx context.Context, c Connection, sec Secrets) (Connection, error) {
	sec.Generation = max(sec.Generation, 1)
	sec = sec.sealable()
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

// Replace stores the secrets of a new grant for the connection c.ID, one generation on,
// in the vault the connection has; the old ones stay until that has confirmed the new.
// Then c takes the place of the metadata, but for id, name and store. The caller holds Lock.
func (s *Store) Replace(ctx context.Context, c Connection, sec Secrets) (Connection, error) {
	_, v, err := s.ready(c.ID)
	if err != nil {
		return c, err
	}
	old, err := s.newest(ctx, v, c.ID)
	if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrCorrupt) {
		return c, err
	}
	sec.Generation = old.Generation + 1 // there was none: the count begins anew
	if !old.SealKey.Empty() {
		sec.SealKey = old.SealKey
	}
	sec = sec.sealable()
	packed, err := sec.pack()
	if err != nil {
		return c, err
	}
	// Both are kept until the vault decides: a client id must not meet another's secret.
	err = s.change(c.ID, func(e *entry) { e.Next = &next{sec.Generation, c} })
	if err != nil {
		return c, err
	}
	if err := v.Set(ctx, c.ID, packed); err != nil {
		if refused(err) {
			err = errors.Join(err, s.change(c.ID, func(e *entry) { e.Next = nil }))
		}
		return c, err
	}
	// From now on an older item that lands late is known for what it is. The vault has
	// the new one, so that a failure costs nothing.
	if data, err := (sealed{Secrets: sec}).seal(); err == nil {
		_ = replaceFile(s.sealedPath(c.ID), data)
	}
	err = s.change(c.ID, func(e *entry) {
		e.become(c)
		c = e.Connection
	})
	return c, err
}
