package cli

import "golang.org/x/sys/unix"

// forbidDumps keeps secrets out of core files and away from other processes of the same
// user: no core dumps, no ptrace, no reading of this process's memory. allow gives core
// files back to a program that takes this one's place (exec).
func forbidDumps() (allow func()) {
	allow = limitCore()
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) // A sandbox that forbids the call costs this protection alone.
	return allow
}
