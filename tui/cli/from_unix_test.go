//go:build unix

package cli

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"sfauth/tui/text"
)

func TestAPipeThatNobodyWritesIntoCanBeLeft(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "held")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(Signalled{syscall.SIGINT})
	l := &wizard{Text: &text.English, In: os.Stdin, Err: os.Stderr, From: pipe}
	if _, err := l.contents(ctx); !errors.As(err, new(Signalled)) {
		t.Error(err)
	}
	end, err := os.OpenFile(pipe, os.O_RDWR, 0) // whoever waits for it goes on
	if err != nil {
		t.Fatal(err)
	}
	end.Close()
}

// A terminal that edits lines has room for 4,095 bytes of one, or for 1,023. The next question
// finds it as it was.
func TestAPasteMayBeOneLongLine(t *testing.T) {
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer terminal.Close()
	said, told, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	defer told.Close()
	paste := `{"id_token":"` + strings.Repeat("x", 20_000) + `"}` + "\n"
	go func() {
		_, _ = bufio.NewReader(said).ReadString('\n') // that it is to be pasted
		_, _ = master.WriteString(strings.ReplaceAll(paste, "\n", "\r") + "\x04")
	}()
	l := &wizard{Text: &text.English, In: terminal, Err: told, From: stdin, console: newConsole(&text.English, terminal, told)}
	data, err := l.contents(t.Context())
	_, _ = master.WriteString("nixt\x7f\x7f\x7fext\r")
	if next, _ := l.console.next(t.Context()); err != nil || string(data) != paste || next != "next" {
		t.Errorf("%d bytes of %d, %v, then %q", len(data), len(paste), err, next)
	}
}
