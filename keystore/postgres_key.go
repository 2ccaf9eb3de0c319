package keystore

import (
	"context"
	"errors"

	"filippo.io/age"
)

// Quiet is the same store for what no person has asked for: it asks none for the
// passphrase.
func (p *Postgres) Quiet() Vault {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := &Postgres{Dir: p.Dir, URL: p.URL, Keys: p.Keys, Wanted: p.Wanted, opened: p.opened, under: p.under, instead: p.instead}
	q.Keys.Prompt = nil
	return q
}

// Unlock obtains the key, for which a person may be asked, before a lock or a claim is
// taken. It returns the errors of KeySource.
func (p *Postgres) Unlock(ctx context.Context, account string) error {
	fresh := false
	if account == "" {
		sample, err := p.sample(ctx)
		if err != nil {
			return err
		}
		fresh = sample == nil
	}
	_, err := p.identities(ctx, fresh)
	return err
}

// identities are the keys that open the items: those of a key file, or the passphrase.
// fresh: nothing is kept yet, so that a passphrase that is typed is asked for twice.
func (p *Postgres) identities(ctx context.Context, fresh bool) ([]age.Identity, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	this := ctx.Value(attempt{})
	switch {
	case p.opened != nil:
		return p.opened, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case this != nil && this == p.during:
		return nil, p.failed
	}
	ids, err := p.read(ctx, fresh)
	switch {
	case err == nil:
		p.opened = ids
	case ctx.Err() == nil:
		p.failed, p.during = err, this
	}
	return ids, err
}

func (p *Postgres) read(ctx context.Context, fresh bool) ([]age.Identity, error) {
	if p.Keys.KeyFile != "" {
		key, err := content(envKeyFile, p.Keys.KeyFile)
		if err != nil {
			return nil, p.lacking(err)
		}
		ids, err := parseKey(NewSecret(Decoded([]byte(key.Reveal()))))
		return ids, p.lacking(err)
	}
	passphrase, err := p.Keys.passphrase(forPostgres(ctx), fresh)
	if err != nil {
		return nil, p.lacking(err)
	}
	id, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return nil, err
	}
	p.under = passphrase
	return []age.Identity{id}, nil
}

// mistaken forgets a passphrase that opens nothing, so that a person may type another one.
func (p *Postgres) mistaken(ctx context.Context, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.under.Empty() {
		return
	}
	p.opened, p.under = nil, Secret{}
	p.failed, p.during = err, ctx.Value(attempt{})
}

// open decrypts an item. It returns ErrWrongKey, ErrCorrupt, ErrNewer and the errors of
// KeySource.
func (p *Postgres) open(ctx context.Context, item []byte) (Secret, error) {
	keys, err := p.identities(ctx, false)
	if err != nil {
		return Secret{}, err
	}
	plain, err := decrypt(item, keys...)
	if errors.Is(err, ErrWrongKey) {
		err = ErrWrongSharedKey
		p.mistaken(ctx, err)
	}
	return NewSecret(string(plain)), err
}

// encrypted makes the item of a text. All items are under one key: it returns ErrWrongKey
// where this one does not open what is there.
func (p *Postgres) encrypted(ctx context.Context, s Secret) ([]byte, error) {
	sample, err := p.sample(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := p.identities(ctx, sample == nil)
	if err != nil {
		return nil, err
	}
	if sample != nil {
		if _, err := p.open(ctx, sample); err != nil {
			return nil, err
		}
	}
	to, err := p.recipient(ids[0])
	if err != nil {
		return nil, err
	}
	return encrypt([]byte(s.Reveal()), to)
}

func (p *Postgres) recipient(id age.Identity) (age.Recipient, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.under.Empty() {
		return recipient(id)
	}
	to, err := age.NewScryptRecipient(p.under.Reveal())
	if err == nil {
		to.SetWorkFactor(workFactor)
	}
	return to, err
}

// sample is any item that is kept, nil where there is none.
func (p *Postgres) sample(ctx context.Context) (item []byte, err error) {
	err = p.session(ctx, func(q *session) error {
		rows, err := q.query(ctx, `SELECT item FROM `+table+` WHERE item IS NOT NULL ORDER BY generation = 0, id LIMIT 1`)
		if err == nil && len(rows) == 1 {
			item, err = fromBytea(rows[0][0])
		}
		return err
	})
	return item, err
}

// Get is the item of an account. It returns ErrNotFound, ErrDatabase and the errors of
// open.
func (p *Postgres) Get(ctx context.Context, account string) (Secret, error) {
	var item []byte
	err := p.session(ctx, func(q *session) error {
		rows, err := q.query(ctx, `SELECT item FROM `+table+` WHERE id = $1 AND item IS NOT NULL`, account)
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return ErrNotFound
		}
		item, err = fromBytea(rows[0][0])
		return err
	})
	if err != nil {
		return Secret{}, err
	}
	return p.open(ctx, item)
}

// Set keeps an item without a connection, which a probe does.
func (p *Postgres) Set(ctx context.Context, account string, s Secret) error {
	item, err := p.encrypted(ctx, s)
	if err != nil {
		return err
	}
	err = p.session(ctx, func(q *session) error {
		_, err := q.query(ctx, `INSERT INTO `+table+` (id, about, generation, item) VALUES ($1, '{}', 0, $2)
			ON CONFLICT (id) DO UPDATE SET item = excluded.item`, account, bytea(item))
		return err
	})
	if err != nil {
		return err
	}
	back, err := p.Get(ctx, account)
	if err == nil && !back.Equal(s) {
		err = ErrNotStored
	}
	return err
}

// Delete deletes the row of an account. It returns ErrNotFound or ErrDatabase.
func (p *Postgres) Delete(ctx context.Context, account string) error {
	return p.session(ctx, func(q *session) error {
		rows, err := q.query(ctx, `DELETE FROM `+table+` WHERE id = $1 RETURNING id`, account)
		if err == nil && len(rows) == 0 {
			err = ErrNotFound
		}
		return err
	})
}
