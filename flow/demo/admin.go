package demo

import (
	"net/http"
	"slices"
)

// What an administrator of the org could see and do. The connections that the demo has saved
// are approved so, and tests ask for all of it.

// Approve is the consent of the first user without a browser: it returns the refresh token
// of a new grant to the app, with all of the app's scopes where none are named.
func (o *Org) Approve(clientID string, scopes ...string) (refreshToken string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	app := o.apps[clientID]
	if len(scopes) == 0 {
		scopes = app.Scopes
	}
	return o.grants.approve(app, users[0], scopes).refresh
}

// Change saves other settings of an app, as an administrator does in Setup. Grants that there
// are keep to those of their time.
func (o *Org) Change(a App) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.apps[a.ClientID] = a
}

// AccessValid says whether this is an access token of a session that has not ended.
func (o *Org) AccessValid(token string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, ok := o.grants.session(token, o.now())
	return ok
}

// Data360Valid says whether this is a token of Data 360, of a session that has not ended.
func (o *Org) Data360Valid(token string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, ok := o.grants.data360[token]
	return ok && o.now().Sub(s.opened) < sessionLifetime
}

// EndSessions ends every access token before its time, as an administrator can, and leaves
// the grants.
func (o *Org) EndSessions() {
	o.mu.Lock()
	defer o.mu.Unlock()
	clear(o.grants.access)
}

// RefreshValid says whether this is the current refresh token of a live grant.
func (o *Org) RefreshValid(token string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.grants.current(token) != nil
}

// Approvals counts the live grants.
func (o *Org) Approvals() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.grants.live)
}

// RevokeAll ends every grant, as an administrator can.
func (o *Org) RevokeAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, g := range slices.Clone(o.grants.live) {
		o.grants.revoke(g)
	}
}

// Entry is one request that was answered. It holds no secret.
type Entry struct {
	Method, Path string
	Grant        string // grant_type, at the token endpoint
	Status       int    // 0: never answered
	Error        string // the OAuth error, "" for success
}

// Log is what was asked so far, oldest first.
func (o *Org) Log() []Entry {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.log)
}

func (o *Org) record(r *http.Request, a answer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.log = append(o.log, Entry{r.Method, r.URL.Path, r.PostForm.Get("grant_type"), a.status, a.err})
}
