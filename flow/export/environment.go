package export

import "sfauth/keystore"

// VariablePrefix is what the names of the variables begin with, where nobody asks for
// another prefix.
const VariablePrefix = "SALESFORCE_"

// Environment is a connection as variables for a program, each as NAME=value: prefix and
// ACCESS_TOKEN, INSTANCE_URL, ORG_ID, USER_ID, USERNAME, LOGIN_URL (SALESFORCE.md §7.2).
// loginURL is the login host's, with https://.
func Environment(prefix string, accessToken keystore.Secret, c keystore.Connection, loginURL string) []string {
	return []string{
		prefix + "ACCESS_TOKEN=" + accessToken.Reveal(),
		prefix + "INSTANCE_URL=" + c.InstanceURL,
		prefix + "ORG_ID=" + c.OrgID,
		prefix + "USER_ID=" + c.UserID,
		prefix + "USERNAME=" + c.Username,
		prefix + "LOGIN_URL=" + loginURL,
	}
}
