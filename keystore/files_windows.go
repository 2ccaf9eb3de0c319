package keystore

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// patiently repeats op for at most 2 s while another process, such as a reader of the
// index or a virus scanner, has the file open.
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

const (
	noFollow = 0
	errLink  = windows.ERROR_CANT_RESOLVE_FILENAME
)

// syncDir does nothing: NTFS journals renames by itself.
func syncDir(string) error { return nil }

// The functions below check nothing: on Windows the mode of a file does not say who may
// write it, and %LocalAppData% is the user's own.

func openOwn(path string) (*os.File, error) { return os.Open(path) }

func openKey(path string) (*os.File, error) { return os.Open(path) }

func check(string, fs.FileInfo, fs.FileMode) error { return nil }

func checkOwn(*os.File, fs.FileMode) error { return nil }

func checkDir(dir string) error {
	_, err := os.Stat(dir)
	return err
}

func owned(fs.FileInfo) bool { return true }
