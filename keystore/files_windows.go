package keystore

import (
	"errors"
	"io/fs"
	"os"
	"time"
	"unsafe"

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

// createFile makes a file that only the user can read and write, from its first moment:
// the mode that Go takes says nothing to Windows, where a file is as open as its directory
// wants it. It returns fs.ErrExist where there is something by that name.
func createFile(path string) (*os.File, error) {
	name, own, err := private(path, "")
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, windows.GENERIC_WRITE, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, own,
		windows.CREATE_NEW, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

// createDir makes a directory that only the user can enter; what is put into it is the
// user's alone, too. It returns what createFile does.
func createDir(path string) error {
	name, own, err := private(path, "OICI")
	if err == nil {
		err = windows.CreateDirectory(name, own)
	}
	if err != nil {
		return &fs.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return nil
}

// private is a path, and the access list of what only the user has rights to (SDDL): it is
// the user's, whoever else an administrator's files would belong to, and takes nothing from
// the directory above. inherited is which of what is put into it has the same list.
func private(path, inherited string) (*uint16, *windows.SecurityAttributes, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, nil, err
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, nil, err
	}
	sid := user.User.Sid.String()
	list, err := windows.SecurityDescriptorFromString("O:" + sid + "D:P(A;" + inherited + ";FA;;;" + sid + ")")
	if err != nil {
		return nil, nil, err
	}
	own := &windows.SecurityAttributes{SecurityDescriptor: list}
	own.Length = uint32(unsafe.Sizeof(*own))
	return name, own, nil
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
