package flow

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"sfauth/keystore"
)

func (c *Client) transport() http.RoundTripper {
	if c.HTTP != nil && c.HTTP.Transport != nil {
		return c.HTTP.Transport
	}
	return transport
}

// transport puts a limit on every phase that http.DefaultTransport leaves open. With a
// dialer and TLS settings of its own it keeps to HTTP/1.1: over HTTP/2 net/http sends a
// POST again, body and all, as often as a server answers PROTOCOL_ERROR.
var transport = &http.Transport{
	Proxy:                  proxyOf,
	OnProxyConnectResponse: checkProxyResponse,
	DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
	TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
	TLSHandshakeTimeout:    10 * time.Second,
	ResponseHeaderTimeout:  30 * time.Second,
	MaxIdleConnsPerHost:    checksPerHost,
	IdleConnTimeout:        30 * time.Second,
}

// proxyOf is the proxy for a request. A variable that is set and holds no address is an
// error: net/http would go without a proxy, past what the network wants, and say nothing.
func proxyOf(req *http.Request) (*url.URL, error) {
	set := os.Getenv("HTTPS_PROXY")
	if set == "" {
		set = os.Getenv("https_proxy")
	}
	if set != "" && !isProxyAddress(set) && req.URL.Scheme == "https" {
		return nil, &Error{Kind: KindProxyInvalid}
	}
	return http.ProxyFromEnvironment(req)
}

// isProxyAddress tells a URL or host:port from all else.
func isProxyAddress(s string) bool {
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	return err == nil && u.Host != ""
}

// checkProxyResponse reads what a proxy answers to CONNECT, before net/http makes an error
// of the words in it.
func checkProxyResponse(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	switch {
	case res.StatusCode == http.StatusOK:
		return nil
	case res.StatusCode == http.StatusProxyAuthRequired:
		return &Error{Kind: KindProxyPassword}
	case res.StatusCode >= 500: // the proxy is willing, and does not reach the host
		return &Error{Kind: KindUnreachable, Err: fmt.Errorf("the proxy answers HTTP %d", res.StatusCode)}
	}
	return &Error{Kind: KindProxyRefuses, Err: fmt.Errorf("it answers HTTP %d", res.StatusCode)}
}

// proxyUser is the user and the password that the proxy of a request is told; nil: none.
func proxyUser(t http.RoundTripper, req *http.Request) *url.Userinfo {
	if t, ok := t.(*http.Transport); ok && t.Proxy != nil {
		if proxy, err := t.Proxy(req); err == nil && proxy != nil {
			return proxy.User
		}
	}
	return nil
}

// badCAFile says what is wrong with SSL_CERT_FILE. crypto/x509 says nothing where it
// cannot be read, and goes on without.
func badCAFile() error {
	name := os.Getenv("SSL_CERT_FILE")
	if name == "" {
		return nil
	}
	pem, err := os.ReadFile(name)
	switch failed, _ := errors.AsType[*os.PathError](err); {
	case failed != nil:
		return fmt.Errorf("%s: %w", keystore.Clean(name, 200), failed.Err)
	case !x509.NewCertPool().AppendCertsFromPEM(pem):
		return fmt.Errorf("%s: no certificate in PEM form", keystore.Clean(name, 200))
	}
	return nil
}
