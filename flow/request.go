package flow

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"sfauth/keystore"
)

const (
	// DefaultCallback is the one the Salesforce CLI uses, and so the one most
	// often registered (SALESFORCE.md §6.2).
	DefaultCallback = "http://localhost:1717/OauthRedirect"
	// DefaultScope is the least that renews itself (SALESFORCE.md §3.1).
	DefaultScope = "api refresh_token"
)

// Request is what a login needs to know. Existing is set when a saved connection
// is authorised again: its ID is kept and its user and org must come back.
type Request struct {
	Domain       Domain
	ClientID     string
	ClientSecret keystore.Secret // empty: a public client, none is sent
	Callback     string          // the registered redirect URI, to the letter; empty: DefaultCallback
	Scope        string          // as ParseScope reads it; empty: all of the app's
	Prompt       string
	LoginHint    string
	Name         string // empty: proposed from the org
	NoBrowser    bool
	PasteOnly    bool // do not listen: the callback address cannot be bound here
	Existing     *keystore.Connection
}

// CheckClientID trims what was pasted for a Consumer Key. odd warns of one that
// does not look like any. The error is an *Error of StepInput: KindClientIDEmpty or
// KindClientIDBlank.
func CheckClientID(pasted string) (clean string, odd bool, err error) {
	clean = strings.TrimFunc(pasted, invisible)
	switch {
	case clean == "":
		return "", false, &Error{Step: StepInput, Kind: KindClientIDEmpty}
	case strings.ContainsFunc(clean, invisible):
		return "", false, &Error{Step: StepInput, Kind: KindClientIDBlank}
	}
	return clean, !consumerKey().MatchString(clean), nil
}

// consumerKey is the form of every key Setup hands out, and the one that comes
// with the Salesforce CLI (SALESFORCE.md §7.1).
var consumerKey = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(3MVG[a-zA-Z0-9._-]{40,}={0,2}|PlatformCLI)$`)
})

// invisible runes come along with a copied text and belong to no address, key or code.
func invisible(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }
