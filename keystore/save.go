package keystore

import (
	"context"
	"errors"
)

// Create saves a new connection: index pending, secret set and read back, index ready
// (ROTATION.md). c.Name is a proposal for ProposeName; the connection that comes back has
// ID, Name and Store, on failure too.
//
// Create of a grant whose Create has failed before takes up where that stopped. Where the
// vault did not answer then and has stored it since, nothing is written: the connection
// may have been renewed, and writing would bring back a token that was rotated out.
//
// It returns the errors of the vault; ErrTooBig, or ErrCorrupt for secrets that cannot be
// stored; ErrBusy where another process is saving the same grant.
func (s *Store) Create(ctx context.Context, c Connection, sec Secrets) (Connection, error) {
	sec.Generation = max(sec.Generation, 1)
	sec = sec.sealable()
	if _, err := sec.pack(); err != nil {
		return c, err
	}
	c.Store = s.Vault.Kind()
	if isShared(c) {
		return s.createShared(ctx, c, sec)
	}
	if s.shares() {
		c.Name = ProposeName(c.Name, func(name string) bool { return s.hides(ctx, name) })
	}
	unlock := func() {}
	defer func() { unlock() }()
	before, err := s.reserve(ctx, &c, &unlock)
	if err != nil || before.State == ready {
		return c, err
	}
	sec.For = c.purpose()
	packed, err := sec.pack()
	if err == nil {
		err = keep(ctx, s.Vault, c.ID, packed)
	}
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		if refused(err) {
			err = errors.Join(err, s.release(ctx, c.ID, before))
		}
		return c, err
	}
	_, err = s.change(ctx, c.ID, func(e *entry) { e.State = ready })
	return c, err
}

// reserve takes c's lock and writes its pending entry, in this order: Heal in another
// process would take a pending entry whose lock is free for the remains of a crash. before
// is the entry that an earlier attempt has left. Where that is ready, c is saved already.
func (s *Store) reserve(ctx context.Context, c *Connection, unlock *func()) (before entry, err error) {
	err = s.edit(ctx, func(ix *index) error {
		e := ix.first(func(e *entry) bool { return e.State != deleting && e.SameGrant(*c) })
		if e == nil {
			name := ProposeName(c.Name, ix.taken)
			ix.Entries = append(ix.Entries, entry{State: pending, Connection: Connection{ID: newAccount(name), Name: name, Store: c.Store}})
			e = &ix.Entries[len(ix.Entries)-1]
		} else if before = *e; before.State == ready {
			*c = e.Connection
			return nil
		}
		if e.Store != c.Store {
			e.Copy = e.Store // The vault of the earlier attempt may store it yet.
		}
		c.ID, c.Name = e.ID, e.Name
		e.Connection = *c
		held, err := tryLock(s.lockPath(c.ID))
		if err == nil {
			*unlock = held
		}
		return err
	})
	return before, err
}

// release takes back what reserve wrote, because the vault has refused this attempt. The
// entry of an earlier attempt stays: what that wrote may still land.
func (s *Store) release(ctx context.Context, id string, before entry) error {
	return s.edit(ctx, func(ix *index) error {
		ix.drop(id)
		if before.State == pending {
			ix.Entries = append(ix.Entries, before)
		}
		return nil
	})
}

// Replaced is a saved grant whose place another one takes.
type Replaced struct {
	Connection   Connection
	ClientSecret Secret
	RefreshToken Secret
}

