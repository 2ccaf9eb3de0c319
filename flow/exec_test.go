package flow_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"sfauth/flow"
)

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
