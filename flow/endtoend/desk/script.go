//go:build unix

package desk

import (
	"net/http"
	"os/exec"
	"strings"
)

// Connect logs in without a terminal, with the browser that the desk has.
func (d *Desk) Connect() {
	d.T.Helper()
	cmd := exec.CommandContext(Patience(d.T), d.Binary(), d.LoginArgs("--plain")...)
	cmd.Env, cmd.Stdin = d.Env, d.Secret()
	if out, err := cmd.CombinedOutput(); err != nil {
		d.T.Fatalf("login: %v: %s", err, out)
	}
}

// Token is an access token of the connection, as a script gets it.
func (d *Desk) Token(flags ...string) string {
	d.T.Helper()
	out, _, code := d.Sfauth(append([]string{"token", "acme"}, flags...)...)
	token, rest, ended := strings.Cut(out, "\n")
	if code != 0 || !ended || rest != "" {
		d.T.Fatalf("token: exit %d: %d bytes", code, len(out))
	}
	return token
}

// Refreshes counts those that Salesforce has carried out, and fails the test for one
// that it refused: that would be the reuse of an old token.
func (d *Desk) Refreshes() (n int) {
	d.T.Helper()
	for _, e := range d.Org.Log() {
		switch {
		case e.Grant != "refresh_token":
		case e.Status == 200:
			n++
		default:
			d.T.Errorf("a refresh was refused: %+v", e)
		}
	}
	return n
}

// Works asserts that Salesforce takes the access token.
func (d *Desk) Works(token string) {
	d.T.Helper()
	req, err := http.NewRequest(http.MethodGet, d.Domain+"/services/oauth2/userinfo", nil)
	if err != nil {
		d.T.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		d.T.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		d.T.Errorf("userinfo: %s", answer.Status)
	}
}
