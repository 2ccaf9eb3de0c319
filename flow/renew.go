package flow

import (
	"context"
	"fmt"
	"time"

	"sfauth/keystore"
)

// Access is a working access token and what belongs to it.
type Access struct {
	Token      keystore.Secret
	Connection keystore.Connection
	IssuedAt   time.Time
}

// Token refreshes under the connection's lock; a rotated refresh token is stored
// and read back before Token returns (SALESFORCE.md §5.1). Once the request is sent,
// ctx no longer stops it: an answer that nobody waits for may hold the only token
// that still works. A refresh whose answer was lost is not sent again.
func (c *Client) Token(ctx context.Context, name string) (Access, error) {
	conn, err := c.Store.Find(name)
	if err != nil {
		return Access{}, failed(ctx, StepRefresh, err)
	}
	unlock, err := c.Store.Lock(ctx, conn)
	if err != nil {
		return Access{}, failed(ctx, StepRefresh, err)
	}
	defer unlock()
	if conn, err = c.Store.Find(name); err != nil { // as the holder of the lock before us left it
		return Access{}, failed(ctx, StepRefresh, err)
	}
	return c.renew(ctx, conn)
}

// renew is Token under the lock.
func (c *Client) renew(ctx context.Context, conn keystore.Connection) (Access, error) {
	domain, err := ParseDomain(conn.Domain)
	if err != nil {
		return Access{}, err
	}
	secrets, err := c.Store.Secrets(ctx, conn)
	if err != nil {
		return Access{}, failed(ctx, StepRefresh, err)
	}
	if ctx.Err() != nil {
		return Access{}, context.Cause(ctx)
	}
	ctx = context.WithoutCancel(ctx)
	asker := app{domain, conn.ClientID, secrets.ClientSecret}
	t, err := c.refresh(ctx, asker, secrets.RefreshToken)
	if KindOf(err) == KindTokenExpired && c.changed(ctx, conn, &secrets) {
		t, err = c.refresh(ctx, asker, secrets.RefreshToken)
	}
	if err != nil {
		c.record(conn, VerdictOf(err), err.Error())
		return Access{}, err
	}
	// Stored before it is looked at any closer: the old token is dead by now.
	if conn, err = c.keep(ctx, conn, secrets, t); err != nil {
		c.record(conn, Reauthorise, err.Error())
		return Access{}, err
	}
	if err := t.verify(asker); err != nil {
		c.record(conn, VerdictOf(err), err.Error())
		return Access{}, err
	}
	conn.InstanceURL = t.instance
	conn = c.record(conn, Alive, "")
	return Access{t.access, conn, t.issuedAt(c.now())}, nil
}

// changed reads the secrets again, for a keychain whose last write landed late.
func (c *Client) changed(ctx context.Context, conn keystore.Connection, secrets *keystore.Secrets) bool {
	now, err := c.Store.Secrets(ctx, conn)
	if err != nil || now.RefreshToken.Equal(secrets.RefreshToken) {
		return false
	}
	*secrets = now
	return true
}

// keep stores the refresh token if it was rotated.
func (c *Client) keep(ctx context.Context, conn keystore.Connection, old keystore.Secrets, t tokens) (keystore.Connection, error) {
	if t.refresh.Equal(old.RefreshToken) {
		return conn, nil
	}
	ctx, cancel := context.WithTimeout(ctx, saveLimit)
	defer cancel()
	old.RefreshToken = t.refresh
	saved, err := c.Store.Replace(ctx, conn, old)
	if err != nil {
		return conn, &Error{Step: StepRefresh, Kind: KindTokenLost, Err: fmt.Errorf("the new refresh token could not be stored: %w", err)}
	}
	return saved, nil
}

// record notes in the index what Salesforce's answer says of conn, as far as it can
// be written.
func (c *Client) record(conn keystore.Connection, v Verdict, reason string) keystore.Connection {
	now := c.now()
	conn.CheckedAt, conn.Verdict, conn.Reason = &now, string(v), reason
	_ = c.Store.Update(conn) // a note: the token is worth more
	return conn
}
