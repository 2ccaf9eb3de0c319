//go:build unix

package endtoend

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/godbus/dbus/v5"

	"sfauth/flow/demo"
	"sfauth/flow/export"
	"sfauth/keystore"

	at "sfauth/flow/endtoend/desk"
)

// piece is how much of a secret in one place counts as all of it: a screen wraps it,
// and a log may cut it.
const piece = 16

// leaks names the secrets that passed this desk and are in the text.
func (d *desk) leaks(text string) (names []string) {
	all := d.Post.Seen()
	all[d.App.ClientSecret] = "client_secret"
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
	d.T.Helper()
	if names := d.leaks(text); names != nil {
		d.T.Errorf("%s has a %s", where, strings.Join(names, " and a "))
	}
}

// drawn is all that was ever written to the terminal, as bytes and as text.
func (tm *terminal) drawn() string {
	raw := tm.bytes()
	return raw + strings.NewReplacer("\r", "", "\n", "", " ", "").Replace(ansi.Strip(raw))
}

// files are those under the desk's home, by name: configuration, logs, the keyring.
func (d *desk) files() map[string]string {
	d.T.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(d.Dir, func(name string, e fs.DirEntry, err error) error {
		var b []byte
		if err == nil && e.Type().IsRegular() {
			b, err = os.ReadFile(name)
			all[name] = string(b)
		}
		if errors.Is(err, fs.ErrNotExist) { // it was temporary
			return nil
		}
		return err
	})
	if err != nil {
		d.T.Fatal(err)
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

// noteItems makes secrets of all that the keyring holds for sfauth: the key of the
// sealed file never passes the post.
func (d *desk) noteItems() {
	d.T.Helper()
	for _, c := range d.Saved() {
		out, _, _ := d.Run("secret-tool", "lookup", "service", "sfauth", "username", c["id"].(string))
		var item map[string]any
		_ = json.Unmarshal([]byte(out), &item) // there is none of a connection in a file
		for what, v := range item {
			s, _ := v.(string)
			d.Post.Note(what, s)
		}
	}
}

// clipped is all that was ever copied.
func (tm *terminal) clipped() string {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return strings.Join(tm.clips, "\n")
}

// nothingLeaked asserts that no secret has left by the terminal, the clipboard, a file
// or the log, or is open to those who look at the processes of the machine.
func (d *desk) nothingLeaked(tm *terminal) {
	d.T.Helper()
	d.noteItems()
	d.innocent("the terminal", tm.drawn())
	d.innocent("the clipboard", tm.clipped())
	d.innocent("the process", tm.process())
	if !d.innocentFiles() {
		d.T.Error("no log was searched")
	}
}

// innocentFiles tells whether a log of requests was among them.
func (d *desk) innocentFiles() (logged bool) {
	d.T.Helper()
	for name, text := range d.files() {
		d.innocent(name, text)
		logged = logged || strings.HasSuffix(name, ".log") && strings.Contains(text, "/services/oauth2/")
	}
	return logged
}

// hasOnly asserts that of all secrets these are in the text, which were asked for.
func (d *desk) hasOnly(where, text string, asked ...string) {
	d.T.Helper()
	d.noteItems()
	if names := d.leaks(text); !slices.Equal(names, asked) {
		d.T.Errorf("%s has %q, asked for was %q", where, names, asked)
	}
}

const (
	down         = "\x1b[B"
	ctrlR, ctrlU = "\x12", "\x15"
)

// follow goes from screen to screen: a key, what is seen then, a key, ...
func (tm *terminal) follow(way ...string) {
	tm.t.Helper()
	for step := range slices.Chunk(way, 2) {
		tm.press(step[0])
		tm.see(step[1])
	}
}

// The person takes secrets that the test knows through every screen of a login that fails once,
// while all that could log them is switched on.
func TestNoScreenLogFileOrProcessShowsASecret(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	trace := filepath.Join(d.Dir, "tea-trace")
	d.Set("SFAUTH_DEBUG=1", "TEA_TRACE="+trace, "SFAUTH_KEY_FILE=/path/of/a/key")
	tm := d.open(nil, "login", "acme", "--domain", d.Domain, "--callback", d.Callback())
	tm.see(appScreen)
	tm.paste(d.App.ClientID)
	tm.press(tab)
	tm.paste(d.App.ClientSecret)
	tm.see("••••")
	tm.follow(f1, helpScreen, esc, appScreen, ctrlO, stepsScreen, esc, appScreen)
	d.Org.Fail("html_503")
	tm.follow(enter, waiting, "?", helpScreen, esc, waiting, "e", errorScreen, esc, waiting, "p", pasteScreen, esc, waitingKeys)
	d.visit(tm.authorizeURL())
	tm.see("HTTP 503", tryAgain)
	tm.follow("?", helpScreen, esc, "HTTP 503")
	d.Org.Fail("")
	tm.follow("r", waiting)
	d.visit(tm.authorizeURL())
	tm.see(connected)
	tm.follow("?", helpScreen, esc, connected)

	if len(d.Post.Seen()) < 5 { // a code, a verifier, three tokens
		t.Fatalf("only %d secrets passed by", len(d.Post.Seen()))
	}
	d.nothingLeaked(tm)
	browser := d.browserSaw()
	d.innocent("the browser's command line", strings.Join(browser.Args, "\n"))
	d.innocent("the browser's environment", strings.Join(browser.Env, "\n"))
	if i := slices.IndexFunc(browser.Env, func(v string) bool { return strings.HasPrefix(v, "SFAUTH_") }); i >= 0 {
		t.Errorf("the browser was given %s", browser.Env[i])
	}
	if _, err := os.Stat(trace); err == nil {
		t.Error("Bubble Tea has logged every keystroke")
	}
	tm.press(enter)
	tm.end(0)
}

// visit is a person who allows access in a browser on this machine.
func (d *desk) visit(authorizeURL string) {
	d.T.Helper()
	d.innocent("the authorize URL", authorizeURL)
	if _, err := demo.Visit(d.T.Context(), http.DefaultClient, authorizeURL, true); err != nil {
		d.T.Error(err)
	}
}

// have is a connection that was made before, in the keyring or where the flags say.
func (d *desk) have(flags ...string) {
	d.T.Helper()
	tk := d.plain(append([]string{"--plain"}, flags...)...)
	d.visit(tk.address())
	tk.end(0)
}

// rewrite changes what the index says of the connection, and what its secrets in the
// keyring are for, as another login would have left both.
func (d *desk) rewrite(old, new string) {
	d.T.Helper()
	id := d.Saved()[0]["id"].(string)
	name := filepath.Join(d.Dir, ".config", "sfauth", "index.json")
	text, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, []byte(strings.ReplaceAll(string(text), old, new)), 0o600)
	}
	if err != nil || !strings.Contains(string(text), old) {
		d.T.Fatalf("no %q in the index: %v", old, err)
	}
	item, _, code := d.Run("secret-tool", "lookup", "service", "sfauth", "username", id)
	if code != 0 || !strings.Contains(item, old) {
		return
	}
	store := exec.Command("secret-tool", "store", "--label=sfauth", "service", "sfauth", "username", id)
	store.Env, store.Stdin = d.Env, strings.NewReader(strings.ReplaceAll(item, old, new))
	if out, err := store.CombinedOutput(); err != nil {
		d.T.Fatalf("%v: %s", err, out)
	}
	if err := os.RemoveAll(filepath.Join(filepath.Dir(name), "sealed")); err != nil {
		d.T.Fatal(err)
	}
}

