package flow

import (
	"unicode"

	"sfauth/keystore"
)

const (
	// DefaultRedirectURI is the redirect URI of the Salesforce CLI, and so the one that is
	// registered most often (SALESFORCE.md §6.2).
	DefaultRedirectURI = "http://localhost:1717/OauthRedirect"
	// DefaultScope are the fewest scopes that bring a refresh token (SALESFORCE.md §3.1).
	DefaultScope = "api refresh_token"
)

// Request is what a login needs to know. Existing is the saved connection that is authorised
// again: its ID is kept, and the same user of the same org must allow access.
type Request struct {
	Domain       Domain
	ClientID     string
	ClientSecret keystore.Secret // empty: a public client (RFC 6749 §2.1)
	RedirectURI  string          // the registered redirect URI, to the letter; empty: DefaultCallback
	Scope        string          // as ParseScope reads it; empty: all scopes of the app
	Prompt       string
	LoginHint    string
	Name         string // of the connection; empty: that of the org
	NoBrowser    bool
	PasteOnly    bool // do not listen on the port of RedirectURI
	Existing     *keystore.Connection
}

// invisible characters come along with a copied text and belong to no address, key or code.
func invisible(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }
