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

// checkLimit is for one check with everything that it waits for, but not for reading the
// secrets: a person who is asked for a passphrase takes longer.
const checkLimit = 15 * time.Second

// Check asks Salesforce by introspection whether the refresh token of conn is valid, which
// neither uses nor rotates it (RFC 7662, SALESFORCE.md §8). It takes at most 15 seconds
// after it has read the secrets, and writes nothing. Health.Err is an *Error, mostly of
// StepCheck, or the cause of ctx. Where the org does not let an app introspect its kind is
// KindCheckRefused, and nothing is known of the token.
func (c *Client) Check(ctx context.Context, conn keystore.Connection) Health {
	return c.checkAmong(ctx, conn, c.listed)
}

// checkAmong is Check. Where the secrets are not at the place that conn names, it looks in
// listed, the connections by id, for a connection that another process has moved or
// authorised again meanwhile.
func (c *Client) checkAmong(ctx context.Context, conn keystore.Connection, listed func() map[string]keystore.Connection) Health {
	if ctx.Err() != nil { // Whoever has left waits until this one of thousands has been told, too.
		return c.Health(context.Cause(ctx))
	}
	seen, err := c.Store.Cached(ctx, conn)
	if errors.Is(err, keystore.ErrNotFound) || errors.Is(err, keystore.ErrChanged) {
		if now, ok := listed()[conn.ID]; ok && (now.Store != conn.Store || !now.SameGrant(conn)) {
			conn = now
			seen, err = c.Store.Cached(ctx, conn)
		}
	}
	if err == nil {
		err = c.check(ctx, conn, seen)
	}
	return c.Health(failed(ctx, StepCheck, err))
}

// listed has the connections that the index has now, by id; none where it cannot be read.
func (c *Client) listed() map[string]keystore.Connection {
	list, _ := c.Store.List()
	byID := make(map[string]keystore.Connection, len(list))
	for _, conn := range list {
		byID[conn.ID] = conn
	}
	return byID
}

// Health is what err says of a connection, the error of a check or of a renewal that has
// just ended.
func (c *Client) Health(err error) Health {
	h := Health{Verdict: VerdictOf(err), CheckedAt: c.now(), Err: err}
	if err != nil {
		h.Reason = keystore.Clean(err.Error(), 300) // the index stores it, and list shows it as it is
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
	// Another process may have renewed the token since it was read. It cannot under the lock.
	r, again := c.Store.Hold(ctx, conn)
	switch {
	case errors.Is(again, context.DeadlineExceeded): // while waiting for the lock: every other wait has a limit of its own
		return keystore.ErrBusy
	case again != nil:
		return again
	}
	defer r.Close()
	if r.RefreshToken.Equal(seen.RefreshToken) {
		if doubt := r.Doubted(); doubt != nil && !doubt.Here {
			return absent(doubt)
		}
		return err
	}
	return c.introspect(ctx, r.Connection, r.Secrets)
}

// introspect returns nil where the refresh token is valid (RFC 7662 §2).
func (c *Client) introspect(ctx context.Context, conn keystore.Connection, s keystore.Secrets) error {
	_, err := c.introspection(ctx, conn, s)
	return err
}

// introspection is introspect with the answer, where that says that the token is valid.
func (c *Client) introspection(ctx context.Context, conn keystore.Connection, s keystore.Secrets) (httpResponse, error) {
	domain, err := ParseDomain(conn.Domain)
	if err != nil {
		return httpResponse{}, err
	}
	client := clientCredentials{domain, conn.ClientID, s.ClientSecret}
	r, err := c.do(ctx, httpRequest{step: StepCheck, address: domain.URL("/services/oauth2/introspect"), limit: requestLimit,
		form: client.authenticate(url.Values{"token": {s.RefreshToken.Reveal()}, "token_type_hint": {"refresh_token"}})})
	failure, said := errors.AsType[*Error](err)
	switch active := string(r.json["active"]); {
	case said:
		return r, unchecked(failure, s.ClientSecret.Empty())
	case err != nil:
		return r, err
	case active == "true":
		return r, nil
	case active == "false":
		return r, &Error{Step: StepCheck, Kind: KindTokenExpired}
	}
	return r, &Error{Step: StepCheck, Kind: KindBadAnswer}
}

// unchecked is KindCheckRefused where Salesforce refused the introspection, and e where the
// failure is that of the connection. Whether a public client may introspect is not
// documented (SALESFORCE.md §8).
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
