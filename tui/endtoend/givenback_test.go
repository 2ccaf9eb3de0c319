//go:build unix

package endtoend

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sfauth/flow/demo"

	at "sfauth/flow/endtoend/desk"
)

// leave is how sfauth is ended, and the exit code of that.
type leave struct {
	do   func(*terminal)
	code int
}

func keys(keys ...string) leave { return leave{func(tm *terminal) { tm.press(keys...) }, 130} }

// exits is the same leave with another exit code.
func (l leave) exits(code int) leave {
	l.code = code
	return l
}

func signalled(s syscall.Signal) leave {
	return leave{func(tm *terminal) { tm.cmd.Process.Signal(s) }, 128 + int(s)}
}

// within asserts that what is done takes no longer than limit, which is less than the wait
// of sfauth's own that it would end with otherwise. Where the machine is so busy that a
// mere start takes a hundredth of that, it may take as long as a hundred of them.
func (d *desk) within(limit time.Duration, do func()) {
	d.T.Helper()
	began := time.Now()
	do()
	took := time.Since(began)
	if took <= limit {
		return
	}
	began = time.Now()
	d.Sfauth("--version")
	if start := time.Since(began); took > 100*start {
		d.T.Errorf("it took %v, and a start takes %v", took, start)
	}
}

// leaves ends sfauth and asserts that it has gone at once, and that the terminal and
// the port are given back.
func (d *desk) leaves(tm *terminal, l leave) {
	d.T.Helper()
	d.within(10*time.Second, func() {
		l.do(tm)
		tm.end(l.code)
	})
	d.PortFree()
}

// leavesNothing is leaves where nothing may be saved.
func (d *desk) leavesNothing(tm *terminal, l leave) {
	d.T.Helper()
	d.leaves(tm, l)
	d.NothingSaved()
}

// leavesAll is leaves where one connection was saved before, and has to work still.
func (d *desk) leavesAll(tm *terminal, l leave) {
	d.T.Helper()
	before := d.Saved()[0]
	d.leaves(tm, l)
	all := d.Saved()
	if len(all) != 1 || all[0]["id"] != before["id"] || all[0]["name"] != before["name"] || all[0]["authorized_at"] != before["authorized_at"] {
		d.T.Errorf("saved: %v, was %v", all, before)
	}
	d.Org.Fail("")
	d.Works(d.Token("--fresh"))
}

func TestTerminalIsGivenBackFromEveryScreen(t *testing.T) {
	for name, row := range map[string]struct {
		browser, fault string
		args           []string // nil: a login with everything given
		see            string
		then           []string // keys
		seeThen        string
	}{
		"org":           {args: []string{"login"}, see: orgScreen},
		"app":           {args: []string{"login", "--domain", "acme"}, see: appScreen},
		"steps":         {args: []string{"login", "--domain", "acme"}, see: appScreen, then: []string{ctrlO}, seeThen: stepsScreen},
		"metadata":      {args: []string{"login", "--domain", "acme"}, see: appScreen, then: []string{ctrlO, "m"}, seeThen: "Write the app as metadata"},
		"waiting":       {see: waiting},
		"pasting":       {see: waiting, then: []string{"p"}, seeThen: pasteScreen},
		"browser error": {see: waiting, then: []string{"e"}, seeThen: errorScreen},
		"help":          {see: waiting, then: []string{"?"}, seeThen: helpScreen},
		"trouble":       {browser: "deny", see: tryAgain},
		"help, trouble": {browser: "allow", fault: "html_503", see: tryAgain, then: []string{"?"}, seeThen: helpScreen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			browser := row.browser
			if browser == "" {
				browser = "nothing"
			}
			d := newDesk(t, browser)
			d.Keyring()
			d.Org.Fail(row.fault)
			tm := d.openWith(row.args)
			tm.see(row.see)
			if row.then != nil {
				tm.press(row.then...)
				tm.see(row.seeThen)
			}
			d.leavesNothing(tm, keys(ctrlC))
		})
	}
}

// openWith opens the wizard with these arguments, or with everything given.
func (d *desk) openWith(args []string) *terminal {
	d.T.Helper()
	if args == nil {
		return d.login()
	}
	return d.open(nil, args...)
}

