//go:build !linux && !darwin && !windows

package keystore

import "context"

// look refuses: go-keyring would start a bus here, unguarded, or has no keychain at all.
func look(context.Context, bool, string, func()) error { return ErrUnavailable }

func classify(error) error { return ErrUnavailable }

func describe(context.Context) string { return "no keychain" }
