package flow

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Why OpenBrowser did not try to open a browser. These are reasons, and no failures.
var (
	ErrNoDisplay = errors.New("there is no display here")
	ErrSSH       = errors.New("this is an SSH session")
	ErrNotAsked  = errors.New("no browser was asked for")
)

// Why OpenBrowser could not open a browser.
var (
	ErrNoBrowser  = errors.New("no program that opens a browser was found")
	ErrBrowserURL = errors.New("only an https address, or http on this machine, is opened")
)

// patience is how long OpenBrowser waits for a program to fail. A program that still runs
// then is the browser itself.
const patience = 1500 * time.Millisecond

// OpenBrowser hands url to the browser of the person: to $BROWSER where it is set, else to
// what the system has for it. The browser outlives ctx and this program, and gets neither
// the terminal nor the environment variables of sfauth. It returns within 1.5 seconds for
// each program it tries. Errors are ErrNoDisplay and ErrSSH where it tries none,
// ErrBrowserURL, ErrNoBrowser, those of the programs, or the cause of ctx.
func OpenBrowser(ctx context.Context, url string) error {
	commands, err := openers(runtime.GOOS, os.Getenv, hasProgram, url)
	if err != nil {
		return err
	}
	env := WithoutOurs(os.Environ())
	var failed []error
	for _, argv := range commands {
		err := startDetached(ctx, argv, env)
		if err == nil {
			return nil
		}
		failed = append(failed, fmt.Errorf("%s: %w", argv[0], err))
	}
	return errors.Join(failed...)
}

// OpenSetup hands a page of Setup in the org of d to the browser. Errors are those of
// OpenBrowser; where d names no org it is ErrBrowserURL.
func (c *Client) OpenSetup(ctx context.Context, d Domain, p SetupPage) error {
	return c.browser()(ctx, c.PageAt(d.Setup(p)))
}

// What each system has for opening a URL, best first; the URL is the last argument.
var systemOpeners = map[string][]string{
	"darwin":  {"open"},
	"windows": {"rundll32 url.dll,FileProtocolHandler"},
	"android": {"termux-open-url"},
	"wsl":     {"wslview", "rundll32.exe url.dll,FileProtocolHandler", "/mnt/c/Windows/System32/rundll32.exe url.dll,FileProtocolHandler"},
	"desktop": {"xdg-open", "gio open", "exo-open", "kde-open", "x-www-browser", "firefox", "chromium", "google-chrome"},
}

// openers are the commands to try, in order, each with the URL in its place.
func openers(goos string, getenv func(string) string, has func(string) bool, url string) ([][]string, error) {
	if !isOpenable(url) {
		return nil, ErrBrowserURL
	}
	if browser := getenv("BROWSER"); browser != "" {
		return browserFromVariable(goos, browser, has, url)
	}
	if OverSSH(getenv) {
		return nil, ErrSSH
	}
	names, hasSystem := systemOpeners[goos]
	if !hasSystem {
		if InWSL(getenv) {
			names = systemOpeners["wsl"]
		}
		if getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != "" {
			names = append(names[:len(names):len(names)], systemOpeners["desktop"]...)
		}
		if names == nil {
			return nil, ErrNoDisplay
		}
	}
	var commands [][]string
	for _, name := range names {
		if argv := strings.Fields(name); has(argv[0]) {
			commands = append(commands, append(argv, url))
		}
	}
	if commands == nil {
		return nil, ErrNoBrowser
	}
	return commands, nil
}

// OverSSH tells whether the person's desktop is another machine's.
func OverSSH(getenv func(string) string) bool {
	return getenv("SSH_CONNECTION") != "" || getenv("SSH_TTY") != ""
}

// InWSL tells whether the person's desktop is that of Windows, around this Linux.
func InWSL(getenv func(string) string) bool {
	return getenv("WSL_DISTRO_NAME") != "" || getenv("WSL_INTEROP") != ""
}

// browserFromVariable reads $BROWSER: a program, or a command with arguments where %s stands
// for the URL. Everywhere but on Windows it may have several of them, with colons between.
// No shell runs them.
func browserFromVariable(goos, browser string, has func(string) bool, url string) ([][]string, error) {
	entries := []string{browser}
	if goos != "windows" && !has(browser) {
		entries = strings.Split(browser, ":")
	}
	var commands [][]string
	for _, entry := range entries {
		argv := strings.Fields(entry)
		if has(entry) {
			argv = []string{entry} // a path with blanks in it
		}
		if len(argv) > 0 && has(argv[0]) {
			commands = append(commands, withURL(argv, url))
		}
	}
	if commands == nil {
		return nil, fmt.Errorf("BROWSER: %w", exec.ErrNotFound)
	}
	return commands, nil
}

func withURL(argv []string, url string) []string {
	placed := false
	for i, arg := range argv[1:] {
		if strings.Contains(arg, "%s") {
			argv[i+1], placed = strings.ReplaceAll(arg, "%s", url), true
		}
	}
	if placed {
		return argv
	}
	return append(argv, url)
}

// isOpenable is true for web pages alone: the programs would open files and run programs
// just as well.
func isOpenable(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(s, " \"'`<>\\^{}|") {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

// startDetached runs argv in a session of its own, so that no ctrl+c and no hang-up reaches
// it and it finds no terminal to draw on, and without stdin, stdout and stderr, so that
// nothing of it appears on the screen. It is waited for whenever it ends.
func startDetached(ctx context.Context, argv, env []string) error {
	cmd := command(argv)
	cmd.Env = env
	inOwnSession(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func hasProgram(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}
