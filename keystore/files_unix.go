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

// patiently calls op. It is there for Windows, where a file cannot be replaced while
// another process reads it.
func patiently(op func() error) error { return op() }

// createFile makes a file that only the user can read and write, from its first moment. It
// returns fs.ErrExist where there is something by that name, a link too.
func createFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// createDir makes a directory that only the user can enter. It returns what createFile does.
func createDir(path string) error { return os.Mkdir(path, 0o700) }

// The flag with which open follows no link, and the error with which it fails at one.
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

// openOwn opens a file of sfauth's without following a link. As ssh does, it returns an
// *ExposedError where anybody but the user or root can have written it.
func openOwn(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0) // O_NONBLOCK: opening a pipe would wait for a writer.
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

// openKey opens a file that has a key or a passphrase in it. As ssh does, it returns an
// *ExposedError where another user may read it; a file of root's may be readable. Links
// are followed, since Kubernetes mounts secrets so: the file behind them is checked.
func openKey(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() { // The pipe of a shell's <(command) says nothing by its owner and mode.
		return f, err
	}
	if err := checkOwn(f, 0o077); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// checkOwn is check of a file that is open.
func checkOwn(f *os.File, rights fs.FileMode) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return check(f.Name(), info, rights)
}

// check returns an *ExposedError for what belongs to another user than this one or root,
// for the user's own to which anybody else has one of these rights, for root's that
// anybody else can write, and for what is neither a file nor a directory.
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

// checkDir returns an *ExposedError for a directory of sfauth's that is a link, or into
// which another user can put files.
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
