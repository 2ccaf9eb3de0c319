package export

import (
	"cmp"

	"sfauth/keystore"
)

// VariablePrefix is what the names of the variables begin with, where nobody asks for
// another prefix.
const VariablePrefix = "SALESFORCE_"

// tokenCommand is a variable's name after its prefix: the command line that asks again.
const tokenCommand = "TOKEN_COMMAND"

// Names say how the variables of a program are called.
type Names struct {
	As     string // as one of Presets has it; empty: with the prefix
	Prefix string // empty: VariablePrefix
}

// presets are the variables in which tools look for an access token and an instance URL.
var presets = []struct{ as, token, instance string }{
	{"sf", "SF_ACCESS_TOKEN", "SF_ORG_INSTANCE_URL"},
	{"dlt", "SOURCES__SALESFORCE__CREDENTIALS__SESSION_ID", "SOURCES__SALESFORCE__CREDENTIALS__INSTANCE_URL"},
}

// Presets names the tools whose own names there are for variables.
func Presets() (names []string) {
	for _, p := range presets {
		names = append(names, p.as)
	}
	return names
}

// Environment is a connection as variables for a program, each as NAME=value: prefix and
// ACCESS_TOKEN, INSTANCE_URL, ORG_ID, USER_ID, USERNAME, LOGIN_URL (SALESFORCE.md §7.2), or
// what the tool looks for; and TOKEN_COMMAND, which is again, the command line that asks for
// another access token. loginURL is the login host's, with https://.
func Environment(n Names, accessToken keystore.Secret, c keystore.Connection, loginURL, again string) []string {
	prefix := cmp.Or(n.Prefix, VariablePrefix)
	for _, p := range presets {
		if p.as == n.As {
			return []string{p.token + "=" + accessToken.Reveal(), p.instance + "=" + c.InstanceURL, prefix + tokenCommand + "=" + again}
		}
	}
	return []string{
		prefix + "ACCESS_TOKEN=" + accessToken.Reveal(),
		prefix + "INSTANCE_URL=" + c.InstanceURL,
		prefix + "ORG_ID=" + c.OrgID,
		prefix + "USER_ID=" + c.UserID,
		prefix + "USERNAME=" + c.Username,
		prefix + "LOGIN_URL=" + loginURL,
		prefix + tokenCommand + "=" + again,
	}
}
