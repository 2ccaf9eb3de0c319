// Package export writes a connection down as other tools and programs take it.
package export

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"sfauth/keystore"
)

var (
	// ErrNoFormat says that Formats does not name the format that As was asked for.
	ErrNoFormat = errors.New("no such export format")
	// ErrNoRefreshToken says that Options ask for the refresh token in a format whose tool
	// takes access tokens alone.
	ErrNoRefreshToken = errors.New("it takes access tokens alone")
	// ErrNoInstance says that the format names the instance of a connection that was taken over
	// from another tool, which did not know it.
	ErrNoInstance = errors.New("its instance URL is not known before its first renewal")
	// ErrNoPrefix says that Options have a prefix, and the format no variables.
	ErrNoPrefix = errors.New("it names no variables")
)

// Error says that a format has no way to write a connection down, and never what the
// field has in it.
type Error struct{ Format, Field, Reason string }

func (e *Error) Error() string {
	return fmt.Sprintf("%s cannot express this connection: its %s %s", e.Format, e.Field, e.Reason)
}

// Options say how a connection is written down.
type Options struct {
	Program      string   // the path of this sfauth, for what asks it for access tokens
	Environment  []string // what sfauth finds its files by, each as NAME=value
	Prefix       string   // of the names of variables; empty: VariablePrefix
	RefreshToken bool     // the token itself, also for a tool that ends the connection with it
}

// handoff is all that another tool needs, in plain text. The secrets are empty where the
// format asks for access tokens.
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
	name         string
	options      Options
}

// format is one way to write a connection down, and what is known of who reads it.
type format struct {
	name  string
	tool  Tool
	token func(handoff) (string, error) // with the refresh token; nil: it takes access tokens alone
	asks  func(handoff) (string, error) // has the tool ask sfauth for access tokens; nil: it cannot
	names bool                          // it has variables, whose names have a prefix
}

var formats = []format{
	{name: "env", token: shellLines, names: true},
	{name: "dotenv", token: dotenvLines, names: true},
	{name: "json", token: func(h handoff) (string, error) { return indented(h) }},
	{name: "sfdx-url", tool: Tool{Name: "Salesforce CLI", Keeps: KeepsSince, Since: "2.151.7"}, token: atInstance(sfdxURL)},
	{name: "singer", tool: Tool{Name: "singer-io/tap-salesforce", Keeps: KeepsSince, Since: "2.8.0", twoHosts: true}, token: singerConfig},
	{name: "airbyte", tool: Tool{Name: "source-salesforce", Keeps: KeepsSince, Since: "2.7.24", Alone: true, twoHosts: true}, token: airbyteConfig},
	{name: "jsforce", tool: Tool{Name: "jsforce", Keeps: Forgets}, token: atInstance(jsforceOptions), asks: jsforceModule},
	{name: "curl", tool: Tool{Name: "curl", Keeps: Forgets}, token: curlCommand, asks: atInstance(curlRequest)},
	{name: "python", asks: pythonModule},
	{name: "node", asks: nodeModule},
	{name: "dlt", asks: dltLines},
	{name: "sf", asks: atInstance(sfLogin)},
	{name: "mcp", asks: mcpServers, names: true},
}

// atInstance is a form that cannot do without the instance URL.
func atInstance(write func(handoff) (string, error)) func(handoff) (string, error) {
	return func(h handoff) (string, error) {
		if h.InstanceURL == "" {
			return "", ErrNoInstance
		}
		return write(h)
	}
}

// Formats names the formats in the order in which people are offered them.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

func find(name string) (format, error) {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return format{}, ErrNoFormat
	}
	return formats[i], nil
}

// Asks tells whether a connection is written down in a format so that its reader asks sfauth
// for access tokens, and nothing that is written is a secret. Else its refresh token is
// written down. A tool that forgets a rotated token asks, unless token says that it gets the
// refresh token all the same. A connection of which nobody knows whether it rotates is taken
// to: Salesforce's new apps do, and asking works either way.
func Asks(name string, c keystore.Connection, token bool) bool {
	f, err := find(name)
	return err == nil && f.asks != nil && (f.token == nil || f.tool.Keeps == Forgets && !token && (c.Rotates == nil || *c.Rotates))
}

// As is a connection in another tool's format (SALESFORCE.md §7), ending in a newline. Where
// Asks is true the secrets are not looked at. loginURL is the login host's, with https://. It
// returns ErrNoFormat, ErrNoRefreshToken, ErrNoPrefix, ErrNoInstance, or an *Error for what the format cannot
// express.
func As(name string, c keystore.Connection, s keystore.Secrets, loginURL string, o Options) (string, error) {
	f, err := find(name)
	switch {
	case err != nil:
		return "", err
	case o.RefreshToken && f.token == nil:
		return "", ErrNoRefreshToken
	case o.Prefix != "" && !f.names:
		return "", ErrNoPrefix
	}
	loginURL = strings.TrimRight(loginURL, "/")
	h := handoff{
		ClientID: c.ClientID, InstanceURL: c.InstanceURL, LoginURL: loginURL, TokenURL: loginURL + "/services/oauth2/token",
		Username: c.Username, OrgID: c.OrgID, callback: c.RedirectURI, name: c.Name, options: o,
	}
	if !Asks(name, c, o.RefreshToken) {
		h.ClientSecret, h.RefreshToken = s.ClientSecret.Reveal(), s.RefreshToken.Reveal()
		return f.token(h)
	}
	for _, part := range []struct{ field, value string }{{"name", h.name}, {"instance_url", h.InstanceURL}, {"path of sfauth", o.Program}} {
		if strings.ContainsFunc(part.value, unicode.IsControl) {
			return "", &Error{name, part.field, "has control characters"}
		}
	}
	return f.asks(h)
}
