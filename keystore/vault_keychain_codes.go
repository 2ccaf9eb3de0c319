package keystore

import (
	"errors"
	"syscall"
)

// classifyDarwin reads the exit status of macOS security(1), the low byte of an OSStatus
// (SecBase.h); from 100000 on that is an errno.
func classifyDarwin(err error) error {
	var exit interface {
		error
		ExitCode() int
	}
	if !errors.As(err, &exit) {
		return ErrUnavailable
	}
	switch exit.ExitCode() {
	case 44: // errSecItemNotFound -25300
		return ErrNotFound
	case 36: // errSecInteractionNotAllowed -25308: locked, and nobody to ask
		return ErrLocked
	case 24, 29: // errSecInDarkWake -25320: its screen is off; errSecInteractionRequired -25315
		return ErrNoWindow
	case 51, 128: // errSecAuthFailed -25293; userCanceledErr -128
		return ErrDenied
	case 45, 52, 195: // errSecDuplicateItem -25299: there, and not ours to change; errSecReadOnly -25292; wrPermErr -61
		return ErrDenied
	case 161, 173, 190: // EPERM, EACCES, EROFS: its file cannot be written
		return ErrDenied
	case 37: // errSecNoDefaultKeychain -25307
		return ErrNoDefault
	case 49, 50: // errSecInvalidKeychain -25295, errSecNoSuchKeychain -25294
		return ErrNoKeychainFile
	case 53: // errSecNotAvailable -25291
		return ErrNoLogin
	}
	return ErrUnavailable
}

// classifyWindows reads the error number of the Credential Manager (wincred.h).
func classifyWindows(err error) error {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return ErrUnavailable
	}
	switch number {
	case 1168: // ERROR_NOT_FOUND
		return ErrNotFound
	case 5, 1223: // ERROR_ACCESS_DENIED, ERROR_CANCELLED
		return ErrDenied
	case 1783: // RPC_X_BAD_STUB_DATA: what a blob beyond the limit gets
		return ErrTooBig
	}
	return ErrUnavailable // 1312 ERROR_NO_SUCH_LOGON_SESSION: there is no keychain over SSH
}
