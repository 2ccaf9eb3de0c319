//go:build unix

package keystore

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// othersRights is the mode of a path to which anybody but the user has rights, else "".
func othersRights(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm()&0o077 == 0 {
		return ""
	}
	return info.Mode().String()
}

// pipe makes a named pipe and returns its path.
func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAPipeIsNotReplacedByAPrivateFile(t *testing.T) {
	path := pipe(t)
	if err := WritePrivate(path, []byte("secret")); err == nil || !strings.Contains(err.Error(), path) {
		t.Error(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
