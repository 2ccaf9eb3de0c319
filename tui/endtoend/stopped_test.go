//go:build unix

package endtoend

import (
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// whileStopped has the terminal take what a person types and pastes while sfauth is
// stopped: it finds all of it in one read.
func (tm *terminal) whileStopped(typed string) {
	tm.t.Helper()
	tm.signal(syscall.SIGSTOP)
	var state syscall.WaitStatus
	for !state.Stopped() {
		if _, err := syscall.Wait4(tm.cmd.Process.Pid, &state, syscall.WUNTRACED, nil); err != nil {
			tm.t.Fatal(err)
		}
	}
	if _, err := io.WriteString(tm.pty, typed); err != nil {
		tm.t.Fatal(err)
	}
	tm.signal(syscall.SIGCONT)
}

func (tm *terminal) signal(s syscall.Signal) {
	tm.t.Helper()
	if err := tm.cmd.Process.Signal(s); err != nil {
		tm.t.Fatal(err)
	}
}
