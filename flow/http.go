package flow

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"sfauth/keystore"
)

// httpRequest is one request to a host.
type httpRequest struct {
	step       Step
	address    string
	form       url.Values                // is posted; nil: GET
	may        func() error              // is asked right before the form is written, which an error of it prevents; nil: it may
	bearer     keystore.Secret           // of a GET
	limit      time.Duration             // from the name look-up to the last byte
	mayForward func(address string) bool // whether a redirect there is followed; nil: none is
	noBody     bool                      // success may have no body
}

// httpResponse is what a host answered.
type httpResponse struct {
	status  int
	forward string // where a redirect leads that may be followed
	body    []byte
	json    jsonObject
	secrets // of the request
}

// text is a string of the JSON object, as it may be shown and kept.
func (r httpResponse) text(name string) string { return r.hide(r.json.text(name)) }

const bodyMax = 1 << 20

// do makes a request, the only way from sfauth to any host, and reads the JSON object
// that answers it. Errors are an *Error, in Salesforce's words where it has any and else in
// sfauth's own, or the cause of ctx where the person has left.
func (c *Client) do(ctx context.Context, q httpRequest) (httpResponse, error) {
	limited, cancel := context.WithTimeout(ctx, q.limit)
	defer cancel()
	const hops = 3
	for range hops {
		r, err := c.roundTrip(limited, q)
		switch cause := context.Cause(ctx); {
		case err == nil && r.forward == "":
			return r, nil
		case err == nil && !q.mayForward(r.forward):
			return httpResponse{}, &Error{Step: q.step, Kind: KindForeignHost}
		case err == nil:
			q.address = r.forward
		case cause != nil && !errors.Is(cause, context.DeadlineExceeded):
			return httpResponse{}, cause
		default:
			return httpResponse{}, err
		}
	}
	return httpResponse{}, &Error{Step: q.step, Kind: KindBadAnswer, Err: errors.New("too many redirects")}
}

// roundTrip makes one request, once: net/http repeats a POST only where nothing of it was
// written before. It follows no redirect, keeps no cookies, and returns no word of an
// error of net/http's, which may quote the host, and so the request.
func (c *Client) roundTrip(ctx context.Context, q httpRequest) (r httpResponse, err error) {
	req, err := q.request()
	if err != nil {
		return httpResponse{}, &Error{Step: q.step, Kind: KindDomainInvalid}
	}
	defer func() { c.log(req, r, err) }()
	p := new(progress)
	guard := q.guard(req)
	res, err := c.transport().RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, p.trace())))
	if err != nil && guard != nil && guard.refused != nil {
		return httpResponse{}, guard.refused
	}
	if err != nil {
		return httpResponse{}, p.failed(q.step, err)
	}
	defer res.Body.Close()
	r = httpResponse{status: res.StatusCode, secrets: q.secrets(proxyUser(c.transport(), req))}
	r.body, err = io.ReadAll(io.LimitReader(res.Body, bodyMax))
	if err != nil && r.status/100 == 2 {
		return r, &Error{Step: q.step, Kind: noEnd(err)}
	}
	if to, noLocation := res.Location(); noLocation == nil && r.status/100 == 3 && q.mayForward != nil && r.hide(to.String()) == to.String() {
		r.forward = to.String()
		return r, nil
	}
	return r, r.check(q)
}

