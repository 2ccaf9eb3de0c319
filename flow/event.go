package flow

import (
	"time"

	"sfauth/keystore"
)

// Event is what Authorize tells its watcher. The types below are the only ones.
// They hold no secret.
type Event interface{ event() }

type (
	// KeychainAsks: a window of the keychain's waits for the person. It comes before
	// KeychainReady, or Saved, and only where that can be known.
	KeychainAsks struct{}
	// KeychainReady: a secret was set, read back and deleted there.
	KeychainReady struct{ Where string }
	// Listening: the callback address is bound; PasteOnly when it is not
	// loopback http, so that the answer can only be pasted.
	Listening struct {
		Callback  string
		PasteOnly bool
	}
	// Browser: the URL was handed to a browser, or why not. Err is nil, ErrNoDisplay,
	// ErrSSH, ErrNotAsked (--no-browser), or what went wrong.
	Browser struct{ Err error }
	// Waiting: for the person to allow access. The Wait is live until the next
	// event that is not Stray. It comes again, with the same Wait and why, after an answer
	// that was no good and can be given better.
	Waiting struct {
		URL      string
		Deadline time.Time
		Wait     *Wait
		Refused  error
	}
	// Stray: a request came that is not the answer. TLS: it spoke https to our http port.
	// Foreign: it looks like the answer, and is another user's of this machine.
	Stray struct {
		Count   int
		Reason  string
		TLS     bool
		Foreign bool
	}
	// CodeReceived: an authorization code with our state is here.
	CodeReceived struct{ Pasted bool }
	// TokensReceived: asked and granted scopes; asked is empty when none were named.
	TokensReceived struct{ Asked, Granted []string }
	// Identified: whose it is, by the signed identity URL; and the one who was expected.
	Identified struct{ UserID, OrgID, InstanceURL string }
	// Saved: stored and read back.
	Saved struct{ Connection keystore.Connection }
	// Named: what the identity service calls that user; Err is set when it would not say.
	// It comes after Saved, which does not wait for it.
	Named struct {
		Username string
		Err      error
	}
	// Revoked: the refresh token that the new one took the place of was revoked, or
	// why not. It comes after Saved, which it does not undo, and only where there was one.
	Revoked struct{ Err error }
)

func (KeychainAsks) event()   {}
func (KeychainReady) event()  {}
func (Listening) event()      {}
func (Browser) event()        {}
func (Waiting) event()        {}
func (Stray) event()          {}
func (CodeReceived) event()   {}
func (TokensReceived) event() {}
func (Identified) event()     {}
func (Saved) event()          {}
func (Named) event()          {}
func (Revoked) event()        {}
