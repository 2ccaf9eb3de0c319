package flow

import (
	"context"
	"errors"
	"slices"
	"time"

	"sfauth/keystore"
)

// saveLimit is longer than a keychain may take to be unlocked by a person (60 s).
const saveLimit = 2 * time.Minute

// Save stores a grant: as a new connection, or in place of the one whose ID it has,
// whose refresh token is revoked then; revoked tells how that went, nil where there was
// none. It goes on for a while after ctx has ended, and no signal stops it; err is an
// *Error of StepSave. What failed may have been stored all the same, and saving again is
// right in either case, with this very g: it knows by now what is to be revoked.
func (c *Client) Save(ctx context.Context, g *Grant) (saved keystore.Connection, revoked *Revoked, err error) {
	defer holdSignals()()
	if saved, err = c.store(ctx, g); err == nil {
		revoked = c.revokeFormer(ctx, g)
	}
	return saved, revoked, err
}

// former is what a new grant took the place of.
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

// store is Save without the revocation. A connection that was removed meanwhile is made
// anew.
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
	unlock, err := c.Store.Lock(ctx, g.Connection) // a renewal may be under way
	if err != nil {
		return g.Connection, err
	}
	defer unlock()
	c.remember(ctx, g)
	return c.Store.Replace(ctx, g.Connection, g.Secrets)
}

// remember reads what g is about to replace, unless that is g itself: stored by an
// attempt that seemed to fail, and perhaps renewed since. What cannot be read cannot be
// revoked either; whether it may be replaced is the store's to say.
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
