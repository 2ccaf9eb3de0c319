package export

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sfauth/keystore"
)

const acmeURL = "https://acme.my.salesforce.com"

func exportable() (keystore.Connection, keystore.Secrets) {
	return keystore.Connection{ClientID: "3MVG9abc._-", Username: "o'neil@acme.example", OrgID: "00D000000000001AAA", InstanceURL: acmeURL, RedirectURI: "http://localhost:1717/OauthRedirect"},
		keystore.Secrets{ClientSecret: keystore.NewSecret("SECRET"), RefreshToken: keystore.NewSecret("5Aep861.tok==")}
}

func TestEveryFormatThatTakesTheRefreshTokenHasItAndEndsInANewline(t *testing.T) {
	c, s := exportable()
	for _, format := range slices.DeleteFunc(Formats(), func(f string) bool { return !TakesRefreshToken(f) }) {
		text, err := As(format, c, s, acmeURL, Options{RefreshToken: true})
		token := "5Aep861.tok=="
		if format == "curl" {
			token = "5Aep861.tok%3D%3D"
		}
		if err != nil || !strings.Contains(text, token) || !strings.HasSuffix(text, "\n") {
			t.Errorf("%s: %q, %v", format, text, err)
		}
	}
	if _, err := As("toml", c, s, acmeURL, Options{RefreshToken: true}); !errors.Is(err, ErrNoFormat) {
		t.Error(err)
	}
}

func TestAPublicClientExportsNoClientSecret(t *testing.T) {
	c, s := exportable()
	s.ClientSecret = keystore.Secret{}
	if text, err := As("env", c, s, acmeURL, Options{RefreshToken: true}); err != nil || strings.Contains(text, "CLIENT_SECRET") {
		t.Errorf("%q, %v", text, err)
	}
	if text, err := As("sfdx-url", c, s, acmeURL, Options{RefreshToken: true}); err != nil || text != "force://3MVG9abc._-::5Aep861.tok==@acme.my.salesforce.com\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestJSONHasItsDocumentedKeys(t *testing.T) {
	c, s := exportable()
	text, err := As("json", c, s, acmeURL, Options{RefreshToken: true})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"client_id": c.ClientID, "client_secret": "SECRET", "refresh_token": "5Aep861.tok==", "instance_url": acmeURL,
		"login_url": acmeURL, "token_url": acmeURL + "/services/oauth2/token", "username": c.Username, "org_id": c.OrgID,
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
	}
}

// The expression is the Salesforce CLI's own (SALESFORCE.md §7.1).
func TestTheSalesforceCLIReadsBackWhatSfdxURLWrites(t *testing.T) {
	cli := regexp.MustCompile(`^force:\/\/([a-zA-Z0-9._-]+={0,2}):([a-zA-Z0-9._-]*={0,2}):([a-zA-Z0-9._-]+={0,2})@([a-zA-Z0-9:._-]+)`)
	c, s := exportable()
	text, err := As("sfdx-url", c, s, "https://login.salesforce.com", Options{RefreshToken: true})
	if err != nil {
		t.Fatal(err)
	}
	got := cli.FindStringSubmatch(text)
	if len(got) != 5 || got[1] != c.ClientID || got[2] != "SECRET" || got[3] != "5Aep861.tok==" || got[4] != "acme.my.salesforce.com" {
		t.Errorf("%q", got)
	}
}

func TestWhatSfdxURLCannotExpressIsRefusedWithTheReason(t *testing.T) {
	for field, spoil := range map[string]func(*keystore.Connection, *keystore.Secrets, *string){
		"client_id": func(c *keystore.Connection, _ *keystore.Secrets, _ *string) { c.ClientID = "a:b" },
		"client_secret": func(_ *keystore.Connection, s *keystore.Secrets, _ *string) {
			s.ClientSecret = keystore.NewSecret("a/b")
		},
		"refresh_token": func(_ *keystore.Connection, s *keystore.Secrets, _ *string) {
			s.RefreshToken = keystore.NewSecret("a@b")
		},
		"login_url":    func(_ *keystore.Connection, _ *keystore.Secrets, u *string) { *u = "https://acme.my.site.com/partners" },
		"instance_url": func(c *keystore.Connection, _ *keystore.Secrets, _ *string) { c.InstanceURL = "http://127.0.0.1:8080" },
	} {
		c, s := exportable()
		login := acmeURL
		spoil(&c, &s, &login)
		text, err := As("sfdx-url", c, s, login, Options{RefreshToken: true})
		var e *Error
		if !errors.As(err, &e) || e.Field != field || e.Reason == "" || text != "" {
			t.Errorf("%s: %q, %v", field, text, err)
		}
	}
}

// So it is of a connection that was taken over from a tool which logs in at login.salesforce.com.
func TestAFormThatNamesTheInstanceWaitsUntilItIsKnown(t *testing.T) {
	c, s := exportable()
	c.InstanceURL = ""
	for _, token := range []bool{true, false} {
		for _, format := range Formats() {
			text, err := As(format, c, s, "https://login.salesforce.com", Options{Program: "sfauth", RefreshToken: token && TakesRefreshToken(format)})
			asks := Asks(format, c, token)
			if names := format == "sfdx-url" || format == "sf" || format == "jsforce" && !asks || format == "curl" && asks; errors.Is(err, ErrNoInstance) != names || names == (text != "") {
				t.Errorf("%s, %v: %v\n%s", format, token, err, text)
			}
		}
	}
}
