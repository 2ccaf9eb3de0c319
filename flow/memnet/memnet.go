// Package memnet is a network in memory, for testing/synctest: every wait in it is one that
// stops the clock of the bubble, where a real socket would not.
package memnet

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"syscall"
)

// Network is one of them. The zero Network is ready.
type Network struct {
	// Names are the hosts that can be looked up, with their IP addresses; localhost
	// is [::1] and 127.0.0.1, in this order. Set it before the first Dial.
	Names map[string]string

	mu        sync.Mutex
	broken    map[string]error
	listeners map[netip.AddrPort]*listener
	ephemeral uint16
}

// backlog is how many connections wait for an Accept, as a system's would.
const backlog = 128

// Break makes Listen and Dial fail with err, say syscall.EACCES, on an address
// ("127.0.0.1:80"), a host ("::1") or a port (":80"). A nil err mends it.
func (n *Network) Break(address string, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.broken == nil {
		n.broken = map[string]error{}
	}
	n.broken[address] = err
}

// failure is what Break promised for the address. n.mu is held.
func (n *Network) failure(at netip.AddrPort) error {
	for _, name := range []string{at.String(), at.Addr().String(), ":" + strconv.Itoa(int(at.Port()))} {
		if err := n.broken[name]; err != nil {
			return err
		}
	}
	return nil
}

// Listen is net.ListenConfig.Listen: it takes the very port asked for, or a free one
// for port 0. 127.0.0.1 and [::1] are two addresses; localhost is the former.
func (n *Network) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	candidates, err := n.resolve(address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	at := candidates[len(candidates)-1]

	n.mu.Lock()
	defer n.mu.Unlock()
	if at.Port() == 0 {
		at = netip.AddrPortFrom(at.Addr(), 49152+n.ephemeral)
		n.ephemeral++
	}
	fail := func(err error) (net.Listener, error) {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: net.TCPAddrFromAddrPort(at), Err: os.NewSyscallError("bind", err)}
	}
	if err := n.failure(at); err != nil {
		return fail(err)
	}
	if n.listeners[at] != nil {
		return fail(syscall.EADDRINUSE)
	}
	if n.listeners == nil {
		n.listeners = map[netip.AddrPort]*listener{}
	}
	l := &listener{net: n, at: at, waiting: make(chan net.Conn, backlog), closed: make(chan struct{})}
	n.listeners[at] = l
	return l, nil
}

// Dial is net.Dialer.DialContext: the addresses of a name are tried in order.
func (n *Network) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	candidates, err := n.resolve(address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	for _, at := range candidates {
		if err = ctx.Err(); err != nil {
			return nil, err
		}
		var c net.Conn
		if c, err = n.connect(at); err == nil {
			return c, nil
		}
		err = &net.OpError{Op: "dial", Net: network, Addr: net.TCPAddrFromAddrPort(at), Err: os.NewSyscallError("connect", err)}
	}
	return nil, err
}

func (n *Network) connect(at netip.AddrPort) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.failure(at); err != nil {
		return nil, err
	}
	l := n.listeners[at]
	if l == nil {
		return nil, syscall.ECONNREFUSED
	}
	client, server := net.Pipe()
	from := net.TCPAddrFromAddrPort(netip.AddrPortFrom(at.Addr(), 32768+n.ephemeral))
	n.ephemeral++
	select {
	case l.waiting <- &conn{server, l.Addr(), from}:
		return &conn{client, from, l.Addr()}, nil
	default:
		return nil, syscall.ECONNREFUSED
	}
}

// resolve turns host:port into addresses.
func (n *Network) resolve(address string) ([]netip.AddrPort, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, &net.AddrError{Err: "unknown port", Addr: address}
	}
	ips := []string{host}
	if named, ok := n.Names[host]; ok {
		ips = []string{named}
	} else if host == "localhost" {
		ips = []string{"::1", "127.0.0.1"}
	}
	var found []netip.AddrPort
	for _, ip := range ips {
		parsed, err := netip.ParseAddr(ip)
		if err != nil {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		found = append(found, netip.AddrPortFrom(parsed, uint16(port)))
	}
	return found, nil
}

// Client is an HTTP client on this network that keeps no connection, since an idle
// one is a goroutine that a bubble waits for.
func (n *Network) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: n.Dial, DisableKeepAlives: true}}
}

type listener struct {
	net     *Network
	at      netip.AddrPort
	waiting chan net.Conn
	closed  chan struct{} // closed under net.mu, after which nothing joins waiting
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.waiting:
		return c, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
	}
}

// Close frees the address and resets connections that nobody accepted.
func (l *listener) Close() error {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	if l.net.listeners[l.at] != l {
		return &net.OpError{Op: "close", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
	}
	delete(l.net.listeners, l.at)
	close(l.closed)
	for {
		select {
		case c := <-l.waiting:
			_ = c.Close()
		default:
			return nil
		}
	}
}

func (l *listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }

// conn is a pipe that knows its ends.
type conn struct {
	net.Conn
	local, remote net.Addr
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }
