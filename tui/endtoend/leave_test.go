//go:build unix

package endtoend

import (
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	at "sfauth/flow/endtoend/desk"
)

// held is a request that has come to the org and is not answered yet.
type held struct {
	begun, goOn chan struct{}
	release     func()
}

// hold keeps the first request to such a path from being answered until release.
func (d *desk) hold(path string) *held {
	h := &held{begun: make(chan struct{}), goOn: make(chan struct{})}
	h.release = sync.OnceFunc(func() { close(h.goOn) })
	d.T.Cleanup(h.release)
	begin, org := sync.OnceFunc(func() { close(h.begun) }), d.Post.Org
	d.Post.Org = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, path) {
			begin()
			select {
			case <-h.goOn:
			case <-r.Context().Done():
			}
		}
		org.ServeHTTP(w, r)
	})
	return h
}

// freeze stops the keyring's daemon, as one that does not answer. thaw lets it go on.
func (d *desk) freeze() (thaw func()) {
	d.T.Helper()
	var pid uint32
	conn := d.WaitFor(at.Secrets)
	if err := conn.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, at.Secrets).Store(&pid); err != nil {
		d.T.Fatal(err)
	}
	_ = syscall.Kill(int(pid), syscall.SIGSTOP)
	thaw = sync.OnceFunc(func() { _ = syscall.Kill(int(pid), syscall.SIGCONT) })
	d.T.Cleanup(thaw)
	return thaw
}

// A login that the person leaves says with these what it still waits for.
const (
	awaitsTokens   = "Waiting for Salesforce to trade the code for tokens."
	awaitsKeychain = "Waiting for the keychain, which is slow to answer."
	awaitsName     = "Asking Salesforce who has signed in."
	awaitsRevoked  = "Revoking the refresh token that was there before."
)

// oneGrant asserts that there is one connection, that it works, and that nothing else lives
// at the org.
func (d *desk) oneGrant() {
	d.T.Helper()
	d.SavedOne()
	d.Works(d.Token("--fresh"))
	if n := d.Org.Approvals(); n != 1 {
		d.T.Errorf("%d grants live at the org", n)
	}
}

func TestLoginThatIsSignalledOnItsWaySavesWhatArrives(t *testing.T) {
	for name, row := range map[string]struct {
		path, waits string
		again       bool // a login to a connection that there is
	}{
		"exchange":  {"/oauth2/token", awaitsTokens, false},
		"the name":  {"/id/", awaitsName, false},
		"again":     {"/oauth2/token", awaitsTokens, true},
		"old grant": {"/oauth2/revoke", awaitsRevoked, true},
	} {
		for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
			t.Run(name+", "+s.String(), func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, "allow")
				d.Keyring()
				if row.again {
					d.have()
				}
				h := d.hold(row.path)
				tk := d.plain("--plain")
				<-h.begun
				tk.cmd.Process.Signal(s)
				tk.hears(row.waits)
				if row.path != "/id/" { // which nobody waits for
					tk.cmd.Process.Signal(s)
					h.release()
				}
				tk.end(128 + int(s))
				h.release()
				if !strings.Contains(tk.said(), "Saved as acme") {
					t.Error(tk.said())
				}
				d.oneGrant()
			})
		}
	}
}

func TestKeychainThatIsSlowIsWaitedForAndSaidSo(t *testing.T) {
	for name, ends := range map[string]bool{"saved": true, "revoked": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			tk := d.plain("--plain", "--no-browser")
			address := tk.address()
			thaw := d.freeze()
			tk.answer(at.Redirected(t, address, true))
			tk.hears(awaitsKeychain)
			tk.cmd.Process.Signal(syscall.SIGTERM)
			tk.cmd.Process.Signal(syscall.SIGTERM)
			if ends {
				thaw()
				tk.end(128 + int(syscall.SIGTERM))
				d.oneGrant()
				return
			}
			tk.end(128 + int(syscall.SIGTERM))
			thaw()
			if !strings.Contains(tk.said(), "the refresh token that came was revoked") || d.Org.Approvals() != 0 {
				t.Errorf("%d grants live at the org:\n%s", d.Org.Approvals(), tk.said())
			}
			d.NothingSaved()
		})
	}
}

func TestScreenThatIsLeftOnTheWaySavesWhatArrives(t *testing.T) {
	for name, leave := range map[string]func(tm *terminal) int{
		"ctrl+c": func(tm *terminal) int {
			tm.press(ctrlC)
			tm.see("Press ctrl+c again to leave. What has come is saved first.")
			tm.press(ctrlC)
			tm.see(awaitsTokens)
			tm.cmd.Process.Signal(syscall.SIGINT)
			return 0
		},
		"SIGTERM": func(tm *terminal) int {
			tm.cmd.Process.Signal(syscall.SIGTERM)
			tm.see(awaitsTokens)
			tm.cmd.Process.Signal(syscall.SIGTERM)
			return 128 + int(syscall.SIGTERM)
		},
		"window closed": func(tm *terminal) int {
			tm.pty.Close()
			tm.cmd.Process.Signal(syscall.SIGHUP) // as its shell does, too
			return 128 + int(syscall.SIGHUP)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "allow")
			d.Keyring()
			h := d.hold("/oauth2/token")
			tm := d.login()
			<-h.begun
			tm.see(exchanging)
			code := leave(tm)
			h.release()
			tm.leaves(code)
			d.oneGrant()
		})
	}
}

func TestReaderOfTheTalkWhoGoesAwayLosesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	h := d.hold("/oauth2/token")
	cmd := exec.Command(d.Binary(), d.LoginArgs("--plain")...)
	cmd.Env, cmd.Stdin = d.Env, d.Secret()
	talk, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.Keep(cmd)
	<-h.begun
	talk.Close()
	h.release()
	cmd.Wait()
	d.oneGrant()
}

func TestGrantThatIsLeftUnsavedIsRevoked(t *testing.T) {
	for name, leave := range map[string]func(tm *terminal) int{
		"ctrl+c": func(tm *terminal) int {
			tm.press(ctrlC)
			tm.see("The refresh token is revoked then.")
			tm.press(ctrlC)
			tm.see("sfauth: interrupted: nothing was saved: the refresh token that came was revoked")
			return 130
		},
		"window closed": func(tm *terminal) int {
			tm.pty.Close()
			return 128 + int(syscall.SIGHUP)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			tm := d.login()
			tm.see(waitingKeys)
			address := tm.authorizeURL()
			d.lock()
			d.visit(address)
			tm.see("Connected, but not saved")
			tm.leaves(leave(tm))
			if n := d.Org.Approvals(); n != 0 {
				t.Errorf("%d grants live at the org", n)
			}
		})
	}
}

func TestCallersWhoHoldTheirConnectionsKeepNothingFromBeingSaved(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	few := append([]string{"-c", `ulimit -n 128; exec "$@"`, "sh", d.Binary()}, d.LoginArgs("--plain", "--no-browser")...)
	tk := d.talk(exec.Command("sh", few...))
	address := tk.address()
	for range 300 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+d.Port); err == nil {
			t.Cleanup(func() { c.Close() })
		}
	}
	tk.answer(at.Redirected(t, address, true))
	tk.hears("Saved as acme")
	tk.end(0)
	d.oneGrant()
}
