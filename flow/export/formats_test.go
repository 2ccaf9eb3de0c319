package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"sfauth/keystore"
)

// dotenv reads what the readers of .env files have in common: no quotes and nothing
// special, single quotes and nothing that ends them, double quotes and nothing that
// anybody expands.
func dotenv(text string) (map[string]string, error) {
	got := map[string]string{}
	form := regexp.MustCompile(`^([A-Z_]+)=(?:([a-zA-Z0-9._:/@+=,-]*)|'([^'\\]*)'|"([^"\\$` + "`" + `]*)")$`)
	for line := range strings.Lines(text) {
		m := form.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			return nil, fmt.Errorf("not a line of all: %q", line)
		}
		got[m[1]] = m[2] + m[3] + m[4]
	}
	return got, nil
}

func TestEveryReaderOfEnvFilesTakesDotenv(t *testing.T) {
	for _, secret := range []string{"SECRET", "a b#c", "with \"double\" quotes", "it's", "5Aep!=="} {
		c, s := exportable()
		c.OrgID = "" // nothing after the =: some take quotes for a part of the value
		s.ClientSecret = keystore.NewSecret(secret)
		text, err := As("dotenv", c, s, acmeURL, Options{RefreshToken: true})
		if err != nil || !strings.Contains(text, "SALESFORCE_ORG_ID=\n") {
			t.Fatalf("%s: %v\n%s", secret, err, text)
		}
		got, err := dotenv(text)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"SALESFORCE_LOGIN_URL": acmeURL, "SALESFORCE_INSTANCE_URL": acmeURL, "SALESFORCE_CLIENT_ID": c.ClientID,
			"SALESFORCE_CLIENT_SECRET": secret, "SALESFORCE_REFRESH_TOKEN": "5Aep861.tok==",
			"SALESFORCE_USERNAME": "o'neil@acme.example", "SALESFORCE_ORG_ID": c.OrgID,
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
}

func TestWhatDotenvCannotExpressIsRefusedWithTheReason(t *testing.T) {
	for _, secret := range []string{`it's "both"`, `it's $HOME`, `$HOME`, "$(touch pwned)", "`id`", `back\slash`, "a\nb", "it's `id`"} {
		c, s := exportable()
		s.ClientSecret = keystore.NewSecret(secret)
		text, err := As("dotenv", c, s, acmeURL, Options{RefreshToken: true})
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Field != "client_secret" || e.Reason == "" || text != "" || strings.Contains(e.Error(), secret) {
			t.Errorf("%q: %q, %v", secret, text, err)
		}
	}
}

// loaded is what a reader of JSON sees, every key of it.
func loaded(t *testing.T, format, loginURL string) map[string]any {
	t.Helper()
	c, s := exportable()
	text, err := As(format, c, s, loginURL, Options{RefreshToken: true})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestSingerAirbyteAndJsforceHaveTheirToolsKeys(t *testing.T) {
	const id, token = "3MVG9abc._-", "5Aep861.tok=="
	for format, want := range map[string]map[string]any{
		"singer": {
			"client_id": id, "client_secret": "SECRET", "refresh_token": token, "start_date": "2000-01-01T00:00:00Z",
			"api_type": "REST", "select_fields_by_default": true, "is_sandbox": false,
		},
		"airbyte": {
			"is_sandbox":  false,
			"credentials": map[string]any{"auth_type": "Client", "client_id": id, "client_secret": "SECRET", "refresh_token": token},
		},
		"jsforce": {
			"oauth2": map[string]any{
				"clientId": id, "clientSecret": "SECRET", "redirectUri": "http://localhost:1717/OauthRedirect", "loginUrl": acmeURL,
			},
			"instanceUrl": acmeURL, "refreshToken": token,
		},
	} {
		if got := loaded(t, format, acmeURL); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %v\nwant %v", format, got, want)
		}
	}
}

func TestToolsWithTwoLoginHostsAreToldWhichAndRefusedOthers(t *testing.T) {
	for login, want := range map[string]bool{
		"https://login.salesforce.com": false, "https://test.salesforce.com": true, acmeURL: false,
		"https://acme--uat.sandbox.my.salesforce.com": true, "https://acme.scratch.my.salesforce.com": true,
		"https://acme-dev-ed.develop.my.salesforce.com": false,
	} {
		for _, format := range []string{"singer", "airbyte"} {
			if got := loaded(t, format, login)["is_sandbox"]; got != want {
				t.Errorf("%s, %s: %v", format, login, got)
			}
		}
	}
	for field, spoil := range map[string]func(*keystore.Secrets, *string){
		"login_url":     func(_ *keystore.Secrets, u *string) { *u = "https://acme.my.site.com/partners" },
		"client_secret": func(s *keystore.Secrets, _ *string) { s.ClientSecret = keystore.Secret{} },
	} {
		for _, format := range []string{"singer", "airbyte"} {
			c, s := exportable()
			login := acmeURL
			spoil(&s, &login)
			text, err := As(format, c, s, login, Options{RefreshToken: true})
			if e, ok := errors.AsType[*Error](err); !ok || e.Field != field || text != "" {
				t.Errorf("%s, %s: %q, %v", format, field, text, err)
			}
		}
	}
}
