package flow

import (
	"context"
	"net"
	"strings"
	"time"

	"sfauth/keystore"
)

// Authorize takes a person from a Request to a saved Grant (RFC 6749 §4.1): it tries the
// vault and the port, waits until the person allows access, exchanges the authorization
// code, verifies, saves and names what came, and shows the outcome in the tab of the
// browser. It calls observe in order, never concurrently, and never after it has returned.
// Every error is an *Error or wraps the cause of ctx.
//
// Once the code is sent, neither a signal nor the end of ctx takes away what it brings, for
// 45 seconds after that end at most: the grant is saved, or it is revoked and the error is
// an Unkept. A Grant comes with an error only where the person is there to decide about it,
// by Save or GiveUp: the grant of another user (KindOtherUser), or one that could not be
// saved.
func (c *Client) Authorize(ctx context.Context, r Request, observe func(Event)) (Grant, error) {
	q, err := newAuthorizationRequest(r)
	if err != nil {
		return Grant{}, err
	}
	ctx = keystore.TellAsking(ctx, func() { observe(KeychainAsks{}) })
	ready, err := c.probe(ctx, r.Existing)
	if err != nil {
		return Grant{}, failed(ctx, StepKeychain, err)
	}
	observe(ready)

	var listeners []net.Listener
	if !q.callback.PasteOnly() {
		if listeners, err = c.listen(ctx, q.callback.Port()); err != nil {
			return Grant{}, err
		}
	}
	cb := serveCallback(q, listeners, &c.Tab)
	defer func() { cb.close(c.Tab.failed()) }() // does nothing where the tab was told before
	observe(Listening{q.callback.String(), q.callback.PasteOnly()})

	w := c.sendToBrowser(ctx, q, cb.response, observe)
	for {
		code, err := w.awaitCode(ctx, cb.strays, observe)
		if err != nil {
			return Grant{}, err
		}
		if err := c.Store.ProbeIndex(ctx); err != nil { // a grant that could not be saved is not asked for
			return Grant{}, failed(ctx, StepSave, err)
		}
		release := holdSignals()
		g, err := c.obtainGrant(ctx, q, code, observe)
		if w.waitForWholeCode(err, observe) {
			release()
			continue
		}
		defer release()
		if err == nil {
			cb.close(c.Tab.saved(g.Connection))
		} else {
			cb.close(c.Tab.failed())
		}
		return c.revokeUnwanted(ctx, g, err, observe) // by now the tab shows the outcome, and the port is free
	}
}

// probe tries the vault that the grant will be saved in: a saved connection stays where it
// is.
func (c *Client) probe(ctx context.Context, saved *keystore.Connection) (KeychainReady, error) {
	store := c.Store
	if saved != nil && saved.Store != "" {
		in, err := store.In(saved.Store)
		if err != nil {
			return KeychainReady{}, err
		}
		store = in
	}
	name, err := store.Probe(ctx)
	if err != nil {
		return KeychainReady{}, err
	}
	_ = store.Heal(ctx) // The vault is known to answer now. What cannot be healed waits for the next login.
	return KeychainReady{store.Vault.Kind(), name}, nil
}

// sendToBrowser opens the authorize URL and starts the wait for the person.
func (c *Client) sendToBrowser(ctx context.Context, q authorizationRequest, a *firstResponse, observe func(Event)) *Wait {
	address, opened := c.PageAt(q.authorizeURL()), ErrNotAsked
	if !q.NoBrowser {
		opened = c.browser()(ctx, address)
	}
	observe(Browser{opened})
	w := c.newWait(q, address, a)
	observe(Waiting{URL: address, Deadline: w.deadline, Wait: w})
	return w
}

// obtainGrant exchanges the authorization code and saves the grant. Nothing that can wait
// comes before the save: the ids of the signed identity URL say whose grant it is, and the
// name of that user may come later.
func (c *Client) obtainGrant(ctx context.Context, q authorizationRequest, code string, observe func(Event)) (Grant, error) {
	t, err := c.exchangeCode(ctx, q, code)
	if err != nil {
		return Grant{}, err
	}
	g := c.newGrant(q, t)
	if err := checkTokens(q, t, observe); err != nil {
		g.refused = true
		return g, err
	}
	switch {
	case q.Existing != nil && !t.identity.is(q.Existing.OrgID, q.Existing.UserID):
		g.Connection.ID, g.Connection.Username = "", "" // so that Save makes another connection
		err = &Error{Step: StepVerify, Kind: KindOtherUser}
	default:
		observe(Identified{t.identity.user, t.identity.org, t.instance})
		if g.Connection, err = c.store(ctx, &g); err == nil {
			observe(Saved{g.Connection})
		}
	}
	c.learnUsername(ctx, q, t, &g, observe)
	return g, err
}

// exchangeCode waits for the token response even when the person has left.
func (c *Client) exchangeCode(ctx context.Context, q authorizationRequest, code string) (tokenResponse, error) {
	longer, cancel := outlast(ctx, requestLimit, answerGrace)
	defer cancel()
	t, err := c.exchange(longer, q, code)
	if err != nil && longer.Err() != nil {
		err = &Error{Step: StepExchange, Kind: KindNoAnswer}
	}
	return t, withCancellation(ctx, err)
}

// checkTokens verifies the token response, and that it has a refresh token.
func checkTokens(q authorizationRequest, t tokenResponse, observe func(Event)) error {
	if err := t.verify(clientCredentials{q.Domain, q.ClientID, q.ClientSecret}); err != nil {
		return err
	}
	observe(TokensReceived{strings.Fields(q.Scope), t.scopes})
	if t.refresh.Empty() {
		return &Error{Step: StepVerify, Kind: KindNoRefreshToken}
	}
	return nil
}

// nameLimit is short: a connection works without the name of its user.
const nameLimit = 10 * time.Second

// learnUsername asks the identity service for the name of the user, as long as the person
// waits for it.
func (c *Client) learnUsername(ctx context.Context, q authorizationRequest, t tokenResponse, g *Grant, observe func(Event)) {
	limited, cancel := context.WithTimeout(ctx, nameLimit)
	defer cancel()
	name, err := c.identify(limited, q.Domain, t)
	if ctx.Err() != nil {
		return
	}
	if err == nil && name != "" {
		g.Connection.Username = name
		_ = c.Store.SetUsername(ctx, g.Connection) // nothing depends on the name
	}
	observe(Named{name, err})
}
