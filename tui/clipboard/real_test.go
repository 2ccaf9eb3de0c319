//go:build linux

package clipboard

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain is also a sfauth that copies what comes on its stdin, and ends.
func TestMain(m *testing.M) {
	if os.Getenv("COPY_AND_END") == "" {
		os.Exit(m.Run())
	}
	text, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	got, err := new(Clipboard).Put(context.Background(), text, true)
	if err != nil || !got.Seen {
		os.Exit(1)
	}
	heard := make(chan os.Signal, 1) // the parent of the tests may have had them ignore it
	signal.Notify(heard, syscall.SIGHUP)
	syscall.Kill(0, syscall.SIGHUP) // as a terminal does to all that are in its window
	<-heard
	os.Exit(129)
}

// real has only these programs on PATH, and those that they need, and skips where one is missing.
func real(t *testing.T, programs ...string) {
	t.Helper()
	dir := machine(t, "")
	for _, p := range programs {
		at, err := exec.LookPath(filepath.Join("/usr/bin", p))
		if err != nil || os.Getenv("SFAUTH_TEST") != "all" {
			lack(t, p)
		}
		if err := os.Symlink(at, filepath.Join(dir, p)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
}

// lack skips unless SFAUTH_TEST=all asks for the real parts, and fails where one is missing.
func lack(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("SFAUTH_TEST") == "all" {
		t.Fatal("needs ", what)
	}
	t.Skip("runs under SFAUTH_TEST=all")
}

// serve runs a display server until the test ends.
func serve(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534} // it refuses to be root's
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
}

// onX11 is a screen of the X server's own choice.
func onX11(t *testing.T) {
	t.Helper()
	number, ours, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer number.Close()
	cmd := exec.Command("/usr/bin/Xvfb", "-displayfd", "3", "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{ours}
	serve(t, cmd)
	ours.Close()
	line, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		t.Fatal("Xvfb: ", err)
	}
	t.Setenv("DISPLAY", ":"+strings.TrimSpace(line))
}

// onWayland is sway without a screen or a keyboard.
func onWayland(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("", "sway") // short enough for the name of a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	before := buffers()
	t.Cleanup(func() { // wl-copy leaves its file behind where its display goes away
		for _, b := range buffers() {
			if !slices.Contains(before, b) {
				os.RemoveAll(b)
			}
		}
	})
	ready, config := filepath.Join(dir, "ready"), filepath.Join(dir, "config")
	if err := os.WriteFile(config, []byte("xwayland disable\nexec echo $WAYLAND_DISPLAY > "+ready+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(ready, 0o600); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		for _, name := range []string{dir, ready} {
			if err := os.Chown(name, 65534, 65534); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Setenv("XDG_RUNTIME_DIR", dir)
	cmd := exec.Command("/usr/bin/sway", "--config", config)
	cmd.Env = append(os.Environ(), "PATH=/usr/bin:/bin", "WLR_BACKENDS=headless", "WLR_LIBINPUT_NO_DEVICES=1", "WLR_RENDERER=pixman", "SHELL=/bin/sh", "HOME="+dir)
	serve(t, cmd)
	name, err := os.ReadFile(ready)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("WAYLAND_DISPLAY", strings.TrimSpace(string(name)))
}

// buffers are the files from which every wl-copy of this machine hands out its text.
func buffers() []string {
	all, _ := filepath.Glob("/tmp/wl-copy-buffer-*")
	return all
}

func TestWhatIsCopiedOnARealDesktopOutlivesSfauth(t *testing.T) {
	for name, c := range map[string]struct {
		desktop  func(*testing.T)
		programs []string
	}{
		"xclip":   {onX11, []string{"Xvfb", "xclip"}},
		"xsel":    {onX11, []string{"Xvfb", "xsel"}},
		"wl-copy": {onWayland, []string{"sway", "wl-copy", "wl-paste", "cat", "rm", "env"}},
	} {
		t.Run(name, func(t *testing.T) {
			real(t, c.programs...)
			c.desktop(t)
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), "COPY_AND_END=1")
			cmd.Stdin = strings.NewReader("Ünï, the first line\n")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			if out, err := cmd.CombinedOutput(); err == nil || err.Error() != "exit status 129" {
				t.Fatalf("%v: %s", err, out)
			}
			all, err := ways("linux", os.Getenv, false)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := all[0].get(t.Context()); got != "Ünï, the first line\n" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			var clip Clipboard
			if got, err := clip.Put(t.Context(), "another", true); !got.Seen || err != nil {
				t.Errorf("%+v, %v", got, err)
			}
			if others, err := clip.Clear(t.Context()); others || err != nil {
				t.Error(others, err)
			}
			if got, _ := all[0].get(t.Context()); got != "" {
				t.Errorf("cleared, and it has %q", got)
			}
			var others Clipboard
			if _, err := clip.Put(t.Context(), "ours", true); err != nil {
				t.Error(err)
			}
			if _, err := others.Put(t.Context(), "theirs", false); err != nil {
				t.Error(err)
			}
			if others, err := clip.Clear(t.Context()); !others || err != nil {
				t.Error(others, err)
			}
			if got, _ := all[0].get(t.Context()); got != "theirs" {
				t.Errorf("what somebody else copied became %q", got)
			}
		})
	}
}

func TestACopyOnADeadDisplayFailsAtOnce(t *testing.T) {
	real(t, "xclip")
	t.Setenv("DISPLAY", ":987")
	begun := time.Now()
	if got, err := new(Clipboard).Put(t.Context(), "text", false); got.Seen || err == nil || !strings.Contains(err.Error(), "open display") || time.Since(begun) > programPatience {
		t.Errorf("%+v, %v", got, err)
	}
}
