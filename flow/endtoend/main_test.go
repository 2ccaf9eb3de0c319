//go:build unix

// Package endtoend has many processes of the built program renew one connection, with a
// real message bus and keyring. Only Salesforce is not real.
package endtoend

import (
	"testing"

	"sfauth/flow/endtoend/desk"
)

func TestMain(m *testing.M) { desk.Main(m, nil) }
