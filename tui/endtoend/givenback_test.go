//go:build unix

package endtoend

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// leave is how sfauth is ended, and the exit code of that.
type leave struct {
	do   func(*terminal)
	code int
}

func keys(keys ...string) leave { return leave{func(tm *terminal) { tm.press(keys...) }, 130} }

func signalled(s syscall.Signal) leave {
	return leave{func(tm *terminal) { tm.cmd.Process.Signal(s) }, 128 + int(s)}
}

// atOnce is less than any wait of sfauth's own.
const atOnce = 10 * time.Second

// leavesNothing ends sfauth and asserts that it has gone at once, that the terminal
// and the port are given back, and that nothing is saved.
func (d *desk) leavesNothing(tm *terminal, l leave) {
	d.t.Helper()
	began := time.Now()
	l.do(tm)
	tm.end(l.code)
	if took := time.Since(began); took > atOnce {
		d.t.Errorf("it took %v", took)
	}
	d.portFree()
	d.nothingSaved()
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
			d.keyring()
			d.org.Fail(row.fault)
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
	d.t.Helper()
	if args == nil {
		return d.login()
	}
	return d.open(nil, args...)
}

func TestLeavingWhenAllIsDoneKeepsTheConnection(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.keyring()
	tm := d.login()
	tm.see(connected)
	tm.press(ctrlC)
	tm.end(0)
	d.portFree()
	d.savedOne()
}

func TestSignalGivesTheTerminalBack(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.keyring()
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
			d.keyring()
			d.org.Fail("hang")
			tm := d.login()
			tm.see(exchanging)
			d.leavesNothing(tm, l)
		})
	}
}

func TestOneCtrlCSaysWhatLeavingWouldLose(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.keyring()
	d.org.Fail("hang")
	tm := d.login()
	tm.see(exchanging)
	tm.press(ctrlC)
	tm.see("Press ctrl+c again")
	d.leavesNothing(tm, keys(ctrlC))
}

func TestClosedWindowEndsTheLogin(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.keyring()
	tm := d.login()
	tm.see(waiting)
	tm.pty.Close()
	select {
	case <-tm.ended:
	case <-time.After(soon):
		t.Fatal("sfauth is still there")
	}
	if code := tm.cmd.ProcessState.ExitCode(); code != 128+int(syscall.SIGHUP) {
		t.Errorf("exit code %d", code)
	}
	d.portFree()
	d.nothingSaved()
}

// A shell with job control stops and continues sfauth; the callback's port is kept.
func TestCtrlZGivesTheTerminalToTheShellAndBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.keyring()
	d.set("PS1=$ ", "ENV=", "SECRET="+d.app.ClientSecret)
	tm := d.start(nil, exec.Command("sh", "-i"))
	tm.see("$")
	tm.press(`printf '%s\n' "$SECRET" > secret; ` + d.binary() + " '" + strings.Join(d.loginArgs(), "' '") + "' < secret" + enter)
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
	d.portFree()
	d.nothingSaved()
}

// Each size is held until a key has been pressed in it; that all keys arrived shows
// in the time they have added.
func TestAnySizeOfTheWindowIsSurvived(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.keyring()
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
