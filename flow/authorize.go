// Package flow is Salesforce's side of sfauth: the OAuth 2.0 web server flow over
// a loopback callback, renewal, and what every failure means. It knows HTTP and
// nothing about terminals.
package flow

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"sfauth/keystore"
)

// Grant is what Authorize obtained. It is returned even when saving failed, so
// that nothing obtained is lost: Client.Save tries again.
type Grant struct {
	Connection keystore.Connection
	Secrets    keystore.Secrets

	former *former // to be revoked once the grant is saved; nil: nothing
}

// Client holds what the flow needs from outside; zero fields mean the real world.
type Client struct {
	Store   *keystore.Store
	HTTP    *http.Client
	Listen  func(ctx context.Context, network, address string) (net.Listener, error)
	Open    func(ctx context.Context, url string) error
	Now     func() time.Time
	Timeout time.Duration // for the person to allow access; zero: 5 minutes
}

func (c *Client) now() time.Time {
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	return now().UTC().Truncate(time.Millisecond) // as it is written down, so that it compares equal
}

func (c *Client) browser() func(context.Context, string) error {
	if c.Open == nil {
		return OpenBrowser
	}
	return c.Open
}

// Authorize takes a person from a Request to a saved Grant, in the order of
// ARCHITECTURE.md "The data's way". observe is called in order, never concurrently,
// never after Authorize returns. Every error is an *Error or the cause of ctx; the
// Grant that comes with one was obtained and verified, and is not saved.
func (c *Client) Authorize(ctx context.Context, r Request, observe func(Event)) (Grant, error) {
	g, err := c.authorize(ctx, r, observe)
	if err != nil {
		return g, err
	}
	if revoked := c.revokeFormer(ctx, &g); revoked != nil { // the tab has its answer by now, and the port is free
		observe(*revoked)
	}
	return g, nil
}

// authorize is all of Authorize but the revocation of the grant that was replaced.
func (c *Client) authorize(ctx context.Context, r Request, observe func(Event)) (g Grant, err error) {
	q, err := ask(r)
	if err != nil {
		return Grant{}, err
	}
	where, err := c.probe(ctx, r.Existing)
	if err != nil {
		return Grant{}, failed(ctx, StepKeychain, err)
	}
	observe(KeychainReady{where})

	var listeners []net.Listener
	if !q.callback.PasteOnly() {
		if listeners, err = c.bind(ctx, q.callback.Port()); err != nil {
			return Grant{}, err
		}
	}
	cb := serve(q, listeners)
	outcome := failedPage
	defer func() { cb.close(outcome) }() // last of all: the tab is told what really happened
	observe(Listening{q.callback.String(), q.callback.PasteOnly()})

	code, err := c.allow(ctx, q, cb, observe)
	if err != nil {
		return Grant{}, err
	}
	t, err := c.exchange(ctx, q, code)
	if err != nil {
		return Grant{}, err
	}
	if g, err = c.accept(ctx, q, t, observe); err != nil {
		return g, err
	}
	if g.Connection, err = c.store(ctx, &g); err != nil {
		return g, err
	}
	observe(Saved{g.Connection})
	outcome = savedPage.of(g.Connection)
	return g, nil
}

// probe tries the vault that the grant is going to: what is saved stays where it is.
func (c *Client) probe(ctx context.Context, saved *keystore.Connection) (where string, err error) {
	store := c.Store
	if saved != nil && saved.Store != "" {
		if store, err = store.In(saved.Store); err != nil {
			return "", err
		}
	}
	return store.Probe(ctx)
}

// allow sends the person to Salesforce and waits for the code.
func (c *Client) allow(ctx context.Context, q question, cb *callback, observe func(Event)) (string, error) {
	opened := ErrNotAsked
	if !q.NoBrowser {
		opened = c.browser()(ctx, q.url())
	}
	observe(Browser{opened})
	w := c.wait(q, cb.answers)
	observe(Waiting{q.url(), w.deadline, w})
	a := w.answer(ctx, cb.strays, observe)
	if a.err != nil {
		return "", a.err
	}
	observe(CodeReceived{a.pasted})
	return a.code, nil
}

// accept verifies what the exchange brought and finds out whose it is.
func (c *Client) accept(ctx context.Context, q question, t tokens, observe func(Event)) (Grant, error) {
	if err := t.verify(app{q.Domain, q.ClientID, q.ClientSecret}); err != nil {
		return Grant{}, err
	}
	observe(TokensReceived{strings.Fields(q.Scope), t.scopes})
	if t.refresh.Empty() {
		return Grant{}, &Error{Step: StepVerify, Kind: KindNoRefreshToken}
	}
	username, err := c.identify(ctx, q.Domain, t)
	g := c.grant(q, t, username)
	if errors.Is(err, errOtherIdentity) {
		return Grant{}, err
	}
	if ctx.Err() != nil {
		return g, context.Cause(ctx)
	}
	observe(Identified{username, t.identity.user, t.identity.org, t.instance, err})
	if q.Existing != nil && !t.identity.is(q.Existing.OrgID, q.Existing.UserID) {
		g.Connection.ID = "" // Save would make a connection of its own
		return g, &Error{Step: StepVerify, Kind: KindOtherUser}
	}
	return g, nil
}

func (c *Client) grant(q question, t tokens, username string) Grant {
	now := c.now()
	conn := keystore.Connection{
		Name:         proposedName(q.Request, username),
		Domain:       q.Domain.String(),
		ClientID:     q.ClientID,
		Callback:     q.callback.String(),
		Scope:        strings.Join(strings.Fields(q.Scope), " "),
		Prompt:       q.Prompt,
		Username:     username,
		UserID:       t.identity.user,
		OrgID:        t.identity.org,
		InstanceURL:  t.instance,
		Scopes:       t.scopes,
		AuthorizedAt: now,
		CheckedAt:    &now,
		Verdict:      string(Alive),
	}
	if q.Existing != nil {
		conn.ID, conn.Name = q.Existing.ID, q.Existing.Name
	}
	return Grant{
		Connection: conn,
		Secrets:    keystore.Secrets{ClientSecret: q.ClientSecret, RefreshToken: t.refresh, SealKey: keystore.NewSealKey()},
	}
}

// proposedName is the org's, where the domain names one, else the user's company.
func proposedName(r Request, username string) string {
	if r.Name != "" {
		return r.Name
	}
	if label := r.Domain.Label(); !slices.Contains([]string{"", "login", "test"}, label) {
		return label
	}
	_, company, _ := strings.Cut(username, "@")
	company, _, _ = strings.Cut(company, ".")
	if company == "" {
		return "salesforce"
	}
	return company
}
