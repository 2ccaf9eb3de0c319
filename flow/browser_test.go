package flow

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const linkToOpen = "https://acme.my.salesforce.com/services/oauth2/authorize?a=1&b=2"

func TestEachSystemOpensInItsWay(t *testing.T) {
	all := func(string) bool { return true }
	only := func(names ...string) func(string) bool {
		return func(name string) bool { return slices.Contains(names, name) }
	}
	for name, c := range map[string]struct {
		goos string
		env  map[string]string
		has  func(string) bool
		want string // the command that is tried first
		err  error
	}{
		"mac":                       {"darwin", nil, all, "open|URL", nil},
		"windows":                   {"windows", nil, all, "rundll32|url.dll,FileProtocolHandler|URL", nil},
		"x11":                       {"linux", map[string]string{"DISPLAY": ":0"}, all, "xdg-open|URL", nil},
		"wayland":                   {"freebsd", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, all, "xdg-open|URL", nil},
		"no xdg-open":               {"linux", map[string]string{"DISPLAY": ":0"}, only("gio", "firefox"), "gio|open|URL", nil},
		"nothing installed":         {"linux", map[string]string{"DISPLAY": ":0"}, only(), "", ErrNoBrowser},
		"no display":                {"linux", nil, all, "", ErrNoDisplay},
		"wsl":                       {"linux", map[string]string{"WSL_DISTRO_NAME": "Debian"}, all, "wslview|URL", nil},
		"wsl without wslu":          {"linux", map[string]string{"WSL_INTEROP": "/run/x"}, only("rundll32.exe"), "rundll32.exe|url.dll,FileProtocolHandler|URL", nil},
		"wslg":                      {"linux", map[string]string{"WSL_DISTRO_NAME": "Debian", "DISPLAY": ":0"}, only("xdg-open"), "xdg-open|URL", nil},
		"ssh":                       {"linux", map[string]string{"SSH_CONNECTION": "x", "DISPLAY": ":10"}, all, "", ErrSSH},
		"ssh to a mac":              {"darwin", map[string]string{"SSH_TTY": "/dev/ttys001"}, all, "", ErrSSH},
		"BROWSER":                   {"linux", map[string]string{"BROWSER": "lynx"}, all, "lynx|URL", nil},
		"BROWSER over ssh":          {"linux", map[string]string{"BROWSER": "lynx", "SSH_TTY": "x"}, all, "lynx|URL", nil},
		"BROWSER with arguments":    {"linux", map[string]string{"BROWSER": "firefox --new-window"}, only("firefox"), "firefox|--new-window|URL", nil},
		"BROWSER with %s":           {"linux", map[string]string{"BROWSER": "tool --url=%s --wait"}, only("tool"), "tool|--url=URL|--wait", nil},
		"BROWSER with blanks":       {"darwin", map[string]string{"BROWSER": "/opt/My Browser"}, only("/opt/My Browser"), "/opt/My Browser|URL", nil},
		"BROWSER, a list":           {"linux", map[string]string{"BROWSER": "gone:w3m -o x=1:lynx"}, only("w3m", "lynx"), "w3m|-o|x=1|URL", nil},
		"BROWSER, all gone":         {"linux", map[string]string{"BROWSER": "gone", "DISPLAY": ":0"}, only("xdg-open"), "", exec.ErrNotFound},
		"BROWSER of Windows":        {"windows", map[string]string{"BROWSER": `C:\b.exe -x`}, only(`C:\b.exe`), `C:\b.exe|-x|URL`, nil},
		"BROWSER is asked no shell": {"linux", map[string]string{"BROWSER": "echo $(id)"}, only("echo"), "echo|$(id)|URL", nil},
	} {
		commands, err := openers(c.goos, func(k string) string { return c.env[k] }, c.has, linkToOpen)
		var first string
		if len(commands) > 0 {
			first = strings.ReplaceAll(strings.Join(commands[0], "|"), linkToOpen, "URL")
		}
		if first != c.want || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
			t.Errorf("%s: %q (%v), want %q (%v)", name, first, err, c.want, c.err)
		}
	}
}

