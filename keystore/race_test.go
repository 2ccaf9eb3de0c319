//go:build race

package keystore

// racing tells that the race detector makes everything ten times slower.
const racing = true