func TestLeavingWhenAllIsDoneKeepsTheConnection(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	tm := d.login()
	tm.see(connected)
	tm.press(ctrlC)
	tm.end(0)
	d.PortFree()
	d.SavedOne()
}

// sfauth exits with 0 where the person leaves the list, and with 130 where they leave a login that
// they have begun from it.
func TestLeavingKeepsWhatWasSavedBefore(t *testing.T) {
	left, term := keys(ctrlC).exits(0), signalled(syscall.SIGTERM)
	for name, row := range map[string]struct {
		way    []string
		leaves []leave // each from a sfauth of its own
	}{
		"list":      {leaves: []leave{left, term, keys("q").exits(0)}},
		"filter":    {way: []string{"/", filterScreen, "ac", "ac"}, leaves: []leave{left}},
		"details":   {way: []string{enter, detailsScreen}, leaves: []leave{left, term}},
		"name":      {way: []string{enter, detailsScreen, "n", "keep this name", "two", "acmetwo"}, leaves: []leave{left}},
		"exports":   {way: []string{enter, detailsScreen, "t", exportsScreen}, leaves: []leave{left, term}},
		"removal":   {way: []string{"x", removeScreen}, leaves: []leave{left, term}},
		"help":      {way: []string{"?", helpScreen}, leaves: []leave{left}},
		"new login": {way: []string{"n", orgScreen}, leaves: []leave{keys(ctrlC), term}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			d.have()
			for _, l := range row.leaves {
				tm := d.open(nil)
				tm.see(listScreen, "alive")
				tm.follow(row.way...)
				d.leavesAll(tm, l)
			}
		})
	}
}

func TestLeavingANewGrantKeepsTheOldOne(t *testing.T) {
	for name, row := range map[string]struct {
		allowed bool
		leaves  []leave
	}{
		"waited for":      {false, []leave{keys(ctrlC), signalled(syscall.SIGTERM)}},
		"of another user": {true, []leave{keys(ctrlC, ctrlC), signalled(syscall.SIGTERM)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			d.have()
			for _, l := range row.leaves {
				tm := d.open(nil)
				tm.see(listScreen, "alive")
				tm.follow(enter, detailsScreen, "a", waiting)
				if row.allowed {
					d.Org.Fail("other_user")
					d.visit(tm.authorizeURL())
					tm.see(conflictScreen)
				}
				d.leavesAll(tm, l)
			}
		})
	}
}

func TestLeavingTheQuestionForAPassphraseKeepsTheEncryptedFile(t *testing.T) {
	for name, way := range map[string][]string{
		"check":     {"r", passphraseScreen},
		"copy":      {enter, detailsScreen, "c", passphraseScreen, "half", "••••"},
		"new grant": {enter, detailsScreen, "a", passphraseScreen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.haveInFile()
			right := d.hidden("passphrase", passphrase)
			for _, l := range []leave{keys(ctrlC).exits(0), signalled(syscall.SIGTERM)} {
				d.Set("SFAUTH_PASSPHRASE_FILE=")
				tm := d.open(nil)
				tm.see(listScreen, "needs the passphrase")
				tm.follow(way...)
				d.Set("SFAUTH_PASSPHRASE_FILE=" + right)
				d.leavesAll(tm, l)
			}
		})
	}
}

func TestLeavingTheOfferOfAnEncryptedFileMakesNone(t *testing.T) {
	for name, way := range map[string][]string{
		"offer":          nil,
		"new passphrase": {"f", newPassphraseScreen, "half", "••••"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			for _, l := range []leave{keys(ctrlC), signalled(syscall.SIGTERM)} {
				tm := d.login()
				tm.see(fileOffer)
				tm.follow(way...)
				d.leaves(tm, l)
				for name := range d.files() {
					if filepath.Ext(name) == ".age" {
						t.Errorf("left %s", name)
					}
				}
			}
			d.noBrowser()
			if all := d.Saved(); len(all) != 0 {
				t.Errorf("saved %v", all)
			}
		})
	}
}