// Replace stores a new grant for the saved connection c.ID, in the vault that this has.
// The old secrets stay until the vault has confirmed the new ones; then c takes the place
// of the old connection, but for id, name and store. As in Create, nothing is written where
// an earlier attempt has stored this very grant. It takes c's lock, which the caller must
// not hold.
//
// old is the grant that has no place any more once c has been saved, and is to be revoked
// then. It is returned with errors too, since a write that was not answered may land. It
// is nil where the old token cannot be read or is the new one as well.
//
// It returns the errors of Lock and of the vault; ErrTooBig, or ErrCorrupt for secrets that
// cannot be stored; ErrNoConnection where the connection was removed.
func (s *Store) Replace(ctx context.Context, c Connection, sec Secrets) (saved Connection, old *Replaced, err error) {
	if isShared(c) || s.isElsewhere(c) {
		return s.replaceShared(ctx, c, sec)
	}
	unlock, err := s.Lock(ctx, c)
	if err != nil {
		return c, nil, err
	}
	defer unlock()
	e, v, err := s.own(ctx, c.ID)
	if err != nil {
		return c, nil, err
	}
	k, err := s.current(ctx, v, e)
	lost := missing(err) || errors.Is(err, ErrChanged) // There is nothing to renew with: the new grant replaces it.
	if err != nil && !lost {
		return c, nil, err
	}
	if !lost {
		if e, err = s.resolve(ctx, e, k.Generation); err != nil {
			return c, nil, err
		}
		if e.SameGrant(c) {
			return e.Connection, nil, nil
		}
	}
	if t := k.RefreshToken; !t.Empty() && !t.Equal(sec.RefreshToken) && !e.SameGrant(c) && k.For.check(e.Connection) == nil {
		old = &Replaced{e.Connection, k.ClientSecret, t}
	}
	sec.Generation = max(k.Generation, e.Given, e.Used) + 1 // No other token of this connection has ever had it.
	if !lost && !k.SealKey.Empty() {
		sec.SealKey = k.SealKey
	}
	sec.For = c.purpose()
	saved, err = s.supersede(ctx, v, c, sec.sealable())
	return saved, old, err
}

// supersede writes the new grant of an entry: to the index, the vault, the sealed file,
// and the index again. Until the vault decides, the index has both grants, since a client
// id must not meet another's secret.
func (s *Store) supersede(ctx context.Context, v Vault, c Connection, sec Secrets) (Connection, error) {
	packed, err := sec.pack()
	if err != nil {
		return c, err
	}
	if _, err := s.change(ctx, c.ID, func(e *entry) { e.Next, e.Given = &next{sec.Generation, c}, sec.Generation }); err != nil {
		return c, err
	}
	err = keep(ctx, v, c.ID, packed)
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		if refused(err) {
			_, undone := s.change(ctx, c.ID, func(e *entry) { e.Next = nil })
			err = errors.Join(err, undone)
		}
		return c, err
	}
	// With the new grant in the sealed file, an older item that lands in the vault late is
	// known for what it is. The vault has the new one, so that a failure here costs nothing.
	if data, err := sec.seal(); err == nil {
		_ = s.disk.replaceFile(s.sealedPath(c.ID), data)
	}
	e, err := s.change(ctx, c.ID, func(e *entry) {
		e.become(c)
		e.Used = sec.Generation
	})
	if err != nil {
		return c, err
	}
	return e.Connection, nil
}

// keep puts what there is no other copy of into v, and waits until a power cut does not
// reach it: the entry is not settled before, nor is an older grant revoked. Whoever ends
// that wait has what they want saved all the same.
func keep(ctx context.Context, v Vault, account string, packed Secret) error {
	if err := v.Set(ctx, account, packed); err != nil {
		return err
	}
	_ = settle(ctx, v)
	return nil
}

// resolve decides about a new grant that was being stored for e, if there is one, now that
// the newest generation of its secrets is known.
func (s *Store) resolve(ctx context.Context, e *entry, generation int) (*entry, error) {
	if e.Next == nil {
		return e, nil
	}
	return s.change(ctx, e.ID, func(e *entry) { e.resolve(generation) })
}

// Abandon gives up a grant whose Create has failed: Heal deletes its entry, and what the
// vault may have stored of it after all. A connection that is ready stays.
func (s *Store) Abandon(ctx context.Context, c Connection) error {
	return s.edit(ctx, func(ix *index) error {
		if e := ix.first(func(e *entry) bool { return e.State == pending && e.SameGrant(c) }); e != nil {
			e.State = deleting
		}
		return nil
	})
}
