package export

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sfauth/keystore"
)

const program = "/opt/sf auth/bin/sfauth"

func yes() *bool { is := true; return &is }
func no() *bool  { is := false; return &is }

// What each tool does with a rotated token, as its source, its reports and, of jsforce and
// curl, TestEveryFormatKeepsItsConnectionAliveInItsOwnTool have it.
func TestWhoForgetsARotatedTokenAsksForAccessTokensInstead(t *testing.T) {
	for format, want := range map[string]struct {
		asks, asksUnrotated, asksAllTheSame bool
		tool                                Tool
	}{
		"env": {}, "dotenv": {}, "json": {},
		"sfdx-url": {tool: Tool{Name: "Salesforce CLI", Keeps: KeepsSince, Since: "2.151.7"}},
		"singer":   {tool: Tool{Name: "singer-io/tap-salesforce", Keeps: KeepsSince, Since: "2.8.0", twoHosts: true}},
		"airbyte":  {tool: Tool{Name: "source-salesforce", Keeps: KeepsSince, Since: "2.7.24", Alone: true, twoHosts: true}},
		"jsforce":  {asks: true, tool: Tool{Name: "jsforce", Keeps: Forgets}},
		"curl":     {asks: true, tool: Tool{Name: "curl", Keeps: Forgets}},
		"python":   {asks: true, asksUnrotated: true, asksAllTheSame: true},
		"node":     {asks: true, asksUnrotated: true, asksAllTheSame: true},
		"dlt":      {asks: true, asksUnrotated: true, asksAllTheSame: true},
		"sf":       {asks: true, asksUnrotated: true, asksAllTheSame: true},
		"mcp":      {asks: true, asksUnrotated: true, asksAllTheSame: true},
	} {
		if !slices.Contains(Formats(), format) || ToolOf(format) != want.tool || TakesRefreshToken(format) == want.asksAllTheSame {
			t.Errorf("%s: %+v", format, ToolOf(format))
		}
		for _, row := range []struct {
			rotates *bool
			token   bool
			asks    bool
		}{{yes(), false, want.asks}, {nil, false, want.asks}, {no(), false, want.asksUnrotated}, {yes(), true, want.asksAllTheSame}, {nil, true, want.asksAllTheSame}} {
			if got := Asks(format, keystore.Connection{Rotates: row.rotates}, row.token); got != row.asks {
				t.Errorf("%s, %+v: %v", format, row, got)
			}
		}
	}
	if len(Formats()) != 13 {
		t.Error(Formats())
	}
}

func TestWhatAsksForAccessTokensHasNoSecretInItAndNamesThePathOfSfauth(t *testing.T) {
	c, s := exportable()
	c.Name = "acme"
	for _, format := range Formats() {
		if !Asks(format, c, false) {
			continue
		}
		text, err := As(format, c, s, acmeURL, Options{Program: program})
		if err != nil || !strings.Contains(text, program) || !strings.HasSuffix(text, "\n") || strings.Contains(text, "\n\n\n\n") {
			t.Errorf("%s: %v\n%s", format, err, text)
		}
		for _, secret := range []string{"5Aep861", "SECRET", c.ClientID} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %s in it", format, secret)
			}
		}
	}
}

func TestWhatAFormatHasNoPlaceForIsRefused(t *testing.T) {
	c, s := exportable()
	if text, err := As("python", c, s, acmeURL, Options{Program: program, RefreshToken: true}); !errors.Is(err, ErrNoRefreshToken) || text != "" {
		t.Error(text, err)
	}
	for _, format := range Formats() {
		text, err := As(format, c, s, acmeURL, Options{Program: program, Prefix: "SF_"})
		if refused := errors.Is(err, ErrNoPrefix); refused == HasVariables(format) || refused != (text == "") {
			t.Errorf("%s: %q, %v", format, text, err)
		}
		if HasVariables(format) && (!strings.Contains(text, "SF_") || strings.Contains(text, VariablePrefix)) {
			t.Errorf("%s: %s", format, text)
		}
	}
	for field, spoil := range map[string]func(*keystore.Connection, *Options){
		"name":           func(c *keystore.Connection, _ *Options) { c.Name = "a\nb" },
		"instance_url":   func(c *keystore.Connection, _ *Options) { c.InstanceURL += "\x1b[m" },
		"path of sfauth": func(_ *keystore.Connection, o *Options) { o.Program = "/opt/a\rb" },
	} {
		for _, format := range Formats() {
			c, s := exportable()
			o := Options{Program: program}
			if spoil(&c, &o); !Asks(format, c, false) {
				continue
			}
			text, err := As(format, c, s, acmeURL, o)
			if e, ok := errors.AsType[*Error](err); !ok || e.Field != field || text != "" {
				t.Errorf("%s, %s: %q, %v", format, field, text, err)
			}
		}
	}
}

func TestToolsThatKnowTwoLoginHostsAreToldFromAMyDomain(t *testing.T) {
	for login, want := range map[string]string{
		"https://login.salesforce.com": "", "https://test.salesforce.com": "",
		acmeURL: "login.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com": "test.salesforce.com",
	} {
		for _, format := range Formats() {
			other := want
			if format != "singer" && format != "airbyte" {
				other = ""
			}
			if got := OtherHost(format, login); got != other {
				t.Errorf("%s, %s: %q", format, login, got)
			}
		}
	}
}
