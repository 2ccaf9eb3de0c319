//go:build unix

package endtoend

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"sfauth/flow/demo"
	at "sfauth/flow/endtoend/desk"
	"sfauth/tui/text"
)

// languages are all that sfauth speaks.
func languages() []*text.Text { return []*text.Text{&text.English, &text.Japanese} }

// hears waits until all of it was said on the terminal, however that broke the lines.
func (tm *terminal) hears(texts ...string) {
	tm.t.Helper()
	late := at.Patience(tm.t).Done()
	for _, s := range texts {
		for over := false; !strings.Contains(tm.bytes(), s); {
			if over {
				tm.t.Fatalf("%q is not said:\n%s", s, tm.bytes())
			}
			select {
			case <-tm.changed:
			case <-tm.ended:
				over = true
			case <-late:
				over = true
			}
		}
	}
}

func TestLoginIsWalkedLineByLineInEveryLanguage(t *testing.T) {
	for _, words := range languages() {
		w := words.Lines
		for name, row := range map[string]struct {
			variable string
			args     []string
		}{
			"plain": {"TERM=xterm-256color", []string{"--plain"}}, "dumb": {"TERM=dumb", nil}, "accessible": {"ACCESSIBLE=1", nil},
		} {
			t.Run(words.Tab.Language+"/"+name, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, "allow")
				d.Keyring()
				d.Set("SFAUTH_LANG="+words.Tab.Language, row.variable)
				tm := d.open(nil, append([]string{"login", "acme", "--callback", d.Callback()}, row.args...)...)
				tm.hears(w.WhichDomain, w.AskDomain)
				tm.press(d.Domain + enter)
				tm.hears(w.Choices.NoApp.Says, w.AskClientID)
				tm.press(d.App.ClientID + enter)
				tm.hears(w.AskSecretOrNone)
				tm.press(d.App.ClientSecret + enter)
				tm.hears(w.Code, w.Next("sfauth token acme"), w.Then("acme"))
				tm.end(0)
				if strings.Contains(tm.bytes(), "\x1b") || strings.Contains(tm.bytes(), d.App.ClientSecret) {
					t.Errorf("it is not plain:\n%q", tm.bytes())
				}
				d.SavedOne()
				d.Works(d.Token())
			})
		}
		t.Run(words.Tab.Language+"/pipe", func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			d.Set("SFAUTH_LANG=" + words.Tab.Language)
			tk := d.plain()
			last := at.Redirected(t, tk.address(), true)
			tk.hears(w.Paste)
			tk.answer(last)
			tk.hears(w.Code)
			tk.hears(w.Next("sfauth token acme"))
			tk.end(0)
			d.SavedOne()
		})
	}
}

// The script is one of expect, as a person would write it to log in without typing.
func TestExpectWalksALogin(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	if _, err := exec.LookPath("expect"); err != nil {
		t.Fatal("needs expect")
	}
	d.Keyring()
	script := fmt.Sprintf(`
set timeout 60
proc wanted {text} { expect -ex $text {} timeout {exit 90} eof {exit 91} }
spawn %s login acme --plain --no-browser --callback %s
wanted "Login domain, as acme or any address of your org:"
send "%s\r"
wanted "Consumer Key:"
send "%s\r"
wanted "empty if the app does not require one:"
send -- $env(SECRET)\r
expect -re {\n(http\S+/services/oauth2/authorize\?\S+)\r} {} timeout {exit 92} eof {exit 93}
set address $expect_out(1,string)
wanted "press enter."
send "error\r"
wanted "13: "
send "1\r"
wanted "The callback URL is not registered."
send "[exec $env(ALLOW) $address]\r"
wanted "Run sfauth token acme"
expect eof
exit [lindex [wait] 3]
`, d.Binary(), d.Callback(), d.Domain, d.App.ClientID)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	allow := d.Dir + "/allow"
	if err := os.WriteFile(allow, []byte("#!/bin/sh\n"+allows+"=$1 exec "+self+" -test.run=^TestAllowAsAProgram$\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("expect", "-c", script)
	cmd.Env = append(d.Env, "SECRET="+d.App.ClientSecret, "ALLOW="+allow)
	said, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(said), d.App.ClientSecret) {
		t.Fatalf("%v:\n%s", err, said)
	}
	d.SavedOne()
}

// allows names the variable with the address at which TestAllowAsAProgram allows access.
const allows = "SFAUTH_TEST_ALLOWS"

// TestAllowAsAProgram is run as a program by a script that has no browser: it allows access, and
// prints the address on which a browser would end.
func TestAllowAsAProgram(t *testing.T) {
	if address := os.Getenv(allows); address != "" {
		fmt.Println(at.Redirected(t, address, true))
		os.Exit(0)
	}
	t.Skip("a program of TestExpectWalksALogin")
}

// The person presses ctrl+z while they type a secret, in a shell with job control.
func TestSuspendedAtASecretTheTerminalIsTheShellsAndThenUnseenAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	d.Set("PS1=ready> ", "TERM=dumb", "HISTFILE=")
	tm := d.start(nil, exec.Command("bash", "--norc", "--noprofile", "--noediting", "-i"))
	tm.hears("ready> ")
	tm.press(fmt.Sprintf("%s login acme --plain --domain %s --client-id %s --callback %s"+enter, d.Binary(), d.Domain, d.App.ClientID, d.Callback()))
	tm.hears("empty if the app does not require one:")
	tm.press("\x1a") // ctrl+z
	tm.hears("Stopped")
	tm.press("stty -a | grep -o '[-]*echo '; echo te''sted" + enter)
	tm.hears("\necho ", "tested")
	tm.press("fg" + enter)
	again := func() bool { return strings.Count(tm.bytes(), "empty if the app does not require one:") > 1 }
	d.until("it asks again", again)
	tm.press(d.App.ClientSecret + enter)
	tm.hears("Run sfauth token acme")
	tm.press("stty -a | grep -o '[-]*echo '; echo in the e''nd" + enter)
	tm.hears("in the end")
	if n := strings.Count(tm.bytes(), "\necho "); n != 2 {
		t.Errorf("the terminal is given back %d times:\n%s", n, tm.bytes())
	}
	if strings.Contains(tm.bytes(), d.App.ClientSecret) {
		t.Error("the secret is shown")
	}
	tm.press("exit" + enter)
	<-tm.ended
	d.SavedOne()
}

