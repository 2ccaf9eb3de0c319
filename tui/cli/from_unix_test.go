//go:build unix

package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

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
