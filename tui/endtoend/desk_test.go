//go:build unix

// Package endtoend has the built program sit at a desk of its own: a terminal, a
// message bus, a keyring, a browser. Only Salesforce is not real.
package endtoend

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"sfauth/flow/demo"
)

// need skips unless SFAUTH_TEST=all asks for the real parts, and fails where one is missing.
func need(t *testing.T, programs ...string) {
	t.Helper()
	if os.Getenv("SFAUTH_TEST") != "all" {
		t.Skip("end to end: runs under SFAUTH_TEST=all")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Fatalf("needs %s", p)
		}
	}
}

// built is the program, made once for all tests; TestMain removes it.
var built = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(workshop, "sfauth")
	out, err := exec.Command("go", "build", "-o", bin, "sfauth").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return bin, nil
})

// desk is a machine for one person: a home, a message bus, a demo org, a browser.
type desk struct {
	t      *testing.T
	dir    string // home, configuration, runtime and temporary files
	env    []string
	org    *demo.Org
	app    demo.App
	post   *post  // all that passes between the org and the rest
	domain string // of the org
	port   string // of the callback
	conn   *dbus.Conn
}

// newDesk sets up a desk at which nothing runs yet. The browser does what its name
// says (browse).
func newDesk(t *testing.T, browser string) *desk {
	t.Helper()
	need(t, "go", "dbus-daemon")
	dir, err := os.MkdirTemp("", "desk") // short enough for the name of a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	d := &desk{t: t, dir: dir, app: demo.DefaultApp(), port: freePort(t)}
	d.app.Callbacks = append(d.app.Callbacks, d.callback())
	d.org = demo.New(d.app)
	d.post = &post{org: d.org, seen: map[string]string{}}
	server := httptest.NewServer(d.post)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	d.domain = server.URL
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	temp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	d.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + temp, "XDG_RUNTIME_DIR=" + dir, "XDG_DATA_HOME=" + dir,
		"TERM=xterm-256color", "LANG=C.UTF-8", "DBUS_SESSION_BUS_ADDRESS=unix:path=" + d.socket(),
		"GOCOVERDIR=" + os.Getenv("GOCOVERDIR"), "BROWSER=" + self + " as-browser " + browser + " " + d.report()}
	return d
}

func (d *desk) report() string   { return filepath.Join(d.dir, "seen.json") }
func (d *desk) socket() string   { return filepath.Join(d.dir, "bus") }
func (d *desk) callback() string { return "http://localhost:" + d.port + "/OauthRedirect" }

// set gives everything that is started from now on another environment.
func (d *desk) set(variables ...string) { d.env = append(d.env, variables...) }

var lastPort atomic.Int32

// freePort is one that no other test has, below those that systems hand out.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(20000 + os.Getpid()%500*20 + int(lastPort.Add(1)))
		if taken(port) == nil {
			return port
		}
	}
	t.Fatal("no free port")
	return ""
}

// taken tells why a port cannot be listened on, on either family.
func taken(port string) error {
	for _, host := range []string{"127.0.0.1", "::1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			return err
		}
		l.Close()
	}
	return nil
}

// keep runs a program until the test ends.
func (d *desk) keep(cmd *exec.Cmd) {
	d.t.Helper()
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
}

// run runs a program to its end and returns what it printed.
func (d *desk) run(name string, args ...string) (stdout, stderr string, code int) {
	d.t.Helper()
	cmd := exec.Command(name, args...)
	var out, errs strings.Builder
	cmd.Env, cmd.Stdout, cmd.Stderr = d.env, &out, &errs
	err := cmd.Run()
	d.t.Logf("%s %q: %v\n%s", filepath.Base(name), args, err, &errs)
	if cmd.ProcessState == nil {
		d.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func (d *desk) sfauth(args ...string) (stdout, stderr string, code int) {
	d.t.Helper()
	return d.run(d.binary(), args...)
}

func (d *desk) binary() string {
	d.t.Helper()
	bin, err := built()
	if err != nil {
		d.t.Fatal(err)
	}
	return bin
}

// loginArgs are those of a login with everything given, on the desk's callback port,
// but for the secret, which is read from stdin.
func (d *desk) loginArgs(more ...string) []string {
	return append([]string{"login", "acme", "--domain", d.domain, "--client-id", d.app.ClientID,
		"--callback", d.callback(), "--client-secret-stdin"}, more...)
}

func (d *desk) secret() io.Reader { return strings.NewReader(d.app.ClientSecret + "\n") }

// login opens the wizard with everything given.
func (d *desk) login(more ...string) *terminal {
	d.t.Helper()
	return d.open(d.secret(), d.loginArgs(more...)...)
}

// saved is what `sfauth list` knows.
func (d *desk) saved() []map[string]any {
	d.t.Helper()
	out, _, code := d.sfauth("list", "--json")
	var all []map[string]any
	if err := json.Unmarshal([]byte(out), &all); err != nil || code != 0 {
		d.t.Fatalf("list: exit %d: %v: %s", code, err, out)
	}
	return all
}

// savedOne asserts that there is one connection, in the index and in the keyring.
func (d *desk) savedOne() {
	d.t.Helper()
	if all := d.saved(); len(all) != 1 {
		d.t.Errorf("saved: %v", all)
	} else if d.stored().RefreshToken == "" {
		d.t.Error("the keyring holds no refresh token")
	}
}

// nothingSaved asserts that no half of a connection is left, neither in the index
// nor, where there is one, in the keyring.
func (d *desk) nothingSaved() {
	d.t.Helper()
	if all := d.saved(); len(all) != 0 {
		d.t.Errorf("the index lists %v", all)
	}
	if out, _, _ := d.run("secret-tool", "search", "--all", "service", "sfauth"); out != "" {
		d.t.Errorf("the keyring holds %s", out)
	}
}

// portFree asserts that nothing listens on the callback port any more.
func (d *desk) portFree() {
	d.t.Helper()
	if err := taken(d.port); err != nil {
		d.t.Errorf("the callback port is not free: %v", err)
	}
}

// soon is how long anything may take that waits for nobody. It is only ever waited
// out by a test that has failed.
const soon = 20 * time.Second

// firstLine is what a program says when it is ready.
func firstLine(t *testing.T, r io.Reader) string {
	t.Helper()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}