// lock locks the keyring there is, after a look at what is in it.
func (d *desk) lock() {
	d.T.Helper()
	d.noteItems()
	d.Call(at.SecretsPath, "org.freedesktop.Secret.Service.Lock", []dbus.ObjectPath{at.LoginCollection})
}

// The keyring holds secrets that the test knows, and the person goes wherever the list leads.
func TestNothingLeaksFromTheScreensOfASavedConnection(t *testing.T) {
	for name, row := range map[string]struct {
		before func(*desk)
		list   string // what it says
		way    []string
		on     func(*desk, *terminal) // what comes then
	}{
		"list and filter": {list: "alive", way: []string{
			"?", helpScreen, esc, listed, "/", filterScreen, f1, helpScreen, esc, filterScreen, "nobody", "Nothing matches", esc, listed, "r", "alive",
		}},
		"details and name": {list: "alive", way: []string{
			enter, detailsScreen, "?", helpScreen, esc, detailsScreen, "n", "keep this name", f1, helpScreen, esc, detailsScreen,
			ctrlU, "enter rename", "Not Allowed!", "Allowed!", enter, "This name cannot be used",
			ctrlU, "enter rename", "acme-two", "acme-two", enter, "› Rename", esc, "✓ acme-two",
		}},
		"app settings": {list: "alive", way: []string{
			enter, detailsScreen, "a", waiting, esc, listed, enter, detailsScreen, "a", waiting, "a", appScreen, f1, helpScreen, esc, appScreen, esc, listed,
		}},
		"removal": {list: "alive", way: []string{
			"x", removeScreen, "?", helpScreen, esc, removeScreen, "n", listed, "x", removeScreen, "y", "0 connections",
		}},
		"removal without Salesforce": {list: "unreachable", before: func(d *desk) { d.rewrite(d.Domain, "http://localhost:"+d.Port) }, way: []string{
			"x", removeScreen, "y", "could not be revoked", "?", helpScreen, esc, "could not be revoked", enter, "0 connections",
		}},
		"locked keychain": {list: "The keychain is locked", before: (*desk).lock, way: []string{
			enter, detailsScreen, "c", "You can fix this", "?", helpScreen, esc, "You can fix this", esc, detailsScreen, esc, listed,
		}, on: func(d *desk, tm *terminal) { d.Unlock(); tm.follow("r", "✓ acme") }},
		"authorised again from its details": {list: "alive", way: []string{enter, detailsScreen, "a", waiting}, on: (*desk).allowAgain},
		"authorised again from the list":    {list: "needs re-authorising", before: func(d *desk) { d.Org.RevokeAll() }, way: []string{enter, waiting}, on: (*desk).allowAgain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			d.have()
			if row.before != nil {
				row.before(d)
			}
			d.Set("SFAUTH_DEBUG=1")
			tm := d.open(nil)
			tm.see(listScreen, row.list)
			tm.follow(row.way...)
			if row.on != nil {
				row.on(d, tm)
			}
			d.nothingLeaked(tm)
			tm.press(ctrlC)
			tm.end(0)
		})
	}
}

