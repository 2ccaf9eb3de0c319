package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"sfauth/keystore"
)

// Access is a working access token and what belongs to it.
type Access struct {
	Token      keystore.Secret
	Connection keystore.Connection
	IssuedAt   time.Time // by this machine's clock, at the earliest
	Warning    error     // an *Error of KindHalfKept: nothing is lost, and the next renewal tries again
}

// TokenOptions say which access token is good enough.
type TokenOptions struct {
	Fresh  bool          // only a new one
	MaxAge time.Duration // of a cached one; zero: 10 minutes
}

// defaultMaxAge leaves a third of the shortest session that Salesforce allows, 15 minutes.
const defaultMaxAge = 10 * time.Minute

// Token returns the cached access token of a connection while it is young enough, for
// which it waits for nobody, and renews otherwise, under the connection's lock: a rotated
// refresh token is stored before Token returns (SALESFORCE.md §5.1). Once the request is
// sent, ctx no longer stops it: an answer that nobody waits for may hold the only token
// that still works. A refresh whose answer was lost is not sent again. Errors are an
// *Error or the cause of ctx; the Connection is known with them, too, once it was found.
func (c *Client) Token(ctx context.Context, name string, o TokenOptions) (Access, error) {
	named, err := c.Store.Named(ctx, name)
	if err != nil {
		return Access{}, failed(ctx, StepRefresh, err)
	}
	a, err := c.token(ctx, named[0], o)
	if err != nil {
		a.Connection = named[0]
	}
	return a, err
}

func (c *Client) token(ctx context.Context, conn keystore.Connection, o TokenOptions) (Access, error) {
	enough := func(a keystore.AccessToken) bool {
		return !o.Fresh && c.isYoung(a, cmp.Or(o.MaxAge, defaultMaxAge))
	}
	var seen keystore.Cached
	if !o.Fresh {
		var err error
		seen, err = c.Store.Cached(ctx, conn)
		switch {
		case err == nil && enough(seen.Access):
			return access(conn, seen.Access, nil), nil
		case err != nil && !isGone(err) && !errors.Is(err, keystore.ErrChanged): // else it may have been moved, or authorised again
			return Access{}, failed(ctx, StepRefresh, err)
		}
	}
	r, err := c.Store.RenewUnless(ctx, conn, seen, enough)
	switch {
	case errors.Is(err, keystore.ErrFiles) && !errors.Is(err, keystore.ErrNoLock): // nor can what it would bring be kept
		return Access{}, &Error{Step: StepRefresh, Kind: KindNoRoom, Err: err}
	case err != nil:
		return Access{}, failed(ctx, StepRefresh, err)
	}
	defer r.Close()
	if enough(r.Access) {
		return access(r.Connection, r.Access, nil), nil
	}
	return c.renew(ctx, r)
}

// isYoung distrusts a time to come: the clock was set back, nobody knows how far.
func (c *Client) isYoung(a keystore.AccessToken, limit time.Duration) bool {
	age := c.now().Sub(a.IssuedAt)
	return !a.Token.Empty() && age >= 0 && age < limit
}

func access(conn keystore.Connection, a keystore.AccessToken, warning error) Access {
	conn.InstanceURL = a.InstanceURL
	return Access{a.Token, conn, a.IssuedAt, warning}
}

// renew trades the refresh token in, once there is room for its successor.
func (c *Client) renew(ctx context.Context, r *keystore.Renewal) (Access, error) {
	domain, err := ParseDomain(r.Domain)
	if err != nil {
		return Access{}, err
	}
	if err := r.Prepare(); err != nil {
		return Access{}, &Error{Step: StepRefresh, Kind: KindNoRoom, Err: err}
	}
	warning, err := c.rotate(ctx, r, domain)
	if err != nil {
		c.noteHealth(ctx, r, r.Connection, err)
		return Access{}, err
	}
	a := access(r.Connection, r.Access, warning)
	a.Connection = c.noteHealth(ctx, r, a.Connection, nil)
	return a, nil
}

