//go:build !unix

package keystore

// ForbidDumps does nothing: there are no core dumps here.
func ForbidDumps() (allow func()) { return func() {} }
