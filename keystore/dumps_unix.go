//go:build unix && !linux

package keystore

import "golang.org/x/sys/unix"

// ForbidDumps keeps secrets out of core files.
func ForbidDumps() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
