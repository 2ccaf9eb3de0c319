package keystore

import (
	"errors"
	"io/fs"
	"time"

	"golang.org/x/sys/windows"
)

// patiently repeats op for 2 s while somebody else has the file open: a reader
// of the index, a virus scanner.
func patiently(op func() error) error {
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := op()
		busy := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
			errors.Is(err, windows.ERROR_ACCESS_DENIED)
		if !busy || time.Now().After(end) {
			return err
		}
	}
}

// syncDir has no counterpart: NTFS journals renames by itself.
func syncDir(string) error { return nil }

// exposed is never known: who may write is not in the mode, and %LocalAppData% is the
// user's own.
func exposed(fs.FileInfo) bool { return false }

// owned is only asked under sudo.
func owned(fs.FileInfo) bool { return true }
