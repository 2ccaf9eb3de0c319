package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/flow/export"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// renewals tell whether the app rotates.
func renewed(ctx context.Context, w *world.World, name string) {
	if _, err := w.Client.Token(ctx, name, flow.TokenOptions{Fresh: true}); err != nil {
		w.T.Fatal(err)
	}
}

func TestAnExportToAToolThatForgetsAsksForAccessTokensAndSaysWhy(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Keep("acme", nil)
		const forgets, instead = "note: with refresh token rotation ", "note: this asks sfauth for access tokens instead"
		for _, tool := range []string{"jsforce", "curl"} {
			code, out, told := runs(ctx, w, "export", "acme", "--format", tool)
			if code != 0 || strings.Contains(out, "5Aep") || !strings.Contains(told, forgets+tool) || !strings.Contains(told, instead) ||
				!strings.Contains(told, "whether the app of acme rotates") || strings.Contains(told, "give each tool its own") {
				t.Errorf("%s: exit %d\n%s%s", tool, code, out, told)
			}
		}
		renewed(ctx, w, "acme")
		code, out, told := runs(ctx, w, "export", "acme", "--format", "jsforce")
		if code != 0 || strings.Contains(out, "5Aep") || !strings.Contains(told, instead) || strings.Contains(told, "whether the app") {
			t.Errorf("exit %d\n%s%s", code, out, told)
		}
		code, out, told = runs(ctx, w, "export", "acme", "--format", "jsforce", "--refresh-token")
		if code != 0 || !strings.Contains(out, `"refreshToken": "5Aep`) || !strings.HasPrefix(told, "warning: with refresh token rotation jsforce") || !strings.Contains(told, "give each tool its own") {
			t.Errorf("exit %d\n%s%s", code, out, told)
		}
		for _, format := range []string{"python", "node", "dlt", "sf", "mcp"} {
			if code, out, told := runs(ctx, w, "export", "acme", "--format", format); code != 0 || strings.Contains(out, "5Aep") || told != "" {
				t.Errorf("%s: exit %d\n%s%s", format, code, out, told)
			}
		}
	})
}

func TestAnExportOfADeadConnectionSaysSo(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		w.Keep("acme", func(c *keystore.Connection, _ *keystore.Secrets) {
			c.Verdict, c.Kind = string(flow.Reauthorise), string(flow.KindTokenExpired)
		})
		for format, has := range map[string]string{"dotenv": "5Aep", "python": "sfauth"} {
			code, out, told := runs(ctx, w, "export", "acme", "--format", format)
			if code != 0 || !strings.Contains(out, has) || !strings.HasPrefix(told, "warning: the connection needs re-authorising\nhint: run sfauth login acme") {
				t.Errorf("%s: exit %d\n%s%s", format, code, out, told)
			}
		}
	})
}

// A desktop program starts its servers with few variables.
func TestAnExportNamesTheSecretsThatItsClientHasToBeGiven(t *testing.T) {
	t.Setenv("SFAUTH_PASSPHRASE_COMMAND", "pass sfauth")
	for format, says := range map[string]bool{"mcp": true, "python": false, "env": false} {
		told, err := os.Create(filepath.Join(t.TempDir(), "told"))
		if err != nil {
			t.Fatal(err)
		}
		defer told.Close()
		a := &app{err: told, words: &text.English}
		a.tellOfExport(format, keystore.Connection{Name: "acme", Store: "file"}, export.Options{})
		if said, _ := os.ReadFile(told.Name()); strings.Contains(string(said), "note: left out, since it is a secret or leads to one: SFAUTH_PASSPHRASE_COMMAND; ") != says {
			t.Errorf("%s: %s", format, said)
		}
	}
}

func TestAnExportThatWaitsForTheInstanceSaysWhatBringsIt(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		w.Keep("acme", func(c *keystore.Connection, _ *keystore.Secrets) { c.InstanceURL = "" })
		code, out, told := runs(ctx, w, "export", "acme", "--format", "sf")
		if code != 1 || out != "" || told != "sfauth: export acme: its instance URL is not known before its first renewal\nhint: run sfauth token acme\n" {
			t.Errorf("exit %d\n%s%s", code, out, told)
		}
	})
}

