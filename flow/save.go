package flow

import (
	"context"
	"errors"
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

func (c *Client) revokeFormer(ctx context.Context, g *Grant) *Revoked {
	old := g.former
	if old == nil {
		return nil
	}
	g.former = nil
	if g.taken && c.introspect(ctx, old.Connection, keystore.Secrets{ClientSecret: old.ClientSecret, RefreshToken: old.RefreshToken}) != nil {
		return nil // it may be the token that the other tool has rotated, which would take the new one with it
	}
	return &Revoked{c.Revoke(ctx, old.Connection, old.RefreshToken)}
}

// store is Save without the revocation. It makes a connection anew that was removed
// meanwhile.
func (c *Client) store(ctx context.Context, g *Grant) (saved keystore.Connection, err error) {
	ctx, cancel := outlast(ctx, saveLimit, saveGrace)
	defer cancel()
	if g.Connection.ID != "" {
		var former *keystore.Replaced
		if saved, former, err = c.Store.Replace(ctx, g.Connection, g.Secrets); former != nil {
			g.former = former
		}
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

func saveKind(err error) Kind {
	if kind := KindOf(err); kind != KindUnknown {
		return kind
	}
	return KindSaveFailed
}
