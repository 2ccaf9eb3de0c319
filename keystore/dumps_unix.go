//go:build unix && !linux

package keystore

// ForbidDumps keeps secrets out of core files. allow undoes it for a program that
// takes this one's place.
func ForbidDumps() (allow func()) { return limitCore() }