func (q httpRequest) request() (*http.Request, error) {
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

// guarded is a body that is written only if it still may be. A dial can take long, and a
// process can be stopped: that is found out here, with nothing of the body on its way.
type guarded struct {
	io.ReadCloser
	may     func() error
	asked   bool
	refused error
}

// guard puts a guarded body into req; nil: there is nothing to guard.
func (q httpRequest) guard(req *http.Request) *guarded {
	if q.may == nil || req.Body == nil {
		return nil
	}
	g := &guarded{ReadCloser: req.Body, may: q.may}
	req.Body, req.GetBody = g, nil
	return g
}

func (g *guarded) Read(p []byte) (int, error) {
	if !g.asked {
		g.asked, g.refused = true, g.may()
	}
	if g.refused != nil {
		return 0, g.refused
	}
	return g.ReadCloser.Read(p)
}

// check reads the JSON. An answer that is no success, or not what success looks like, is
// an *Error.
func (r *httpResponse) check(q httpRequest) error {
	object, isJSON := parseJSON(r.body)
	r.json = object
	switch {
	case r.status/100 != 2 || object.text("error") != "":
		return oauthError(q.step, r.text("error"), r.text("error_description"), r.status)
	case !isJSON && (!q.noBody || len(bytes.TrimSpace(r.body)) > 0):
		return &Error{Step: q.step, Kind: KindBadAnswer}
	}
	return nil
}

var errorCode = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-zA-Z_-]{1,40}$`)
})

// log writes a line per request: what was asked of whom, and what became of it. Queries,
// headers and all else of a body may be secret and are left out.
func (c *Client) log(req *http.Request, r httpResponse, err error) {
	if c.Debug == nil {
		return
	}
	code, kind := r.text("error"), Kind("")
	if !errorCode().MatchString(code) {
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

// progress is how far a request has come. A dial goes on, and tells of itself, when its
// request has meanwhile got a connection that another one has done with.
type progress struct{ reached, handshaking, answered atomic.Bool }

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		ConnectDone:          func(_, _ string, err error) { p.reached.CompareAndSwap(false, err == nil) },
		TLSHandshakeStart:    func() { p.reached.Store(true); p.handshaking.Store(true) },
		TLSHandshakeDone:     func(_ tls.ConnectionState, err error) { p.handshaking.Store(err != nil) },
		GotConn:              func(httptrace.GotConnInfo) { p.reached.Store(true) },
		GotFirstResponseByte: func() { p.answered.Store(true) },
	}
}

// failed says why no answer came. Of err it keeps the kind and what this machine itself
// says: net/http quotes what came, and a host may send back what it was sent.
func (p *progress) failed(step Step, err error) *Error {
	if own, ok := errors.AsType[*Error](err); ok { // of proxyOf and checkProxyResponse
		return &Error{Step: step, Kind: own.Kind, Err: own.Err}
	}
	e := &Error{Step: step, Kind: p.noAnswer(err)}
	errno, isErrno := errors.AsType[syscall.Errno](err)
	switch {
	case e.Kind == KindCAUnknown && badCAFile() != nil:
		e.Kind, e.Err = KindCAFile, badCAFile()
	case e.Kind == KindUnreachable && isErrno:
		e.Err = errno
	}
	return e
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

// secrets are those of one request, in every form in which an answer could repeat them,
// in lower case.
type secrets []string

// The fields of a form that are secret.
var secretFields = []string{"client_secret", "refresh_token", "code", "code_verifier", "token", "subject_token"}

func (q httpRequest) secrets(proxy *url.Userinfo) secrets {
	var s secrets
	s.add(withoutOrg(q.bearer.Reveal()))
	for _, name := range secretFields {
		s.add(withoutOrg(q.form.Get(name)))
	}
	s.addBasic(q.form.Get("client_id"), q.form.Get("client_secret"))
	if password, is := proxy.Password(); is {
		s.add(password)
		s.addBasic(proxy.Username(), password)
	}
	return s
}

// withoutOrg is the secret part of an access token: addresses have the id of the org in them,
// too (SALESFORCE.md §3).
func withoutOrg(token string) string {
	if org, rest, ok := strings.Cut(token, "!"); ok && strings.HasPrefix(org, "00D") {
		return rest
	}
	return token
}

func (s *secrets) add(secret string) {
	if secret == "" {
		return
	}
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
		*s = append(*s, lowerASCII(form))
	}
}

// addBasic adds what HTTP Basic makes of a user and a password (RFC 7617 §2).
func (s *secrets) addBasic(user, password string) {
	if password != "" {
		*s = append(*s, lowerASCII(base64.StdEncoding.EncodeToString([]byte(user+":"+password))))
	}
}

// hide makes text of an answer safe to show and to keep: cleaned, and without any part of
// the secrets that is too long to be there by chance. It cleans first: a character that
// nobody sees could divide a secret, which would be whole again without it.
func (s secrets) hide(text string) string {
	const tooLong, most = 8, 4 << 10
	text = keystore.Clean(text[:min(len(text), most)], 0)
	lower, secret := lowerASCII(text), make([]bool, len(text))
	for _, form := range s {
		n := min(len(form), tooLong)
		for i := range max(0, len(lower)-n+1) {
			if strings.Contains(form, lower[i:i+n]) {
				for j := range n {
					secret[i+j] = true
				}
			}
		}
	}
	var shown strings.Builder
	for i := range len(text) {
		switch {
		case !secret[i]:
			shown.WriteByte(text[i])
		case i == 0 || !secret[i-1]:
			shown.WriteString("•••")
		}
	}
	return strings.ToValidUTF8(shown.String(), "")
}

// lowerASCII leaves every other character as it is: strings.ToLower may change the length
// of a text, and hide compares places.
func lowerASCII(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
