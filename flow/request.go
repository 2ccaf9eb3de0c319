package flow

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/oauth2"

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

// Callback is a registered callback URL. It is compared character for character by
// Salesforce (SALESFORCE.md §6.2), so it is kept to the letter.
type Callback struct {
	text, path string
	port       string // of the loopback listener; empty: paste only
}

// ParseCallback reads a callback URL: http on localhost, 127.0.0.1 or [::1] is
// listened for, https on any host can only be pasted. Anything else is an *Error of
// StepInput and KindCallbackInvalid.
func ParseCallback(pasted string) (Callback, error) {
	text := strings.TrimFunc(pasted, invisible)
	u, err := url.Parse(text)
	switch {
	case err != nil:
		err = errors.New("not a URL")
	case strings.ContainsFunc(text, invisible):
		err = errors.New("a blank inside")
	case u.User != nil, u.Host == "", strings.Contains(text, "#"): // RFC 6749 §3.1.2 forbids fragments
		err = errors.New("not a plain address")
	case u.Scheme == "https":
		return Callback{text: text}, nil
	case u.Scheme != "http" || !isLoopbackName(u.Hostname()):
		err = errors.New("neither https nor http on localhost")
	default:
		if port, ok := tcpPort(u.Port()); ok {
			return Callback{text: text, path: requestPath(u), port: port}, nil
		}
		err = errors.New("no such port")
	}
	return Callback{}, &Error{Step: StepInput, Kind: KindCallbackInvalid, Err: err}
}

// String is the callback URL to the letter.
func (c Callback) String() string { return c.text }

// Port is the TCP port to listen on, empty when PasteOnly.
func (c Callback) Port() string { return c.port }

// PasteOnly says that no listener can receive this callback here.
func (c Callback) PasteOnly() bool { return c.port == "" }

// isHost says whether a Host header names this callback's listener (DNS rebinding
// would bring another name).
func (c Callback) isHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80"
	}
	return port == c.port && isLoopbackName(name)
}

// isLoopbackName names the hosts that reach the two addresses a callback is listened for on.
func isLoopbackName(host string) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, strings.ToLower(host))
}

func tcpPort(text string) (string, bool) {
	if text == "" {
		return "80", true
	}
	n, err := strconv.ParseUint(text, 10, 16)
	return strconv.FormatUint(n, 10), err == nil && n > 0
}

func requestPath(u *url.URL) string {
	if u.Path == "" {
		return "/"
	}
	return u.EscapedPath()
}

// authorizationRequest is what a login asks Salesforce, and so what an answer must match.
type authorizationRequest struct {
	Request
	callback Callback
	state    string
	verifier string
}

// newAuthorizationRequest makes a question of a request: it checks what was typed and draws the state
// and the PKCE verifier, 256 random bits each.
func newAuthorizationRequest(r Request) (authorizationRequest, error) {
	if r.Domain.IsZero() {
		return authorizationRequest{}, &Error{Step: StepInput, Kind: KindDomainEmpty}
	}
	if r.Callback == "" {
		r.Callback = DefaultCallback
	}
	callback, err := ParseCallback(r.Callback)
	if err != nil {
		return authorizationRequest{}, err
	}
	if r.Scope, err = ParseScope(r.Scope); err != nil {
		return authorizationRequest{}, err
	}
	r.ClientID, _, err = CheckClientID(r.ClientID)
	if r.PasteOnly {
		callback.port = ""
	}
	return authorizationRequest{r, callback, oauth2.GenerateVerifier(), oauth2.GenerateVerifier()}, err
}

// authorizeURL is where the person allows access (SALESFORCE.md §2). It holds no secret.
func (q authorizationRequest) authorizeURL() string {
	conf := oauth2.Config{
		ClientID:    q.ClientID,
		RedirectURL: q.callback.text,
		Scopes:      strings.Fields(q.Scope),
		Endpoint:    oauth2.Endpoint{AuthURL: q.Domain.URL("/services/oauth2/authorize")},
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(q.verifier)}
	if q.Prompt != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", q.Prompt))
	}
	if q.LoginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", q.LoginHint))
	}
	return conf.AuthCodeURL(q.state, options...)
}