func TestSignalGivesTheTerminalBack(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			tm := d.login()
			tm.see(waiting)
			d.leavesNothing(tm, signalled(s))
		})
	}
}

func TestLeavingDoesNotWaitForATokenEndpointThatHangs(t *testing.T) {
	for name, l := range map[string]leave{"ctrl+c twice": keys(ctrlC, ctrlC), "SIGTERM": signalled(syscall.SIGTERM)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "allow")
			d.Keyring()
			d.Org.Fail("hang")
			tm := d.login()
			tm.see(exchanging)
			d.leavesNothing(tm, l)
		})
	}
}

func TestOneCtrlCSaysWhatIsFinishedBeforeLeaving(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	d.Org.Fail("hang")
	tm := d.login()
	tm.see(exchanging)
	tm.press(ctrlC)
	tm.see("Press ctrl+c again")
	d.leavesNothing(tm, keys(ctrlC))
}

func TestClosedWindowEndsTheLogin(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	tm := d.login()
	tm.see(waiting)
	tm.pty.Close()
	tm.leaves(128 + int(syscall.SIGHUP))
	d.PortFree()
	d.NothingSaved()
}

// The person stops sfauth with ctrl+z in a shell with job control, and continues it. sfauth keeps
// the callback's port meanwhile.
func TestCtrlZGivesTheTerminalToTheShellAndBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	d.Set("PS1=$ ", "ENV=", "SECRET="+d.App.ClientSecret)
	tm := d.start(nil, exec.Command("sh", "-i"))
	tm.see("$")
	tm.press(`printf '%s\n' "$SECRET" > ~/secret; ` + d.Binary() + " '" + strings.Join(d.LoginArgs(), "' '") + "' < ~/secret" + enter)
	tm.see(waiting)
	tm.press(ctrlZ)
	tm.see("Stopped", "$")
	tm.givenBack(tm.mode())
	tm.press("fg" + enter)
	tm.see(waiting, "Allow access in your browser")
	tm.press("?")
	tm.see(helpScreen)
	tm.press(esc)
	tm.see(waiting)
	tm.press(ctrlC)
	tm.see("interrupted: nothing was saved")
	tm.givenBack(tm.mode())
	tm.press("exit $?" + enter)
	tm.end(130)
	d.PortFree()
	d.NothingSaved()
}

// The window keeps each size until a key has been pressed in it. Each press adds five minutes, so
// that the time left tells how many keys have arrived.
func TestAnySizeOfTheWindowIsSurvived(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	tm := d.login()
	tm.see(waiting)
	for _, size := range [][2]int{{40, 12}, {20, 5}, {1, 24}, {80, 1}, {1, 1}} {
		tm.resize(size[0], size[1])
		tm.press("+")
	}
	tm.resize(80, 24)
	tm.see("Allow access in your browser", "29:") // 5 minutes, and 5 more for each
	d.leavesNothing(tm, keys(ctrlC))
}

func TestCtrlCIsForTheCommandThatExecRuns(t *testing.T) {
	for script, code := range map[string]int{
		`echo running; exec sleep 1000`:               -1, // by the signal
		`trap "exit 7" INT; echo running; sleep 1000`: 7,
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			d.have()
			tm := d.open(nil, "exec", "acme", "--", "sh", "-c", script)
			tm.see("running")
			d.leavesAll(tm, keys(ctrlC).exits(code))
			if state := tm.cmd.ProcessState.Sys().(syscall.WaitStatus); state.Signaled() != (code < 0) || state.Signaled() && state.Signal() != syscall.SIGINT {
				t.Errorf("ended by %v", state)
			}
		})
	}
}

func TestACheckThatHangsIsLeftAtOnce(t *testing.T) {
	for name, row := range map[string]struct {
		args  []string
		leave leave
	}{
		"list, ctrl+c":     {nil, keys(ctrlC).exits(0)},
		"list, SIGTERM":    {nil, signalled(syscall.SIGTERM)},
		"command, ctrl+c":  {[]string{"check"}, keys(ctrlC)},
		"command, SIGTERM": {[]string{"check"}, signalled(syscall.SIGTERM)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			d.have()
			d.Org.Fail("hang")
			tm := d.open(nil, row.args...)
			d.hangs("/services/oauth2/introspect")
			d.leavesAll(tm, row.leave)
		})
	}
}

