package export

import (
	"slices"
	"testing"

	"sfauth/keystore"
)

func TestAProgramGetsTheConnectionInItsEnvironment(t *testing.T) {
	c := keystore.Connection{InstanceURL: acmeURL, OrgID: "00D1", UserID: "0051", Username: "me@acme.example", ClientID: "3MVG9"}
	for _, prefix := range []string{VariablePrefix, "SF_"} {
		got := Environment(Names{Prefix: prefix}, keystore.NewSecret("00D!a"), c, "https://acme.my.site.com/partners", "sfauth token acme")
		if !slices.Equal(got, []string{
			prefix + "ACCESS_TOKEN=00D!a", prefix + "INSTANCE_URL=" + acmeURL, prefix + "ORG_ID=00D1", prefix + "USER_ID=0051",
			prefix + "USERNAME=me@acme.example", prefix + "LOGIN_URL=https://acme.my.site.com/partners", prefix + "TOKEN_COMMAND=sfauth token acme",
		}) {
			t.Error(got)
		}
	}
}

// The names are those of the tools: of sf org login access-token, and of dlt's layout of
// [sources.salesforce.credentials].
func TestAToolFindsTheTokenWhereItLooksForIt(t *testing.T) {
	for as, want := range map[string][]string{
		"sf":  {"SF_ACCESS_TOKEN=00D!a", "SF_ORG_INSTANCE_URL=" + acmeURL},
		"dlt": {"SOURCES__SALESFORCE__CREDENTIALS__SESSION_ID=00D!a", "SOURCES__SALESFORCE__CREDENTIALS__INSTANCE_URL=" + acmeURL},
	} {
		got := Environment(Names{As: as}, keystore.NewSecret("00D!a"), keystore.Connection{InstanceURL: acmeURL}, acmeURL, "sfauth token acme")
		if !slices.Equal(got, append(want, "SALESFORCE_TOKEN_COMMAND=sfauth token acme")) || !slices.Contains(Presets(), as) {
			t.Error(as, got)
		}
	}
	if len(Presets()) != 2 {
		t.Error(Presets())
	}
}
