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
// (SALESFORCE.md §5.3). One that is dead already is a success. Errors are an *Error
// of StepRevoke or the cause of ctx.
func (c *Client) Revoke(ctx context.Context, conn keystore.Connection, token keystore.Secret) error {
	domain, err := ParseDomain(conn.Domain)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, revokeLimit)
	defer cancel()
	status, body, err := c.postForm(limited, StepRevoke, domain.URL("/services/oauth2/revoke"), url.Values{"token": {token.Reveal()}})
	switch {
	case ctx.Err() != nil && err != nil:
		return context.Cause(ctx)
	case err != nil:
		return err
	case status == http.StatusOK:
		return nil
	}
	if e := said(StepRevoke, status, body); e.Code != "invalid_token" {
		return e
	}
	return nil
}

// Remove revokes the grant of a connection, unless it is to be kept, and forgets the
// connection. revoked says why the grant could not be revoked, which stops nothing;
// err, why the connection is still there. A keychain that cannot be read just now
// stops it before anything is changed: what it holds would live on unseen.
func (c *Client) Remove(ctx context.Context, name string, keepGrant bool) (revoked, err error) {
	conn, err := c.Store.Find(name)
	if err != nil {
		return nil, failed(ctx, StepRemove, err)
	}
	if !keepGrant {
		revoked, err = c.revokeSaved(ctx, conn)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err == nil {
		err = c.Store.Remove(ctx, conn)
	}
	if err != nil {
		return revoked, failed(ctx, StepRemove, err)
	}
	return revoked, nil
}

// revokeSaved revokes what is stored, under the lock: no renewal replaces it meanwhile.
func (c *Client) revokeSaved(ctx context.Context, conn keystore.Connection) (revoked, err error) {
	r, err := c.Store.Renew(ctx, conn)
	switch {
	case errors.Is(err, keystore.ErrNotFound), errors.Is(err, keystore.ErrCorrupt):
		return &Error{Step: StepRevoke, Kind: KindOf(err), Err: err}, nil
	case err != nil:
		return nil, err
	}
	defer r.Close()
	return c.Revoke(ctx, r.Connection, r.RefreshToken), nil
}
