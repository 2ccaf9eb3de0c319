// Package export writes a connection down as other tools and programs take it.
package export

import (
	"errors"
	"fmt"
	"strings"

	"sfauth/keystore"
)

// ErrNoFormat says that Formats does not name the format that As was asked for.
var ErrNoFormat = errors.New("no such export format")

// Error says that a format has no way to write a connection down, and never what the
// field has in it.
type Error struct{ Format, Field, Reason string }

func (e *Error) Error() string {
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

// Formats names the formats in the order in which people are offered them.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// As is a connection with its secrets in another tool's format (SALESFORCE.md §7), ending
// in a newline. loginURL is the login host's, with https://. It returns ErrNoFormat, or an
// *Error for what the format cannot express.
func As(format string, c keystore.Connection, s keystore.Secrets, loginURL string) (string, error) {
	loginURL = strings.TrimRight(loginURL, "/")
	for _, f := range formats {
		if f.name == format {
			return f.write(handoff{
				ClientID: c.ClientID, ClientSecret: s.ClientSecret.Reveal(), RefreshToken: s.RefreshToken.Reveal(),
				InstanceURL: c.InstanceURL, LoginURL: loginURL, TokenURL: loginURL + "/services/oauth2/token",
				Username: c.Username, OrgID: c.OrgID, callback: c.RedirectURI,
			})
		}
	}
	return "", ErrNoFormat
}
