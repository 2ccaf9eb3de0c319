package flow_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"sfauth/flow"
	"sfauth/flow/demo"
)

const stranger = "FLOW_TEST_STRANGER" // names the environment variable that tells the process of another user what to ask for

// TestStranger is another user's process: it asks on the network it is told, and prints
// the status of the answer, or closes before there is one. Where it is sent on it asks there,
// as a browser does, for which a login that ends waits a moment.
func TestStranger(t *testing.T) {
	address, network, hurry := os.Getenv(stranger), os.Getenv(stranger+"_NETWORK"), os.Getenv(stranger+"_HURRY") != ""
	if address == "" {
		t.Skip("it is started by others")
	}
	u, err := http.NewRequest(http.MethodGet, address, nil)
	must(t, err)
	conn := dialAs(t, network, u.URL.Port())
	defer conn.Close()
	must(t, u.Write(conn))
	if hurry {
		conn.Close()
		fmt.Println("gone")
		return
	}
	answers := bufio.NewReader(conn)
	answer, err := http.ReadResponse(answers, u)
	must(t, err)
	fmt.Println(answer.Proto, answer.StatusCode)
	if answer.StatusCode == http.StatusSeeOther {
		io.Copy(io.Discard, answer.Body)
		u.URL.RawQuery = ""
		u.Write(conn)
		http.ReadResponse(answers, u)
	}
}

// dialAs connects to loopback: on mapped, to IPv4 by a socket of IPv6.
func dialAs(t *testing.T, network, port string) net.Conn {
	t.Helper()
	if network != "mapped" {
		host := map[string]string{"tcp4": "127.0.0.1", "tcp6": "::1"}[network]
		conn, err := net.Dial(network, net.JoinHostPort(host, port))
		must(t, err)
		return conn
	}
	fd, err := syscall.Socket(syscall.AF_INET6, syscall.SOCK_STREAM, 0)
	must(t, err)
	n := 0
	fmt.Sscan(port, &n)
	must(t, syscall.Connect(fd, &syscall.SockaddrInet6{Port: n, Addr: [16]byte(net.IPv4(127, 0, 0, 1).To16())}))
	f := os.NewFile(uintptr(fd), "mapped")
	defer f.Close()
	conn, err := net.FileConn(f)
	must(t, err)
	return conn
}

// as runs TestStranger under a uid. The program is reached by a way that needs no
// permission on the directory it lies in.
func as(t *testing.T, uid uint32, network, address string, more ...string) string {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestStranger$")
	cmd.Dir = "/"
	cmd.Env = append(more, stranger+"="+address, stranger+"_NETWORK="+network)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid, NoSetGroups: true}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	said, _, _ := strings.Cut(string(out), "\n")
	return said
}

const nobody = 65534

func needOtherUsers(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		flow.Lack(t, "root, to be another user")
	}
}

// Whoever reads the authorize URL of another user's browser can allow access as herself:
// that grant must not be saved in place of what the person meant.
func TestAnswerOfAnotherUserIsAStrayAndTheWaitGoesOn(t *testing.T) {
	needOtherUsers(t)
	needIPv6(t)
	c, r, port := sockets(t)
	visit := c.Open
	c.Open = func(ctx context.Context, u string) error {
		go func() {
			for _, network := range []string{"tcp4", "tcp6", "mapped"} {
				for _, answer := range []string{"&code=aPrxHerOwnCode1234", "&error=access_denied"} {
					if said := as(t, nobody, network, r.RedirectURI+"?state="+state(u)+answer); said != "HTTP/1.1 403" {
						t.Errorf("%s%s: %s", network, answer, said)
					}
				}
			}
			visit(ctx, u)
		}()
		return nil
	}
	var last flow.Stray
	foreign := false
	g, err := c.Authorize(t.Context(), r, func(e flow.Event) {
		if e, ok := e.(flow.Stray); ok {
			last, foreign = e, foreign || e.Foreign
		}
	})
	must(t, err)
	if last.Count != 6 || !foreign || g.Connection.UserID != demo.UserID {
		t.Errorf("%+v, foreign %v, at port %s: %+v", last, foreign, port, g.Connection)
	}
}

// The kernel lists a socket whose process has closed it as root's.
func TestAnswerOfAnotherUserWhoHasHungUpIsAStray(t *testing.T) {
	needOtherUsers(t)
	c, r, _ := sockets(t)
	visit := c.Open
	c.Open = func(ctx context.Context, u string) error {
		go func() {
			for range 20 {
				as(t, nobody, "tcp4", r.RedirectURI+"?state="+state(u)+"&error=access_denied", stranger+"_HURRY=1")
			}
			visit(ctx, u)
		}()
		return nil
	}
	_, err := c.Authorize(t.Context(), r, func(flow.Event) {})
	must(t, err)
}

func TestAnswerOfOurOwnUserCountsOnEveryFamily(t *testing.T) {
	needIPv6(t)
	for _, network := range []string{"tcp4", "tcp6", "mapped"} {
		c, r, _ := sockets(t)
		c.Open = func(_ context.Context, u string) error {
			go as(t, uint32(os.Geteuid()), network, r.RedirectURI+"?state="+state(u)+"&error=access_denied")
			return nil
		}
		_, err := c.Authorize(t.Context(), r, func(flow.Event) {})
		wantKind(t, err, flow.StepAllow, flow.KindAccessDenied)
	}
}

// The page of the outcome names the connection and its user, which are no business of another
// user of the machine.
func TestOutcomeIsNotToldToAnotherUser(t *testing.T) {
	needOtherUsers(t)
	c, r, _ := sockets(t)
	said := ""
	_, err := c.Authorize(t.Context(), r, func(e flow.Event) {
		if _, ok := e.(flow.Identified); ok {
			said = as(t, nobody, "tcp4", r.RedirectURI)
		}
	})
	must(t, err)
	if said != "HTTP/1.1 403" {
		t.Error(said)
	}
}
