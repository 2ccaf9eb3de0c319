package flow

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"sfauth/keystore"
)

// Health is what a check found out about a connection.
type Health struct {
	Verdict   Verdict // Unknown: not checked
	Reason    string  // why it is not Alive
	CheckedAt time.Time
	Err       error // nil: Alive
}

// checkLimit is for one check, with everything that it waits for once it has the
// secrets: a person who is asked for a passphrase takes their time.
const checkLimit = 15 * time.Second

// Check asks Salesforce about the refresh token of conn by introspection, which
// neither uses nor rotates it (SALESFORCE.md §8). It takes at most 15 seconds after
// the secrets are read, and writes nothing. Err is an *Error or the cause of ctx;
// where the org does not let an app introspect, it is KindCheckRefused and nothing is
// known of the token.
func (c *Client) Check(ctx context.Context, conn keystore.Connection) Health {
	return c.checkAmong(ctx, conn, c.listed)
}

// checkAmong is Check that finds out from listed, the connections by id, what has become
// of one whose secrets are not where they were.
func (c *Client) checkAmong(ctx context.Context, conn keystore.Connection, listed func() map[string]keystore.Connection) Health {
	seen, err := c.Store.Cached(ctx, conn)
	if errors.Is(err, keystore.ErrNotFound) || errors.Is(err, keystore.ErrChanged) {
		if now, ok := listed()[conn.ID]; ok && (now.Store != conn.Store || !now.SameGrant(conn)) {
			conn = now
			seen, err = c.Store.Cached(ctx, conn)
		}
	}
	if err == nil {
		err = c.check(ctx, conn, seen.Secrets)
	}
	return c.Health(failed(ctx, StepCheck, err))
}

// listed is what the index says now; of one that cannot be read, nothing.
func (c *Client) listed() map[string]keystore.Connection {
	list, _ := c.Store.List()
	byID := make(map[string]keystore.Connection, len(list))
	for _, conn := range list {
		byID[conn.ID] = conn
	}
	return byID
}

// Health is what err, of a check or of a renewal just now, says of a connection.
func (c *Client) Health(err error) Health {
	h := Health{Verdict: VerdictOf(err), CheckedAt: c.now(), Err: err}
	if err != nil {
		h.Reason = keystore.Clean(err.Error(), 300) // it is stored, and shown as it is
	}
	return h
}

func (c *Client) check(ctx context.Context, conn keystore.Connection, seen keystore.Secrets) error {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	err := c.introspect(ctx, conn, seen)
	if KindOf(err) != KindTokenExpired {
		return err
	}
	// A renewal may have rotated it out while we looked. Under the lock nobody does.
	r, again := c.Store.Renew(ctx, conn)
	switch {
	case errors.Is(again, context.DeadlineExceeded): // of the lock: every other wait has a limit of its own
		return keystore.ErrBusy
	case again != nil:
		return again
	}
	defer r.Close()
	if r.RefreshToken.Equal(seen.RefreshToken) {
		return err
	}
	return c.introspect(ctx, r.Connection, r.Secrets)
}

// introspect returns nil for a live refresh token (RFC 7662 §2).
func (c *Client) introspect(ctx context.Context, conn keystore.Connection, s keystore.Secrets) error {
	domain, err := ParseDomain(conn.Domain)
	if err != nil {
		return err
	}
	asker := clientCredentials{domain, conn.ClientID, s.ClientSecret}
	r, err := c.do(ctx, httpRequest{step: StepCheck, address: domain.URL("/services/oauth2/introspect"), limit: requestLimit,
		form: asker.authenticate(url.Values{"token": {s.RefreshToken.Reveal()}, "token_type_hint": {"refresh_token"}})})
	failure, said := errors.AsType[*Error](err)
	switch active := string(r.json["active"]); {
	case said:
		return unchecked(failure, s.ClientSecret.Empty())
	case err != nil:
		return err
	case active == "true":
		return nil
	case active == "false":
		return &Error{Step: StepCheck, Kind: KindTokenExpired}
	}
	return &Error{Step: StepCheck, Kind: KindBadAnswer}
}

// unchecked tells an introspection that is not to be had from a failure that is the
// connection's own. What a public client may ask is not documented (SALESFORCE.md §8).
func unchecked(e *Error, public bool) *Error {
	closed := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed}
	switch v := e.Kind.Verdict(); {
	case v == Unknown,
		v == ClientWrong && public,
		e.Code == "" && slices.Contains(closed, e.Status):
		return &Error{Step: StepCheck, Kind: KindCheckRefused, Err: e}
	}
	return e
}
