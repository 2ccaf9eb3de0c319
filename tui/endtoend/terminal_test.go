//go:build unix

package endtoend

import (
	"bytes"
	"encoding/base64"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/term"

	at "sfauth/flow/endtoend/desk"
)

// terminal is a person's: what is on its screen, and a keyboard.
type terminal struct {
	t       *testing.T
	cmd     *exec.Cmd
	pty     *os.File
	tty     *os.File
	before  *term.State
	copied  chan string // what was sent to the clipboard (OSC 52)
	changed chan struct{}
	painted chan struct{} // closed when all is drawn
	ended   chan struct{} // closed when sfauth has left, and all that it wrote is drawn
	after   *term.State   // the mode that it left

	mu      sync.Mutex // of what follows, and of the tty, which is closed when sfauth has left
	screen  *vt.Emulator
	written bytes.Buffer // every byte that ever came
	title   string
	modes   map[ansi.Mode]bool // those that were switched on or off
	clips   []string           // all that was ever copied
}

// open starts sfauth on a terminal of its own; stdin, if any, stands for a pipe.
func (d *desk) open(stdin io.Reader, args ...string) *terminal {
	d.T.Helper()
	return d.start(stdin, exec.Command(d.Binary(), args...))
}

// start starts a program on a terminal of its own, of which it is the session leader.
func (d *desk) start(stdin io.Reader, cmd *exec.Cmd) *terminal {
	d.T.Helper()
	p, tty, err := pty.Open()
	if err != nil {
		d.T.Fatal(err)
	}
	tm := &terminal{t: d.T, cmd: cmd, pty: pollable(d.T, p), tty: tty, screen: vt.NewEmulator(80, 24), copied: make(chan string, 10),
		changed: make(chan struct{}, 1), painted: make(chan struct{}), ended: make(chan struct{}), modes: map[ansi.Mode]bool{}}
	tm.watch()
	tm.resize(80, 24)
	tm.before = tm.mode()
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = d.Env, tty, tty, tty
	ctty := 0
	if stdin != nil {
		cmd.Stdin, ctty = stdin, 1
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: ctty}
	if err := cmd.Start(); err != nil {
		d.T.Fatal(err)
	}
	answers := io.Writer(tm.pty) // of the terminal itself to queries
	if d.old {
		answers = io.Discard
	}
	go io.Copy(answers, tm.screen)
	go tm.paint()
	go func() {
		cmd.Wait()
		tm.mu.Lock()
		tm.after, _ = term.GetState(int(tty.Fd())) // none where the window is closed
		tty.Close()
		tm.mu.Unlock()
		<-tm.painted
		close(tm.ended)
	}()
	d.T.Cleanup(func() {
		cmd.Process.Kill()
		tm.pty.Close()
		<-tm.ended
		tm.screen.InputPipe().(io.Closer).Close()
	})
	return tm
}

// pollable is the same file without its blocking mode, in which a read would keep
// the file open for ever.
func pollable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	defer f.Close()
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), "pty")
}

// watch notes what the emulator does not tell when asked.
func (tm *terminal) watch() {
	tm.screen.SetCallbacks(vt.Callbacks{
		Title:       func(s string) { tm.title = s },
		EnableMode:  func(m ansi.Mode) { tm.modes[m] = true },
		DisableMode: func(m ansi.Mode) { tm.modes[m] = false },
	})
	tm.screen.RegisterOscHandler(52, func(data []byte) bool {
		_, encoded, _ := strings.Cut(strings.TrimPrefix(string(data), "52;"), ";")
		if text, err := base64.StdEncoding.DecodeString(encoded); err == nil {
			tm.clips = append(tm.clips, string(text))
			tm.copied <- string(text)
		}
		return true
	})
}

