package flow

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// HostAnswer is what a host says to OpenID discovery.
type HostAnswer string

const (
	HostAnswers       HostAnswer = "answers"
	HostUnknown       HostAnswer = "no such host"
	HostNotSalesforce HostAnswer = "not a Salesforce login page"
	HostUnreachable   HostAnswer = "cannot be reached"
)

const (
	discoverLimit = 10 * time.Second
	discoverMax   = 64 << 10
)

// Discover asks the host whether it is a Salesforce login host (SALESFORCE.md
// §1.1, "host probe"). It takes at most 10 seconds.
func (c *Client) Discover(ctx context.Context, d Domain) HostAnswer {
	ctx, cancel := context.WithTimeout(ctx, discoverLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL("/.well-known/openid-configuration"), nil)
	if err != nil {
		return HostUnreachable
	}
	hc := c.httpClient()
	hc.CheckRedirect = stayOnHost
	res, err := hc.Do(req)
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return HostUnknown
	}
	if err != nil {
		return HostUnreachable
	}
	defer res.Body.Close()
	if res.StatusCode >= 500 {
		return HostUnreachable // maintenance, or a proxy that cannot go on
	}
	var found struct {
		Issuer    string `json:"issuer"`
		Authorize string `json:"authorization_endpoint"`
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, discoverMax))
	if err != nil {
		return HostUnreachable
	}
	isSalesforce := res.StatusCode == http.StatusOK && json.Unmarshal(body, &found) == nil && found.Issuer != "" &&
		(found.Authorize == "" || strings.Contains(found.Authorize, "/services/oauth2/"))
	if !isSalesforce {
		return HostNotSalesforce
	}
	return HostAnswers
}

func stayOnHost(req *http.Request, via []*http.Request) error {
	if first := via[0].URL; req.URL.Host != first.Host || req.URL.Scheme != first.Scheme || len(via) > 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

// httpClient is a client of our own that follows no redirect and keeps no cookies:
// what is sent holds secrets, and is meant for the host it was made for.
func (c *Client) httpClient() *http.Client {
	hc := http.Client{Transport: transport}
	if c.HTTP != nil {
		hc = *c.HTTP
	}
	hc.Jar = nil
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &hc
}

// transport puts a limit on every phase that http.DefaultTransport leaves open. With a
// dialer and TLS settings of its own it keeps to HTTP/1.1: over HTTP/2 net/http sends a
// POST again, body and all, as often as a server answers PROTOCOL_ERROR.
var transport = &http.Transport{
	Proxy:                 http.ProxyFromEnvironment,
	DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
	TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
	TLSHandshakeTimeout:   10 * time.Second,
	ResponseHeaderTimeout: 30 * time.Second,
	MaxIdleConnsPerHost:   checksPerHost,
	IdleConnTimeout:       30 * time.Second,
}
