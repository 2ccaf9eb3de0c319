//go:build unix

package desk

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sfauth/flow/demo"
)

// Connect logs in without a terminal, with the browser that the desk has, which may keep
// what it is given to write to open for longer than the login takes: a file, and no pipe.
func (d *Desk) Connect() {
	d.T.Helper()
	said, err := os.Create(filepath.Join(d.Dir, "login"))
	if err != nil {
		d.T.Fatal(err)
	}
	defer said.Close()
	cmd := d.Command(d.LoginArgs("--plain")...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = d.Secret(), said, said
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(said.Name())
		d.T.Fatalf("login: %v: %s", err, text)
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

// Redirected is a person who allows access, or not, in a browser on another machine:
// it ends on an address that it cannot load.
func Redirected(t *testing.T, authorizeURL string, allow bool) (address string) {
	t.Helper()
	elsewhere := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/OauthRedirect" {
			address = r.URL.String()
			return nil, errors.New("connection refused")
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	_, err := demo.Visit(t.Context(), elsewhere, authorizeURL, allow)
	if address == "" {
		t.Fatalf("no callback was asked for: %v", err)
	}
	return address
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
