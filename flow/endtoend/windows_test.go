//go:build linux

package endtoend

import (
	"bufio"
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"sfauth/flow/demo"
	"sfauth/flow/endtoend/desk"
)

// The commands of the program for Windows, in Wine. The full screen is not among them:
// Wine's console counts what moves the cursor as text, and breaks its lines there.

func TestALoginOnWindowsTakesLinesThatEndAsTheyDoThere(t *testing.T) {
	w := desk.OnWindows(t)
	w.Connect()
	if page, err := os.ReadFile(w.Report()); err != nil || !bytes.Contains(page, []byte("sfauth")) {
		t.Errorf("the browser was not opened: %s, %v", page, err)
	}
	w.Works(w.Token())

	args := w.LoginArgs("--plain", "--no-browser")
	args[1] = "pasted"
	login := w.Command(args...)
	in, err := login.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := login.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	w.Keep(login)
	io.Copy(in, w.Secret())
	var heard strings.Builder
	for lines := bufio.NewScanner(said); lines.Scan(); {
		heard.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), w.Domain+"/services/oauth2/authorize?") {
			io.WriteString(in, "  "+desk.Redirected(t, lines.Text(), true)+"\r\n")
		}
	}
	if err := login.Wait(); err != nil {
		t.Fatalf("%v: %s", err, &heard)
	}
	if all := w.Saved(); len(all) != 2 || all[0]["username"] != demo.Username || all[1]["store"] != "keychain" {
		t.Errorf("saved: %v", all)
	}
}

