package flow

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"sfauth/keystore"
)

// revokeLimit is short: nothing depends on a revocation, and somebody waits.
const revokeLimit = 15 * time.Second

// Revoke ends a refresh token of conn's and every access token that came of it
// (SALESFORCE.md §5.3). One that is dead already is a success. Salesforce promises status
// 200 and no body, so that an empty one counts, and an object without an error; the page of
// a proxy does not. It is not stopped half-way: neither by ctx nor by a signal. Errors
// are an *Error of StepRevoke.
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

// Remove revokes the grant of a connection, unless it is to be kept, and forgets the
// connection. revoked says why the grant could not be revoked, which stops nothing;
// err, why the connection is still there. A keychain that cannot be read just now
// stops it before anything is changed: what it holds would live on unseen. Once the
// revocation is under way ctx stops it no more.
func (c *Client) Remove(ctx context.Context, name string, keepGrant bool) (revoked, err error) {
	conn, err := c.Store.Find(name)
	if err == nil {
		err = c.Store.Update(ctx) // what cannot be forgotten must not be revoked
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

// reach makes sure that the vault answers. A file is deleted without its key, which
// may be what was lost.
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

// revokeSaved revokes what is stored, under the lock: no renewal replaces it meanwhile.
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

// isGone tells a secret that is not there any more, or no longer what it was.
func isGone(err error) bool {
	return errors.Is(err, keystore.ErrNotFound) || errors.Is(err, keystore.ErrCorrupt)
}
