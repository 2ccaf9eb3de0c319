package memnet

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
)

func listenOn(t *testing.T, n *Network, address string) net.Listener {
	t.Helper()
	l, err := n.Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// meet accepts one connection on l and tells it who it reached.
func meet(t *testing.T, l net.Listener, name string) {
	t.Helper()
	c, err := l.Accept()
	if err != nil {
		t.Error(err)
		return
	}
	_, _ = io.WriteString(c, name)
	_ = c.Close()
}

func reached(t *testing.T, n *Network, address string) string {
	t.Helper()
	c, err := n.Dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestTheTwoLoopbackAddressesAreTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &Network{}
		four, six := listenOn(t, n, "127.0.0.1:1717"), listenOn(t, n, "[::1]:1717")
		go meet(t, four, "four")
		if got := reached(t, n, "127.0.0.1:1717"); got != "four" {
			t.Errorf("reached %s", got)
		}
		go meet(t, six, "six")
		if got := reached(t, n, "[::1]:1717"); got != "six" {
			t.Errorf("reached %s", got)
		}
	})
}

func TestLocalhostIsIPv6ThenIPv4(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &Network{}
		four := listenOn(t, n, "127.0.0.1:1717")
		go meet(t, four, "four")
		if got := reached(t, n, "localhost:1717"); got != "four" {
			t.Errorf("reached %s", got)
		}
		six := listenOn(t, n, "[::1]:1717")
		go meet(t, six, "six")
		if got := reached(t, n, "localhost:1717"); got != "six" {
			t.Errorf("reached %s", got)
		}
	})
}

func TestAddressInUseIsFreeAfterClose(t *testing.T) {
	n := &Network{}
	l := listenOn(t, n, "127.0.0.1:1717")
	if _, err := n.Listen(t.Context(), "tcp", "127.0.0.1:1717"); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := l.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept after close: %v", err)
	}
	listenOn(t, n, "127.0.0.1:1717")
}

func TestPortZeroIsAnyFreePort(t *testing.T) {
	n := &Network{}
	a, b := listenOn(t, n, "127.0.0.1:0"), listenOn(t, n, "127.0.0.1:0")
	if a.Addr().String() == b.Addr().String() || a.Addr().(*net.TCPAddr).Port == 0 {
		t.Errorf("got %v and %v", a.Addr(), b.Addr())
	}
}

func TestBrokenAddressesFailAsTold(t *testing.T) {
	n := &Network{}
	n.Break(":80", syscall.EACCES)
	n.Break("::1", syscall.EADDRNOTAVAIL)
	if _, err := n.Listen(t.Context(), "tcp", "127.0.0.1:80"); !errors.Is(err, syscall.EACCES) {
		t.Errorf("port 80: %v", err)
	}
	if _, err := n.Listen(t.Context(), "tcp", "[::1]:1717"); !errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Errorf("no IPv6: %v", err)
	}
	if _, err := n.Dial(t.Context(), "tcp", "[::1]:1717"); !errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Errorf("no IPv6: %v", err)
	}
	n.Break(":80", nil)
	listenOn(t, n, "127.0.0.1:80")
}

func TestNamesAreLookedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &Network{Names: map[string]string{"acme.my.salesforce.com": "10.0.0.1"}}
		go meet(t, listenOn(t, n, "10.0.0.1:443"), "acme")
		if got := reached(t, n, "acme.my.salesforce.com:443"); got != "acme" {
			t.Errorf("reached %s", got)
		}
		var unknown *net.DNSError
		if _, err := n.Dial(t.Context(), "tcp", "acne.my.salesforce.com:443"); !errors.As(err, &unknown) || !unknown.IsNotFound {
			t.Errorf("got %v", err)
		}
	})
}

func TestNobodyListeningIsRefused(t *testing.T) {
	n := &Network{}
	if _, err := n.Dial(t.Context(), "tcp", "localhost:1717"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := n.Dial(ctx, "tcp", "localhost:1717"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestConnectionNobodyAcceptedIsResetByClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &Network{}
		l := listenOn(t, n, "127.0.0.1:1717")
		c, err := n.Dial(t.Context(), "tcp", "127.0.0.1:1717")
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("still open")
		}
		_ = c.Close()
	})
}

func TestConnectionKnowsItsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &Network{}
		l := listenOn(t, n, "[::1]:1717")
		client, err := n.Dial(t.Context(), "tcp", "localhost:1717")
		if err != nil {
			t.Fatal(err)
		}
		server, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if server.LocalAddr().String() != "[::1]:1717" || server.RemoteAddr().String() != client.LocalAddr().String() || client.RemoteAddr().String() != "[::1]:1717" {
			t.Errorf("client %v to %v, server %v from %v", client.LocalAddr(), client.RemoteAddr(), server.LocalAddr(), server.RemoteAddr())
		}
		_, _ = client.Close(), server.Close()
	})
}