func (tm *terminal) paint() {
	defer close(tm.painted)
	buf := make([]byte, 4096)
	for {
		n, err := tm.pty.Read(buf)
		tm.mu.Lock()
		tm.written.Write(buf[:n])
		tm.screen.Write(buf[:n])
		tm.mu.Unlock()
		select {
		case tm.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (tm *terminal) resize(width, height int) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	tm.screen.Resize(width, height)
	if err := pty.Setsize(tm.tty, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		tm.t.Fatal(err)
	}
}

func (tm *terminal) mode() *term.State {
	tm.t.Helper()
	tm.mu.Lock()
	defer tm.mu.Unlock()
	m, err := term.GetState(int(tm.tty.Fd()))
	if err != nil {
		tm.t.Fatal(err)
	}
	return m
}

func (tm *terminal) text() string {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return tm.screen.String()
}

// bytes is all that was ever written.
func (tm *terminal) bytes() string {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return tm.written.String()
}

// see waits until the screen shows all the texts and takes keys. A screen that comes by itself
// takes none until a pause is over.
func (tm *terminal) see(texts ...string) {
	tm.t.Helper()
	late := at.Patience(tm.t).Done()
	for over := false; !tm.shows(texts...) || tm.pauses(); {
		if over {
			tm.t.Fatalf("no %q on the screen:\n%s", texts, tm.text())
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

// and joins what has to be seen at once.
const and = "\n"

func (tm *terminal) shows(texts ...string) bool {
	screen := strings.Join(strings.Fields(tm.text()), " ")
	for line := range strings.SplitSeq(strings.Join(texts, and), and) {
		if !strings.Contains(screen, line) {
			return false
		}
	}
	return true
}

// pauses tells whether the line of keys has but the one that always works.
func (tm *terminal) pauses() bool {
	return tm.shows("ctrl+c quit") && !tm.shows("help") && !tm.shows("close")
}

// press presses keys as a person does. It pauses before each, because the wizard takes an escape
// and what follows at once for one key.
func (tm *terminal) press(keys ...string) {
	for _, k := range keys {
		time.Sleep(50 * time.Millisecond)
		io.WriteString(tm.pty, k)
	}
}

// atOnce types while sfauth is stopped, so that sfauth reads all of it in one piece when it goes on.
func (tm *terminal) atOnce(s string) {
	tm.t.Helper()
	for _, step := range []func() error{
		func() error { return tm.cmd.Process.Signal(syscall.SIGSTOP) },
		func() error { _, err := io.WriteString(tm.pty, s); return err },
		func() error { return tm.cmd.Process.Signal(syscall.SIGCONT) },
	} {
		if err := step(); err != nil {
			tm.t.Fatal(err)
		}
	}
}

func (tm *terminal) paste(s string) { io.WriteString(tm.pty, marked(s)) }

// marked is a paste as every new terminal sends it.
func marked(s string) string { return "\x1b[200~" + s + "\x1b[201~" }

const (
	enter, esc, tab, erase = "\r", "\x1b", "\t", "\x7f"
	ctrlC, ctrlO, ctrlY    = "\x03", "\x0f", "\x19"
	ctrlZ, f1              = "\x1a", "\x1bOP"
)

// end waits for sfauth to leave and asserts that the terminal is as it was.
func (tm *terminal) end(code int) {
	tm.t.Helper()
	tm.leaves(code)
	tm.givenBack(tm.after)
}

// leaves is end where nobody looks at the terminal any more.
func (tm *terminal) leaves(code int) {
	tm.t.Helper()
	select {
	case <-tm.ended:
	case <-at.Patience(tm.t).Done():
		tm.t.Fatalf("sfauth is still there:\n%s", tm.text())
	}
	if got := tm.cmd.ProcessState.ExitCode(); got != code {
		tm.t.Errorf("exit code %d, want %d\n%s", got, code, tm.text())
	}
}

// givenBack asserts that whoever comes next finds the terminal as sfauth found it.
func (tm *terminal) givenBack(mode *term.State) {
	tm.t.Helper()
	tm.mu.Lock()
	defer tm.mu.Unlock()
	if !reflect.DeepEqual(mode, tm.before) {
		tm.t.Errorf("terminal left in another mode: %+v, was %+v", mode, tm.before)
	}
	if tm.screen.IsAltScreen() {
		tm.t.Error("alternate screen left on")
	}
	if shown, touched := tm.modes[ansi.ModeTextCursorEnable]; touched && !shown {
		tm.t.Error("cursor left hidden")
	}
	if tm.title != "" {
		tm.t.Errorf("title left: %q", tm.title)
	}
	for _, m := range []ansi.Mode{ansi.ModeBracketedPaste, ansi.ModeMouseNormal, ansi.ModeMouseButtonEvent, ansi.ModeMouseAnyEvent, ansi.ModeFocusEvent} {
		if tm.modes[m] {
			tm.t.Errorf("mode %v left on", m)
		}
	}
}

// authorizeURL is what `c` copies: the terminal's clipboard, by OSC 52.
func (tm *terminal) authorizeURL() string {
	tm.t.Helper()
	tm.press("c")
	return tm.clipboard()
}

func (tm *terminal) clipboard() string {
	tm.t.Helper()
	select {
	case s := <-tm.copied:
		return s
	case <-at.Patience(tm.t).Done():
		tm.t.Fatalf("nothing on the clipboard:\n%s", tm.text())
		return ""
	}
}
