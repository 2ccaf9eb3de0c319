//go:build unix

package keystore

import (
	"os"
	"testing"
)

// A passphrase command may start an agent, which keeps the pipe that it was given.
func TestWhatAPassphraseCommandLeavesRunningIsNotWaitedFor(t *testing.T) {
	need(t, "sh", "cat")
	t.Parallel()
	path := pipe(t)
	held, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close() // the agent ends
	dir := t.TempDir()
	f := cheap(dir, KeySource{Command: "cat '" + path + "' >&2 & echo correct horse"})
	if err := f.Set(t.Context(), "a-1", NewSecret("x")); err != nil { // or it waits until the time of all tests is over
		t.Error(err)
	}
	if _, err := cheap(dir, typed("correct horse")).Get(t.Context(), "a-1"); err != nil {
		t.Error(err)
	}
}
