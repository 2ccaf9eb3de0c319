package flow

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
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