// rotate spends the refresh token and keeps what came back, before it is looked at any
// closer: the old token is dead by then, and no signal may end the process in between.
func (c *Client) rotate(ctx context.Context, r *keystore.Renewal, domain Domain) (warning, err error) {
	defer holdSignals()()
	asked := c.now()
	t, err := c.sendRefreshToken(ctx, r, domain)
	if err != nil {
		return nil, err
	}
	if !t.identity.mayBe(r.OrgID, r.UserID) { // what it brought is another's, and takes no place of ours
		return nil, &Error{Step: StepRefresh, Kind: KindOtherUser}
	}
	wrong := t.verify(clientCredentials{domain, r.ClientID, r.ClientSecret})
	warning, err = storeRefreshed(ctx, r, t, asked, wrong == nil)
	return warning, cmp.Or(err, wrong)
}

// holdSignals keeps the signals that end a process from ending this one, and that of a
// reader of ours who has gone. Who else listens for them hears them: the channel is there
// to be full.
func holdSignals() (release func()) {
	held := make(chan os.Signal, 1)
	Hear(held, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
	return func() { signal.Stop(held) }
}

// How long a refresh of the same token by somebody else is waited out.
const (
	firstWait = 500 * time.Millisecond
	lastWait  = 8 * time.Second
)

// sendRefreshToken sends the refresh token once. It is sent again only if Salesforce said that it
// did nothing with it, or if another one has turned up in its place.
func (c *Client) sendRefreshToken(ctx context.Context, r *keystore.Renewal, domain Domain) (tokenResponse, error) {
	reread := false
	for wait := firstWait; ; {
		if ctx.Err() != nil {
			return tokenResponse{}, context.Cause(ctx)
		}
		t, err := c.refresh(context.WithoutCancel(ctx), clientCredentials{domain, r.ClientID, r.ClientSecret}, r.RefreshToken)
		switch kind := KindOf(err); {
		case kind == KindAlreadyProcessing && wait <= lastWait:
			pause(ctx, wait)
			wait *= 2
		case kind == KindTokenExpired && !reread && isChanged(ctx, r):
			reread = true
		default:
			return t, err
		}
	}
}

// isChanged looks for a write that landed late. A vault that cannot say has nothing new.
func isChanged(ctx context.Context, r *keystore.Renewal) bool {
	is, err := r.Reread(ctx)
	return err == nil && is
}

// pause ends early with ctx.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// storeRefreshed stores what came back, and the access token if it is good for use.
func storeRefreshed(ctx context.Context, r *keystore.Renewal, t tokenResponse, asked time.Time, usable bool) (warning, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveLimit)
	defer cancel()
	next, a := r.Secrets, keystore.AccessToken{}
	next.RefreshToken = t.refresh
	if usable {
		a = keystore.AccessToken{Token: t.access, IssuedAt: asked, InstanceURL: t.instance}
	}
	warning, err = r.Commit(ctx, next, a)
	if err != nil {
		return nil, &Error{Step: StepRefresh, Kind: KindTokenLost, Err: fmt.Errorf("the new refresh token could not be stored: %w", err)}
	}
	if warning != nil {
		warning = &Error{Step: StepRefresh, Kind: KindHalfKept, Err: warning}
	}
	return warning, nil
}

// noteEvery is how long the index may be silent about renewals that say the same again:
// writing it costs two waits for the disk.
const noteEvery = time.Minute

// noteHealth records in the index what err, an answer of Salesforce's, says of conn, which is
// r's with what the answer brought, as far as it can be written.
func (c *Client) noteHealth(ctx context.Context, r *keystore.Renewal, conn keystore.Connection, err error) keystore.Connection {
	if err != nil && !is[*Error](err) {
		return conn // given up: nothing was learnt
	}
	conn = c.Health(err).Of(conn)
	if was := r.Connection; was.Verdict != conn.Verdict || was.Reason != conn.Reason || was.InstanceURL != conn.InstanceURL ||
		was.CheckedAt == nil || conn.CheckedAt.Sub(*was.CheckedAt).Abs() >= noteEvery {
		_ = r.Note(ctx, conn) // the token is worth more
	}
	return conn
}
