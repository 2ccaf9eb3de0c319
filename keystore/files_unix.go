//go:build !windows

package keystore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// patiently is for Windows, where a file cannot be replaced while it is read.
func patiently(op func() error) error { return op() }

// What opens no link, and how that fails.
const (
	noFollow = syscall.O_NOFOLLOW
	errLink  = syscall.ELOOP
)

// syncDir makes a rename in dir survive a power cut, where the file system can (some
// network, FUSE and WSL ones cannot).
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	for _, cannot := range []error{syscall.EINVAL, syscall.ENOTSUP, syscall.ENOSYS} {
		if errors.Is(err, cannot) {
			err = nil
		}
	}
	return errors.Join(err, d.Close())
}

// openOwn opens a file of sfauth's without following a link, and makes sure that only its
// owner can have written it, as ssh does: else an *ExposedError.
func openOwn(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0) // a pipe must not be waited for
	if errors.Is(err, errLink) {
		return nil, &ExposedError{Path: path, Why: "it is a link"}
	}
	if err != nil {
		return nil, err
	}
	err = checkDir(filepath.Dir(path))
	if err == nil {
		err = checkOwn(f, 0o022)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// openKey opens a file that holds a key or a passphrase, which nobody else may read, as
// ssh has it: root's own is root's business. Links are followed, since that is how
// Kubernetes mounts a secret; what is behind them is looked at.
func openKey(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() { // what a shell hands over has no owner to speak of
		return f, err
	}
	if err := checkOwn(f, 0o077); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// checkOwn looks at what was opened: somebody else's is refused but for root's, and our
// own if anybody else has one of these rights to it.
func checkOwn(f *os.File, rights fs.FileMode) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return check(f.Name(), info, rights)
}

func check(path string, info fs.FileInfo, rights fs.FileMode) error {
	mend := "chmod 600 "
	if info.IsDir() {
		mend = "chmod 700 "
	}
	switch uid := owner(info); {
	case !info.Mode().IsRegular() && !info.IsDir():
		return &ExposedError{Path: path, Why: "it is no regular file"}
	case uid == os.Geteuid() && info.Mode().Perm()&rights != 0:
		return &ExposedError{path, fmt.Sprintf("its mode is %04o", info.Mode().Perm()), mend + shellWord(path)}
	case uid != os.Geteuid() && uid != 0:
		return &ExposedError{Path: path, Why: fmt.Sprintf("it belongs to user %d", uid)}
	case uid != os.Geteuid() && info.Mode().Perm()&0o022 != 0:
		return &ExposedError{Path: path, Why: fmt.Sprintf("its mode is %04o, and it belongs to root", info.Mode().Perm())}
	}
	return nil
}

// checkDir makes sure that nobody else can put a file of theirs into a directory of
// sfauth's, or a directory of theirs into its place.
func checkDir(dir string) error {
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return &ExposedError{Path: dir, Why: "it is a link"}
	}
	return check(dir, info, 0o022)
}

// shellWord is a path as a shell reads it.
func shellWord(path string) string {
	if regexp.MustCompile(`^[a-zA-Z0-9._:/@+=,-]*$`).MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func owner(info fs.FileInfo) int {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return -1
	}
	return int(stat.Uid)
}

func owned(info fs.FileInfo) bool { return owner(info) == os.Geteuid() }