// allowAgain goes from the wait for a new grant back to the list.
func (d *desk) allowAgain(tm *terminal) {
	d.T.Helper()
	tm.follow("?", helpScreen, esc, waiting)
	d.visit(tm.authorizeURL())
	tm.see(connected)
	tm.follow("?", helpScreen, esc, connected, enter, "✓ acme")
}

func TestAnotherUserOrOrgIsTakenOnlyWhenAskedForAndLeaksNothing(t *testing.T) {
	user := func(d *desk) { d.Org.Fail("other_user") }
	org := func(d *desk) { d.rewrite(demo.OrgID, "00DWx0000000OldMAE") } // a sandbox that was refreshed since
	replace := []string{down, "enter replace", enter, connected, "?", helpScreen, esc, connected, enter, listScreen}
	for name, row := range map[string]struct {
		another func(*desk)
		choice  []string
		kept    bool // the old grant is
	}{
		"user, replaced": {user, replace, false},
		"org, replaced":  {org, replace, false},
		"user, new":      {user, []string{enter, connected, enter, "2 connections"}, true},
		"user, kept":     {user, []string{down, "enter replace", down, "enter authorise", down, "enter keep", enter, listScreen}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			d.have()
			row.another(d)
			before, old := d.Saved()[0], d.Stored().RefreshToken
			d.Set("SFAUTH_DEBUG=1")
			tm := d.open(nil)
			tm.see(listScreen, "alive")
			tm.follow(enter, detailsScreen, "a", waiting)
			d.visit(tm.authorizeURL())
			tm.see(conflictScreen)
			tm.follow("?", helpScreen, esc, conflictScreen)
			d.nothingLeaked(tm)
			now := d.Saved()[0]
			for _, field := range []string{"id", "username", "user_id", "org_id", "authorized_at"} {
				if now[field] != before[field] {
					t.Errorf("nobody asked for it, and %s is %v, was %v", field, now[field], before[field])
				}
			}
			if d.Stored().RefreshToken != old || !d.Org.RefreshValid(old) {
				t.Error("nobody asked for it, and the refresh token is another")
			}
			tm.follow(row.choice...)
			if d.Org.RefreshValid(old) != row.kept {
				t.Errorf("the old grant is kept: %v, asked for was %v", !row.kept, row.kept)
			}
			d.nothingLeaked(tm)
			tm.press(ctrlC)
			tm.end(0)
		})
	}
}

