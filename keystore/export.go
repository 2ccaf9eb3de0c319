package keystore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// ErrNoFormat is returned for a format that ExportFormats does not name.
var ErrNoFormat = errors.New("no such export format")

// ExportError says that a format has no way to write a connection down.
type ExportError struct{ Format, Field, Reason string }

func (e *ExportError) Error() string {
	return fmt.Sprintf("%s cannot express this connection: its %s %s", e.Format, e.Field, e.Reason)
}

// handoff is all that another tool needs, in plain text.
type handoff struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RefreshToken string `json:"refresh_token"`
	InstanceURL  string `json:"instance_url"`
	LoginURL     string `json:"login_url"`
	TokenURL     string `json:"token_url"`
	Username     string `json:"username"`
	OrgID        string `json:"org_id"`
}

var formats = []struct {
	name  string
	write func(handoff) (string, error)
}{
	{"env", shellLines},
	{"json", rawJSON},
	{"sfdx-url", sfdxURL},
}

// ExportFormats names the formats in the order in which to offer them.
func ExportFormats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Export writes a connection with its secrets in another tool's format, ending in
// a newline. loginURL is the login host's, with https://. It returns ErrNoFormat,
// or an *ExportError for what the format cannot express.
func Export(format string, c Connection, s Secrets, loginURL string) (string, error) {
	loginURL = strings.TrimRight(loginURL, "/")
	for _, f := range formats {
		if f.name == format {
			return f.write(handoff{
				ClientID: c.ClientID, ClientSecret: s.ClientSecret.Reveal(), RefreshToken: s.RefreshToken.Reveal(),
				InstanceURL: c.InstanceURL, LoginURL: loginURL, TokenURL: loginURL + "/services/oauth2/token",
				Username: c.Username, OrgID: c.OrgID,
			})
		}
	}
	return "", ErrNoFormat
}

// shellLines is for `eval` and `source`: POSIX single quotes, in which nothing but
// a single quote means anything.
func shellLines(h handoff) (string, error) {
	var b strings.Builder
	for _, v := range []struct{ name, value string }{
		{"LOGIN_URL", h.LoginURL}, {"INSTANCE_URL", h.InstanceURL}, {"CLIENT_ID", h.ClientID}, {"CLIENT_SECRET", h.ClientSecret},
		{"REFRESH_TOKEN", h.RefreshToken}, {"USERNAME", h.Username}, {"ORG_ID", h.OrgID},
	} {
		if v.name == "CLIENT_SECRET" && v.value == "" {
			continue
		}
		if strings.ContainsFunc(v.value, unicode.IsControl) {
			return "", &ExportError{"env", strings.ToLower(v.name), "has control characters"}
		}
		fmt.Fprintf(&b, "export SALESFORCE_%s='%s'\n", v.name, strings.ReplaceAll(v.value, `'`, `'\''`))
	}
	return b.String(), nil
}

func rawJSON(h handoff) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(h)
	return b.String(), err
}

// What the Salesforce CLI's parser takes (SALESFORCE.md §7.1): it knows no escapes.
var (
	sfdxText = regexp.MustCompile(`^[a-zA-Z0-9._-]*={0,2}$`)
	sfdxHost = regexp.MustCompile(`^[a-zA-Z0-9:._-]+$`)
)

func sfdxURL(h handoff) (string, error) {
	const unwritable = "has characters that have no place in it"
	for _, part := range []struct{ field, value string }{
		{"client_id", h.ClientID}, {"client_secret", h.ClientSecret}, {"refresh_token", h.RefreshToken},
	} {
		if !sfdxText.MatchString(part.value) {
			return "", &ExportError{"sfdx-url", part.field, unwritable}
		}
		if part.value == "" && part.field != "client_secret" {
			return "", &ExportError{"sfdx-url", part.field, "is empty"}
		}
	}
	for _, part := range []struct{ field, value string }{{"login_url", h.LoginURL}, {"instance_url", h.InstanceURL}} {
		u, err := url.Parse(part.value)
		switch {
		case err != nil || !sfdxHost.MatchString(u.Host):
			return "", &ExportError{"sfdx-url", part.field, unwritable}
		case u.Scheme != "https":
			return "", &ExportError{"sfdx-url", part.field, "is not https"}
		case strings.Trim(u.Path, "/") != "":
			return "", &ExportError{"sfdx-url", part.field, "has a path, which has no place in it"}
		}
	}
	u, _ := url.Parse(h.InstanceURL)
	return fmt.Sprintf("force://%s:%s:%s@%s\n", h.ClientID, h.ClientSecret, h.RefreshToken, u.Host), nil
}
