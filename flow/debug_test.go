package flow

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sfauth/keystore"
)

func TestTheLogNamesErrorAndKindAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, want string
	}{
		{400, `{"error":"invalid_grant","error_description":"token 5Aep"}`, "status=400 error=invalid_grant kind=unknown"},
		{400, `{"error":"invalid_grant","error_description":"expired access/refresh token"}`, "status=400 error=invalid_grant kind=token_expired"},
		{200, `{"error":"OAUTH_APP_BLOCKED"}`, `status=200 error=OAUTH_APP_BLOCKED kind=app_blocked`},
		{200, `{"active":true}`, `status=200 error="" kind=""`},
		{400, `{"error":"5Aep861.KVzMx"}`, `status=400 error="" kind=unknown`},
		{400, `{"error":"` + strings.Repeat("a", 41) + `"}`, `status=400 error="" kind=unknown`},
		{503, `error=busy`, `status=503 error="" kind=server_busy`},
	} {
		var log strings.Builder
		client := &Client{HTTP: &http.Client{Transport: answering(c.status, c.body)}, Debug: &log}
		_, _ = client.do(t.Context(), httpRequest{step: StepRefresh, address: "https://acme.my.salesforce.com/services/oauth2/token?code=aPrx",
			bearer: keystore.NewSecret("5Aep"), limit: time.Minute})
		if line := log.String(); !strings.HasSuffix(line, "host=acme.my.salesforce.com path=/services/oauth2/token "+c.want+"\n") ||
			strings.Contains(line, "aPrx") || strings.Contains(line, "5Aep") {
			t.Errorf("%.40s: %s", c.body, line)
		}
	}
}
