package flow

import (
	"time"

	"sfauth/keystore"
)

// Event is what Authorize tells its watcher: one of the types below. None holds a secret.
type Event interface{ event() }

type (
	// KeychainAsks: a window of the keychain waits for the person. It comes before
	// KeychainReady, or Saved, and only where that can be known.
	KeychainAsks struct{}
	// KeychainReady: a secret was set in the vault of that Kind, read back and deleted. Name is
	// the vault's own, "" where it has none.
	KeychainReady struct{ Kind, Name string }
	// Listening: the port of the redirect URI is listened on. PasteOnly: it is not, since the
	// redirect URI is not http on loopback or the request says so, and the authorization
	// response has to be pasted.
	Listening struct {
		Callback  string
		PasteOnly bool
	}
	// Browser: the authorize URL was handed to a browser, or why not. Err is nil, ErrNotAsked
	// (Request.NoBrowser) or an error of OpenBrowser.
	Browser struct{ Err error }
	// Waiting: the person has until Deadline to allow access at URL. Wait works until the next
	// event that is not Stray. The event comes again, with the same Wait and with the reason in
	// Refused, where Salesforce refused a pasted code whose end is missing.
	Waiting struct {
		URL      string
		Deadline time.Time
		Wait     *Wait
		Refused  error
	}
	// Stray: requests came to the listener that are not the authorization response. Count is how
	// many so far, Reason why the latest is not. TLS: a browser insisted on https. Foreign: a
	// response was sent by another user of this machine.
	Stray struct {
		Count   int
		Reason  string
		TLS     bool
		Foreign bool
	}
	// CodeReceived: the authorization code is here. Pasted: by the person, not by the listener.
	CodeReceived struct{ Pasted bool }
	// TokensReceived: the scopes that were asked for and those that were granted. Asked is empty
	// where the request names none.
	TokensReceived struct{ Asked, Granted []string }
	// Identified: whose grant it is, by the signed identity URL. Where the connection is
	// authorised again it is the same user as before.
	Identified struct{ UserID, OrgID, InstanceURL string }
	// Saved: the connection was stored and read back.
	Saved struct{ Connection keystore.Connection }
	// Named: the name of the user, by the identity service. Err is set where the service does
	// not tell. It comes after Saved.
	Named struct {
		Username string
		Err      error
	}
	// Revoked: the refresh token that the new one took the place of was revoked, or why not. It
	// comes after Saved, and only where there was one.
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