// A container runs sfauth without a shell, so that nobody could continue what ctrl+z has stopped.
func TestWhatNobodyCouldContinueIsNotSuspended(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	tm := d.open(nil, "login", "acme", "--plain", "--domain", d.Domain, "--client-id", d.App.ClientID, "--callback", d.Callback())
	tm.hears("empty if the app does not require one:")
	tm.press("\x1a")
	tm.press(d.App.ClientSecret + enter)
	tm.hears("Run sfauth token acme")
	tm.end(0)
	d.innocent("the terminal", tm.bytes())
}

func TestPlainLoginWithoutAKeychainGoesOnWithAFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	tm := d.open(nil, "login", "acme", "--plain", "--domain", d.Domain, "--client-id", d.App.ClientID, "--callback", d.Callback())
	tm.hears("empty if the app does not require one:")
	tm.press(d.App.ClientSecret + enter)
	tm.hears("This session has no keychain.", "Type file to keep secrets in an encrypted file instead.")
	tm.press("file" + enter)
	tm.hears("New passphrase for sfauth's encrypted file:")
	tm.press(passphrase + enter)
	tm.hears("Once more:")
	tm.press(passphrase + enter)
	tm.hears("Run sfauth token acme")
	tm.end(0)
	d.innocent("the terminal", tm.bytes())
	if strings.Contains(tm.bytes(), passphrase) {
		t.Error("the passphrase is shown")
	}
}

func TestAWindowThatChangesItsSizeChangesNothingInLines(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	tm := d.open(nil, "login", "acme", "--plain", "--callback", d.Callback())
	for _, step := range []struct{ hears, types string }{
		{"Login domain", d.Domain}, {"Consumer Key:", d.App.ClientID}, {"Consumer Secret", d.App.ClientSecret},
	} {
		tm.hears(step.hears)
		tm.resize(40, 12)
		tm.press(step.types[:3])
		tm.resize(200, 60)
		tm.press(step.types[3:] + enter)
	}
	tm.hears("Run sfauth token acme")
	tm.end(0)
	d.SavedOne()
}

func TestEndOfWhatIsTypedDuringTheWaitLeavesItToTheBrowser(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	tm := d.open(nil, "login", "acme", "--plain", "--domain", d.Domain, "--client-id", d.App.ClientID, "--callback", d.Callback())
	tm.hears("empty if the app does not require one:")
	tm.press(d.App.ClientSecret + enter)
	tm.hears("Type ? to hear")
	tm.press(ctrlD)
	tm.hears("the browser alone can bring the answer.")
	d.leavesNothing(tm, keys(ctrlC))
}

func TestPlainLoginNeedsNoStdout(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	tk := d.talk(exec.Command("sh", append([]string{"-c", `exec "$0" "$@" >&-`, d.Binary()}, d.LoginArgs("--plain")...)...))
	tk.hears("Run sfauth token acme")
	tk.end(0)
	d.SavedOne()
}

// The program that reads what sfauth says has ended: sfauth does not spend the code, and frees
// the port.
func TestPlainLoginWhoseReaderIsGoneEndsAndLosesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	cmd := exec.Command(d.Binary(), d.LoginArgs("--plain")...)
	cmd.Env, cmd.Stdin = d.Env, d.Secret()
	heard, said, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = said
	d.Keep(cmd)
	said.Close()
	var address string
	for buf := make([]byte, 4096); address == ""; {
		n, err := heard.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(buf[:n])) {
			if strings.Contains(line, "/services/oauth2/authorize?") {
				address = strings.TrimSpace(line)
			}
		}
	}
	heard.Close()
	_, _ = demo.Visit(t.Context(), http.DefaultClient, address, true)
	_ = cmd.Wait()
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); cmd.ProcessState.ExitCode() == 0 || status.Signaled() && status.Signal() != syscall.SIGPIPE {
		t.Errorf("it ended with %v", cmd.ProcessState)
	}
	d.PortFree()
	d.NothingSaved()
	if d.Org.Approvals() != 0 {
		t.Error("a grant is left behind")
	}
}

// cron runs sfauth without a terminal on which it could ask for the passphrase.
func TestPlainLoginWithoutATerminalForItsPassphraseSaysWhatToSet(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	args := append([]string{"-w", d.Binary()}, d.LoginArgs("--plain", "--store", "file")...)
	tk := d.talk(exec.Command("setsid", args...))
	tk.hears("there is no key for the encrypted file")
	tk.hears("set SFAUTH_KEY_FILE, SFAUTH_PASSPHRASE_COMMAND or SFAUTH_PASSPHRASE_FILE")
	tk.end(1)
	d.noBrowser()
	d.PortFree()
	d.NothingSaved()
}
