package flow

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"sfauth/keystore"
)

// revokeLimit is short: nothing depends on a revocation, and the person waits for it.
const revokeLimit = 15 * time.Second

// Revoke revokes a refresh token of conn with every access token that came of it (RFC 7009,
// SALESFORCE.md §5.3). A token that is dead already counts as revoked. Salesforce promises
// status 200 and says nothing of a body: none counts, and an object without an error; the
// page of a proxy does not. Neither ctx nor a signal stops it; it takes at most 15 seconds.
// Errors are an *Error of StepRevoke, or of StepInput where conn has no valid domain.
func (c *Client) Revoke(ctx context.Context, conn keystore.Connection, token keystore.Secret) error {
	domain, err := ParseDomain(conn.Domain)
	if err != nil {
		return err
	}
	defer holdSignals()()
	_, err = c.do(context.WithoutCancel(ctx), httpRequest{step: StepRevoke, address: domain.URL("/services/oauth2/revoke"),
		form: url.Values{"token": {token.Reveal()}}, limit: revokeLimit, noBody: true})
	if e, ok := errors.AsType[*Error](err); ok && e.Code == "invalid_token" && e.Status == http.StatusBadRequest {
		return nil
	}
	return err
}

// Remove revokes the grant of a connection, unless keepGrant is set, and deletes the
// connection. revoked is an *Error of StepRevoke that says why the grant could not be
// revoked, which does not stop Remove. err is an *Error, mostly of StepRemove, or the cause
// of ctx, and the connection is still there. Where the vault cannot be read just now Remove
// fails before it changes anything: the refresh token would stay valid, and nobody would
// know. Once the revocation has begun ctx does not stop it.
func (c *Client) Remove(ctx context.Context, name string, keepGrant bool) (revoked, err error) {
	conn, err := c.Store.Find(name)
	if err == nil {
		err = c.Store.ProbeIndex(ctx) // a connection that cannot be deleted must not be revoked
	}
	switch {
	case err != nil:
	case keepGrant:
		err = c.reach(ctx, conn)
	default:
		revoked, err = c.revokeSaved(ctx, conn)
	}
	if err != nil {
		return nil, failed(ctx, StepRemove, err)
	}
	ctx = context.WithoutCancel(ctx)
	return revoked, failed(ctx, StepRemove, c.Store.Remove(ctx, conn))
}

// reach makes sure that the vault answers. A sealed file is deleted without its key, which
// may be what the person has lost.
func (c *Client) reach(ctx context.Context, conn keystore.Connection) error {
	if conn.Store == (*keystore.File)(nil).Kind() {
		return context.Cause(ctx)
	}
	r, err := c.Store.Renew(ctx, conn)
	switch {
	case err == nil:
		r.Close()
	case !isGone(err) && !errors.Is(err, keystore.ErrChanged):
		return err
	}
	return context.Cause(ctx)
}

// revokeSaved revokes the stored refresh token under the lock, so that no renewal replaces
// it meanwhile.
func (c *Client) revokeSaved(ctx context.Context, conn keystore.Connection) (revoked, err error) {
	r, err := c.Store.Renew(ctx, conn)
	switch {
	case isGone(err):
		return &Error{Step: StepRevoke, Kind: KindOf(err), Err: err}, context.Cause(ctx)
	case err != nil:
		return nil, err
	}
	defer r.Close()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return c.Revoke(ctx, r.Connection, r.RefreshToken), nil
}

// isGone tells a secret that is missing or cannot be read any more.
func isGone(err error) bool {
	return errors.Is(err, keystore.ErrNotFound) || errors.Is(err, keystore.ErrCorrupt)
}

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
