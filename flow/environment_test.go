package flow_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/keystore"
)

func TestAProgramGetsTheConnectionInItsEnvironment(t *testing.T) {
	domain, err := flow.ParseDomain("acme.my.site.com/partners")
	must(t, err)
	a := flow.Access{Token: keystore.NewSecret("00D!a"), Connection: keystore.Connection{
		InstanceURL: "https://acme.my.salesforce.com", OrgID: "00D1", UserID: "0051", Username: "me@acme.example", ClientID: "3MVG9"}}
	for _, want := range []string{"SALESFORCE_", "SF_"} {
		got := flow.Environment(a, domain, want)
		if !slices.Equal(got, []string{
			want + "ACCESS_TOKEN=00D!a", want + "INSTANCE_URL=https://acme.my.salesforce.com", want + "ORG_ID=00D1", want + "USER_ID=0051",
			want + "USERNAME=me@acme.example", want + "LOGIN_URL=https://acme.my.site.com/partners",
		}) {
			t.Error(got)
		}
	}
}

func TestAProgramGetsOneValueOfEachVariable(t *testing.T) {
	if os.Getenv("FLOW_TEST_EXEC") != "" {
		t.Fatal(flow.Exec([]string{"env"}, append(flow.WithoutOurs(os.Environ()), "SALESFORCE_ORG_ID=00D1")))
	}
	flow.Need(t, "env")
	self := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	self.Env = append(os.Environ(), "FLOW_TEST_EXEC=1", "SALESFORCE_ORG_ID=of another org", "SFAUTH_KEY_FILE=/key")
	out, err := self.Output()
	must(t, err)
	if env := string(out); strings.Count(env, "SALESFORCE_ORG_ID=") != 1 || !strings.Contains(env, "SALESFORCE_ORG_ID=00D1\n") || strings.Contains(env, "SFAUTH_") {
		t.Error(env)
	}
}
