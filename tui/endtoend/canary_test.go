//go:build unix

package endtoend

import (
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"sfauth/flow/demo"
)

// piece is how much of a secret in one place counts as all of it: a screen wraps it,
// and a log may cut it.
const piece = 16

// leaks names the secrets that passed this desk and are in the text.
func (d *desk) leaks(text string) (names []string) {
	d.post.mu.Lock()
	all := maps.Clone(d.post.seen)
	d.post.mu.Unlock()
	all[d.app.ClientSecret] = "client_secret"
	for secret, name := range all {
		for i := range len(secret) - piece + 1 {
			if strings.Contains(text, secret[i:i+piece]) {
				names = append(names, name)
				break
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// innocent asserts that no secret is in the text.
func (d *desk) innocent(where, text string) {
	d.t.Helper()
	if names := d.leaks(text); names != nil {
		d.t.Errorf("%s has a %s", where, strings.Join(names, " and a "))
	}
}

// drawn is all that was ever written to the terminal, as bytes and as text.
func (tm *terminal) drawn() string {
	raw := tm.bytes()
	return raw + strings.NewReplacer("\r", "", "\n", "", " ", "").Replace(ansi.Strip(raw))
}

// files are those under the desk's home, by name: configuration, logs, the keyring.
func (d *desk) files() map[string]string {
	d.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(d.dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		all[name] = string(b)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// process is what others can see of sfauth while it runs. Its environment is closed
// to all but root.
func (tm *terminal) process() string {
	tm.t.Helper()
	dir := filepath.Join("/proc", strconv.Itoa(tm.cmd.Process.Pid))
	line, err := os.ReadFile(filepath.Join(dir, "cmdline"))
	if err != nil && runtime.GOOS == "linux" {
		tm.t.Error(err)
	}
	environ, _ := os.ReadFile(filepath.Join(dir, "environ"))
	return string(line) + string(environ)
}

// Known secrets go through every screen of a login that fails once, with all that
// could log them switched on.
func TestNoScreenLogFileOrProcessShowsASecret(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.keyring()
	trace := filepath.Join(d.dir, "tea-trace")
	d.set("SFAUTH_DEBUG=1", "TEA_TRACE="+trace, "SFAUTH_KEY_FILE=/path/of/a/key")
	tm := d.open(nil, "login", "acme", "--domain", d.domain, "--callback", d.callback())
	tm.see(appScreen)
	tm.paste(d.app.ClientID)
	tm.press(tab)
	tm.paste(d.app.ClientSecret)
	tm.see("••••")
	for _, aside := range [][2]string{{f1, helpScreen}, {ctrlO, stepsScreen}} {
		tm.press(aside[0])
		tm.see(aside[1])
		tm.press(esc)
		tm.see(appScreen)
	}
	d.org.Fail("html_503")
	tm.press(enter)
	tm.see(waiting)
	process := tm.process()
	for _, aside := range [][2]string{{"?", helpScreen}, {"e", errorScreen}, {"p", pasteScreen}} {
		tm.press(aside[0])
		tm.see(aside[1])
		tm.press(esc)
		tm.see(waiting, waitingKeys)
	}
	d.visit(tm.authorizeURL())
	tm.see("HTTP 503", tryAgain)
	tm.press("?")
	tm.see(helpScreen)
	tm.press(esc)
	tm.see("HTTP 503")
	d.org.Fail("")
	tm.press("r")
	tm.see(waiting)
	d.visit(tm.authorizeURL())
	tm.see(connected)
	tm.press("?")
	tm.see(helpScreen)
	tm.press(esc)
	tm.see(connected)

	if len(d.post.seen) < 5 { // a code, a verifier, three tokens
		t.Fatalf("only %d secrets passed by", len(d.post.seen))
	}
	d.innocent("the terminal", tm.drawn())
	d.innocent("the clipboard", strings.Join(tm.clips, "\n"))
	d.innocent("the process", process)
	browser := d.browserSaw()
	d.innocent("the browser's command line", strings.Join(browser.Args, "\n"))
	d.innocent("the browser's environment", strings.Join(browser.Env, "\n"))
	if i := slices.IndexFunc(browser.Env, func(v string) bool { return strings.HasPrefix(v, "SFAUTH_") }); i >= 0 {
		t.Errorf("the browser was given %s", browser.Env[i])
	}
	if _, err := os.Stat(trace); err == nil {
		t.Error("Bubble Tea has logged every keystroke")
	}
	logged := false
	for name, text := range d.files() {
		d.innocent(name, text)
		logged = logged || strings.HasSuffix(name, ".log") && strings.Contains(text, "/services/oauth2/token")
	}
	if !logged {
		t.Error("no log was searched")
	}

	tm.press("s") // the one time that it is asked for
	tm.see("Hide the refresh token")
	if names := d.leaks(tm.drawn()); !slices.Equal(names, []string{"refresh_token"}) {
		t.Errorf("asked for the refresh token, the terminal shows %q", names)
	}
	for len(tm.copied) > 0 {
		<-tm.copied
	}
	tm.press("c")
	if got := tm.clipboard(); got != d.stored().RefreshToken {
		t.Error("asked for the refresh token, something else was copied")
	}
	tm.press(enter)
	tm.end(0)
}

// visit is a person who allows access in a browser on this machine.
func (d *desk) visit(authorizeURL string) {
	d.t.Helper()
	d.innocent("the authorize URL", authorizeURL)
	if _, err := demo.Visit(d.t.Context(), http.DefaultClient, authorizeURL, true); err != nil {
		d.t.Error(err)
	}
}

func TestNoCommandPrintsASecretThatWasNotAskedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.keyring()
	d.set("SFAUTH_DEBUG=1")
	for _, fault := range []string{"invalid_client", ""} {
		d.org.Fail(fault)
		tk := d.plain("--plain")
		d.visit(tk.address())
		tk.end(map[string]int{"": 0, "invalid_client": 1}[fault])
		d.innocent("login", tk.said())
	}
	for _, args := range [][]string{{"list"}, {"list", "--json"}, {"--help"}, {"--version"}, {"token", "nobody"}, {"export", "acme", "--format", "sfdx-url"}} {
		stdout, stderr, _ := d.sfauth(args...)
		d.innocent(strings.Join(args, " "), stdout+stderr)
	}
	for _, row := range []struct {
		args  []string
		asked []string
	}{
		{[]string{"token", "acme"}, []string{"access_token"}},
		{[]string{"token", "acme", "--json"}, []string{"access_token"}},
		{[]string{"export", "acme", "--format", "env"}, []string{"client_secret", "refresh_token"}},
		{[]string{"export", "acme", "--format", "json"}, []string{"client_secret", "refresh_token"}},
	} {
		stdout, stderr, code := d.sfauth(row.args...)
		if names := d.leaks(stdout); code != 0 || !slices.Equal(names, row.asked) {
			t.Errorf("%q: exit %d, printed %q", row.args, code, names)
		}
		d.innocent(strings.Join(row.args, " ")+" on stderr", stderr)
	}
	d.org.RevokeAll()
	stdout, stderr, code := d.sfauth("token", "acme", "--fresh")
	if code != 4 {
		t.Errorf("a dead token: exit %d", code)
	}
	d.innocent("token of a dead connection", stdout+stderr)
	for name, text := range d.files() {
		d.innocent(name, text)
	}
}
