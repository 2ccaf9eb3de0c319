package keystore

import (
	"errors"
	"syscall"
)

// classifyDarwin reads the exit status of macOS security(1), the low byte of an OSStatus.
func classifyDarwin(err error) error {
	var exit interface {
		error
		ExitCode() int
	}
	if !errors.As(err, &exit) {
		return ErrUnavailable
	}
	switch exit.ExitCode() {
	case 44: // errSecItemNotFound -25300; go-keyring looks for the English message alone
		return ErrNotFound
	case 36: // errSecInteractionNotAllowed -25308: locked, and nobody to ask
		return ErrLocked
	case 45, 51, 128: // errSecDuplicateItem -25299: not ours to change; errSecAuthFailed -25293; userCanceledErr -128
		return ErrDenied
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
