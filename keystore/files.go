package keystore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// step is called before every durable effect on a file; tests crash there, or
// find the disk full.
var step = func() error { return nil }

// replaceFile gives a file new content, all or nothing, also across a power cut.
// The caller holds the lock that makes it the only writer.
func replaceFile(path string, data []byte) error {
	fresh, err := newFile(path)
	if err == nil {
		err = fill(fresh, data)
	}
	if err != nil {
		_ = os.Remove(path + ".new")
		return err
	}
	if err := settle(path); err != nil {
		_ = os.Remove(path + ".new")
		return err
	}
	return nil
}

// newFile opens the empty file that is to take path's place.
func newFile(path string) (*os.File, error) {
	if err := makeDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := step(); err != nil {
		return nil, err
	}
	return os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
}

// fill makes data the content of f, from its beginning, on the disk itself, and
// closes it.
func fill(f *os.File, data []byte) error {
	err := step()
	if err == nil {
		_, err = f.WriteAt(data, 0)
	}
	if err == nil {
		err = f.Truncate(int64(len(data)))
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// settle puts the new file into its place.
func settle(path string) error {
	if err := step(); err != nil {
		return err
	}
	if err := patiently(func() error { return os.Rename(path+".new", path) }); err != nil {
		return err
	}
	if err := step(); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// removeFile removes a file, if it is there, for good.
func removeFile(path string) error {
	if err := step(); err != nil {
		return err
	}
	err := patiently(func() error { return os.Remove(path) })
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// makeDir makes a directory of ours whose name survives a power cut.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

// readFile reads what is only ever replaced as a whole.
func readFile(path string) (data []byte, err error) {
	err = patiently(func() error {
		data, err = os.ReadFile(path)
		return err
	})
	return data, err
}

// WritePrivate gives a file new content, all or nothing, which only its owner may
// read.
func WritePrivate(path string, data []byte) error { return replaceFile(path, data) }