// hangs waits until the org has been asked this, to which it gives no answer.
func (d *desk) hangs(path string) {
	d.T.Helper()
	d.until("somebody has asked for "+path, func() bool {
		return slices.ContainsFunc(d.Org.Log(), func(e demo.Entry) bool { return e.Path == path && e.Status == 0 })
	})
}

// Salesforce's answer to a renewal holds the only refresh token that works from then on, so that
// sfauth waits for it though the person has left.
func TestCtrlCDuringARenewalLosesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	begun, release := d.holdRefresh()
	d.have()
	old := d.Stored().RefreshToken
	tm := d.open(nil, "token", "acme", "--fresh")
	select {
	case <-begun:
	case <-at.Patience(t).Done():
		t.Fatal("nobody asked for a token")
	}
	tm.press(ctrlC, ctrlC)
	tm.see("cannot be left half done")
	release()
	tm.end(130)
	if kept := d.Stored().RefreshToken; kept == old || !d.Org.RefreshValid(kept) {
		t.Error("the new refresh token is lost")
	}
	d.Works(d.Token())
}

func TestSignalAtAQuestionOfACommandGivesTheTerminalBack(t *testing.T) {
	for ask, args := range map[string][]string{
		"Passphrase of": {"export", "acme", "--format", "json"},
		"Type yes":      {"remove", "acme"},
	} {
		t.Run(ask, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.haveInFile()
			tm := d.open(nil, args...)
			tm.see(ask)
			d.Set("SFAUTH_PASSPHRASE_FILE=" + d.hidden("passphrase", passphrase))
			d.leavesAll(tm, signalled(syscall.SIGTERM))
		})
	}
}

func TestCtrlCEndsALoginLineByLine(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	d.Set("TERM=dumb")
	tm := d.login()
	tm.see("Open this address and allow access")
	d.leavesNothing(tm, keys(ctrlC))
}

// holdRefresh has the org carry out no refresh until it is released; begun tells that one
// is there.
func (d *desk) holdRefresh() (begun <-chan struct{}, release func()) {
	there, goOn := make(chan struct{}), make(chan struct{})
	begin := sync.OnceFunc(func() { close(there) })
	d.Org.During = func(grant string) {
		if grant == "refresh_token" {
			begin()
			<-goOn
		}
	}
	release = sync.OnceFunc(func() { close(goOn) })
	d.T.Cleanup(release)
	return there, release
}

// renewsWhileLeft leaves the details during a renewal, which goes on once meanwhile has
// returned.
func (d *desk) renewsWhileLeft(meanwhile func()) *terminal {
	d.T.Helper()
	d.Keyring()
	begun, release := d.holdRefresh()
	d.have()
	d.Org.Fail("unheard_of") // a check that finds out nothing offers one that renews
	tm := d.open(nil)
	tm.see(listScreen, "not checked")
	d.Org.Fail("")
	tm.follow(enter, detailsScreen, "r", "Renewing")
	<-begun
	tm.press(ctrlC)
	tm.see("cannot be left half done")
	meanwhile()
	release()
	return tm
}

func TestLeavingDuringARenewalFromTheDetailsLosesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.renewsWhileLeft(func() {}).end(0)
	d.Works(d.Token("--fresh"))
}

func TestWhatFailsAfterLeavingIsSaid(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	tm := d.renewsWhileLeft(d.Org.RevokeAll)
	tm.see("sfauth: the connection needs re-authorising: invalid_grant")
	tm.end(0)
}

func TestALoginGivenUpIsInterruptedWhateverWasSavedBefore(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	d.have()
	tm := d.open(nil)
	tm.follow("", listScreen, enter, detailsScreen, "a", waiting)
	d.visit(tm.authorizeURL())
	tm.see(connected)
	tm.follow(enter, listScreen, enter, detailsScreen, "a", waiting)
	d.leavesAll(tm, keys(ctrlC))
}
