package export

import (
	"slices"
	"testing"

	"sfauth/keystore"
)

func TestAProgramGetsTheConnectionInItsEnvironment(t *testing.T) {
	c := keystore.Connection{InstanceURL: acmeURL, OrgID: "00D1", UserID: "0051", Username: "me@acme.example", ClientID: "3MVG9"}
	for _, prefix := range []string{VariablePrefix, "SF_"} {
		got := Environment(prefix, keystore.NewSecret("00D!a"), c, "https://acme.my.site.com/partners")
		if !slices.Equal(got, []string{
			prefix + "ACCESS_TOKEN=00D!a", prefix + "INSTANCE_URL=" + acmeURL, prefix + "ORG_ID=00D1", prefix + "USER_ID=0051",
			prefix + "USERNAME=me@acme.example", prefix + "LOGIN_URL=https://acme.my.site.com/partners",
		}) {
			t.Error(got)
		}
	}
}