func TestACheckOnWindowsTellsTheDeadFromTheLiving(t *testing.T) {
	w := desk.OnWindows(t)
	w.Connect()
	if out, _, code := w.Sfauth("check"); code != 0 || !strings.Contains(out, "alive") {
		t.Errorf("exit %d: %s", code, out)
	}
	w.Org.RevokeAll()
	if out, _, code := w.Sfauth("check"); code != 4 || !strings.Contains(out, "reauthorise") {
		t.Errorf("exit %d: %s", code, out)
	}
	out, _, code := w.Sfauth("doctor", "--domain", w.Domain)
	if code != 0 || strings.Count(out, "✓") != 7 || !strings.Contains(out, desk.WindowsPath(w.Home)) {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestExecOnWindowsGivesTheConnectionToACommandAndTakesItsExitCode(t *testing.T) {
	w := desk.OnWindows(t)
	w.Connect()
	w.Set("SFAUTH_PASSPHRASE_COMMAND=echo secret", "salesforce_access_token=stale")
	out, _, code := w.Sfauth("exec", "acme", "--", "cmd", "/c", "set & exit 7")
	if code != 7 {
		t.Errorf("exit code %d, want the command's 7", code)
	}
	given := map[string]string{}
	for line := range strings.Lines(out) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if _, twice := given[strings.ToUpper(name)]; twice || strings.HasPrefix(name, "SFAUTH_PASSPHRASE_") {
			t.Errorf("the command got %s", line)
		}
		given[strings.ToUpper(name)] = value
	}
	w.Works(given["SALESFORCE_ACCESS_TOKEN"])
	if given["SALESFORCE_INSTANCE_URL"] != w.Domain {
		t.Error("no instance URL in the environment")
	}
	if out, told, code := w.Sfauth("exec", "acme", "--", "cmd", "/c", "%SALESFORCE_TOKEN_COMMAND%"); code != 0 || strings.TrimSpace(out) != given["SALESFORCE_ACCESS_TOKEN"] {
		t.Errorf("asked again: exit code %d: %s", code, told)
	}

	batch := filepath.Join(w.Home, "一 覧.bat")
	if err := os.WriteFile(batch, []byte("@echo off\r\necho %~1\r\nset /p line=\r\necho %line%\r\nexit 3\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := w.Command("exec", "acme", "--", desk.WindowsPath(batch), "two words")
	cmd.Stdin = strings.NewReader("of stdin\r\n")
	said, _ := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != 3 || string(said) != "two words\r\nof stdin\r\n" {
		t.Errorf("exit code %d: %q", code, said)
	}
	argument := filepath.Join(w.Home, "argument.cmd")
	if err := os.WriteFile(argument, []byte("@echo off\r\necho [%1] [%2] [%3]\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	batchFile := []string{"exec", "acme", "--", strings.TrimSuffix(desk.WindowsPath(argument), ".cmd")}
	if out, told, code := w.Sfauth(append(batchFile, "plain", "http://x/?a=1&ver", `a b\`)...); code != 0 || out != `[plain] ["http://x/?a=1&ver"] ["a b\\"]`+"\r\n" {
		t.Errorf("exit code %d: %q: %s", code, out, told)
	}
	if out, _, code := w.Sfauth(append(batchFile, "two\nlines")...); code != 126 || out != "" {
		t.Errorf("exit code %d: %q", code, out)
	}
	before := w.Refreshes()
	if _, told, code := w.Sfauth("exec", "acme", "--fresh", "--", "無い"); code != 127 || !strings.Contains(told, "無い") || w.Refreshes() != before {
		t.Errorf("exit code %d: %s", code, told)
	}
}

// Wine makes the mode of a file from the access list that it is made with, and gives the
// group what it gives the user; a list that a directory hands on it does not know, so that
// locks are left out.
func TestFilesOnWindowsAreTheUsersAlone(t *testing.T) {
	w := desk.OnWindows(t)
	w.Connect()
	w.Token("--fresh")
	out := filepath.Join(filepath.Dir(w.Home), "認証 情報.env")
	for range 2 { // the second takes the place of the first
		if _, told, code := w.Sfauth("export", "acme", "--format", "env", "--output", desk.WindowsPath(out)); code != 0 {
			t.Fatalf("exit %d: %s", code, told)
		}
	}
	said, _, _ := w.Sfauth("export", "acme", "--format", "env")
	if text, err := os.ReadFile(out); err != nil || said == "" || string(text) != said {
		t.Errorf("the file has %d bytes, and %d are printed: %v", len(text), len(said), err)
	}
	if _, told, code := w.Sfauth("export", "acme", "--format", "env", "--output", `Z:\無い\x.env`); code != 1 || !strings.Contains(told, `Z:\無い\x.env`) {
		t.Errorf("exit %d: %s", code, told)
	}
	seen := 0
	err := filepath.WalkDir(filepath.Dir(w.Home), func(path string, f fs.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(path, ".lock") {
			return err
		}
		seen++
		info, err := f.Info()
		if err == nil && info.Mode().Perm()&0o007 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	})
	if err != nil || seen < 7 {
		t.Errorf("%d files and directories: %v", seen, err)
	}
}

func TestAConnectionOnWindowsIsRenamedMovedAndRemoved(t *testing.T) {
	w := desk.OnWindows(t)
	w.Connect()
	if _, told, code := w.Sfauth("rename", "acme", "営業"); code != 2 || !strings.Contains(told, "a name is") {
		t.Errorf("exit %d: %s", code, told)
	}
	passphrase := filepath.Join(filepath.Dir(w.Home), "合言葉.txt")
	if err := os.WriteFile(passphrase, []byte("正しい 馬\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.Set("SFAUTH_PASSPHRASE_FILE=" + desk.WindowsPath(passphrase))
	id := w.Saved()[0]["id"].(string)
	for _, step := range []struct {
		args []string
		kept bool // in the Credential Manager
	}{
		{[]string{"rename", "acme", "other"}, true},
		{[]string{"rename", "other", "acme"}, true},
		{[]string{"move", "acme", "--store", "file"}, false},
		{[]string{"move", "acme", "--store", "keychain"}, true},
		{[]string{"remove", "acme", "--yes"}, false},
	} {
		if _, told, code := w.Sfauth(step.args...); code != 0 {
			t.Fatalf("%v: exit %d: %s", step.args, code, told)
		}
		if has := w.Credential(id); has != step.kept {
			t.Errorf("%v: in the Credential Manager: %t", step.args, has)
		}
		if !step.kept { // a command that prints the same goes before the file
			w.Set(`SFAUTH_PASSPHRASE_COMMAND=type "` + desk.WindowsPath(passphrase) + `"`)
		}
		if all := w.Saved(); len(all) > 0 && all[0]["name"] == "acme" {
			w.Works(w.Token("--fresh"))
		}
	}
	w.Refreshes()
	if w.Org.Approvals() != 0 {
		t.Error("the grant is still valid at Salesforce")
	}
	if left, err := filepath.Glob(filepath.Join(w.Home, "*", id+".age*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestTheLanguageOnWindowsIsThatOfTheSystem(t *testing.T) {
	w := desk.OnWindows(t)
	w.Set("SFAUTH_HOME=", "LC_ALL=ja_JP.UTF-8") // by which Wine is told what language Windows is in
	_, told, code := w.Shell("set LC_ALL=&set LANG=&sfauth list")
	if code != 0 || !strings.Contains(told, "接続はまだありません") {
		t.Errorf("exit %d: %q", code, told)
	}
}

func TestAConsoleOnWindowsShowsJapaneseNoPassphraseAndEndsWithCtrlC(t *testing.T) {
	w := desk.OnWindows(t)
	w.Connect()
	w.Set("SFAUTH_LANG=ja", "TERM=xterm")
	const interrupt = "\x03"
	for _, row := range []struct {
		args  []string
		stdin io.Reader // nil: the console
		talk  []string  // what it says, and what is typed then
		code  int
	}{
		{[]string{"move", "acme", "--store", "file"}, nil, []string{"新しいパスフレーズ:", "tomato\r", "もう一度:", "tomato\r"}, 0},
		{[]string{"remove", "acme"}, nil, []string{"(yes)", "いいえ\r"}, 1},
		{[]string{"token", "acme"}, nil, []string{"パスフレーズ:", interrupt}, 130},
		{[]string{"login", "--client-secret-stdin"}, w.Secret(), []string{"sfauth · ", interrupt}, 130},
	} {
		cmd := w.Command(row.args...)
		cmd.Stdin = row.stdin
		console, err := pty.StartWithAttrs(cmd, &pty.Winsize{Rows: 24, Cols: 120}, &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 1})
		if err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		heard, ended := make(chan []byte), make(chan struct{})
		t.Cleanup(func() { console.Close() })
		go listen(console, heard, ended) // Wine keeps the terminal for seconds after the program
		go func() { cmd.Wait(); close(ended) }()
		hear := func() bool {
			select {
			case some := <-heard:
				said.Write(some)
				return true
			case <-ended:
				return false
			}
		}
		for i := 0; i < len(row.talk); i += 2 {
			for !bytes.Contains(said.Bytes(), []byte(row.talk[i])) {
				if !hear() {
					t.Fatalf("%v ended without %s: %q", row.args, row.talk[i], &said)
				}
			}
			for row.stdin == nil && !reads(t, console) {
				time.Sleep(10 * time.Millisecond)
			}
			io.WriteString(console, row.talk[i+1])
		}
		for hear() {
		}
		if code := cmd.ProcessState.ExitCode(); code != row.code || bytes.Contains(said.Bytes(), []byte("tomato")) {
			t.Errorf("%v ended with %d, and said %q", row.args, code, &said)
		}
	}
}

// listen passes on what comes from a terminal until the program has ended.
func listen(terminal io.Reader, heard chan<- []byte, ended <-chan struct{}) {
	for {
		some := make([]byte, 4096)
		n, err := terminal.Read(some)
		if err != nil {
			return
		}
		select {
		case heard <- some[:n]:
		case <-ended:
			return
		}
	}
}

// reads tells whether Wine reads the terminal by now. It has the terminal hand over what is
// typed as it comes, and show nothing by itself, from the first question on.
func reads(t *testing.T, terminal *os.File) bool {
	t.Helper()
	mode, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return mode.Lflag&unix.ICANON == 0
}

// executioner stands in front of the org, and kills the process that renews.
type executioner struct {
	*desk.Windows
	mu    sync.Mutex
	doom  moment
	after time.Duration // where any moment will do
	kill  func()        // returns when the process has gone
	ended chan struct{}
	spent bool // the org has carried out the refresh
}

func (e *executioner) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.doom == never || r.PostForm.Get("grant_type") != "refresh_token" {
		e.Org.ServeHTTP(rw, r)
		return
	}
	switch e.doom {
	case unsent:
		e.kill()
		return
	case unheard:
		rw = httptest.NewRecorder()
	case anytime:
		time.AfterFunc(e.after, e.kill)
	case storing:
		go e.killAfter(e.sealed())
	}
	e.Org.ServeHTTP(rw, r)
	e.spent = true
	if e.doom == unheard {
		e.kill()
	}
}

// killAfter kills once the answer is sealed, as long as the process is there.
func (e *executioner) killAfter(before string) {
	for e.sealed() == before {
		select {
		case <-e.ended:
			return
		case <-time.After(100 * time.Microsecond):
		}
	}
	e.kill()
}

// sealed is what the file has in it that an answer is kept in first, if there is one.
func (e *executioner) sealed() string {
	files, _ := filepath.Glob(filepath.Join(e.Home, "sealed", "*.age"))
	if len(files) == 0 {
		return ""
	}
	text, _ := os.ReadFile(files[0])
	return string(text)
}

func TestKilledProcessesOnWindowsCostALoginOnlyForAnAnswerThatNeverArrived(t *testing.T) {
	e := &executioner{Windows: desk.OnWindows(t)}
	e.Post.Org = e
	e.Connect()
	logins := 0
	for i, doom := range []moment{unsent, anytime, storing, anytime, unsent, storing, anytime, unheard} {
		before := e.sealed()
		killed, spent := e.execute(doom, time.Millisecond<<i)
		lost := spent && e.sealed() == before
		_, told, code := e.Sfauth("token", "acme", "--fresh")
		t.Logf("%d: killed: %t, refreshed: %t, not kept: %t", i, killed, spent, lost)
		switch {
		case !killed && (doom == unsent || doom == unheard):
			t.Errorf("%d: it lives", i)
		case code == 0 && doom != unheard:
		case code == 4 && lost:
			logins++
			e.Connect()
		default:
			t.Errorf("%d: exit %d: %s", i, code, told)
		}
	}
	if e.Works(e.Token()); e.Org.Approvals() != 1 {
		t.Errorf("%d approvals after %d more logins", e.Org.Approvals(), logins)
	}
}

// execute has a process renew that is doomed, and tells whether it was killed, and whether
// the org has carried out its refresh.
func (e *executioner) execute(doom moment, after time.Duration) (killed, spent bool) {
	e.T.Helper()
	s, ended := newScript(e.Desk, "--fresh"), make(chan struct{})
	e.mu.Lock() // it may be at the org before Keep returns
	e.doom, e.after, e.spent = doom, after, false
	e.ended, e.kill = ended, func() {
		_ = s.Process.Kill() // it may have ended of its own accord
		<-ended
	}
	e.Keep(s.Cmd)
	e.mu.Unlock()
	_ = s.Wait()
	close(ended)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.doom = never
	return s.ProcessState.ExitCode() < 0, e.spent
}
