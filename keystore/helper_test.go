package keystore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The test binary is its own helper: a process that makes keychain calls, one that
// is a Secret Service, one that writes the index with others.
var helpers = map[string]func(){"calls": helpCalls, "writer": helpWriter}

func TestMain(m *testing.M) {
	if help := helpers[os.Getenv("SFAUTH_HELPER")]; help != nil {
		help()
		return
	}
	os.Exit(m.Run())
}

// need skips a test whose programs are missing, or fails it when none may be.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err == nil {
			continue
		}
		if os.Getenv("SFAUTH_TEST") == "all" {
			t.Fatalf("%s is missing", p)
		}
		t.Skipf("needs %s", p)
	}
}

// daemons skips unless SFAUTH_TEST=all asks for real ones, and fails where one is missing.
func daemons(t *testing.T, programs ...string) {
	t.Helper()
	if os.Getenv("SFAUTH_TEST") != "all" {
		t.Skip("starts daemons: runs under SFAUTH_TEST=all")
	}
	need(t, programs...)
}

// helper prepares this binary as one of the helpers, with a clean environment.
func helper(t *testing.T, name string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Stderr = os.Stderr
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "SFAUTH_HELPER=" + name, "GORACE=atexit_sleep_ms=0"}, env...)
	return cmd
}

// begin starts a program that stays until the test ends, and returns its lines.
func begin(t *testing.T, cmd *exec.Cmd) *bufio.Reader {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return bufio.NewReader(out)
}

func line(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	text, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(text)
}

// helpCalls makes the calls of SFAUTH_CALLS ("set a=1;get a") in one process, or those that
// it reads, and says what each came to.
func helpCalls() {
	k := Keychain{Prompt: os.Getenv("SFAUTH_PROMPT") != ""}
	k.Limit, _ = time.ParseDuration(os.Getenv("SFAUTH_LIMIT"))
	ctx, end := context.WithCancelCause(context.Background())
	ctx = TellAsking(ctx, func() {
		fmt.Println("asks")
		if os.Getenv("SFAUTH_IMPATIENT") != "" {
			end(context.DeadlineExceeded)
		}
	})
	calls := strings.SplitSeq(os.Getenv("SFAUTH_CALLS"), ";")
	if os.Getenv("SFAUTH_CALLS") == "" {
		calls = func(yield func(string) bool) {
			for in := bufio.NewScanner(os.Stdin); in.Scan() && yield(in.Text()); {
			}
		}
	}
	for call := range calls {
		do, rest, _ := strings.Cut(call, " ")
		account, value, _ := strings.Cut(rest, "=")
		var err error
		var got string
		switch do {
		case "get":
			var s Secret
			s, err = k.Get(ctx, account)
			got = s.Reveal()
		case "set":
			err = k.Set(ctx, account, NewSecret(value))
		case "delete":
			err = k.Delete(ctx, account)
		case "settle":
			err = settle(ctx, k)
		case "describe":
			got = k.Describe(ctx)
		}
		fmt.Println(strings.TrimSpace(word(err) + " " + got))
	}
}

// word is the error's name, the most special one.
func word(err error) string {
	if err == nil {
		return "ok"
	}
	for _, known := range []struct {
		word string
		err  error
	}{
		{"ErrNoBus", ErrNoBus}, {"ErrNoProvider", ErrNoProvider}, {"ErrNoCollection", ErrNoCollection},
		{"ErrNoDefault", ErrNoDefault}, {"ErrNoKeychainFile", ErrNoKeychainFile}, {"ErrNoLogin", ErrNoLogin}, {"ErrNoWindow", ErrNoWindow},
		{"ErrUnavailable", ErrUnavailable}, {"ErrLocked", ErrLocked}, {"ErrAsksFirst", ErrAsksFirst}, {"ErrDenied", ErrDenied}, {"ErrUnanswered", ErrUnanswered}, {"ErrTimeout", ErrTimeout},
		{"ErrTooBig", ErrTooBig}, {"ErrNotStored", ErrNotStored}, {"ErrCorrupt", ErrCorrupt}, {"ErrNotFound", ErrNotFound},
	} {
		if errors.Is(err, known.err) {
			return known.word
		}
	}
	return err.Error()
}
