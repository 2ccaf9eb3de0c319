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

// Access is an access token and what belongs to it.
type Access struct {
	Token      keystore.Secret
	Connection keystore.Connection
	IssuedAt   time.Time // by this machine's clock, when it was asked for
	ExpiresAt  time.Time // by this machine's clock; zero: Salesforce did not say
	Warning    error     // nil, or an *Error of KindHalfKept: nothing is lost, and the next renewal stores both again
}

// TokenOptions say which access token is good enough.
type TokenOptions struct {
	Data360 bool          // the one that Data 360 takes, for which the access token is exchanged
	Fresh   bool          // only a new one
	MaxAge  time.Duration // of a cached one; zero: 10 minutes
}

// of is the cached token that is meant.
func (o TokenOptions) of(s keystore.Secrets) keystore.AccessToken {
	if o.Data360 {
		return s.Exchanged
	}
	return s.Access
}

// defaultMaxAge leaves a third of the shortest session timeout that Salesforce allows, 15
// minutes.
const defaultMaxAge = 10 * time.Minute

// Token returns the cached access token of a connection while it is young enough, for which
// it waits for no other process. Otherwise it refreshes it (RFC 6749 §6) under the lock of
// the connection, and stores a rotated refresh token before it returns (SALESFORCE.md §5.1).
// Once the request is sent, the end of ctx does not stop it: the answer may hold the only
// refresh token that still works. A request whose answer was lost is not sent again. For
// Data 360 it exchanges that access token for another one, which is cached in the same way;
// Access.Connection has the instance that takes the token.
//
// Errors are an *Error, mostly of StepRefresh or StepData360, or the cause of ctx.
// Access.Connection is known with them, too, once the connection was found.
func (c *Client) Token(ctx context.Context, name string, o TokenOptions) (Access, error) {
	reading := keystore.AskOnce(ctx)
	named, err := c.Store.Named(reading, name)
	if err != nil {
		return Access{}, failed(ctx, StepRefresh, err)
	}
	a, err := c.token(ctx, reading, named[0], o)
	if err != nil {
		a.Connection = named[0]
	}
	return a, err
}

// token is Token of a connection. reading is ctx for what comes before a renewal, which
// tries a database that is down again.
func (c *Client) token(ctx, reading context.Context, conn keystore.Connection, o TokenOptions) (Access, error) {
	enough := func(s keystore.Secrets) bool {
		return !o.Fresh && c.isYoung(o.of(s), cmp.Or(o.MaxAge, defaultMaxAge))
	}
	var seen keystore.Secrets
	if !o.Fresh {
		var err error
		seen, err = c.Store.Cached(reading, conn)
		switch {
		case err == nil && enough(seen):
			return access(conn, o.of(seen), nil), nil
		case err != nil && !isGone(err) && !errors.Is(err, keystore.ErrChanged): // those mean that the connection was moved or authorised again
			return Access{}, failed(ctx, StepRefresh, err)
		}
	}
	for attempts := 1; ; attempts++ {
		a, err := c.renewUnless(ctx, conn, seen, o, enough)
		if !errors.Is(err, keystore.ErrLate) {
			return a, err
		}
		if attempts == lateAttempts {
			return a, failed(ctx, StepRefresh, keystore.ErrRenewing)
		}
	}
}

// lateAttempts is how often a renewal begins anew because another machine was faster.
const lateAttempts = 5

// renewUnless is one attempt: with ErrLate the next begins anew.
func (c *Client) renewUnless(ctx context.Context, conn keystore.Connection, seen keystore.Secrets, o TokenOptions, enough func(keystore.Secrets) bool) (Access, error) {
	r, err := c.Store.RenewUnless(ctx, conn, seen, enough)
	switch {
	case errors.Is(err, keystore.ErrFiles) && !errors.Is(err, keystore.ErrNoLock): // a refresh token could not be stored either
		return Access{}, &Error{Step: StepRefresh, Kind: KindNoRoom, Err: err}
	case err != nil:
		return Access{}, failed(ctx, StepRefresh, err)
	}
	defer r.Close()
	defer func() { c.revokeStranded(ctx, r) }()
	switch {
	case enough(r.Secrets):
		return access(r.Connection, o.of(r.Secrets), nil), nil
	case o.Data360:
		return c.renewForData360(ctx, r)
	}
	return c.renew(ctx, r)
}

// revokeStranded revokes the tokens of grants that another has taken the place of: nobody
// will ever use them. What cannot be revoked now is tried again by the next renewal.
func (c *Client) revokeStranded(ctx context.Context, r *keystore.Renewal) {
	for _, t := range r.Stranded {
		if c.Revoke(ctx, r.Connection, t.RefreshToken) == nil {
			t.Drop()
		}
	}
}

