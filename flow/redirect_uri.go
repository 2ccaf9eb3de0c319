package flow

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// RedirectURI is a redirect URI as it is registered with the app. Salesforce compares it
// character for character (SALESFORCE.md §6.2), so it is kept to the letter.
type RedirectURI struct {
	text, path string
	port       string // of the loopback listener; empty: paste only
}

// ParseRedirectURI reads a redirect URI: http on localhost, 127.0.0.1 or [::1] can be listened
// on (RFC 8252 §7.3), the response to https on any host can only be pasted. Anything else is
// an *Error of StepInput and KindRedirectURIInvalid.
func ParseRedirectURI(pasted string) (RedirectURI, error) {
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
		return RedirectURI{text: text}, nil
	case u.Scheme != "http" || !isLoopbackName(u.Hostname()):
		err = errors.New("neither https nor http on localhost")
	default:
		if port, ok := tcpPort(u.Port()); ok {
			return RedirectURI{text: text, path: requestPath(u), port: port}, nil
		}
		err = errors.New("no such port")
	}
	return RedirectURI{}, &Error{Step: StepInput, Kind: KindRedirectURIInvalid, Err: err}
}

// String is the redirect URI to the letter.
func (c RedirectURI) String() string { return c.text }

// Port is the TCP port to listen on, empty when PasteOnly.
func (c RedirectURI) Port() string { return c.port }

// PasteOnly says that no listener of this machine can receive the authorization response.
func (c RedirectURI) PasteOnly() bool { return c.port == "" }

// isHost says whether a Host header names the listener of this redirect URI: a request that
// a web page makes by DNS rebinding has the name of that page's host.
func (c RedirectURI) isHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80"
	}
	return port == c.port && isLoopbackName(name)
}

// isLoopbackName tells the names of the two addresses that a login listens on.
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
