//go:build unix

package endtoend

import (
	"bufio"
	"cmp"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	at "sfauth/flow/endtoend/desk"
)

// talk is sfauth line by line: what it says on stderr, and a pipe to answer through.
type talk struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   strings.Builder // stdout
	lines chan string     // of stderr, until it ends

	mu    sync.Mutex
	heard []string
}

// plain starts a login without a terminal; the secret is the first line of its stdin.
func (d *desk) plain(more ...string) *talk {
	d.T.Helper()
	return d.talk(exec.Command(d.Binary(), d.LoginArgs(more...)...))
}

// talk is plain with a program of one's own.
func (d *desk) talk(cmd *exec.Cmd) *talk {
	d.T.Helper()
	tk := &talk{t: d.T, cmd: cmd, lines: make(chan string, 100)}
	cmd.Env, cmd.Stdout = d.Env, &tk.out
	var err error
	if tk.in, err = cmd.StdinPipe(); err != nil {
		d.T.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		d.T.Fatal(err)
	}
	d.Keep(cmd)
	go tk.listen(stderr)
	io.Copy(tk.in, d.Secret())
	return tk
}

func (tk *talk) listen(stderr io.Reader) {
	defer close(tk.lines)
	for s := bufio.NewScanner(stderr); s.Scan(); {
		tk.mu.Lock()
		tk.heard = append(tk.heard, s.Text())
		tk.mu.Unlock()
		tk.lines <- s.Text()
	}
}

func (tk *talk) said() string {
	tk.mu.Lock()
	defer tk.mu.Unlock()
	return strings.Join(tk.heard, "\n")
}

// hear reads on to the first line for which it is true.
func (tk *talk) hear(what string, is func(line string) bool) string {
	tk.t.Helper()
	late := at.Patience(tk.t).Done()
	for {
		select {
		case line, ok := <-tk.lines:
			if !ok {
				tk.t.Fatalf("sfauth ended without %s:\n%s", what, tk.said())
			}
			if is(line) {
				return line
			}
		case <-late:
			tk.t.Fatalf("no %s:\n%s", what, tk.said())
		}
	}
}

func (tk *talk) hears(text string) {
	tk.t.Helper()
	tk.hear(text, func(line string) bool { return strings.Contains(line, text) })
}

// address is the authorize URL, which stands alone on a line.
func (tk *talk) address() string {
	tk.t.Helper()
	return tk.hear("address", func(line string) bool {
		return strings.HasPrefix(line, "http") && strings.Contains(line, "/services/oauth2/authorize?") && !strings.Contains(line, " ")
	})
}

func (tk *talk) answer(line string) { io.WriteString(tk.in, line+"\n") }

// end waits for sfauth to leave; it has nothing to say on stdout.
func (tk *talk) end(code int) {
	tk.t.Helper()
	late := at.Patience(tk.t).Done()
	for open := true; open; {
		select {
		case _, open = <-tk.lines:
		case <-late:
			tk.t.Fatalf("sfauth is still there:\n%s", tk.said())
		}
	}
	tk.cmd.Wait()
	if got := exitOf(tk.cmd.ProcessState); got != code {
		tk.t.Errorf("exit code %d, want %d:\n%s", got, code, tk.said())
	}
	if tk.out.Len() > 0 {
		tk.t.Errorf("stdout: %q", &tk.out)
	}
}

// exitOf is an exit code as a shell has it. A second signal may reach sfauth when it has
// done what nothing was to interrupt, and then ends it as it ends any program.
func exitOf(ended *os.ProcessState) int {
	if status, ok := ended.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return ended.ExitCode()
}

func TestPlainLoginTakesTheSecretThenThePastedAddressFromOnePipe(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	tk := d.plain("--plain", "--no-browser")
	last := at.Redirected(t, tk.address(), true)
	tk.answer("http://localhost:1/nonsense")
	tk.hears("There is no code in this")
	d.NothingSaved()
	tk.answer("  " + last)
	tk.hears("Saved as acme")
	tk.end(0)
	d.noBrowser()
	d.PortFree()
	d.SavedOne()
	d.innocent("the talk", tk.said())
}

func TestPlainLoginOpensNoBrowserForNothing(t *testing.T) {
	for name, row := range map[string]struct {
		keyring  bool
		domain   string // empty: the org's
		callback string // empty: the desk's
		code     int
		say      string
	}{
		"no keychain":     {false, "", "", 1, "this session has no keychain"},
		"no host":         {true, "http://127.0.0.1:9", "", 5, "nothing listens at http://127.0.0.1:9"},
		"nobody to paste": {true, "", "https://example.com/back", 2, "nothing comes from stdin any more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			if row.keyring {
				d.Keyring()
			}
			_, stderr, code := d.Sfauth("login", "--plain", "--domain", cmp.Or(row.domain, d.Domain), "--client-id", d.App.ClientID,
				"--callback", cmp.Or(row.callback, d.Callback()))
			if code != row.code || !strings.Contains(stderr, row.say) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, row.code, row.say, stderr)
			}
			d.noBrowser()
			d.PortFree()
			d.NothingSaved()
		})
	}
}

func TestPlainLoginExitsAsItEnded(t *testing.T) {
	for name, row := range map[string]struct {
		browser, fault string
		code           int
		say            string
	}{
		"allowed":   {"allow", "", 0, "Saved as acme"},
		"denied":    {"deny", "", 1, "access_denied"},
		"refused":   {"allow", "invalid_client", 1, "invalid client credentials"},
		"nonsense":  {"allow", "html_503", 5, "HTTP 503"},
		"no answer": {"allow", "truncated", 5, "sfauth: login acme:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, row.browser)
			d.Keyring()
			d.Org.Fail(row.fault)
			tk := d.plain("--plain")
			tk.end(row.code)
			if !strings.Contains(tk.said(), row.say) {
				t.Errorf("no %q in\n%s", row.say, tk.said())
			}
			d.PortFree()
			if row.code == 0 {
				d.SavedOne()
			} else {
				d.NothingSaved()
			}
		})
	}
}

func TestSignalEndsAPlainLogin(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			tk := d.plain("--plain")
			tk.address()
			tk.cmd.Process.Signal(s)
			tk.end(128 + int(s))
			d.PortFree()
			d.NothingSaved()
		})
	}
}
