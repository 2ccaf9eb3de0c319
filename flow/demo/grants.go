package demo

import (
	"maps"
	"slices"
	"time"
)

const (
	approvalCap     = 5             // per user and app (SALESFORCE.md §5.3)
	sessionLifetime = 2 * time.Hour // Salesforce's default session timeout
)

// grant is one approval: a family of refresh tokens, of which one is current, and their
// access tokens.
type grant struct {
	app     App
	user    user
	scopes  []string
	refresh string // the current one; empty without the scope, and once revoked
	busy    bool   // a refresh is being processed
}

// session is what an access token stands for.
type session struct {
	*grant
	opened time.Time
}

// grants are the live approvals, oldest first. Org.mu guards them.
type grants struct {
	live    []*grant
	refresh map[string]*grant // current tokens and those rotated out
	access  map[string]session
	data360 map[string]session // for which access tokens were exchanged
}

// approve adds a grant. Where the same user and app have approvalCap of them it revokes the
// oldest.
func (gs *grants) approve(app App, u user, scopes []string) *grant {
	same := func(g *grant) bool { return g.app.ClientID == app.ClientID && g.user == u }
	n := 0
	for _, g := range gs.live {
		if same(g) {
			n++
		}
	}
	if n == approvalCap {
		gs.revoke(gs.live[slices.IndexFunc(gs.live, same)])
	}
	g := &grant{app: app, user: u, scopes: scopes}
	gs.live = append(gs.live, g)
	if has(scopes, "refresh_token") {
		gs.rotate(g)
	}
	return g
}

// rotate gives g its next refresh token.
func (gs *grants) rotate(g *grant) {
	g.refresh = newRefreshToken()
	gs.refresh[g.refresh] = g
}

// open issues an access token. host is the org's own address.
func (gs *grants) open(g *grant, host string, now time.Time) string {
	t := newAccessToken()
	if g.app.JWT {
		t = newJWTAccessToken(g, host, now)
	}
	gs.access[t] = session{g, now}
	return t
}

// revoke ends a grant with every token that came of it.
func (gs *grants) revoke(g *grant) {
	g.refresh = ""
	gs.live = slices.DeleteFunc(gs.live, func(other *grant) bool { return other == g })
	for t, owner := range gs.refresh {
		if owner == g {
			delete(gs.refresh, t)
		}
	}
	for _, tokens := range []map[string]session{gs.access, gs.data360} {
		maps.DeleteFunc(tokens, func(_ string, s session) bool { return s.grant == g })
	}
}

// session returns what a live access token stands for.
func (gs *grants) session(token string, now time.Time) (session, bool) {
	s, ok := gs.access[token]
	return s, ok && now.Sub(s.opened) < sessionLifetime
}

// current returns the grant whose current refresh token this is, or nil.
func (gs *grants) current(token string) *grant {
	if g := gs.refresh[token]; g != nil && g.refresh == token {
		return g
	}
	return nil
}
