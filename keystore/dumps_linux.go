package keystore

import "golang.org/x/sys/unix"

// ForbidDumps keeps secrets out of core files and away from other processes of
// the same user: no core dumps, no ptrace, no reading of our memory.
func ForbidDumps() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
