//go:build unix

package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/chromedp/chromedp"
	"github.com/creack/pty"
	"github.com/godbus/dbus/v5"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/term"

	"sfauth/flow/demo"
)

// The test binary is also the browser that $BROWSER names, and sfauth itself in
// the scripts.
func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "as-browser" {
		browse(os.Args[2], os.Args[3], os.Args[4])
		os.Exit(0)
	}
	testscript.Main(m, map[string]func(){"sfauth": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  filepath.Join("tui", "testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(e *testscript.Env) error {
			e.Setenv("SFAUTH_HOME", filepath.Join(e.WorkDir, "sfauth"))
			e.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(e.WorkDir, "no-bus"))
			return nil
		},
	})
}

// exits CODE COMMAND... runs a command that must end with that code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		code = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// seen is what the browser had in front of it in the end.
type seen struct {
	Address, Title, Text string
	History              []string
}

// browse is the program behind $BROWSER: it does to the URL what the first
// argument says, and reports to a file what it saw.
func browse(as, report, url string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var s seen
	var err error
	switch as {
	case "chromium-allow":
		s, err = chromium(ctx, url, "#oaapprove")
	case "chromium-deny":
		s, err = chromium(ctx, url, "#oadeny")
	case "allow", "deny":
		var p demo.Page
		p, err = demo.Visit(ctx, http.DefaultClient, url, as == "allow")
		s = seen{Address: p.URL, Title: p.Title, Text: p.Body}
	case "nothing":
	}
	if err != nil {
		s.Text = "error: " + err.Error()
	}
	b, _ := json.Marshal(s)
	os.WriteFile(report+".tmp", b, 0o600)
	os.Rename(report+".tmp", report)
}

func chromium(ctx context.Context, url, button string) (s seen, err error) {
	profile, err := os.MkdirTemp("", "sfauth-chromium")
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(profile)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(url), chromedp.Click(chromedp.CSS(button))); err != nil {
		return s, err
	}
	for arrived := false; !arrived; time.Sleep(50 * time.Millisecond) { // an error means that the tab is on its way
		arrived, err = chromedp.Run(ctx, chromedp.Evaluate[bool](`location.hostname === "localhost" && document.readyState === "complete"`))
		if ctx.Err() != nil {
			return s, err
		}
	}
	if s.Address, err = chromedp.Run(ctx, chromedp.Location()); err != nil {
		return s, err
	}
	if s.Title, err = chromedp.Run(ctx, chromedp.Title()); err != nil {
		return s, err
	}
	if s.Text, err = chromedp.Run(ctx, chromedp.Text(chromedp.CSS("body"))); err != nil {
		return s, err
	}
	history, err := chromedp.Run(ctx, chromedp.NavigationEntries())
	for _, e := range history.Entries {
		s.History = append(s.History, e.URL)
	}
	return s, err
}

// need skips where a part is missing, and fails under SFAUTH_TEST=all.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err == nil {
			continue
		}
		if os.Getenv("SFAUTH_TEST") == "all" {
			t.Fatalf("needs %s", p)
		}
		t.Skipf("needs %s", p)
	}
}

var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sfauth-built")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "sfauth")
	out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return bin, nil
})

// desk is a machine for one person: a home, a message bus, a demo org, a browser.
type desk struct {
	t      *testing.T
	dir    string
	env    []string
	org    *demo.Org
	app    demo.App
	domain string // of the org
	port   string // of the callback
}

func newDesk(t *testing.T, browser string) *desk {
	t.Helper()
	need(t, "go", "dbus-daemon")
	d := &desk{t: t, dir: t.TempDir()}
	d.port = freePort(t)
	d.app = demo.DefaultApp()
	d.app.Callbacks = append(d.app.Callbacks, "http://localhost:"+d.port+"/OauthRedirect")
	d.org = demo.New(d.app)
	server := httptest.NewServer(d.org)
	t.Cleanup(server.Close)
	d.domain = server.URL
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	d.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + d.dir, "TERM=xterm-256color", "LANG=C.UTF-8", "XDG_RUNTIME_DIR=" + d.dir, "XDG_DATA_HOME=" + d.dir,
		"GOCOVERDIR=" + os.Getenv("GOCOVERDIR"), "BROWSER=" + self + " as-browser " + browser + " " + d.report()}
	return d
}

