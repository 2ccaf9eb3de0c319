package flow

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"sfauth/keystore"
)

// call is one request to a host.
type call struct {
	step    Step
	address string
	form    url.Values                // is posted; nil: GET
	bearer  keystore.Secret           // of a GET
	limit   time.Duration             // from the name look-up to the last byte
	onward  func(address string) bool // where a redirect may lead; nil: nowhere
	empty   bool                      // success may have no body
}

const answerMax = 1 << 20

// ask makes a request, the only way from sfauth to any host, and reads the JSON object
// that answers it. Errors are an *Error, in Salesforce's words where it has any and else in
// sfauth's own, or the cause of ctx where somebody has left.
func (c *Client) ask(ctx context.Context, q call) (reply, error) {
	limited, cancel := context.WithTimeout(ctx, q.limit)
	defer cancel()
	const hops = 3
	for range hops {
		r, err := c.send(limited, q)
		switch cause := context.Cause(ctx); {
		case err == nil && r.next == "":
			return r, nil
		case err == nil && !q.onward(r.next):
			return reply{}, &Error{Step: q.step, Kind: KindForeignHost}
		case err == nil:
			q.address = r.next
		case cause != nil && !errors.Is(cause, context.DeadlineExceeded):
			return reply{}, cause
		default:
			return reply{}, err
		}
	}
	return reply{}, &Error{Step: q.step, Kind: KindBadAnswer, Err: errors.New("too many redirects")}
}

// send makes one request, once: net/http repeats a POST only where nothing of it was
// written before. It follows no redirect, keeps no cookies, and returns no word of an
// error of net/http's, which may quote the host, and so the request.
func (c *Client) send(ctx context.Context, q call) (r reply, err error) {
	req, err := q.request()
	if err != nil {
		return reply{}, &Error{Step: q.step, Kind: KindDomainInvalid}
	}
	defer func() { c.log(req, r, err) }()
	var w way
	res, err := c.transport().RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, w.trace())))
	if err != nil {
		return reply{}, w.lost(q.step, err)
	}
	defer res.Body.Close()
	r = reply{status: res.StatusCode, secrets: q.secrets(proxyPassword(c.transport(), req))}
	r.body, err = io.ReadAll(io.LimitReader(res.Body, answerMax))
	if err != nil && r.status/100 == 2 {
		return r, &Error{Step: q.step, Kind: cutOff(err)}
	}
	if next, wrong := res.Location(); wrong == nil && r.status/100 == 3 && q.onward != nil && r.secrets.hide(next.String()) == next.String() {
		r.next = next.String()
		return r, nil
	}
	return r, r.judge(q)
}

func (q call) request() (*http.Request, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if q.form != nil {
		method, body = http.MethodPost, strings.NewReader(q.form.Encode())
	}
	req, err := http.NewRequest(method, q.address, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if q.form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if !q.bearer.Empty() {
		req.Header.Set("Authorization", "Bearer "+q.bearer.Reveal())
	}
	return req, nil
}

// reply is what a host answered.
type reply struct {
	status int
	next   string // where a redirect leads that may be followed
	body   []byte
	said   object
	secrets
}

// words are what the answer says by this name, as they may be shown and kept.
func (r reply) words(name string) string { return r.hide(r.said.text(name)) }

// judge reads the answer. One that is no success, or not what success looks like, is an
// *Error.
func (r *reply) judge(q call) error {
	said, isJSON := parse(r.body)
	r.said = said
	switch {
	case r.status/100 != 2 || said.text("error") != "":
		return refusal(q.step, r.words("error"), r.words("error_description"), r.status)
	case !isJSON && (!q.empty || len(bytes.TrimSpace(r.body)) > 0):
		return &Error{Step: q.step, Kind: KindBadAnswer}
	}
	return nil
}

var errorName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-zA-Z_-]{1,40}$`)
})

// log writes a line per request: what was asked of whom, and what became of it. Queries,
// headers and all else of a body may be secret and are left out.
func (c *Client) log(req *http.Request, r reply, err error) {
	if c.Debug == nil {
		return
	}
	code, kind := r.words("error"), Kind("")
	if !errorName().MatchString(code) {
		code = ""
	}
	if err != nil {
		kind = KindOf(err)
	}
	slog.New(slog.NewTextHandler(c.Debug, nil)).Info("request",
		"method", req.Method, "host", req.URL.Host, "path", req.URL.Path, "status", r.status, "error", code, "kind", kind)
}

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
	OnProxyConnectResponse: proxySaid,
	DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
	TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
	TLSHandshakeTimeout:    10 * time.Second,
	ResponseHeaderTimeout:  30 * time.Second,
	MaxIdleConnsPerHost:    checksPerHost,
	IdleConnTimeout:        30 * time.Second,
}