func TestAnExportToADashIsPrinted(t *testing.T) {
	t.Chdir(t.TempDir())
	world.Begin(t, func(ctx context.Context, w *world.World) {
		w.Keep("acme", nil)
		if code, out, told := runs(ctx, w, "export", "acme", "--format", "dotenv", "--output", ""); code != 2 || out != "" || !strings.Contains(told, "--output needs a value") {
			t.Errorf("exit %d\n%s%s", code, out, told)
		}
		code, out, told := runs(ctx, w, "export", "acme", "--format", "dotenv", "--output", "-")
		if _, err := os.Lstat("-"); code != 0 || !strings.Contains(out, "5Aep") || err == nil {
			t.Errorf("exit %d\n%s%s", code, out, told)
		}
	})
}

func TestWithoutRotationEveryToolGetsTheRefreshToken(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		never := false
		w.Keep("acme", func(c *keystore.Connection, _ *keystore.Secrets) { c.Rotates = &never })
		for _, tool := range []string{"jsforce", "curl"} {
			code, out, told := runs(ctx, w, "export", "acme", "--format", tool)
			if code != 0 || !strings.Contains(out, "5Aep") || strings.Contains(told, "warning") || strings.Contains(told, "ends the connection") {
				t.Errorf("%s: exit %d\n%s%s", tool, code, out, told)
			}
		}
	})
}

func TestAToolsVersionAndLoginHostAreSaidWithItsExport(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		for name, domain := range map[string]string{"acme": "acme", "prod": "login.salesforce.com", "uat": "acme--uat.sandbox"} {
			w.Keep(name, func(c *keystore.Connection, _ *keystore.Secrets) {
				c.Domain, c.InstanceURL = domain, "https://acme.my.salesforce.com"
			})
		}
		for _, row := range []struct {
			name, format string
			says         []string
			host         bool
		}{
			{"acme", "sfdx-url", []string{"from 2.151.7 on Salesforce CLI keeps"}, false},
			{"acme", "singer", []string{"from 2.8.0 on singer-io/tap-salesforce keeps", "at login.salesforce.com, where singer-io/tap-salesforce logs in, an app that is local to acme.my.salesforce.com"}, true},
			{"uat", "airbyte", []string{"from 2.7.24 on, with one operation at a time", "at test.salesforce.com, where source-salesforce logs in, an app that is local to acme--uat.sandbox.my.salesforce.com"}, true},
			{"prod", "airbyte", []string{"from 2.7.24 on"}, false},
		} {
			code, out, told := runs(ctx, w, "export", row.name, "--format", row.format)
			if code != 0 || !strings.Contains(out, "5Aep") || strings.Contains(told, "invalid_grant") != row.host {
				t.Errorf("%+v: exit %d\n%s%s", row, code, out, told)
			}
			for _, s := range row.says {
				if !strings.Contains(told, "note: "+s) {
					t.Errorf("%+v: %q is not said:\n%s", row, s, told)
				}
			}
		}
	})
}

func TestAnExportsVariablesHaveThePrefixThatIsAskedFor(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		w.Keep("acme", nil)
		for _, format := range export.Formats() {
			code, out, told := runs(ctx, w, "export", "acme", "--format", format, "--prefix", "SF_")
			switch {
			case export.HasVariables(format) && (code != 0 || !strings.Contains(out, "SF_")):
				t.Errorf("%s: exit %d\n%s", format, code, told)
			case !export.HasVariables(format) && (code != 2 || out != "" || !strings.Contains(told, "it names no variables")):
				t.Errorf("%s: exit %d\n%s", format, code, told)
			}
		}
		for _, args := range [][]string{{"--format", "env", "--prefix", "1 ="}, {"--format", "python", "--refresh-token"}} {
			if code, out, told := runs(ctx, w, append([]string{"export", "acme"}, args...)...); code != 2 || out != "" {
				t.Errorf("%v: exit %d\n%s%s", args, code, out, told)
			}
		}
	})
}
