package keystore

import "golang.org/x/sys/unix"

// ForbidDumps keeps secrets out of core files and away from other processes of the
// same user: no core dumps, no ptrace, no reading of our memory. allow undoes it for
// a program that takes this one's place.
func ForbidDumps() (allow func()) {
	allow = limitCore()
	// Best effort: where it is forbidden, everything else still protects them.
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	return allow
}
