package export

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// shellLines is for `eval` and `source`: POSIX single quotes, in which nothing but
// a single quote means anything.
func shellLines(h handoff) (string, error) {
	return h.lines("env", "export ", func(value string) (string, bool) {
		return quotedForShell(value), true
	})
}

// dotenvPlain is what every reader of .env files takes without quotes, those too that do
// not know them.
const dotenvPlain = `^[a-zA-Z0-9._:/@+=,-]*$`

// dotenvLines keeps to what all readers of .env files agree on: they have no common
// escape, and most expand $ between double quotes.
func dotenvLines(h handoff) (string, error) {
	return h.lines("dotenv", "", func(value string) (string, bool) {
		switch {
		case matches(dotenvPlain, value):
			return value, true
		case !strings.ContainsAny(value, "'\\$`"):
			return "'" + value + "'", true
		}
		return `"` + value + `"`, !strings.ContainsAny(value, "\"\\$`")
	})
}

func (h handoff) lines(format, before string, quote func(string) (quoted string, ok bool)) (string, error) {
	var b strings.Builder
	for _, v := range []struct{ name, value string }{
		{"LOGIN_URL", h.LoginURL}, {"INSTANCE_URL", h.InstanceURL}, {"CLIENT_ID", h.ClientID}, {"CLIENT_SECRET", h.ClientSecret},
		{"REFRESH_TOKEN", h.RefreshToken}, {"USERNAME", h.Username}, {"ORG_ID", h.OrgID},
	} {
		if v.name == "CLIENT_SECRET" && v.value == "" {
			continue
		}
		if strings.ContainsFunc(v.value, unicode.IsControl) {
			return "", &Error{format, strings.ToLower(v.name), "has control characters"}
		}
		quoted, ok := quote(v.value)
		if !ok {
			return "", &Error{format, strings.ToLower(v.name), "has quotes, dollar signs or backslashes, which its readers take differently"}
		}
		fmt.Fprintf(&b, "%s%s%s=%s\n", before, cmp.Or(h.options.Prefix, VariablePrefix), v.name, quoted)
	}
	return b.String(), nil
}

func indented(value any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(value)
	return b.String(), err
}

// What the Salesforce CLI's parser takes (SALESFORCE.md §7.1): it knows no escapes.
const (
	sfdxText = `^[a-zA-Z0-9._-]*={0,2}$`
	sfdxHost = `^[a-zA-Z0-9:._-]+$`
)

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }

func sfdxURL(h handoff) (string, error) {
	const unwritable = "has characters that have no place in it"
	for _, part := range []struct{ field, value string }{
		{"client_id", h.ClientID}, {"client_secret", h.ClientSecret}, {"refresh_token", h.RefreshToken},
	} {
		if !matches(sfdxText, part.value) {
			return "", &Error{"sfdx-url", part.field, unwritable}
		}
		if strings.Trim(part.value, "=") == "" && part.field != "client_secret" {
			return "", &Error{"sfdx-url", part.field, "is empty"}
		}
	}
	for _, part := range []struct{ field, value string }{{"login_url", h.LoginURL}, {"instance_url", h.InstanceURL}} {
		u, err := url.Parse(part.value)
		switch {
		case err != nil || !matches(sfdxHost, u.Host):
			return "", &Error{"sfdx-url", part.field, unwritable}
		case u.Scheme != "https":
			return "", &Error{"sfdx-url", part.field, "is not https"}
		case strings.Trim(u.Path, "/") != "":
			return "", &Error{"sfdx-url", part.field, "has a path, which has no place in it"}
		}
	}
	u, _ := url.Parse(h.InstanceURL)
	return fmt.Sprintf("force://%s:%s:%s@%s\n", h.ClientID, h.ClientSecret, h.RefreshToken, u.Host), nil
}

// singerConfig is the config.json of singer-io/tap-salesforce. What to replicate, and
// since when, is for the reader to narrow down: there is no Salesforce data from before 2000.
func singerConfig(h handoff) (string, error) {
	sandbox, err := h.sandbox("singer")
	if err != nil {
		return "", err
	}
	return indented(struct {
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
		RefreshToken string `json:"refresh_token"`
		StartDate    string `json:"start_date"`
		APIType      string `json:"api_type"`
		AllFields    bool   `json:"select_fields_by_default"`
		Sandbox      bool   `json:"is_sandbox"`
	}{h.ClientID, h.ClientSecret, h.RefreshToken, "2000-01-01T00:00:00Z", "REST", true, sandbox})
}

// airbyteConfig is the configuration of Airbyte's source-salesforce.
func airbyteConfig(h handoff) (string, error) {
	sandbox, err := h.sandbox("airbyte")
	if err != nil {
		return "", err
	}
	type credentials struct {
		AuthType     string `json:"auth_type"`
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
		RefreshToken string `json:"refresh_token"`
	}
	return indented(struct {
		Sandbox     bool        `json:"is_sandbox"`
		Credentials credentials `json:"credentials"`
	}{sandbox, credentials{"Client", h.ClientID, h.ClientSecret, h.RefreshToken}})
}

// sandbox decides between login. and test.salesforce.com for tools that know no other
// login host and always send a client secret.
func (h handoff) sandbox(format string) (bool, error) {
	u, err := url.Parse(h.LoginURL)
	if err != nil || u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || !strings.HasSuffix(u.Host, ".salesforce.com") {
		return false, &Error{format, "login_url", "is neither login.salesforce.com nor test.salesforce.com nor a My Domain of theirs"}
	}
	if h.ClientSecret == "" {
		return false, &Error{format, "client_secret", "is empty, and it wants one"}
	}
	return isSandbox(u.Host), nil
}

// jsforceOptions is what `new jsforce.Connection` takes.
func jsforceOptions(h handoff) (string, error) {
	type app struct {
		ClientID     string `json:"clientId"`
		ClientSecret string `json:"clientSecret,omitempty"`
		RedirectURI  string `json:"redirectUri"`
		LoginURL     string `json:"loginUrl"`
	}
	return indented(struct {
		OAuth2       app    `json:"oauth2"`
		InstanceURL  string `json:"instanceUrl"`
		RefreshToken string `json:"refreshToken"`
	}{app{h.ClientID, h.ClientSecret, h.callback, h.LoginURL}, h.InstanceURL, h.RefreshToken})
}

// curlCommand is a refresh to run in a POSIX shell. The form goes in by the standard
// input, since every user of a machine can read the arguments of a process.
func curlCommand(h handoff) (string, error) {
	u, err := url.Parse(h.TokenURL)
	if err != nil || strings.ContainsFunc(h.TokenURL, func(r rune) bool { return r == '\'' || unicode.IsControl(r) }) || u.Host == "" {
		return "", &Error{"curl", "login_url", "is not one"}
	}
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {h.ClientID}, "refresh_token": {h.RefreshToken}}
	if h.ClientSecret != "" {
		form.Set("client_secret", h.ClientSecret)
	}
	return fmt.Sprintf("curl --data @- '%s' <<'END'\n%s\nEND\n", h.TokenURL, form.Encode()), nil
}
