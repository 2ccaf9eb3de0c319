package keystore

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// disk makes changes of sfauth's own files that outlast a power cut. The zero value is the
// real disk.
type disk struct {
	before   func() error // called before every durable effect: tests crash in it, or make it find the disk full
	fleeting bool         // nothing has to outlast a power cut
}

func (d disk) step() error {
	if d.before == nil {
		return nil
	}
	return d.before()
}

// own wraps an error of one of sfauth's own files as ErrFiles, so that it is told from an
// error of a file of the user's.
func own(err error) error {
	if err == nil || errors.Is(err, ErrFiles) || errors.Is(err, ErrExposed) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrFiles, err)
}

// replaceFile gives a file of sfauth's new content, all or nothing, also across a power
// cut. The caller holds the lock that makes it the only writer.
func (d disk) replaceFile(path string, data []byte) error {
	fresh, err := d.newFile(path)
	if err != nil {
		return err
	}
	return own(d.replace(path, fresh, data))
}

// WritePrivate writes a file of the user's, all or nothing, which only its owner may read.
// It makes no directories, and refuses to replace what is no regular file (a link, a pipe,
// a device). Its errors are those of the file system, with path in them.
func WritePrivate(path string, data []byte) error { return disk{}.writePrivate(path, data) }

func (d disk) writePrivate(path string, data []byte) error {
	info, err := os.Lstat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is there already, and it is no regular file", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	fresh, err := createFile(filepath.Join(filepath.Dir(path), ".sfauth-"+rand.Text()))
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		at.Path = path // The person knows this name, not the temporary file's.
	}
	if err != nil {
		return err
	}
	return d.replace(path, fresh, data)
}

// replace puts fresh, a new file beside path, into path's place with that content.
func (d disk) replace(path string, fresh *os.File, data []byte) error {
	err := d.fill(fresh, data)
	if err == nil {
		err = d.settle(fresh.Name(), path)
	}
	if err != nil {
		_ = os.Remove(fresh.Name())
	}
	return err
}

// newFile makes the empty file path.new, which is to take path's place. What a crash or
// another user has left under that name is removed, never written to.
func (d disk) newFile(path string) (f *os.File, err error) {
	if err := d.step(); err != nil {
		return nil, own(err)
	}
	if err := ownDir(filepath.Dir(path)); err != nil {
		return nil, own(err)
	}
	open := func() error {
		f, err = createFile(path + ".new")
		return err
	}
	err = patiently(func() error {
		err := open()
		if errors.Is(err, fs.ErrExist) {
			if err = os.Remove(path + ".new"); err == nil {
				err = open()
			}
		}
		return err
	})
	return f, own(err)
}

// fill makes data all that f has, waits until it is on the disk, and closes f.
func (d disk) fill(f *os.File, data []byte) error {
	err := d.step()
	if err == nil {
		_, err = f.WriteAt(data, 0)
	}
	if err == nil {
		err = f.Truncate(int64(len(data)))
	}
	if err == nil {
		err = d.sync(f)
	}
	return errors.Join(err, f.Close())
}

// settle renames a new file to path, and waits until the new name is on the disk.
func (d disk) settle(fresh, path string) error {
	if err := d.step(); err != nil {
		return err
	}
	if err := patiently(func() error { return os.Rename(fresh, path) }); err != nil {
		return err
	}
	if err := d.step(); err != nil {
		return err
	}
	return d.syncDir(filepath.Dir(path))
}

// sync waits until what was written to f is on the disk.
func (d disk) sync(f *os.File) error {
	if d.fleeting {
		return nil
	}
	return f.Sync()
}

// syncDir waits until the names in dir are on the disk.
func (d disk) syncDir(dir string) error {
	if d.fleeting {
		return nil
	}
	return syncDir(dir)
}

// removeFile removes a file, if it is there, and waits until that is on the disk.
func (d disk) removeFile(path string) error {
	err := d.step()
	if err == nil {
		err = patiently(func() error { return os.Remove(path) })
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil:
		err = d.syncDir(filepath.Dir(path))
	}
	return own(err)
}

// ownDir makes sure that nobody but the user can write to a directory, and makes it where
// there is none.
func ownDir(dir string) error {
	err := checkDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = makeDir(dir)
	}
	return err
}

// makeDir makes a directory that only the user can enter, and those above it, so that the
// name of each survives a power cut.
func makeDir(dir string) error {
	above := filepath.Dir(dir)
	if _, err := os.Stat(dir); err == nil || above == dir {
		return err
	}
	if err := makeDir(above); err != nil {
		return err
	}
	if err := createDir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(above)
}

// readFile reads a file of sfauth's, which writers replace as a whole. It returns
// fs.ErrNotExist, within ErrFiles, for one that is not there, and an *ExposedError for one
// that another user can write.
func readFile(path string) (data []byte, err error) {
	err = patiently(func() error {
		f, err := openOwn(path)
		if err != nil {
			return err
		}
		defer f.Close()
		data, err = io.ReadAll(f)
		return err
	})
	return data, own(err)
}