// lastMinute is what a token whose end is known must have left to be handed out again.
const lastMinute = time.Minute

// isYoung is false for a time to come: then the clock was set back, and nobody knows how
// far.
func (c *Client) isYoung(a keystore.AccessToken, limit time.Duration) bool {
	now := c.now()
	age := now.Sub(a.IssuedAt)
	lasts := a.ExpiresAt.IsZero() || a.ExpiresAt.Sub(now) > lastMinute
	return !a.Token.Empty() && age >= 0 && age < limit && lasts
}

func access(conn keystore.Connection, a keystore.AccessToken, warning error) Access {
	conn.InstanceURL = a.InstanceURL
	return Access{a.Token, conn, a.IssuedAt, a.ExpiresAt, warning}
}

// renew refreshes the access token, once there is room on the disk for the next refresh
// token.
func (c *Client) renew(ctx context.Context, r *keystore.Renewal) (Access, error) {
	domain, err := ParseDomain(r.Domain)
	if err != nil {
		return Access{}, err
	}
	if err := c.clear(ctx, r); err != nil {
		if !errors.Is(err, keystore.ErrLate) {
			c.noteHealth(ctx, r, r.Connection, false, err)
		}
		return Access{}, err
	}
	switch err := r.Prepare(ctx); {
	case errors.Is(err, keystore.ErrDatabase), errors.Is(err, keystore.ErrLate), err != nil && ctx.Err() != nil:
		return Access{}, failed(ctx, StepRefresh, err)
	case err != nil:
		return Access{}, &Error{Step: StepRefresh, Kind: KindNoRoom, Err: err}
	}
	rotated, warning, err := c.rotate(ctx, r, domain)
	if errors.Is(err, keystore.ErrLate) {
		return Access{}, err
	}
	if err != nil {
		c.noteHealth(ctx, r, r.Connection, false, err)
		return Access{}, err
	}
	a := access(r.Connection, r.Access, warning)
	a.Connection = c.noteHealth(ctx, r, a.Connection, rotated, nil)
	return a, nil
}

// clear finds out whether the refresh token may be sent, where another machine has sent it
// and never told what came of that: Salesforce says whether it is still valid. Where an org
// does not let its apps ask, that machine is waited for.
func (c *Client) clear(ctx context.Context, r *keystore.Renewal) error {
	doubt := r.Doubted()
	if doubt == nil {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	err := c.introspect(limited, r.Connection, r.Secrets)
	switch kind := KindOf(err); {
	case err == nil:
		return nil
	case kind == KindTokenExpired && doubt.Here: // the answer to this machine never arrived
		return failed(ctx, StepRefresh, &Error{Step: StepRefresh, Kind: KindTokenExpired})
	case kind == KindTokenExpired:
		return failed(ctx, StepRefresh, absent(doubt))
	case kind != KindCheckRefused:
		return failed(ctx, StepRefresh, err)
	case doubt.Here: // as with a connection of this machine alone: perhaps it was not spent
		return nil
	}
	if err := r.Await(ctx); err != nil {
		return failed(ctx, StepRefresh, err)
	}
	return failed(ctx, StepRefresh, absent(doubt))
}

// absent says who has sent the refresh token, and when.
func absent(d *keystore.Doubt) error {
	if d.Host == "" {
		return keystore.ErrDoubt
	}
	return fmt.Errorf("%w: %s, %s", keystore.ErrDoubt, d.Host, d.Since.Format("2006-01-02 15:04 UTC"))
}

// rotate sends the refresh token and stores the one that comes back before it looks at the
// rest of the answer: the old one is dead by then. No signal may end the process in between.
// rotated tells whether another one came back.
func (c *Client) rotate(ctx context.Context, r *keystore.Renewal, domain Domain) (rotated bool, warning, err error) {
	defer holdSignals()()
	requestedAt := c.now()
	t, err := c.sendRefreshToken(ctx, r, domain)
	if err != nil {
		return false, nil, err
	}
	if !t.identity.mayBe(r.OrgID, r.UserID) { // the tokens are those of another user
		return false, nil, &Error{Step: StepRefresh, Kind: KindOtherUser}
	}
	rotated = !t.refresh.Equal(r.RefreshToken)
	invalid := t.verify(clientCredentials{domain, r.ClientID, r.ClientSecret})
	warning, err = storeRefreshed(ctx, r, t, requestedAt, invalid == nil)
	if r.UserID == "" && cmp.Or(err, invalid) == nil {
		c.learnWhose(ctx, r, domain, t)
	}
	return rotated, warning, cmp.Or(err, invalid)
}

// learnWhose keeps whose a grant is that was taken over where Salesforce did not say it. What
// cannot be kept now the next renewal brings again; the name of the user is asked for once.
func (c *Client) learnWhose(ctx context.Context, r *keystore.Renewal, domain Domain, t tokenResponse) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveLimit)
	defer cancel()
	if r.Identify(limited, t.identity.org, t.identity.user) != nil || r.UserID == "" {
		return
	}
	soon, cancel := context.WithTimeout(ctx, nameLimit)
	defer cancel()
	if name, err := c.identify(soon, domain, t); err == nil && name != "" {
		r.Connection.Username = name
		_ = c.Store.SetUsername(limited, r.Connection)
	}
}

