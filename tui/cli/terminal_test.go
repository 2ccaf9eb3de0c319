//go:build unix

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

func TestAFullScreenNeedsTwoTerminalsThatCanDoMoreThanATeletype(t *testing.T) {
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close(); terminal.Close() })
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	for _, c := range []struct {
		kind    string
		in, out *os.File
		full    bool
	}{
		{"xterm-256color", terminal, terminal, true},
		{"dumb", terminal, terminal, false},
		{"", terminal, terminal, false},
		{"xterm", r, terminal, false},
		{"xterm", terminal, w, false},
	} {
		t.Setenv("TERM", c.kind)
		if got := canFillScreen(c.in, c.out, false); got != c.full {
			t.Errorf("TERM=%s, stdin %v, stdout %v: %v", c.kind, isTerminal(c.in), isTerminal(c.out), got)
		}
	}
	t.Setenv("TERM", "xterm")
	if canFillScreen(r, w, true) {
		t.Error("stdout is no terminal")
	}
	for accessible, full := range map[string]bool{"": true, "0": true, "1": false, "yes": false} {
		t.Setenv("ACCESSIBLE", accessible)
		if l := (&wizard{In: terminal, Out: terminal}); l.takesScreen() != full {
			t.Errorf("ACCESSIBLE=%s: %v", accessible, !full)
		}
	}
}

// ignoresNothing lets the tests be signalled though whoever started them, nohup or a shell
// in the background, has them ignore that. It is not undone: a signal that was heard once
// is called heeded for ever.
func ignoresNothing() {
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

func TestASignalEndsTheContextAndIsItsCause(t *testing.T) {
	ignoresNothing()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		ctx, stop := withSignals(t.Context())
		if err := syscall.Kill(os.Getpid(), s); err != nil {
			t.Fatal(err)
		}
		<-ctx.Done()
		if got, ok := errors.AsType[Signalled](context.Cause(ctx)); !ok || got.Signal != s {
			t.Errorf("%v: %v", s, context.Cause(ctx))
		}
		stop()
	}
}

func TestStopEndsTheContextWithoutASignal(t *testing.T) {
	ctx, stop := withSignals(t.Context())
	stop()
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		t.Errorf("%v", cause)
	}
}

// The test runs itself as a program of its own, because the signal that it asserts would end
// this process.
func TestASecondSignalKillsUnlessItIsTheSameWindowThatCloses(t *testing.T) {
	const deaf = "SFAUTH_TEST_DEAF"
	if os.Getenv(deaf) != "" {
		ctx, _ := withSignals(context.Background())
		fmt.Println("listening")
		<-ctx.Done()
		fmt.Println("heard it")
		select {}
	}
	ignoresNothing()
	for first, then := range map[syscall.Signal][]syscall.Signal{syscall.SIGTERM: {syscall.SIGTERM}, syscall.SIGHUP: {syscall.SIGHUP, syscall.SIGTERM}} {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), deaf+"=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		s := bufio.NewScanner(out)
		s.Scan()
		_ = cmd.Process.Signal(first)
		s.Scan()
		for _, more := range then {
			_ = cmd.Process.Signal(more)
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
			t.Errorf("%v: %v", first, err)
		}
	}
}
