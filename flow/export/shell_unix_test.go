//go:build unix

package export

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sfauth/keystore"
)

func TestAShellReadsBackWhatEnvWrites(t *testing.T) {
	c, s := exportable()
	s.ClientSecret = keystore.NewSecret("a'b\"c$HOME`id`\\ !*;&|\t"[:21])
	text, err := As("env", c, s, acmeURL+"/", Options{RefreshToken: true})
	if err != nil {
		t.Fatal(err)
	}
	script := text + `printf '%s\n' "$SALESFORCE_LOGIN_URL" "$SALESFORCE_INSTANCE_URL" "$SALESFORCE_CLIENT_ID" "$SALESFORCE_CLIENT_SECRET" ` +
		`"$SALESFORCE_REFRESH_TOKEN" "$SALESFORCE_USERNAME" "$SALESFORCE_ORG_ID"`
	out, err := exec.Command("sh", "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{acmeURL, acmeURL, c.ClientID, s.ClientSecret.Reveal(), "5Aep861.tok==", c.Username, c.OrgID}, "\n") + "\n"
	if string(out) != want {
		t.Errorf("got  %q\nwant %q", out, want)
	}
}

func TestCurlPostsTheFormWithoutASecretInItsArguments(t *testing.T) {
	bin := t.TempDir()
	fake := "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$OUT.args\"\ncat >\"$OUT.form\"\n"
	if err := os.WriteFile(filepath.Join(bin, "curl"), []byte(fake), 0o755); err != nil {
		t.Fatal(err)
	}
	c, s := exportable()
	s.ClientSecret = keystore.NewSecret(`a'b"c$HOME` + "`id`" + `\ &=%+é`)
	const site = "https://acme.my.site.com/partners"
	text, err := As("curl", c, s, site, Options{RefreshToken: true})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(bin, "out")
	cmd := exec.Command("sh", "-c", text)
	cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "OUT=" + out}
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	args, err := os.ReadFile(out + ".args")
	if err != nil || string(args) != "--data\n@-\n"+site+"/services/oauth2/token\n" {
		t.Errorf("%q, %v", args, err)
	}
	body, err := os.ReadFile(out + ".form")
	if err != nil {
		t.Fatal(err)
	}
	form, err := url.ParseQuery(strings.ReplaceAll(string(body), "\n", "")) // as curl does
	want := url.Values{
		"grant_type": {"refresh_token"}, "client_id": {c.ClientID}, "client_secret": {s.ClientSecret.Reveal()}, "refresh_token": {"5Aep861.tok=="},
	}
	if err != nil || !reflect.DeepEqual(form, want) {
		t.Errorf("%v, %v", form, err)
	}
	if text, err := As("curl", c, s, "https://acme'; rm -rf ~; '", Options{RefreshToken: true}); err == nil {
		t.Errorf("%q", text)
	}
}

// An index that somebody has edited may name a connection as no command would.
func TestNoNameAndNoPathIsTakenForACommandOrCode(t *testing.T) {
	c, s := exportable()
	c.InstanceURL = "https://acme.my.salesforce.com/' \" $(id) `id`"
	for _, odd := range []string{"it's", `a"b`, `back\slash`, "$HOME", "$(id)", "`id`", "a b; id", "-x", "*", "é接続\u2028", "", "%s", "</script>"} {
		c.Name = odd
		o := Options{Program: "/opt/" + odd + "/sfauth", Environment: []string{"SFAUTH_HOME=" + odd}}
		for format, wants := range map[string][]string{
			"curl": {"<" + o.Program + "><token><" + odd + ">"},
			"sf":   {"<" + o.Program + "><exec><" + odd + "><--as><sf><--><sf><org><login><access-token><--no-prompt><--alias><" + odd + "><--instance-url><" + c.InstanceURL + ">"},
		} {
			text, err := As(format, c, s, acmeURL, o)
			if err != nil {
				t.Fatal(err)
			}
			text, _, _ = strings.Cut(text, " |")
			out, err := exec.Command("sh", "-c", "printf '<%s>' "+text).Output()
			if err != nil || string(out) != wants[0] {
				t.Errorf("%s: %s, %v; want %s", format, out, err, wants[0])
			}
		}
		for _, format := range []string{"python", "dlt", "node", "jsforce"} {
			text, err := As(format, c, s, acmeURL, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{o.Program, odd} {
				if !hasLiteral(text, want) {
					t.Errorf("%s has no %q in it:\n%s", format, want, text)
				}
			}
		}
		text, err := As("mcp", c, s, acmeURL, o)
		var config struct {
			MCPServers map[string]struct {
				Command string
				Args    []string
				Env     map[string]string
			}
		}
		if err := errors.Join(err, json.Unmarshal([]byte(text), &config)); err != nil {
			t.Fatal(err)
		}
		got := config.MCPServers["salesforce"]
		if got.Command != o.Program || got.Env["SFAUTH_HOME"] != odd || !slices.Equal(got.Args, []string{"exec", odd, "--", "npx", "some-salesforce-mcp-server"}) {
			t.Errorf("%+v", got)
		}
	}
}

// hasLiteral tells whether a line of code gives this value to something, as JSON has it, in
// which JavaScript and Python read the same.
func hasLiteral(code, value string) bool {
	for line := range strings.Lines(code) {
		_, given, ok := strings.Cut(line, " = ")
		if !ok || given[0] != '"' {
			continue
		}
		var got string
		d := json.NewDecoder(strings.NewReader(given))
		if d.Decode(&got) == nil && got == value {
			return true
		}
	}
	return false
}
