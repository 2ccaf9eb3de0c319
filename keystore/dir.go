package keystore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// Dir is where sfauth keeps its files: SFAUTH_HOME, or sfauth in the user's
// configuration directory (XDG_CONFIG_HOME; %LocalAppData% on Windows, since
// a roaming profile would carry the index to machines without the secrets).
// In a shared volume, which belongs to somebody else and which others may write to, it is
// sfauth-UID inside that directory.
//
// It returns ErrNoHome where the environment names no directory; ErrNotDir; ErrForeignHome
// for root in another user's directory, whom root's files would lock out; and an
// *ExposedError where another user could put an index there: an index says where tokens
// are sent.
func Dir() (string, error) {
	dir, err := configured()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoHome, err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // A person may link it to another disk: the directory behind the link is the one to check.
	}
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir(), errors.Is(err, syscall.ENOTDIR) && runtime.GOOS != "windows": // where that is a missing parent
		return "", fmt.Errorf("%w: %s", ErrNotDir, dir)
	case err == nil && !owned(info) && info.Mode().Perm()&0o022 != 0:
		dir = filepath.Join(dir, fmt.Sprintf("sfauth-%d", os.Geteuid()))
		err = checkDir(dir)
	case os.Geteuid() == 0 && !ours(dir):
		return "", fmt.Errorf("%s: %w", dir, ErrForeignHome)
	case err == nil:
		err = check(dir, info, 0o022)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return dir, nil
}

func configured() (string, error) {
	if home := os.Getenv("SFAUTH_HOME"); home != "" {
		return home, nil
	}
	base := os.UserConfigDir
	switch xdg := os.Getenv("XDG_CONFIG_HOME"); {
	case runtime.GOOS == "windows":
		base = os.UserCacheDir // %LocalAppData%
	case filepath.IsAbs(xdg): // on macOS too, where Go does not look at it
		base = func() (string, error) { return xdg, nil }
	}
	dir, err := base()
	return filepath.Join(dir, "sfauth"), err
}

// ours reports whether dir, or the nearest directory above it that exists,
// belongs to the user this process runs as.
func ours(dir string) bool {
	info, err := os.Stat(dir)
	for err != nil && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		info, err = os.Stat(dir)
	}
	return err == nil && owned(info)
}