// The person can have the refresh token on each of these screens, in any format. It is shown
// nowhere before they ask for it.
func TestWhatIsAskedForIsShownOrCopiedAndNothingElse(t *testing.T) {
	for name, row := range map[string]struct {
		open  func(*desk) *terminal
		see   string
		way   []string
		token []string // to the refresh token itself, and to copy it
		show  []string
	}{
		"details":   {func(d *desk) *terminal { return d.open(nil) }, "alive", []string{enter, detailsScreen}, folded, []string{down, enter}},
		"done":      {func(d *desk) *terminal { return d.loginAgain(nil) }, connected, nil, folded, []string{down, enter}},
		"not saved": {func(d *desk) *terminal { return d.loginAgain(d.lock) }, "not saved", nil, []string{"c"}, []string{"s"}},
		"conflict":  {func(d *desk) *terminal { d.Org.Fail("other_user"); return d.loginAgain(nil) }, conflictScreen, nil, []string{"c"}, []string{"s"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			d.have()
			d.Set("SFAUTH_DEBUG=1")
			tm := row.open(d)
			tm.see(row.see)
			tm.follow(row.way...)
			tm.follow("t", exportsScreen, "?", helpScreen, esc, exportsScreen)
			d.nothingLeaked(tm)
			d.copyEach(tm, row.see == "alive" || row.see == connected)
			tm.follow(esc, row.see)
			tm.press(row.token...)
			if got := tm.clipboard(); !d.Org.RefreshValid(got) {
				t.Errorf("asked for the refresh token, %d other bytes were copied", len(got))
			}
			d.innocent("the terminal", tm.drawn())
			tm.press(row.show...)
			tm.see("c copy ctrl+c quit")
			d.hasOnly("the terminal", tm.drawn(), "refresh_token")
			d.innocentFiles()
		})
	}
}

// folded leads to the row that unfolds, and to the first that it shows.
var folded = []string{down, down, enter, enter}

// loginAgain is a login that access was allowed to, after something has happened.
func (d *desk) loginAgain(meanwhile func()) *terminal {
	d.T.Helper()
	tm := d.login()
	tm.see(waiting)
	if meanwhile != nil {
		meanwhile()
	}
	d.visit(tm.authorizeURL())
	return tm
}

