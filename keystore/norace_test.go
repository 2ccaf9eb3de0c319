//go:build !race

package keystore

const racing = false
