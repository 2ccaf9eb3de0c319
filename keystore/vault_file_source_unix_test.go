//go:build unix

package keystore

import (
	"os"
	"testing"
	"time"
)

// A passphrase command may start an agent, which keeps the pipe that it was given.
func TestWhatAPassphraseCommandLeavesRunningIsNotWaitedFor(t *testing.T) {
	need(t, "sh", "cat")
	path := pipe(t)
	held, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close() // the agent ends
	dir, done := t.TempDir(), make(chan error, 1)
	go func() {
		f := cheap(dir, KeySource{Command: "cat '" + path + "' >&2 & echo correct horse"})
		done <- f.Set(t.Context(), "a-1", NewSecret("x"))
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it is waited for")
	}
	if _, err := cheap(dir, typed("correct horse")).Get(t.Context(), "a-1"); err != nil {
		t.Error(err)
	}
}
