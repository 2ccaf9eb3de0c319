package keystore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// Dir is where sfauth keeps its files: SFAUTH_HOME, or sfauth in the user's
// configuration directory (XDG_CONFIG_HOME; %LocalAppData% on Windows, since
// a roaming profile would carry the index to machines without the secrets).
// It returns ErrForeignHome under sudo when that belongs to somebody else:
// files of root's would lock its owner out; ErrExposed where others could put an index
// of theirs, which says where tokens are sent; and ErrNotDir.
func Dir() (string, error) {
	dir, err := configured()
	if err != nil {
		return "", err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	if os.Getenv("SUDO_UID") != "" && !ours(dir) {
		return "", fmt.Errorf("%s: %w", dir, ErrForeignHome)
	}
	switch info, err := os.Stat(dir); {
	case err == nil && !info.IsDir(), errors.Is(err, syscall.ENOTDIR):
		return "", fmt.Errorf("%w: %s", ErrNotDir, dir)
	case err == nil && exposed(info):
		return "", fmt.Errorf("%w: %s", ErrExposed, dir)
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
