package keystore

import (
	"errors"
	"fmt"
	"strings"
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
	callback     string
}

var formats = []struct {
	name  string
	write func(handoff) (string, error)
}{
	{"env", shellLines},
	{"dotenv", dotenvLines},
	{"json", func(h handoff) (string, error) { return indented(h) }},
	{"sfdx-url", sfdxURL},
	{"singer", singerConfig},
	{"airbyte", airbyteConfig},
	{"jsforce", jsforceOptions},
	{"curl", curlCommand},
}

// ExportFormats names the formats in the order in which to offer them.
func ExportFormats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Export writes a connection with its secrets in another tool's format
// (SALESFORCE.md §7), ending in a newline. loginURL is the login host's, with
// https://. It returns ErrNoFormat, or an *ExportError for what the format cannot express.
func Export(format string, c Connection, s Secrets, loginURL string) (string, error) {
	loginURL = strings.TrimRight(loginURL, "/")
	for _, f := range formats {
		if f.name == format {
			return f.write(handoff{
				ClientID: c.ClientID, ClientSecret: s.ClientSecret.Reveal(), RefreshToken: s.RefreshToken.Reveal(),
				InstanceURL: c.InstanceURL, LoginURL: loginURL, TokenURL: loginURL + "/services/oauth2/token",
				Username: c.Username, OrgID: c.OrgID, callback: c.Callback,
			})
		}
	}
	return "", ErrNoFormat
}