func (d *desk) report() string { return filepath.Join(d.dir, "seen.json") }

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// bus starts a message bus of the desk's own; services is what it starts when called.
func (d *desk) bus(services string) {
	d.t.Helper()
	config := filepath.Join(d.dir, "bus.conf")
	text := `<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>` + services +
		`<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	cmd := exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--print-address=1")
	cmd.Env = d.env
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	d.keep(cmd)
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		d.t.Fatal(err)
	}
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+strings.TrimSpace(address))
}

// keep runs a program until the test ends.
func (d *desk) keep(cmd *exec.Cmd) {
	d.t.Helper()
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
}

// keyring starts a real Secret Service with an unlocked login collection.
func (d *desk) keyring() {
	d.t.Helper()
	need(d.t, "gnome-keyring-daemon", "secret-tool")
	d.bus("")
	cmd := exec.Command("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
	cmd.Env, cmd.Stdin = d.env, strings.NewReader("password")
	d.keep(cmd)
	d.waitFor("org.freedesktop.secrets")
}

// waitFor connects to the desk's bus when a name is taken on it.
func (d *desk) waitFor(name string) *dbus.Conn {
	d.t.Helper()
	c, err := dbus.Connect(strings.TrimPrefix(d.env[len(d.env)-1], "DBUS_SESSION_BUS_ADDRESS="))
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { c.Close() })
	signals := make(chan *dbus.Signal, 10)
	c.Signal(signals)
	if err := c.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name)); err != nil {
		d.t.Fatal(err)
	}
	var owned bool
	if err := c.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned); err != nil {
		d.t.Fatal(err)
	}
	for !owned {
		s := <-signals
		owned = s.Name == "org.freedesktop.DBus.NameOwnerChanged"
	}
	return c
}

// run runs a program to its end and returns its stdout.
func (d *desk) run(name string, args ...string) (string, int) {
	d.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = d.env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	d.t.Logf("%s %q: %v\n%s", filepath.Base(name), args, err, &stderr)
	return string(out), cmd.ProcessState.ExitCode()
}

func (d *desk) sfauth(args ...string) (string, int) { return d.run(d.binary(), args...) }

func (d *desk) binary() string {
	bin, err := built()
	if err != nil {
		d.t.Fatal(err)
	}
	return bin
}

// terminal is a person's: what is on its screen, and a keyboard.
type terminal struct {
	t       *testing.T
	cmd     *exec.Cmd
	pty     *os.File
	tty     *os.File
	before  *term.State
	screen  *vt.SafeEmulator
	copied  chan string // what was sent to the clipboard (OSC 52)
	changed chan struct{}
	painted chan struct{} // closed when all is drawn
	ended   chan struct{}
}

// open starts sfauth on a terminal of its own; stdin, if any, stands for a pipe.
func (d *desk) open(stdin io.Reader, args ...string) *terminal {
	d.t.Helper()
	p, tty, err := pty.Open()
	if err != nil {
		d.t.Fatal(err)
	}
	pty.Setsize(p, &pty.Winsize{Rows: 24, Cols: 80})
	tm := &terminal{t: d.t, pty: p, tty: tty, screen: vt.NewSafeEmulator(80, 24), copied: make(chan string, 10),
		changed: make(chan struct{}, 1), painted: make(chan struct{}), ended: make(chan struct{})}
	tm.screen.RegisterOscHandler(52, func(data []byte) bool {
		_, encoded, _ := strings.Cut(strings.TrimPrefix(string(data), "52;"), ";")
		text, err := base64.StdEncoding.DecodeString(encoded)
		if err == nil {
			tm.copied <- string(text)
		}
		return true
	})
	tm.before = tm.mode()
	tm.cmd = exec.Command(d.binary(), args...)
	tm.cmd.Env, tm.cmd.Stdin, tm.cmd.Stdout, tm.cmd.Stderr = d.env, tty, tty, tty
	ctty := 0
	if stdin != nil {
		tm.cmd.Stdin, ctty = stdin, 1
	}
	tm.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: ctty}
	if err := tm.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	go io.Copy(p, tm.screen) // the terminal's own answers to queries
	go tm.paint()
	go func() { tm.cmd.Wait(); close(tm.ended) }()
	d.t.Cleanup(func() { tm.cmd.Process.Kill(); <-tm.ended; tty.Close(); p.Close() })
	return tm
}

func (tm *terminal) paint() {
	defer close(tm.painted)
	buf := make([]byte, 4096)
	for {
		n, err := tm.pty.Read(buf)
		tm.screen.Write(buf[:n])
		select {
		case tm.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (tm *terminal) mode() *term.State {
	m, err := term.GetState(int(tm.tty.Fd()))
	if err != nil {
		tm.t.Fatal(err)
	}
	return m
}

// see waits until the screen shows all the texts.
func (tm *terminal) see(texts ...string) {
	tm.t.Helper()
	limit := time.NewTimer(45 * time.Second) // of a test that has failed
	defer limit.Stop()
	for !tm.shows(texts) {
		select {
		case <-tm.changed:
		case <-tm.ended:
			if !tm.shows(texts) {
				tm.t.Fatalf("sfauth ended without %q on the screen:\n%s", texts, tm.screen.String())
			}
			return
		case <-limit.C:
			tm.t.Fatalf("no %q on the screen:\n%s", texts, tm.screen.String())
		}
	}
}

func (tm *terminal) shows(texts []string) bool {
	screen := strings.Join(strings.Fields(tm.screen.String()), " ")
	for _, s := range texts {
		if !strings.Contains(screen, s) {
			return false
		}
	}
	return true
}

// press is one key of a person's: what follows typed text faster than this is part
// of an unmarked paste to the wizard.
func (tm *terminal) press(key string) {
	time.Sleep(50 * time.Millisecond)
	io.WriteString(tm.pty, key)
}

func (tm *terminal) paste(s string) { io.WriteString(tm.pty, "\x1b[200~"+s+"\x1b[201~") }

const (
	gnomeKeyring = "<standard_session_servicedirs/>"

	enter, tab, ctrlC = "\r", "\t", "\x03"

	waiting = "left, + for more" // where the keys of the wait work
)

// end waits for sfauth to leave and asserts that the terminal is as it was.
func (tm *terminal) end(code int) {
	tm.t.Helper()
	select {
	case <-tm.ended:
	case <-time.After(time.Minute):
		tm.t.Fatalf("sfauth is still there:\n%s", tm.screen.String())
	}
	if got := tm.cmd.ProcessState.ExitCode(); got != code {
		tm.t.Errorf("exit code %d, want %d\n%s", got, code, tm.screen.String())
	}
	if !reflect.DeepEqual(tm.mode(), tm.before) {
		tm.t.Errorf("terminal left in another mode: %+v, was %+v", tm.mode(), tm.before)
	}
	tm.tty.Close()
	<-tm.painted // the last of what sfauth wrote
	if tm.screen.IsAltScreen() {
		tm.t.Error("alternate screen left on")
	}
}

// saved is what `sfauth list` knows.
func (d *desk) saved() []map[string]any {
	d.t.Helper()
	out, code := d.sfauth("list", "--json")
	var all []map[string]any
	if err := json.Unmarshal([]byte(out), &all); err != nil || code != 0 {
		d.t.Fatalf("list: exit %d: %v: %s", code, err, out)
	}
	return all
}

// nothingSaved asserts that no half of a connection is left.
func (d *desk) nothingSaved() {
	d.t.Helper()
	if all := d.saved(); len(all) != 0 {
		d.t.Errorf("the index lists %v", all)
	}
	if out, _ := d.run("secret-tool", "search", "--all", "service", "sfauth"); out != "" {
		d.t.Errorf("the keyring holds %s", out)
	}
}

// portFree asserts that nothing listens on the callback port any more.
func (d *desk) portFree() {
	d.t.Helper()
	for _, host := range []string{"127.0.0.1", "::1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, d.port))
		if err != nil {
			d.t.Errorf("port still taken: %v", err)
			continue
		}
		l.Close()
	}
}

// browserSaw waits for the browser's report.
func (d *desk) browserSaw() (s seen) {
	d.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if b, err := os.ReadFile(d.report()); err == nil {
			if err := json.Unmarshal(b, &s); err != nil {
				d.t.Fatal(err)
			}
			return s
		}
	}
	d.t.Fatal("the browser never finished")
	return s
}

// login opens the wizard with everything given, on the desk's callback port.
func (d *desk) login(more ...string) *terminal {
	d.t.Helper()
	return d.open(strings.NewReader(d.app.ClientSecret+"\n"), append([]string{"login", "acme", "--domain", d.domain, "--client-id", d.app.ClientID,
		"--callback", "http://localhost:" + d.port + "/OauthRedirect", "--client-secret-stdin"}, more...)...)
}

// Everything for real: a terminal, a keyring, a browser; only Salesforce is not.
func TestFromNothingToARefreshTokenByKeystrokesAlone(t *testing.T) {
	need(t, "chromium")
	d := newDesk(t, "chromium-allow")
	d.keyring()
	tm := d.open(nil)
	tm.see("My Domain")
	for _, letter := range d.domain {
		tm.press(string(letter))
	}
	tm.see("answers")
	tm.press(enter)
	tm.see("Consumer Key", "http://localhost:1717/OauthRedirect")
	tm.paste(d.app.ClientID)
	tm.press(tab)
	tm.paste(d.app.ClientSecret + "\n")
	tm.see("••••")
	tm.press(enter)
	tm.see("✓ Connected", "demo@acme.example", "GNOME Keyring")
	if strings.Contains(tm.screen.String(), d.app.ClientSecret) {
		t.Error("the client secret is on the screen")
	}
	tm.press(enter)
	tm.end(0)

	saw := d.browserSaw()
	for _, url := range append(saw.History, saw.Address) {
		if strings.Contains(url, "code=") {
			t.Errorf("the code stays in the browser: %q", url)
		}
	}
	if !strings.Contains(saw.Title, "Connected") || !strings.Contains(saw.Text, "demo@acme.example") {
		t.Errorf("the tab says %q: %q", saw.Title, saw.Text)
	}
	d.port = "1717"
	d.portFree()

	all := d.saved()
	if len(all) != 1 {
		t.Fatalf("saved: %v", all)
	}
	if out, code := d.run("secret-tool", "lookup", "service", "sfauth", "username", all[0]["id"].(string)); code != 0 || !strings.Contains(out, "refresh_token") {
		t.Errorf("secret-tool: exit %d", code)
	}
	token, code := d.sfauth("token", all[0]["name"].(string))
	if code != 0 || strings.Count(token, "\n") != 1 {
		t.Fatalf("token: exit %d, %d lines", code, strings.Count(token, "\n"))
	}
	req, _ := http.NewRequest("GET", d.domain+"/services/oauth2/userinfo", nil)
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
	answer, err := http.DefaultClient.Do(req)
	if err != nil || answer.StatusCode != 200 {
		t.Errorf("userinfo: %v %v", answer, err)
	}
}

func TestDenyInARealBrowserSavesNothingAndOffersAWayOn(t *testing.T) {
	need(t, "chromium")
	d := newDesk(t, "chromium-deny")
	d.keyring()
	tm := d.login()
	tm.see("access_denied", "end-user denied authorization", "try again")
	tm.press(ctrlC)
	tm.end(130)
	if saw := d.browserSaw(); strings.Contains(strings.Join(saw.History, " ")+saw.Address, "state=") && strings.Contains(saw.Address, "error=") {
		t.Errorf("the tab keeps the answer in its address: %q", saw.Address)
	}
	d.portFree()
	d.nothingSaved()
}

func TestStrangersBeforeTheTrueCallbackAreHarmless(t *testing.T) {
	d := newDesk(t, "nothing")
	d.keyring()
	tm := d.login()
	tm.see(waiting)
	d.browserSaw()
	base := "http://localhost:" + d.port
	for path, want := range map[string]int{"/": 404, "/favicon.ico": 404, "/OauthRedirect?code=x&state=wrong": 400, "/OauthRedirect?error=access_denied": 400, "/OauthRedirect": 400} {
		answer, err := http.Get(base + path)
		if err != nil || answer.StatusCode != want {
			t.Errorf("%s: %v %v, want %d", path, answer, err, want)
		}
	}
	if c, err := tls.Dial("tcp", "localhost:"+d.port, nil); err == nil {
		c.Close()
		t.Error("the callback port speaks TLS")
	}
	tm.see("https") // the screen says that a browser insists on it
	if _, err := demo.Visit(t.Context(), http.DefaultClient, d.authorizeURL(tm), true); err != nil {
		t.Error(err)
	}
	tm.see("✓ Connected")
	tm.press(enter)
	tm.end(0)
	if len(d.saved()) != 1 {
		t.Error("not saved")
	}
}

func TestPastedAddressIsTakenWhereNoCallbackCanArrive(t *testing.T) {
	d := newDesk(t, "nothing")
	d.keyring()
	tm := d.login()
	tm.see(waiting)
	// The stand-in stops short of the callback, as a browser on another machine would.
	var last string
	elsewhere := &http.Client{Transport: http.DefaultTransport, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	elsewhere.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Port() == d.port {
			last = r.URL.String()
			return nil, fmt.Errorf("connection refused")
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	demo.Visit(t.Context(), elsewhere, d.authorizeURL(tm), true)
	if last == "" {
		t.Fatal("no callback was asked for")
	}
	tm.press("p")
	tm.paste("http://localhost:1/nonsense")
	tm.press(enter)
	tm.see("There is no code in this", waiting)
	for range len("http://localhost:1/nonsense") {
		tm.press("\x7f")
	}
	tm.paste("  " + last + "\n")
	tm.press(enter)
	tm.see("✓ Connected")
	tm.press(enter)
	tm.end(0)
	d.portFree()
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// authorizeURL is what `c` copies: the terminal's clipboard, by OSC 52.
func (d *desk) authorizeURL(tm *terminal) string {
	d.t.Helper()
	tm.press("c")
	select {
	case s := <-tm.copied:
		return s
	case <-time.After(time.Minute):
		d.t.Fatalf("nothing on the clipboard:\n%s", tm.screen.String())
		return ""
	}
}

func TestBusyPortIsSaidBeforeTheBrowserOpens(t *testing.T) {
	d := newDesk(t, "nothing")
	d.keyring()
	l, err := net.Listen("tcp", "127.0.0.1:"+d.port)
	if err != nil {
		t.Fatal(err)
	}
	tm := d.login()
	tm.see("Port "+d.port+" is in use", "try again")
	if _, err := os.Stat(d.report()); err == nil {
		t.Error("the browser was opened")
	}
	l.Close()
	tm.press("r")
	tm.see(waiting)
	tm.press(ctrlC)
	tm.end(130)
	d.portFree()
	d.nothingSaved()
}

func TestKeychainTroubleIsSaidBeforeTheBrowserOpens(t *testing.T) {
	for name, row := range map[string]struct {
		prepare func(*desk)
		say     string
	}{
		"no bus":      {func(d *desk) { d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS=unix:path="+d.dir+"/none") }, "This session has no keychain"},
		"no provider": {func(d *desk) { d.bus("") }, "No keychain is running"},
		"no keyring":  {func(d *desk) { d.bus(gnomeKeyring) }, "The keychain has no place for secrets yet"},
		"deaf":        {(*desk).deaf, "The keychain is not answering"},
		"locked":      {(*desk).locked, "The keychain is locked"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "nothing")
			row.prepare(d)
			tm := d.login()
			tm.see(row.say)
			if _, err := os.Stat(d.report()); err == nil {
				t.Error("the browser was opened")
			}
			tm.press(ctrlC)
			tm.end(130)
			d.portFree()
			if all := d.saved(); len(all) != 0 {
				t.Errorf("saved %v", all)
			}
		})
	}
}

// locked is a keyring that nobody can unlock: there is no window to ask in.
func (d *desk) locked() {
	d.keyring()
	login := []dbus.ObjectPath{"/org/freedesktop/secrets/collection/login"}
	bus := d.waitFor("org.freedesktop.secrets")
	if err := bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets").Call("org.freedesktop.Secret.Service.Lock", 0, login).Err; err != nil {
		d.t.Fatal(err)
	}
}

// deaf is a bus whose socket accepts and never answers.
func (d *desk) deaf() {
	path := filepath.Join(d.dir, "deaf")
	l, err := net.Listen("unix", path)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { l.Close() })
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS=unix:path="+path)
}

func TestNonsenseFromTheTokenEndpointIsNeverAReasonToSave(t *testing.T) {
	for fault, say := range map[string]string{"html_503": "HTTP 503", "html_200": "The answer makes no sense", "redirect_elsewhere": "HTTP 302", "hang": "did not answer"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "allow")
			d.keyring()
			d.org.Fail(fault)
			tm := d.login()
			tm.see(say, "try again")
			d.org.Fail("")
			tm.press("r")
			tm.see("✓ Connected")
			tm.press(enter)
			tm.end(0)
			if len(d.saved()) != 1 {
				t.Error("not saved after the retry")
			}
		})
	}
}
