package flow

import (
	"context"
	"errors"
	"slices"
	"time"

	"sfauth/keystore"
)

// saveLimit is longer than the minute that a keychain gives a person to unlock it.
const saveLimit = 2 * time.Minute

// Save stores a grant: as a new connection, or in place of the one whose ID it has. The
// refresh token of that one is revoked then, and revoked tells how that went; it is nil
// where there was none. Save goes on for 20 seconds after ctx has ended, and no signal stops
// it. err is an *Error of StepSave. The vault may have stored the grant all the same: Save
// may be called again with the same g, which knows what is to be revoked.
func (c *Client) Save(ctx context.Context, g *Grant) (saved keystore.Connection, revoked *Revoked, err error) {
	defer holdSignals()()
	if saved, err = c.store(ctx, g); err == nil {
		revoked = c.revokeFormer(ctx, g)
	}
	return saved, revoked, err
}

// former is the connection that a new grant took the place of.
type former struct {
	keystore.Connection
	token keystore.Secret
}

func (c *Client) revokeFormer(ctx context.Context, g *Grant) *Revoked {
	old := g.former
	if old == nil {
		return nil
	}
	g.former = nil
	return &Revoked{c.Revoke(ctx, old.Connection, old.token)}
}

// store is Save without the revocation. It makes a connection anew that was removed
// meanwhile.
func (c *Client) store(ctx context.Context, g *Grant) (saved keystore.Connection, err error) {
	ctx, cancel := outlast(ctx, saveLimit, saveGrace)
	defer cancel()
	if g.Connection.ID != "" {
		saved, err = c.replace(ctx, g)
	}
	if g.Connection.ID == "" || errors.Is(err, keystore.ErrNoConnection) {
		g.former = nil
		saved, err = c.Store.Create(ctx, g.Connection, g.Secrets)
	}
	if err != nil {
		return g.Connection, &Error{Step: StepSave, Kind: saveKind(err), Err: err}
	}
	return saved, nil
}

func (c *Client) replace(ctx context.Context, g *Grant) (saved keystore.Connection, err error) {
	unlock, err := c.Store.Lock(ctx, g.Connection) // another process may be renewing it
	if err != nil {
		return g.Connection, err
	}
	defer unlock()
	c.remember(ctx, g)
	return c.Store.Replace(ctx, g.Connection, g.Secrets)
}

// remember reads the refresh token that g is about to replace. An earlier attempt to save g
// may have stored it although it seemed to fail: then there is none. A token that cannot be
// read cannot be revoked either; whether it may be replaced is decided by the store.
func (c *Client) remember(ctx context.Context, g *Grant) {
	list, err := c.Store.List()
	i := slices.IndexFunc(list, func(saved keystore.Connection) bool { return saved.ID == g.Connection.ID })
	if err != nil || i < 0 || list[i].SameGrant(g.Connection) {
		return
	}
	secrets, err := c.Store.Secrets(ctx, list[i])
	if err == nil && !secrets.RefreshToken.Equal(g.Secrets.RefreshToken) {
		g.former = &former{list[i], secrets.RefreshToken}
	}
}

func saveKind(err error) Kind {
	if kind := KindOf(err); kind != KindUnknown {
		return kind
	}
	return KindSaveFailed
}
