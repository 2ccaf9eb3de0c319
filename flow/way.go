package flow

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"syscall"

	"sfauth/keystore"
)

// way is how far a request has come.
type way struct{ reached, handshake, answered bool }

func (w *way) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		ConnectDone:          func(_, _ string, err error) { w.reached = w.reached || err == nil },
		TLSHandshakeStart:    func() { w.reached, w.handshake = true, true },
		TLSHandshakeDone:     func(_ tls.ConnectionState, err error) { w.handshake = err != nil },
		GotConn:              func(httptrace.GotConnInfo) { w.reached = true },
		GotFirstResponseByte: func() { w.answered = true },
	}
}

// lost names why no answer came. Nothing of err is kept but its kind and what this machine
// itself says: net/http quotes what came, and a host may send back what it was sent.
func (w *way) lost(step Step, err error) *Error {
	if own, ok := errors.AsType[*Error](err); ok { // of proxyOf and proxySaid
		return &Error{Step: step, Kind: own.Kind, Err: own.Err}
	}
	e := &Error{Step: step, Kind: w.kind(err)}
	errno, isErrno := errors.AsType[syscall.Errno](err)
	switch {
	case e.Kind == KindCAUnknown && caFile() != nil:
		e.Kind, e.Err = KindCAFile, caFile()
	case e.Kind == KindUnreachable && isErrno:
		e.Err = errno
	}
	return e
}

const wsaECONNREFUSED = syscall.Errno(10061)

func (w *way) kind(err error) Kind {
	op, _ := errors.AsType[*net.OpError](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case op != nil && op.Op == "socks connect":
		return KindProxyRefuses
	case op != nil && op.Op == "proxyconnect" && (w.handshake || isTLS(err)):
		return KindProxyTLS
	case op != nil && op.Op == "proxyconnect":
		return KindProxyDown
	case is[x509.HostnameError](err):
		return KindCertificateName
	case isInvalid && invalid.Reason == x509.Expired:
		return KindCertificateExpired
	case is[*tls.CertificateVerificationError](err), is[x509.UnknownAuthorityError](err), is[x509.SystemRootsError](err):
		return KindCAUnknown
	case isTLS(err):
		return KindTLS
	case isDNS && dns.IsNotFound:
		return KindNoHost
	case isErrno(err, syscall.ECONNREFUSED, wsaECONNREFUSED):
		return KindRefused
	case !w.reached:
		return KindUnreachable
	case isLate(err):
		return KindNoAnswer
	case isCut(err):
		return KindReset
	case w.handshake:
		return KindTLS
	case w.answered:
		return KindBadAnswer
	}
	return KindReset
}

// cutOff names why an answer has no end.
func cutOff(err error) Kind {
	switch {
	case isLate(err):
		return KindNoAnswer
	case isCut(err):
		return KindTruncated
	}
	return KindBadAnswer
}

func isLate(err error) bool {
	late, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || ok && late.Timeout()
}

func isCut(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || ok && (op.Op == "read" || op.Op == "write")
}

func isTLS(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return is[tls.RecordHeaderError](err) || is[tls.AlertError](err) || ok && (op.Op == "remote error" || op.Op == "local error")
}

// caFile says what is wrong with SSL_CERT_FILE. crypto/x509 says nothing where it cannot
// be read, and goes on without.
func caFile() error {
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

// proxyOf is the proxy for a request. One that is set and no address is an error: net/http
// would go without, past what the network wants, and say nothing.
func proxyOf(req *http.Request) (*url.URL, error) {
	set := os.Getenv("HTTPS_PROXY")
	if set == "" {
		set = os.Getenv("https_proxy")
	}
	if set != "" && !isProxy(set) && req.URL.Scheme == "https" {
		return nil, &Error{Kind: KindProxyInvalid}
	}
	return http.ProxyFromEnvironment(req)
}

// isProxy tells a URL or host:port.
func isProxy(address string) bool {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	return err == nil && u.Host != ""
}

// proxySaid reads what a proxy answers to CONNECT, before net/http makes an error of the
// words in it.
func proxySaid(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	switch {
	case res.StatusCode == http.StatusOK:
		return nil
	case res.StatusCode == http.StatusProxyAuthRequired:
		return &Error{Kind: KindProxyPassword}
	case res.StatusCode >= 500: // it is willing, and comes no further
		return &Error{Kind: KindUnreachable, Err: fmt.Errorf("the proxy answers HTTP %d", res.StatusCode)}
	}
	return &Error{Kind: KindProxyRefuses, Err: fmt.Errorf("it answers HTTP %d", res.StatusCode)}
}
