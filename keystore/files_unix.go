//go:build !windows

package keystore

import (
	"io/fs"
	"os"
	"syscall"
)

// patiently is for Windows, where a file cannot be replaced while it is read.
func patiently(op func() error) error { return op() }

// syncDir makes a rename in dir survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}

// exposed reports whether somebody else may write to a directory.
func exposed(dir fs.FileInfo) bool {
	return dir.Mode().Perm()&0o022 != 0 || os.Geteuid() != 0 && !owned(dir)
}

func owned(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
