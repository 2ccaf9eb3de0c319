//go:build unix

// Package endtoend has many processes of the built program renew one connection, with a
// real message bus and keyring. Only Salesforce is not real.
package endtoend

import (
	"testing"

	"sfauth/flow/endtoend/desk"
)

// So many processes at once may wait long for their turn, at the lock, at the keyring and
// at the org. They wait as long as the test allows (desk.Patience), which ends them then.
func TestMain(m *testing.M) {
	desk.Limits = map[string][]string{
		"keystore/lock.go":                     {"60 * time.Second", "10 * time.Second"}, // one holder of a lock
		"keystore/files_windows.go":            {"2 * time.Second"},                      // a file that others have open
		"keystore/vault_keychain.go":           {"5 * time.Second"},                      // one call of the keychain
		"keystore/vault_keychain_bus_linux.go": {"2 * time.Second"},                      // the look at it before
		"flow/token.go":                        {"30 * time.Second"},                     // one request
		"flow/transport.go":                    {"30 * time.Second", "10 * time.Second"}, // each phase of one
	}
	desk.Main(m, nil)
}
