package flow

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Unkept is an error of a login whose grant arrived and was not kept.
type Unkept struct {
	Err     error // why
	Revoked error // why it could not be revoked and lives on at Salesforce; nil: it was
}

func (u Unkept) Error() string { return u.Err.Error() }
func (u Unkept) Unwrap() error { return u.Err }

// GiveUp revokes a grant that is not to be kept, at the host that it came from, which
// knows it. Errors are those of Revoke.
func (c *Client) GiveUp(ctx context.Context, g Grant) error {
	token := g.Secrets.RefreshToken
	if token.Empty() {
		token = g.access
	}
	err := c.Revoke(ctx, g.Connection, token)
	_ = c.Store.Abandon(context.WithoutCancel(ctx), g.Connection) // what lands after all is dead
	return err
}

// revokeUnwanted ends at Salesforce what is not to live on: the grant that a saved one took the
// place of, or the new one, where sfauth refuses it or nobody is left to decide about it.
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

// withCancellation adds to err that the person has left, where that is so.
func withCancellation(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// How long a request that brings a grant, and the save of one, go on after the person has
// left: a host that hangs keeps nobody long, and a keychain may be asking for its password.
const (
	answerGrace = 8 * time.Second
	saveGrace   = 20 * time.Second
)

// outlast is ctx for what must not be lost on the way: it ends after limit, and at the
// latest grace after ctx, with the cause of that.
func outlast(ctx context.Context, limit, grace time.Duration) (context.Context, context.CancelFunc) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	longer, end := context.WithCancelCause(limited)
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, func() { end(context.Cause(ctx)) })
	})
	return longer, func() {
		stop()
		cancel()
	}
}
