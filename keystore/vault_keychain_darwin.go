package keystore

import (
	"context"
	_ "crypto/x509" // whose flags have Apple's linker take the Security framework in, where it links
	"syscall"
	"unsafe"
)

const securityPath = security("/usr/bin/security")

func readItem(ctx context.Context, account string) (string, error) {
	return securityPath.read(ctx, account)
}

func writeItem(ctx context.Context, account, _, value string) error {
	return securityPath.write(ctx, account, value)
}

func deleteItem(ctx context.Context, account string) error {
	return securityPath.delete(ctx, account)
}

// look finds out whether the default keychain is locked, so that security would ask a
// person to unlock it. security itself has no command that tells without asking them.
func look(_ context.Context, prompt bool, _ string, asks func()) (item string, err error) {
	switch locked := isLocked(); {
	case locked && prompt:
		asks()
	case locked:
		return "", ErrLocked
	}
	return "", nil
}

func classify(err error) error { return classifyDarwin(err) }

func describe(context.Context) string { return "macOS Keychain" }

// isLocked asks the Security framework, which asks nobody. What else may be wrong with the
// default keychain, security says better.
func isLocked() bool {
	const unlocked = 1 // kSecUnlockStateStatus
	var status uint32
	code, _, _ := call(secKeychainGetStatus, 0, uintptr(unsafe.Pointer(&status)), 0)
	return int32(code) == 0 && status&unlocked == 0
}

// secKeychainGetStatus is where the function begins (vault_keychain_darwin.s): called as
// the standard library calls those of the same framework, without cgo.
var secKeychainGetStatus uintptr

//go:cgo_import_dynamic sfauth_SecKeychainGetStatus SecKeychainGetStatus "/System/Library/Frameworks/Security.framework/Versions/A/Security"

//go:linkname call syscall.syscall
func call(fn, a1, a2, a3 uintptr) (r1, r2 uintptr, err syscall.Errno)

func forOthers(context.Context, string) error { return nil }
