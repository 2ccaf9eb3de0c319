//go:build unix

package cli

import "golang.org/x/sys/unix"

// limitCore sets the size of core files to zero, and restore sets it to what it was. Where the
// system refuses either, core files stay as they were.
func limitCore() (restore func()) {
	var before unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &before) != nil {
		return func() {}
	}
	none := before
	none.Cur = 0
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &none)
	return func() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &before) }
}
