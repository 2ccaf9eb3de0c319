package flow

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"sfauth/flow/takeover"
	"sfauth/keystore"
)

// Inspect asks Salesforce by introspection about a refresh token that another tool holds,
// which neither uses nor rotates it (RFC 7662, SALESFORCE.md §8), after it has tried the
// vault that the token is to go to. r has the login host and the app. The Grant that comes
// back is for Save, which stores it, or is forgotten: nobody but its holder may revoke it.
// It calls observe as Authorize does, with KeychainReady, TokensReceived and Identified.
//
// Errors are an *Error or the cause of ctx. KindCheckRefused comes with a Grant: Salesforce
// does not say whether the token is valid, nor whose it is, and a person may save it all the
// same. KindTokenExpired says that it is dead, KindOtherUser that it is not the user's of
// r.Existing, and KindHeldAlready that a connection has it already, whose name is in the
// Grant: saved twice it would end for both, where it rotates.
func (c *Client) Inspect(ctx context.Context, r Request, h takeover.Holding, observe func(Event)) (Grant, error) {
	ready, err := c.probe(keystore.TellAsking(ctx, func() { observe(KeychainAsks{}) }), r.Existing)
	if err != nil {
		return Grant{}, failed(ctx, StepKeychain, err)
	}
	observe(ready)
	g := c.takenGrant(r, h)
	checked, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	answer, err := c.introspection(checked, g.Connection, g.Secrets)
	if err = failed(ctx, StepCheck, err); err != nil && KindOf(err) != KindCheckRefused {
		return Grant{}, err
	}
	if why := KindOf(errors.Unwrap(err)); why.Verdict() == ClientWrong && why != KindClientCredentials { // not even a public client is known there
		return Grant{}, errors.Unwrap(err)
	}
	if err == nil {
		g.learn(answer, c.now())
		if e := r.Existing; e != nil && e.UserID != "" && !(identity{org: g.Connection.OrgID, user: g.Connection.UserID}).is(e.OrgID, e.UserID) {
			return Grant{}, &Error{Step: StepVerify, Kind: KindOtherUser}
		}
	}
	if holder, held := c.holderOf(ctx, g); held {
		g.Connection = holder
		return g, &Error{Step: StepVerify, Kind: KindHeldAlready}
	}
	if err == nil {
		observe(TokensReceived{nil, g.Connection.Scopes})
		observe(Identified{g.Connection.UserID, g.Connection.OrgID, g.Connection.InstanceURL})
	}
	return g, err
}

// takenGrant is what the tool says of its grant. It is believed where nothing depends on it:
// who the user is, only Salesforce can say.
func (c *Client) takenGrant(r Request, h takeover.Holding) Grant {
	instance := h.InstanceURL
	if instance == "" && (isLoopbackDomain(r.Domain) || r.Domain.Setup(SetupLoginHistory) != "") {
		instance = r.Domain.URL("")
	}
	if !isTrusted(r.Domain, instance) {
		instance = "" // the first renewal brings it
	}
	conn := keystore.Connection{
		Name: proposedName(r, instance), Domain: r.Domain.String(), ClientID: r.ClientID, RedirectURI: r.RedirectURI, Scope: r.Scope, Prompt: r.Prompt,
		Username: h.Username, OrgID: h.OrgID, InstanceURL: instance, AuthorizedAt: c.now(), TakenOver: true,
	}
	if r.Existing != nil {
		conn.ID, conn.Name = r.Existing.ID, r.Existing.Name
	}
	return Grant{Connection: conn, taken: true,
		Secrets: keystore.Secrets{ClientSecret: r.ClientSecret, RefreshToken: h.RefreshToken, SealKey: keystore.NewSealKey()}}
}

func isLoopbackDomain(d Domain) bool {
	return d.Doubt() == "" && strings.HasPrefix(d.URL(""), "http://")
}

// learn takes what an introspection says of a valid token: whose it is, and for what, which
// is what will be asked for where it has to be authorised again.
func (g *Grant) learn(answer httpResponse, at time.Time) {
	conn := &g.Connection
	id, _ := parseIdentity(answer.text("sub"))
	conn.UserID, conn.OrgID = id.user, cmp.Or(id.org, conn.OrgID)
	conn.Username = cmp.Or(keystore.Clean(answer.text("username"), 255), conn.Username)
	if conn.Scopes = scopes(answer.text("scope")); len(conn.Scopes) > 0 {
		if asked, err := ParseScope(strings.Join(conn.Scopes, " ")); err == nil {
			conn.Scope = asked
		}
	}
	conn.CheckedAt, conn.AliveAt, conn.Verdict = &at, &at, string(Alive)
}

// holderOf is the connection that has the very refresh token of g already. Of those whose
// secrets cannot be read nobody knows.
func (c *Client) holderOf(ctx context.Context, g Grant) (holder keystore.Connection, held bool) {
	for _, conn := range c.ofSameApp(g.Connection) {
		s, err := c.Store.Secrets(ctx, conn)
		if err == nil && s.RefreshToken.Equal(g.Secrets.RefreshToken) {
			return conn, true
		}
	}
	return keystore.Connection{}, false
}

// ofSameApp are the saved connections of the app of conn and of its user, where that is known.
func (c *Client) ofSameApp(conn keystore.Connection) (same []keystore.Connection) {
	all, _ := c.Store.List()
	for _, other := range all {
		if other.ClientID == conn.ClientID && other.Domain == conn.Domain &&
			(conn.UserID == "" || other.UserID == "" || sameID(other.UserID, conn.UserID)) {
			same = append(same, other)
		}
	}
	return same
}
