package login

import (
	"strings"

	"sfauth/flow"
	"sfauth/keystore"
)

// TokenCommand is the command line that prints the token which a connection is for.
func TokenCommand(c keystore.Connection) string {
	command := "sfauth token " + keystore.Clean(c.Name, 64)
	wanted, granted := flow.PurposeOf(c.Scope), flow.PurposeOf(strings.Join(c.Scopes, " "))
	if wanted.Key != flow.OwnScopes && wanted.Data360 && granted.Data360 {
		command += " --for data360"
	}
	return command
}