// holdSignals keeps the signals that end a process from ending this one, SIGPIPE among them,
// until release is called. Other listeners in this process still hear them. Nobody reads the
// channel: the signals are dropped.
func holdSignals() (release func()) {
	held := make(chan os.Signal, 1)
	NotifySignals(held, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
	return func() { signal.Stop(held) }
}

// sendRefreshToken waits so long, twice as long each time, while another client refreshes
// with the same token.
const (
	firstWait = 500 * time.Millisecond
	lastWait  = 8 * time.Second
)

// sendRefreshToken sends the refresh token once. It sends it again only if Salesforce said
// that it has not used it, or if the vault has another one meanwhile.
func (c *Client) sendRefreshToken(ctx context.Context, r *keystore.Renewal, domain Domain) (tokenResponse, error) {
	reread := false
	for wait := firstWait; ; {
		if ctx.Err() != nil {
			return tokenResponse{}, context.Cause(ctx)
		}
		t, err := c.refresh(context.WithoutCancel(ctx), clientCredentials{domain, r.ClientID, r.ClientSecret}, r.RefreshToken, r.Spend)
		if e, ok := errors.AsType[*Error](err); ok && e.Code != "" {
			r.Refused()
		}
		switch kind := KindOf(err); {
		case kind == KindAlreadyProcessing && wait <= lastWait:
			pause(ctx, wait)
			wait *= 2
		case kind == KindTokenExpired && !reread:
			reread = true
			switch changed, unread := r.Reread(ctx); { // a write of another process may have landed late
			case errors.Is(unread, keystore.ErrLate):
				return t, unread
			case unread != nil || !changed:
				return t, err
			}
		default:
			return t, err
		}
	}
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// storeRefreshed stores the refresh token that came back, and the access token where it is
// usable.
func storeRefreshed(ctx context.Context, r *keystore.Renewal, t tokenResponse, requestedAt time.Time, usable bool) (warning, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveLimit)
	defer cancel()
	var a keystore.AccessToken
	if usable {
		a = keystore.AccessToken{Token: t.access, IssuedAt: requestedAt, InstanceURL: t.instance}
	}
	warning, err = r.Commit(ctx, t.refresh, a)
	if errors.Is(err, keystore.ErrLate) {
		return nil, err
	}
	if err != nil {
		return nil, &Error{Step: StepRefresh, Kind: KindTokenLost, Err: fmt.Errorf("the new refresh token could not be stored: %w", err)}
	}
	if warning != nil {
		warning = &Error{Step: StepRefresh, Kind: KindHalfKept, Err: warning}
	}
	return warning, nil
}

// noteEvery is how often a renewal that finds nothing new is written into the index: a write
// waits for the disk twice.
const noteEvery = time.Minute

// noteHealth writes into the index what err says of conn, which is the connection of r with
// the instance of the answer; where err is nil, also whether another refresh token came. It
// returns conn as it was to be written; a failure to write is ignored.
func (c *Client) noteHealth(ctx context.Context, r *keystore.Renewal, conn keystore.Connection, rotated bool, err error) keystore.Connection {
	if err != nil && !is[*Error](err) {
		return conn // the end of the context says nothing of the connection
	}
	found := c.Health(err).about(conn)
	found.Renewed, found.Rotated = err == nil, rotated
	conn = found.Of(conn)
	was := r.Connection
	last := was.CheckedAt
	if found.Renewed { // a check in between has noted no use of the token
		last = was.RenewedAt
	}
	if was.Verdict != conn.Verdict || was.Reason != conn.Reason || was.InstanceURL != conn.InstanceURL || rotatesOtherwise(was, conn) ||
		last == nil || conn.CheckedAt.Sub(*last).Abs() >= noteEvery {
		_ = r.Note(ctx, found, conn.InstanceURL) // Token succeeds without it
	}
	return conn
}

// rotatesOtherwise tells whether now says of the app's rotation, which an administrator can
// switch on and off, what was did not.
func rotatesOtherwise(was, now keystore.Connection) bool {
	return now.Rotates != nil && (was.Rotates == nil || *was.Rotates != *now.Rotates)
}
