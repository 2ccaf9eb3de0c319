package flow

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Unkept is the error of a login whose grant arrived and was not saved.
type Unkept struct {
	Err     error // why
	Revoked error // why it could not be revoked and stays valid at Salesforce; nil: it was revoked
}

func (u Unkept) Error() string { return u.Err.Error() }
func (u Unkept) Unwrap() error { return u.Err }

// GiveUp revokes a grant that is not to be saved, at the host that issued it. Errors are
// those of Revoke.
func (c *Client) GiveUp(ctx context.Context, g Grant) error {
	token := g.Secrets.RefreshToken
	if token.Empty() {
		token = g.access
	}
	err := c.Revoke(ctx, g.Connection, token)
	_ = c.Store.Abandon(context.WithoutCancel(ctx), g.Connection) // a write to the vault that lands late stores a revoked token
	return err
}

// revokeUnwanted revokes the grant that a saved one took the place of, or the new one, where
// sfauth refuses it or the person has left and cannot decide about it.
func (c *Client) revokeUnwanted(ctx context.Context, g Grant, err error, observe func(Event)) (Grant, error) {
	switch {
	case err == nil:
		if revoked := c.revokeFormer(ctx, &g); revoked != nil {
			observe(*revoked)
		}
	case g.refused, ctx.Err() != nil && !g.Secrets.RefreshToken.Empty():
		return Grant{}, Unkept{withCancellation(ctx, err), c.GiveUp(ctx, g)}
	}
	return g, err
}

// withCancellation adds the cause of ctx to err, where the person has left.
func withCancellation(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// When the person has left, a token request and a save go on for so long: a host that hangs
// must keep nobody long, and a keychain may be asking for its password.
const (
	answerGrace = 8 * time.Second
	saveGrace   = 20 * time.Second
)

// outlast is a context for what must not be interrupted: it ends after limit, and at the
// latest grace after ctx, with the cause of ctx.
func outlast(ctx context.Context, limit, grace time.Duration) (context.Context, context.CancelFunc) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	longer, cancelCause := context.WithCancelCause(limited)
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, func() { cancelCause(context.Cause(ctx)) })
	})
	return longer, func() {
		stop()
		cancel()
	}
}
