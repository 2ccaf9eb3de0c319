package flow

import (
	"crypto/subtle"
	"net/url"
	"strings"
	"sync/atomic"
)

// authorizationResponse ends the wait for the person: it has an authorization code, or the
// reason why there will be none (RFC 6749 §4.1.2).
type authorizationResponse struct {
	code   string
	pasted bool
	err    error
}

// firstResponse takes the first of several responses: the listener, the person who pastes,
// the timer and the end of the context may each bring one.
type firstResponse struct {
	taken   atomic.Bool
	arrived chan authorizationResponse
}

func newFirstResponse() *firstResponse {
	return &firstResponse{arrived: make(chan authorizationResponse, 1)}
}

// offer returns whether r was the first. It never blocks.
func (a *firstResponse) offer(b authorizationResponse) bool {
	if !a.taken.CompareAndSwap(false, true) {
		return false
	}
	a.arrived <- b
	return true
}

// The values of Stray.Reason: why a request to the listener is not the authorization
// response. TLS: a browser that insists on https. User: another user of this machine.
const (
	StrayState  = "wrong state"
	StrayCode   = "no code"
	StrayPath   = "other path"
	StrayHost   = "other host"
	StrayMethod = "other method"
	StrayTLS    = "https"
	StrayUser   = "another user of this machine"
)

// parseResponse reads the parameters of an authorization response (RFC 6749 §4.1.2). It
// compares the state before anything else, on errors too. Where the parameters are no
// response to q, stray is the reason, and the wait goes on.
func (q authorizationRequest) parseResponse(v url.Values) (a authorizationResponse, stray string) {
	if len(v["state"]) != 1 || subtle.ConstantTimeCompare([]byte(v.Get("state")), []byte(q.state)) != 1 {
		return authorizationResponse{}, StrayState
	}
	if hasRepeated(v) || (v.Get("code") == "") == (v.Get("error") == "") {
		return authorizationResponse{}, StrayCode
	}
	switch {
	case !q.isFromIssuer(v): // RFC 9207 §2.4
		return authorizationResponse{err: &Error{Step: StepAllow, Kind: KindIssuer}}, ""
	case v.Has("error"):
		return authorizationResponse{err: oauthError(StepAllow, v.Get("error"), v.Get("error_description"), 0)}, ""
	}
	return authorizationResponse{code: v.Get("code")}, ""
}

func (q authorizationRequest) isFromIssuer(v url.Values) bool {
	return !v.Has("iss") || strings.TrimSuffix(v.Get("iss"), "/") == q.Domain.URL("")
}

// hasRepeated tells a parameter that comes twice, which is forbidden (RFC 6749 §3.1): nobody
// knows which of two codes is meant.
func hasRepeated(v url.Values) bool {
	for _, name := range []string{"code", "error", "iss"} {
		if len(v[name]) > 1 {
			return true
		}
	}
	return false
}
