package flow

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"syscall"
)

// listen listens on the port of a redirect URI on both loopback addresses, never on a
// wildcard: the browser may resolve localhost to either (SALESFORCE.md §6.2), and another
// program that listens on the other one would receive the authorization code. It ignores a
// machine without IPv6, and nothing else. Errors are an *Error of StepListen.
func (c *Client) listen(ctx context.Context, port string) ([]net.Listener, error) {
	listen := c.Listen
	if listen == nil {
		listen = new(net.ListenConfig).Listen
	}
	four, err := listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return nil, listenError(port, err)
	}
	six, err := listen(ctx, "tcp6", net.JoinHostPort("::1", port))
	switch {
	case err == nil:
		return []net.Listener{four, six}, nil
	case isErrno(err, noIPv6...):
		return []net.Listener{four}, nil
	}
	four.Close()
	return nil, listenError(port, err)
}

// The numbers of WinSock, which only Windows reports.
const (
	wsaEACCES        = syscall.Errno(10013) // the port is in an excluded range, or another program holds it exclusively
	wsaEAFNOSUPPORT  = syscall.Errno(10047)
	wsaEADDRINUSE    = syscall.Errno(10048)
	wsaEADDRNOTAVAIL = syscall.Errno(10049)
)

var noIPv6 = []syscall.Errno{syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, wsaEADDRNOTAVAIL, wsaEAFNOSUPPORT}

func listenError(port string, err error) error {
	kind := KindListenFailed
	number, _ := strconv.Atoi(port)
	switch {
	case isErrno(err, syscall.EADDRINUSE, wsaEADDRINUSE):
		kind = KindPortBusy
	case isErrno(err, wsaEACCES):
		kind = KindPortReserved
	case isErrno(err, syscall.EACCES) && number < 1024:
		kind = KindPortPrivileged
	}
	return &Error{Step: StepListen, Kind: kind, Err: err}
}

func isErrno(err error, among ...syscall.Errno) bool {
	var errno syscall.Errno
	return errors.As(err, &errno) && slices.Contains(among, errno)
}

// plainListener notices connections that begin with a TLS record: the browser insists on
// https. The person can be told so in the terminal only.
type plainListener struct {
	net.Listener
	onTLS func()
}

func (l plainListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &plainConn{Conn: conn, onTLS: l.onTLS}, nil
}

type plainConn struct {
	net.Conn
	onTLS     func()
	firstRead sync.Once
}

// Read ends the connection when its first byte is that of a TLS handshake (RFC 8446 §5.1).
func (c *plainConn) Read(b []byte) (n int, err error) {
	n, err = c.Conn.Read(b)
	if n > 0 {
		c.firstRead.Do(func() {
			if b[0] == 0x16 {
				c.onTLS()
				n, err = 0, io.EOF
			}
		})
	}
	return n, err
}
