package login

import (
	"strings"

	"sfauth/flow"
	"sfauth/keystore"
)

// TokenCommand is the command line that prints the token which a connection is for.
func TokenCommand(c keystore.Connection) string {
	command := "sfauth token " + keystore.Clean(c.Name, 64)
	if IsForData360(c) {
		command += " --for data360"
	}
	return command
}

// IsForData360 tells a connection that was authorised for Data 360, and may use it.
func IsForData360(c keystore.Connection) bool {
	wanted, granted := flow.PurposeOf(c.Scope), flow.PurposeOf(strings.Join(c.Scopes, " "))
	return wanted.Key != flow.OwnScopes && wanted.Data360 && granted.Data360
}
