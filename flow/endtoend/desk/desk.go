//go:build unix

// Package endtoend has the built program sit at a desk of its own: a terminal, a
// message bus, a keyring, a browser. Only Salesforce is not real.
package desk

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"sfauth/flow/demo"
)

// Need skips unless SFAUTH_TEST=all asks for the real parts, and fails where one is missing.
func Need(t *testing.T, programs ...string) {
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
var built = sync.OnceValues(func() (string, error) { return build("sfauth") })

// build makes a program of that name, where env says so for another system.
func build(name string, env ...string) (string, error) {
	bin := filepath.Join(workshop, name)
	overlay, err := limitless()
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-overlay", overlay, "-o", bin, "sfauth")
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return bin, nil
}

// desk is a machine for one person: a home, a message bus, a demo org, a browser.
type Desk struct {
	T      *testing.T
	Dir    string // home, configuration, runtime and temporary files
	Env    []string
	Org    *demo.Org
	App    demo.App
	Post   *Post  // all that passes between the org and the rest
	Domain string // of the org
	Port   string // of the callback
	conn   *dbus.Conn
	starts []string // sfauth of Windows; nil: Binary
}

// New sets up a desk at which nothing runs yet. The browser does what its name
// says (browse).
func New(t *testing.T, browser string) *Desk {
	t.Helper()
	Need(t, "go", "dbus-daemon")
	dir, err := os.MkdirTemp("", "desk") // short enough for the name of a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	d := &Desk{T: t, Dir: dir, App: demo.DefaultApp(), Port: freePort(t)}
	d.App.Callbacks = append(d.App.Callbacks, d.Callback())
	d.Org = demo.New(d.App)
	d.Post = &Post{Org: d.Org, seen: map[string]string{}}
	server := httptest.NewServer(d.Post)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	d.Domain = server.URL
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	temp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	d.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + temp, "XDG_RUNTIME_DIR=" + dir, "XDG_DATA_HOME=" + dir,
		"TERM=xterm-256color", "LANG=C.UTF-8", "DBUS_SESSION_BUS_ADDRESS=unix:path=" + d.Socket(),
		"GOCOVERDIR=" + os.Getenv("GOCOVERDIR"), "BROWSER=" + self + " as-browser " + browser + " " + d.Report()}
	return d
}

func (d *Desk) Report() string   { return filepath.Join(d.Dir, "seen.json") }
func (d *Desk) Socket() string   { return filepath.Join(d.Dir, "bus") }
func (d *Desk) Callback() string { return "http://localhost:" + d.Port + "/OauthRedirect" }

// Set gives everything that is started from now on another environment.
func (d *Desk) Set(variables ...string) { d.Env = append(d.Env, variables...) }

var lastPort atomic.Int32

// freePort is one that no other test has, below those that systems hand out.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(20000 + os.Getpid()%500*20 + int(lastPort.Add(1)))
		if Taken(port) == nil {
			return port
		}
	}
	t.Fatal("no free port")
	return ""
}

// Taken tells why a port cannot be listened on, on either family.
func Taken(port string) error {
	for _, host := range []string{"127.0.0.1", "::1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			return err
		}
		l.Close()
	}
	return nil
}

// Keep runs a program until the test ends.
func (d *Desk) Keep(cmd *exec.Cmd) {
	d.T.Helper()
	if err := cmd.Start(); err != nil {
		d.T.Fatal(err)
	}
	d.T.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
}

// Run runs a program to its end and returns what it printed.
func (d *Desk) Run(name string, args ...string) (stdout, stderr string, code int) {
	d.T.Helper()
	cmd := exec.CommandContext(Patience(d.T), name, args...)
	var out, errs strings.Builder
	cmd.Env, cmd.Stdout, cmd.Stderr = d.Env, &out, &errs
	err := cmd.Run()
	d.T.Logf("%s %q: %v\n%s", filepath.Base(name), args, err, &errs)
	if cmd.ProcessState == nil {
		d.T.Fatal(err)
	}
	return out.String(), Said(errs.String()), cmd.ProcessState.ExitCode()
}

func (d *Desk) Sfauth(args ...string) (stdout, stderr string, code int) {
	d.T.Helper()
	argv := d.argv(args)
	return d.Run(argv[0], argv[1:]...)
}

// Command is sfauth at this desk, which ends with the test.
func (d *Desk) Command(args ...string) *exec.Cmd {
	d.T.Helper()
	argv := d.argv(args)
	cmd := exec.CommandContext(Patience(d.T), argv[0], argv[1:]...)
	cmd.Env = d.Env
	return cmd
}

func (d *Desk) argv(args []string) []string {
	d.T.Helper()
	if d.starts != nil {
		return slices.Concat(d.starts, args)
	}
	return append([]string{d.Binary()}, args...)
}

func (d *Desk) Binary() string {
	d.T.Helper()
	bin, err := built()
	if err != nil {
		d.T.Fatal(err)
	}
	return bin
}

// LoginArgs are those of a login with everything given, on the desk's callback port,
// but for the secret, which is read from stdin.
func (d *Desk) LoginArgs(more ...string) []string {
	return append([]string{"login", "acme", "--domain", d.Domain, "--client-id", d.App.ClientID,
		"--callback", d.Callback(), "--client-secret-stdin"}, more...)
}

// Secret is the line with it, which on Windows ends as lines do there.
func (d *Desk) Secret() io.Reader {
	if d.starts != nil {
		return strings.NewReader(d.App.ClientSecret + "\r\n")
	}
	return strings.NewReader(d.App.ClientSecret + "\n")
}

// Saved is what `sfauth list` knows.
func (d *Desk) Saved() []map[string]any {
	d.T.Helper()
	out, _, code := d.Sfauth("list", "--json")
	var all []map[string]any
	if err := json.Unmarshal([]byte(out), &all); err != nil || code != 0 {
		d.T.Fatalf("list: exit %d: %v: %s", code, err, out)
	}
	return all
}

// SavedOne asserts that there is one connection, in the index and in the keyring.
func (d *Desk) SavedOne() {
	d.T.Helper()
	if all := d.Saved(); len(all) != 1 {
		d.T.Errorf("saved: %v", all)
	} else if d.Stored().RefreshToken == "" {
		d.T.Error("the keyring holds no refresh token")
	}
}

// NothingSaved asserts that no half of a connection is left, neither in the index
// nor, where there is one, in the keyring.
func (d *Desk) NothingSaved() {
	d.T.Helper()
	if all := d.Saved(); len(all) != 0 {
		d.T.Errorf("the index lists %v", all)
	}
	if out, _, _ := d.Run("secret-tool", "search", "--all", "service", "sfauth"); out != "" {
		d.T.Errorf("the keyring holds %s", out)
	}
}

// PortFree asserts that nothing listens on the callback port any more.
func (d *Desk) PortFree() {
	d.T.Helper()
	if err := Taken(d.Port); err != nil {
		d.T.Errorf("the callback port is not free: %v", err)
	}
}

// Patience ends with the test, or a little before the time of all tests does, so that who
// waits in vain can say for what. On a busy machine nothing else ends a wait.
func Patience(t *testing.T) context.Context {
	end, limited := t.Deadline()
	if !limited {
		return t.Context()
	}
	ctx, stop := context.WithDeadline(t.Context(), end.Add(-15*time.Second))
	t.Cleanup(stop)
	return ctx
}

// firstLine is what a program says when it is ready.
func firstLine(t *testing.T, r io.Reader) string {
	t.Helper()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}