func TestOnlyWebPagesAreOpened(t *testing.T) {
	for url, want := range map[string]bool{
		linkToOpen:                         true,
		"https://acme.my.site.com/x?y=%20": true,
		"http://localhost:8080/x":          true,
		"http://127.0.0.1:8080/x":          true,
		"http://[::1]:8080/x":              true,
		"http://acme.my.salesforce.com":    false,
		"https://user@acme.example":        false,
		"https://":                         false,
		"file:///etc/passwd":               false,
		"javascript:alert(1)":              false,
		"/etc/passwd":                      false,
		"--version":                        false,
		"https://acme.example/\" & calc":   false,
		"https://acme.example/\x1b[2J":     false,
		"":                                 false,
	} {
		_, err := openers("darwin", func(string) string { return "" }, func(string) bool { return true }, url)
		if got := err == nil; got != want {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestSfauthsOwnVariablesStayHere(t *testing.T) {
	env := []string{"PATH=/bin", "SFAUTH_PASSPHRASE_COMMAND=pass x", "sfauth_key_file=x", "LANG=C"}
	if got := WithoutOurs(env); !reflect.DeepEqual(got, []string{"PATH=/bin", "LANG=C"}) {
		t.Error(got)
	}
}

// script makes a program of a shell script and sets $BROWSER to it.
func script(t *testing.T, text string) (dir string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a shell script is the browser")
	}
	dir = t.TempDir()
	browser := filepath.Join(dir, "browser")
	if err := os.WriteFile(browser, []byte("#!/bin/sh\ncd '"+dir+"'\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("BROWSER", browser)
	return dir
}

func TestTheBrowserGetsTheURLAndNeitherTerminalNorSecrets(t *testing.T) {
	dir := script(t, `
stdio=none
for fd in 0 1 2; do [ /dev/fd/$fd -ef /dev/null ] || stdio=some; done
terminal=none
if (exec </dev/tty) 2>/dev/null; then terminal=some; fi
echo "$1 stdio=$stdio terminal=$terminal ours=$(env | grep -c SFAUTH_)" >said
`)
	t.Setenv("SFAUTH_PASSPHRASE_COMMAND", "pass show x")
	if err := OpenBrowser(t.Context(), linkToOpen); err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(filepath.Join(dir, "said"))
	if want := linkToOpen + " stdio=none terminal=none ours=0\n"; err != nil || string(said) != want {
		t.Errorf("%q (%v)", said, err)
	}
}

func TestABrowserThatFailsAtOnceIsHeardOf(t *testing.T) {
	script(t, "exit 3\n")
	err := OpenBrowser(t.Context(), linkToOpen)
	if _, ok := errors.AsType[*exec.ExitError](err); !ok {
		t.Errorf("%v", err)
	}
}

func TestTheNextBrowserIsTriedWhenOneFails(t *testing.T) {
	dir := script(t, "echo >opened\n")
	t.Setenv("BROWSER", "false:"+os.Getenv("BROWSER"))
	if err := OpenBrowser(t.Context(), linkToOpen); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "opened")); err != nil {
		t.Error(err)
	}
}

func TestABrowserOutlivesTheLogin(t *testing.T) {
	dir := script(t, "echo started >started\nread word <gate\necho $word >ended\n")
	pipe := func(name string, flag int) *os.File {
		f, err := os.OpenFile(filepath.Join(dir, name), flag, 0) // opening a named pipe waits until the browser opens its other end
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	Need(t, "mkfifo")
	for _, name := range []string{"started", "gate", "ended"} {
		if err := exec.Command("mkfifo", filepath.Join(dir, name)).Run(); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	over := errors.New("the login is over")
	cancel(over)
	if err := OpenBrowser(ctx, linkToOpen); !errors.Is(err, over) {
		t.Fatal(err)
	}
	pipe("started", os.O_RDONLY)
	gate := pipe("gate", os.O_WRONLY)
	gate.WriteString("alive\n")
	if word, err := io.ReadAll(pipe("ended", os.O_RDONLY)); err != nil || string(word) != "alive\n" {
		t.Errorf("%q (%v)", word, err)
	}
}