// copyEach copies every format that the org can be expressed in. Nobody can ask sfauth for the
// access tokens of what is not saved.
func (d *desk) copyEach(tm *terminal, saved bool) {
	d.T.Helper()
	for i, format := range export.Formats() {
		if !saved && !export.TakesRefreshToken(format) {
			continue
		}
		if i > 0 {
			tm.press(down)
		}
		tm.press(enter)
		if export.Asks(format, keystore.Connection{}, !saved) {
			d.hasOnly(format, tm.clipboard())
			continue
		}
		if slices.Contains([]string{"sfdx-url", "singer", "airbyte"}, format) { // they know no test server
			tm.see(format + " cannot express")
			continue
		}
		d.hasOnly(format, tm.clipboard(), "client_secret", "refresh_token")
	}
}

const (
	passphrase = "correct-horse-battery-staple"
	mistyped   = "corect-horse-battery-staple"
)

// hidden is a file, away from the desk's own, with a secret in it.
func (d *desk) hidden(what, secret string) (file string) {
	d.T.Helper()
	d.Post.Note(what, secret)
	file = filepath.Join(d.T.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		d.T.Fatal(err)
	}
	return file
}

// haveInFile is a connection in an encrypted file, of which nobody has the passphrase now.
func (d *desk) haveInFile() {
	d.T.Helper()
	d.hidden("passphrase", mistyped)
	before := slices.Clone(d.Env)
	d.Set("SFAUTH_PASSPHRASE_FILE=" + d.hidden("passphrase", passphrase))
	d.have("--store", "file")
	d.Env = before
}

func TestANewPassphraseIsShownNowhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.hidden("passphrase", passphrase)
	d.hidden("passphrase", mistyped)
	d.Set("SFAUTH_DEBUG=1")
	tm := d.login()
	tm.see("This session has no keychain", fileOffer)
	tm.follow("?", helpScreen, esc, fileOffer, "f", newPassphraseScreen, f1, helpScreen, esc, newPassphraseScreen, passphrase, "••••")
	tm.press(enter)
	tm.paste(mistyped)
	tm.follow(enter, "This is not the same")
	tm.press(ctrlU)
	tm.paste(passphrase)
	tm.follow(enter, waiting)
	d.visit(tm.authorizeURL())
	tm.see(connected, "encrypted file")
	d.nothingLeaked(tm)
	tm.press(enter)
	tm.end(0)
}

// A passphrase that the person has mistyped is a secret too: it may be the one for something else.
func TestAPassphraseIsShownNowhere(t *testing.T) {
	for name, row := range map[string]struct {
		way    []string // to the question, past it, and on
		copied []string
	}{
		"for a check":     {[]string{"r", passphraseScreen, f1, helpScreen, esc, passphraseScreen, passphrase, "••••", enter, "alive"}, nil},
		"for a new grant": {[]string{enter, detailsScreen, "a", passphraseScreen, passphrase, "••••", enter, waiting}, nil},
		"for a copy": {[]string{
			enter, detailsScreen, "c", passphraseScreen, mistyped, "••••", enter, "does not open", "?", helpScreen, esc, "does not open",
			"r", passphraseScreen, passphrase, "••••", enter, "Access token sent",
		}, []string{"access_token"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.haveInFile()
			d.Set("SFAUTH_DEBUG=1")
			tm := d.open(nil)
			tm.see(listScreen, "needs the passphrase")
			tm.follow(row.way...)
			d.innocent("the terminal", tm.drawn())
			d.innocent("the process", tm.process())
			d.hasOnly("the clipboard", tm.clipped(), row.copied...)
			d.innocentFiles()
		})
	}
}

func TestWhatIsRevealedIsAloneOnTheScreen(t *testing.T) {
	for what, way := range map[string][]string{
		"client_secret": {"a", appScreen, ctrlR, demo.DefaultApp().ClientSecret},
		"passphrase":    {"f", newPassphraseScreen, passphrase, "••••", ctrlR, passphrase},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.hidden("passphrase", passphrase)
			tm := d.login()
			tm.see(fileOffer)
			tm.follow(way...)
			d.hasOnly("the terminal", tm.drawn(), what)
		})
	}
}
