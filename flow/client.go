// Package flow is Salesforce's side of sfauth: the OAuth 2.0 web server flow with a
// redirect to loopback (RFC 6749 §4.1, RFC 8252 §7.3), the refresh of access tokens, and
// what every failure means. It knows HTTP and nothing about terminals.
package flow

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"sfauth/keystore"
)

// Client holds what the flow needs from outside; zero fields mean the real world.
type Client struct {
	Store   *keystore.Store
	HTTP    *http.Client // its Transport alone
	Debug   io.Writer    // gets a line per request: method, host, path, status, error and kind, and nothing secret
	Listen  func(ctx context.Context, network, address string) (net.Listener, error)
	Open    func(ctx context.Context, url string) error // hands url to the browser
	Page    func(url string) string                     // where the browser finds a page of the org; nil: at its own address
	Tab     TabText
	Now     func() time.Time
	Timeout time.Duration // for the person to allow access; zero: 5 minutes
}

// now is the time as the index stores it, so that it is equal when it is read back.
func (c *Client) now() time.Time {
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	return now().UTC().Truncate(time.Millisecond)
}

// PageAt is the address at which the browser finds a page of the org: url, but where the org
// is played on this machine. "" stays "".
func (c *Client) PageAt(url string) string {
	if c.Page == nil || url == "" {
		return url
	}
	return c.Page(url)
}

func (c *Client) browser() func(context.Context, string) error {
	if c.Open == nil {
		return OpenBrowser
	}
	return c.Open
}
