package flow

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheLogNamesTheErrorAndNothingElseOfABody(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, want string
	}{
		{400, `{"error":"invalid_grant","error_description":"token 5Aep"}`, "status=400 error=invalid_grant failed=false"},
		{200, `{"error":"invalid_grant"}`, `status=200 error="" failed=false`},
		{400, `{"error":"5Aep861.KVzMx"}`, `status=400 error="" failed=false`},
		{400, `{"error":"` + strings.Repeat("a", 41) + `"}`, `status=400 error="" failed=false`},
		{503, `error=busy`, `status=503 error="" failed=false`},
		{400, `{"error":"invalid_grant","more":"` + strings.Repeat("x", 100<<10) + `"}`, `status=400 error="" failed=false`},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		}))
		var log strings.Builder
		res, err := Logged(&log).Get(server.URL + "/services/oauth2/token?code=aPrx")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		server.Close()
		if err != nil || string(body) != c.body {
			t.Errorf("%.40s: the body was changed: %v", c.body, err)
		}
		if line := log.String(); !strings.HasSuffix(line, "path=/services/oauth2/token "+c.want+"\n") || strings.Contains(line, "aPrx") || strings.Contains(line, "5Aep") {
			t.Errorf("%.40s: %s", c.body, line)
		}
	}
}
