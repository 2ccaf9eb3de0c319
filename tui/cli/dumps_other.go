//go:build !unix

package cli

// forbidDumps does nothing: Windows writes no core files.
func forbidDumps() (allow func()) { return func() {} }
