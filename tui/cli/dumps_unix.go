//go:build unix && !linux

package cli

// forbidDumps keeps secrets out of core files. allow gives core files back to a program
// that takes this one's place (exec).
func forbidDumps() (allow func()) { return limitCore() }
