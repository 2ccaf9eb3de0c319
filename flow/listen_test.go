package flow_test

import (
	"errors"
	"syscall"
	"testing"

	"sfauth/flow"
)

var errUnreachable = errors.New("no way there")

func TestPortInUseOnEitherLoopbackAddressIsTaken(t *testing.T) {
	for _, address := range []string{"127.0.0.1:1717", "[::1]:1717"} {
		inWorld(t, func(w *world) {
			stranger, err := w.net.Listen(w.Context(), "tcp", address)
			must(w, err)
			_, err = w.login()
			wantKind(w, err, flow.StepListen, flow.KindPortBusy)
			if !errors.Is(err, syscall.EADDRINUSE) {
				w.Error(err)
			}
			stranger.Close()
			if !w.isFree() { // where one loopback address is in use, the other one is let go
				w.Error("the port is still held")
			}
			w.loggedIn() // the person tries again once the port is free
		})
	}
}

func TestEachReasonNotToListenIsItsOwnKind(t *testing.T) {
	for _, c := range []struct {
		callback string
		at       string
		err      error
		kind     flow.Kind
	}{
		{"http://localhost/cb", ":80", syscall.EACCES, flow.KindPortPrivileged},
		{"http://localhost:443/cb", "[::1]:443", syscall.EACCES, flow.KindPortPrivileged},
		{"http://localhost:1717/cb", ":1717", syscall.Errno(10013), flow.KindPortReserved},
		{"http://localhost:80/cb", ":80", syscall.Errno(10013), flow.KindPortReserved},
		{"http://localhost:1717/cb", "::1", syscall.Errno(10048), flow.KindPortBusy},
		{"http://localhost:1717/cb", ":1717", syscall.EACCES, flow.KindListenFailed},
		{"http://localhost:1717/cb", "127.0.0.1:1717", syscall.EADDRNOTAVAIL, flow.KindListenFailed},
		{"http://localhost:1717/cb", "::1", errUnreachable, flow.KindListenFailed},
	} {
		inWorld(t, func(w *world) {
			w.request.RedirectURI = c.callback
			w.net.Break(c.at, c.err)
			_, err := w.login()
			wantKind(w, err, flow.StepListen, c.kind)
		})
	}
}

func TestOnlyAMissingIPv6IsIgnored(t *testing.T) {
	for _, missing := range []error{syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, syscall.Errno(10049), syscall.Errno(10047)} {
		inWorld(t, func(w *world) {
			w.net.Break("::1", missing)
			w.loggedIn()
		})
	}
}
