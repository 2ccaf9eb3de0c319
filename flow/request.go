package flow

import (
	"regexp"
	"strings"
	"sync"
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

// CheckClientID trims what was pasted for a client ID (Consumer Key), and its label in Setup
// where that came along. odd warns of one that does not look like any. Errors are an *Error of StepInput: KindClientIDEmpty or
// KindClientIDBlank.
func CheckClientID(pasted string) (clean string, odd bool, err error) {
	clean = strings.TrimFunc(pasted, invisible)
	clean = clean[len(keyLabel().FindString(clean)):]
	switch {
	case clean == "":
		return "", false, &Error{Step: StepInput, Kind: KindClientIDEmpty}
	case strings.ContainsFunc(clean, invisible):
		return "", false, &Error{Step: StepInput, Kind: KindClientIDBlank}
	}
	return clean, !consumerKey().MatchString(clean), nil
}

// keyLabel is what Setup and guides write before a Consumer Key. Older pages in Japanese leave
// out the long vowel.
var keyLabel = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?i:consumer key|client[_ ]id|コンシューマー?鍵|クライアント ?ID)(?:[\s\p{Z}]*\(client_id\))?(?:[\s\p{Z}]*[:：=][\s\p{Z}]*|[\s\p{Z}]+|$)`)
})

// consumerKey is the form of every key that Setup makes, and the key of the Salesforce CLI
// (SALESFORCE.md §7.1).
var consumerKey = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(3MVG[a-zA-Z0-9._-]{40,}={0,2}|PlatformCLI)$`)
})

// invisible characters come along with a copied text and belong to no address, key or code.
func invisible(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }
