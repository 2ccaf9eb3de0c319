package takeover

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"sfauth/flow/export"
	"sfauth/keystore"
)

const (
	key    = "3MVG9abc._-"
	secret = "E1F2A3"
	token  = "5Aep861.tok_en=="
	acme   = "https://acme.my.salesforce.com"
)

// says is a Holding with its secrets in plain text.
func says(h Holding) string {
	return fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s|%s|%s|%s", h.Tool, h.Name, h.LoginURL, h.ClientID, h.ClientSecret.Reveal(), h.RefreshToken.Reveal(), h.InstanceURL, h.RedirectURI, h.Username, h.OrgID)
}

func read(t *testing.T, text string) Holding {
	t.Helper()
	held, err := Read([]byte(text))
	if err != nil || len(held) != 1 {
		t.Fatalf("%d, %v:\n%s", len(held), err, text)
	}
	return held[0]
}

// whole is a grant of which nothing is missing for a login.
func whole(tool Tool) string {
	return fmt.Sprintf("%s||%s|%s|%s|%s|", tool, acme, key, secret, token)
}

func TestWhatAnExportWritesDownIsTakenBack(t *testing.T) {
	c := keystore.Connection{ClientID: key, Username: "o'neil@acme.example", OrgID: "00D000000000001AAA", InstanceURL: acme, RedirectURI: "http://localhost:1717/OauthRedirect"}
	for _, plain := range []string{secret, "", "a'b\"c$HOME`id`\\ !*;&|", "with blanks  inside", "a,b;c", "a, b,", ";"} {
		s := keystore.Secrets{ClientSecret: keystore.NewSecret(plain), RefreshToken: keystore.NewSecret(token)}
		for _, format := range export.Formats() {
			text, err := export.As(format, c, s, acme, export.Options{RefreshToken: true})
			if err != nil || !strings.Contains(text, "5Aep861.tok_en") { // it cannot be expressed, or asks sfauth
				continue
			}
			h := read(t, text)
			if h.ClientID != key || h.ClientSecret.Reveal() != plain || h.RefreshToken.Reveal() != token {
				t.Errorf("%s, secret %q: %s", format, plain, says(h))
			}
			login, tool := acme, map[string]Tool{"sfdx-url": SalesforceCLI, "jsforce": JSForce, "curl": Curl, "singer": Singer, "airbyte": Airbyte}[format]
			if tool == Singer || tool == Airbyte {
				login = "https://login.salesforce.com"
			}
			if h.Tool != tool || strings.TrimSuffix(h.LoginURL, "/services/oauth2/token") != login {
				t.Errorf("%s: %s", format, says(h))
			}
			if format == "json" && (h.Username != c.Username || h.OrgID != c.OrgID || h.InstanceURL != acme) {
				t.Errorf("%s: %s", format, says(h))
			}
		}
	}
}

func TestAnExportThatAsksSfauthHasNoTokenToTakeOver(t *testing.T) {
	c := keystore.Connection{Name: "acme", ClientID: key, InstanceURL: acme}
	for _, format := range export.Formats() {
		for _, program := range []string{"/usr/local/bin/sfauth", `C:\Program Files\sfauth\sfauth.exe`} {
			text, err := export.As(format, c, keystore.Secrets{}, acme, export.Options{Program: program, Environment: []string{"SFAUTH_STORE=file"}})
			if err != nil || !export.Asks(format, c, false) {
				continue
			}
			if _, err := Read([]byte(text)); !errors.Is(err, ErrAsks) {
				t.Errorf("%s: %v\n%s", format, err, text)
			}
		}
	}
}

// The files of other tools and what people write by hand, each with all that a login needs.
var files = map[string]struct {
	tool Tool
	text string
}{
	"sfdx-url":                 {SalesforceCLI, "force://" + key + ":" + secret + ":" + token + "@acme.my.salesforce.com"},
	"org display":              {SalesforceCLI, `{"status":0,"result":{"id":"00D000000000001AAA","accessToken":"00D000000000001!AQ","instanceUrl":"` + acme + `","username":"me@acme.example","clientId":"` + key + `","sfdxAuthUrl":"force://` + key + `:` + secret + `:` + token + `@acme.my.salesforce.com"},"warnings":[]}`},
	"org display, table":       {SalesforceCLI, " KEY             VALUE\n ─────\n Sfdx Auth Url   force://" + key + ":" + secret + ":" + token + "@acme.my.salesforce.com\n Username  me@acme.example"},
	"secret of a CI":           {SalesforceCLI, "SFDX_AUTH_URL=force://" + key + ":" + secret + ":" + token + "@acme.my.salesforce.com\n"},
	"quoted":                   {SalesforceCLI, `"force://` + key + `:` + secret + `:` + token + `@acme.my.salesforce.com"`},
	"dotenv, SF_":              {Program, "# Salesforce\nDB_URL=postgres://x\nSF_CLIENT_ID=" + key + "\nSF_CLIENT_SECRET=" + secret + " # rotated\nSF_REFRESH_TOKEN=\"" + token + "\"\nSF_LOGIN_URL=" + acme + "\n"},
	"dotenv, SFDC_":            {Program, "SFDC_LOGIN_URL=" + acme + "\nSFDC_CLIENT_ID=" + key + "\nSFDC_CLIENT_SECRET=" + secret + "\nSFDC_REFRESH_TOKEN=" + token + "\n"},
	"mixed prefixes":           {Program, "SALESFORCE_REFRESH_TOKEN=" + token + "\nSF_CONSUMER_KEY=" + key + "\nSF_CONSUMER_SECRET=" + secret + "\nSALESFORCE_INSTANCE_URL=" + acme + "\n"},
	"domain of a cookie":       {Program, "DOMAIN=shop.example.com\nSF_CLIENT_ID=" + key + "\nSF_CLIENT_SECRET=" + secret + "\nSF_REFRESH_TOKEN=" + token + "\nSF_INSTANCE_URL=" + acme},
	"other services":           {Program, "GOOGLE_CLIENT_ID=g\nGOOGLE_CLIENT_SECRET=gs\nGOOGLE_REFRESH_TOKEN=1//0googles-token\nSALESFORCE_CLIENT_ID=" + key + "\nSALESFORCE_CLIENT_SECRET=" + secret + "\nSALESFORCE_REFRESH_TOKEN=" + token + "\nSALESFORCE_LOGIN_URL=" + acme},
	"fish":                     {Program, "set -gx SF_CLIENT_ID " + key + "\nset -gx SF_CLIENT_SECRET '" + secret + "'\nset -gx SF_REFRESH_TOKEN " + token + "\nset -gx SF_LOGIN_URL " + acme},
	"PowerShell":               {Program, "$env:SF_CLIENT_ID = \"" + key + "\"\n$env:SF_CLIENT_SECRET = '" + secret + "'\n$env:SF_REFRESH_TOKEN=\"" + token + "\"\n$env:SF_LOGIN_URL='" + acme + "'"},
	"cmd.exe":                  {Program, "set SF_CLIENT_ID=" + key + "\nset SF_CLIENT_SECRET=" + secret + "\nset SF_REFRESH_TOKEN=" + token + "\nset SF_LOGIN_URL=" + acme},
	"YAML":                     {Program, "salesforce:\n  client_id: " + key + "\n  client_secret: '" + secret + "'\n  refresh_token: \"" + token + "\" # of May\n  domain: " + acme + "\n"},
	"TOML":                     {Program, "[sources.salesforce.credentials]\nclient_id = \"" + key + "\"\nclient_secret = \"" + secret + "\"\nrefresh_token = \"" + token + "\"\nlogin_url = \"" + acme + "\"\n"},
	"properties":               {Program, "salesforce.clientId=" + key + "\nsalesforce.clientSecret=" + secret + "\nsalesforce.refreshToken=" + token + "\nsalesforce.loginUrl=" + acme},
	"Kubernetes":               {Program, "env:\n  - name: SALESFORCE_CLIENT_ID\n    value: " + key + "\n  - name: SALESFORCE_CLIENT_SECRET\n    value: " + secret + "\n  - name: SALESFORCE_REFRESH_TOKEN\n    value: " + token + "\n  - name: SALESFORCE_LOGIN_URL\n    value: " + acme},
	"JavaScript":               {Program, "const conn = new jsforce.Connection({\n  loginUrl: '" + acme + "',\n  clientId: '" + key + "',\n  clientSecret: '" + secret + "',\n  refreshToken: '" + token + "',\n});"},
	"request":                  {Program, "POST " + acme + "/services/oauth2/token HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\ngrant_type=refresh_token&client_id=" + key + "&client_secret=" + secret + "&refresh_token=5Aep861.tok_en%3D%3D&login_url=" + acme},
	"Python":                   {Program, "r = requests.post('" + acme + "/services/oauth2/token', data={'grant_type': 'refresh_token', 'client_id': '" + key + "', \"client_secret\": \"" + secret + "\", 'refresh_token': '" + token + "', 'login_url': '" + acme + "'})"},
	"MCP":                      {Program, `{"mcpServers":{"salesforce":{"command":"npx","env":{"SALESFORCE_CLIENT_ID":"` + key + `","SALESFORCE_CLIENT_SECRET":"` + secret + `","SALESFORCE_REFRESH_TOKEN":"` + token + `","SALESFORCE_LOGIN_URL":"` + acme + `"}}}}`},
	"Compose":                  {Program, "services:\n  load:\n    environment:\n      - SF_CLIENT_ID=" + key + "\n      - SF_CLIENT_SECRET=" + secret + "\n      - SF_REFRESH_TOKEN=" + token + "\n      - SF_LOGIN_URL=" + acme},
	"Ballerina":                {Program, "clientId = \"" + key + "\"\nclientSecret = \"" + secret + "\"\nrefreshToken = \"" + token + "\"\nrefreshUrl = \"" + acme + "\""},
	"jsforce, registry":        {JSForce, `{"default":"a","clients":{"n":{"clientId":"` + key + `","clientSecret":"` + secret + `","loginUrl":"` + acme + `"}},"connections":{"a":{"client":"n","accessToken":"00D!x","refreshToken":"` + token + `","instanceUrl":"https://other.my.salesforce.com"}}}`},
	"curl":                     {Curl, "$ curl -s -X POST '" + acme + "' \\\n  -d grant_type=refresh_token -d \"client_id=" + key + "\" \\\n  --data-urlencode 'client_secret=" + secret + "' --data-raw refresh_token=5Aep861.tok_en%3D%3D --url " + acme},
	"curl, Basic":              {Curl, "curl " + acme + "/services/oauth2/token -u '" + key + ":" + secret + "' --data-urlencode \"refresh_token=" + token + "\" -d 'grant_type=refresh_token' | jq ."},
	"curl, header":             {Curl, "curl --location '" + acme + "/services/oauth2/token' -H 'Authorization: Basic M01WRzlhYmMuXy06RTFGMkEz' -dgrant_type=refresh_token -drefresh_token=" + token},
	"curl, variables":          {Curl, "TOKEN='" + token + "'\nHOST=" + acme + "\ncurl \"$HOST/services/oauth2/token\" -d \"grant_type=refresh_token&client_id=" + key + "&client_secret=" + secret + "&refresh_token=${TOKEN}\""},
	"curl, PowerShell":         {Curl, "curl.exe -d \"grant_type=refresh_token\" `\n -d \"client_id=" + key + "\" `\n -d \"client_secret=" + secret + "\" `\n -d \"refresh_token=" + token + "\" `\n \"" + acme + "/services/oauth2/token\""},
	"cmd.exe, setx":            {Program, "setx SF_CLIENT_ID \"" + key + "\"\nsetx SF_CLIENT_SECRET \"" + secret + "\"\nsetx SF_REFRESH_TOKEN \"" + token + "\"\nsetx SF_LOGIN_URL \"" + acme + "\""},
	"set twice":                {Program, "SF_CLIENT_ID=" + key + "\nSF_CLIENT_SECRET=old\nSF_REFRESH_TOKEN=5AepOLD.old.old\nSF_LOGIN_URL=" + acme + "\nSF_CLIENT_SECRET=" + secret + "\nSF_REFRESH_TOKEN=" + token},
	"on one line":              {Program, "export SF_CLIENT_ID=" + key + " SF_CLIENT_SECRET='" + secret + "'; export SF_REFRESH_TOKEN=$'" + token + "';SF_LOGIN_URL=" + acme + " # SF_REFRESH_TOKEN=5AepOLD.old.old"},
	"from a word processor":    {Program, "SF_CLIENT_ID=“" + key + "”\nSF_CLIENT_SECRET=‘" + secret + "’\nSF_REFRESH_TOKEN=“" + token + "”\n\u200bSF_LOGIN_URL=" + acme + "\u200b"},
	"lines end in CR":          {Program, "SF_CLIENT_ID=" + key + "\rSF_CLIENT_SECRET=" + secret + "\rSF_REFRESH_TOKEN=" + token + "\rSF_LOGIN_URL=" + acme + "\r"},
	"curl, flags of all kinds": {Curl, "T=`/usr/bin/curl -4 -XPOST --http1.1 " + acme + "/services/oauth2/token -sSu " + key + ":" + secret + " --tcp-nodelay -sd grant_type=refresh_token -drefresh_token=" + token + "`"},
	"curl, browser's for cmd":  {Curl, "curl ^\"" + acme + "/services/oauth2/token^\" ^\n  -H ^\"Accept: */*^\" ^\n  --data-raw ^\"client_id=" + key + "^&client_secret=" + secret + "^&refresh_token=" + token + "^\""},
	"Postman, plain address": {Postman, `{"info":{"_postman_id":"1"},"item":[{"name":"Refresh","request":{"method":"POST","url":"` + acme + `/services/oauth2/token",
		"body":{"mode":"urlencoded","urlencoded":[{"key":"client_id","value":"` + key + `"},{"key":"client_secret","value":"` + secret + `"},{"key":"refresh_token","value":"` + token + `"}]}}}]}`},
	"Postman, variables within others": {Postman, `{"info":{"_postman_id":"1"},"item":[{"name":"Refresh","request":{"url":{"raw":"{{url}}/services/oauth2/token"},"body":{"urlencoded":[{"key":"client_id","value":"{{client_id}}"},
		{"key":"client_secret","value":"` + secret + `"},{"key":"refresh_token","value":"` + token + `"}]}}}],"variable":[{"key":"url","value":"https://{{domain}}.my.salesforce.com"},{"key":"domain","value":"acme"},{"key":"client_id","value":"` + key + `"}]}`},
	"Postman, environment": {Postman, `{"id":"1","name":"acme","values":[{"key":"url","value":"https://login.salesforce.com","enabled":true},{"key":"clientId","value":"` + key + `","enabled":true},
		{"key":"clientSecret","value":"` + secret + `","type":"secret","enabled":true},{"key":"_refreshToken","value":"` + token + `"},{"key":"loginUrl","value":"` + acme + `"},
		{"key":"refreshToken","value":"5AepOLD.old.old","enabled":false}],"_postman_variable_scope":"environment"}`},
	"Postman, collection": {Postman, `{"info":{"name":"SF","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"name":"Refresh","request":{"method":"POST",
		"body":{"mode":"urlencoded","urlencoded":[{"key":"grant_type","value":"refresh_token"},{"key":"client_id","value":"{{clientId}}"},{"key":"client_secret","value":"` + secret + `"},{"key":"refresh_token","value":"` + token + `"}]},
		"url":{"raw":"{{host}}/services/oauth2/token","host":["{{host}}"]}}}],"variable":[{"key":"host","value":"` + acme + `"},{"key":"clientId","value":"` + key + `"}]}`},
	"Postman, auth": {Postman, `{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"auth":{"type":"oauth2","oauth2":[{"key":"refreshToken","value":"` + token + `"},{"key":"clientSecret","value":"` + secret + `"},
		{"key":"clientId","value":"` + key + `"},{"key":"accessTokenUrl","value":"` + acme + `/services/oauth2/token"},{"key":"authUrl","value":"` + acme + `/services/oauth2/authorize"}]}}`},
}

func TestWhatOtherToolsKeepIsRead(t *testing.T) {
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			for how, text := range asSaved(file.text) {
				h := read(t, text)
				h.LoginURL, _, _ = strings.Cut(h.LoginURL, "/services/")
				if h.Tool == Curl && h.LoginURL == "" { // the first curl names no path of OAuth
					h.LoginURL = acme
				}
				h.Name = ""
				if got := says(h); !strings.HasPrefix(got, whole(file.tool)) {
					t.Errorf("%s:\n%s\n%s", how, got, whole(file.tool))
				}
			}
		})
	}
}

// asSaved is a text in the ways in which editors and shells write it into a file.
func asSaved(text string) map[string]string {
	wide := func(order binary.AppendByteOrder, mark bool) string {
		var b []byte
		if mark {
			b = order.AppendUint16(b, 0xfeff)
		}
		for _, unit := range utf16.Encode([]rune(text)) {
			b = order.AppendUint16(b, unit)
		}
		return string(b)
	}
	return map[string]string{
		"as it is": text, "with a line end": text + "\n", "CRLF": strings.ReplaceAll(text, "\n", "\r\n") + "\r\n", "UTF-8 with a mark": "\ufeff" + text,
		"UTF-16LE": wide(binary.LittleEndian, true), "UTF-16BE": wide(binary.BigEndian, true), "UTF-16LE without a mark": wide(binary.LittleEndian, false),
	}
}

func TestATokenResponseNamesItsOrg(t *testing.T) {
	h := read(t, `{"access_token":"00D000000000001!AQ","refresh_token":"`+token+`","signature":"x","scope":"api refresh_token","instance_url":"`+acme+`",
		"id":"https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA","token_type":"Bearer","issued_at":"1"}`)
	if h.LoginURL != acme || h.OrgID != "00D000000000001AAA" || h.ClientID != "" || h.Public {
		t.Error(says(h))
	}
}

func TestARefreshTokenAloneIsOne(t *testing.T) {
	if h := read(t, token+"\n"); h.RefreshToken.Reveal() != token || h.ClientID != "" || h.LoginURL != "" {
		t.Error(says(h))
	}
}

func TestAnAppWithoutASecretSaysSo(t *testing.T) {
	for text, public := range map[string]bool{
		"force://PlatformCLI::" + token + "@acme.my.salesforce.com": true, `{"client_id":"` + key + `","client_secret":"","refresh_token":"` + token + `"}`: true,
		"SF_CLIENT_ID=" + key + "\nSF_REFRESH_TOKEN=" + token: false,
	} {
		if h := read(t, text); h.Public != public || !h.ClientSecret.Empty() {
			t.Errorf("%s: %v", text, h.Public)
		}
	}
}

func TestSeveralGrantsHaveNames(t *testing.T) {
	for name, row := range map[string]struct {
		text string
		want []string
	}{
		"dotenv": {"SF_CLIENT_ID=" + key + "\nSF_CLIENT_SECRET=" + secret + "\nACME_REFRESH_TOKEN=5Aep.acme.1\nACME_LOGIN_URL=acme\nBETA_REFRESH_TOKEN=5Aep.beta.1\nBETA_LOGIN_URL=beta\n",
			[]string{"|ACME|acme|" + key + "|" + secret + "|5Aep.acme.1", "|BETA|beta|" + key + "|" + secret + "|5Aep.beta.1"}},
		"YAML": {"acme:\n  client_id: a1\n  refresh_token: 5Aep.acme.1\n  login_url: acme\nbeta:\n  client_id: b1\n  refresh_token: 5Aep.beta.1\n  login_url: beta\n",
			[]string{"|acme|acme|a1||5Aep.acme.1", "|beta|beta|b1||5Aep.beta.1"}},
		"YAML, two documents": {"client_id: a1\nrefresh_token: 5Aep.acme.1\nlogin_url: acme\n---\nclient_id: b1\nrefresh_token: 5Aep.beta.1\nlogin_url: beta\n",
			[]string{"|1|acme|a1||5Aep.acme.1", "|2|beta|b1||5Aep.beta.1"}},
		"jsforce": {`{"clients":{"n":{"clientId":"a1"},"m":{"clientId":"b1","loginUrl":"beta"}},"connections":{"acme":{"client":"n","refreshToken":"5Aep.acme.1"},"beta":{"client":"m","refreshToken":"5Aep.beta.1"}}}`,
			[]string{"jsforce|acme|https://login.salesforce.com|a1||5Aep.acme.1", "jsforce|beta|beta|b1||5Aep.beta.1"}},
		"sfdx-urls": {"force://a1::5Aep.acme.1@acme.my.salesforce.com\nforce://b1::5Aep.beta.1@beta.my.salesforce.com\n",
			[]string{"sf|1|https://acme.my.salesforce.com|a1||5Aep.acme.1", "sf|2|https://beta.my.salesforce.com|b1||5Aep.beta.1"}},
	} {
		held, err := Read([]byte(row.text))
		var got []string
		for _, h := range held {
			got = append(got, strings.Join(strings.Split(says(h), "|")[:6], "|"))
		}
		if err != nil || !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %v\n%q\n%q", name, err, got, row.want)
		}
	}
}

func TestEveryGrantHasANameThatNoOtherAnswersTo(t *testing.T) {
	long := strings.Repeat("long ", 20)
	for _, names := range [][2]string{{"Acme", "acme"}, {long + "a", long + "b"}, {"\u202e", "\u2066"}} {
		held, err := Read([]byte(`{"` + names[0] + `":{"refresh_token":"5Aep.acme.1"},"` + names[1] + `":{"refresh_token":"5Aep.acme.2"}}`))
		if err != nil || len(held) != 2 || strings.EqualFold(held[0].Name, held[1].Name) || keystore.Clean(held[1].Name, 0) != held[1].Name || held[0].Name == "" {
			t.Errorf("%q: %+v, %v", names, held, err)
		}
	}
}

func TestASecretStaysWithItsApp(t *testing.T) {
	for text, want := range map[string]string{
		"SF_CLIENT_ID=" + key + "\nSF_REFRESH_TOKEN=" + token + "\nSALESFORCE_CLIENT_ID=other\nSALESFORCE_CLIENT_SECRET=others\nSALESFORCE_LOGIN_URL=" + acme:                     key + "||" + token,
		"SF_CLIENT_SECRET=" + secret + "\nSF_REFRESH_TOKEN=" + token + "\nCLIENT_ID=other\nCLIENT_SECRET=others\nLOGIN_URL=" + acme:                                               "|" + secret + "|" + token,
		`[{"client_id":"` + key + `","refresh_token":"` + token + `","login_url":"` + acme + `"},{"client_id":"other","client_secret":"others","refresh_token":"` + token + `"}]`: key + "||" + token,
	} {
		if got := says(read(t, text)); !strings.Contains(got, "|"+acme+"|"+want+"|") {
			t.Errorf("%s\n%s", text, got)
		}
	}
}

func TestTheSameTokenTwiceIsOneGrant(t *testing.T) {
	read(t, "export SF_REFRESH_TOKEN="+token+"\nexport SF_CLIENT_ID="+key+"\ncurl https://login.salesforce.com/services/oauth2/token -d refresh_token=$SF_REFRESH_TOKEN -d client_id=$SF_CLIENT_ID\n")
}

func TestWhatHasNoRefreshTokenSaysWhatItHas(t *testing.T) {
	const cipher = "0123456789abcdef0123456789abcdef:00112233445566778899aabbccddeeff"
	for text, want := range map[string]error{
		"": ErrNothing, " \r\n": ErrNothing, "hello": ErrNothing, "{}": ErrNothing, "null": ErrNothing, "[]": ErrNothing, "\x00\xff\xfe": ErrNothing,
		"SF_CLIENT_ID=" + key:                              ErrNothing,
		"SF_REFRESH_TOKEN=<your refresh token>":            ErrNothing,
		"SF_REFRESH_TOKEN=${TOKEN}":                        ErrNothing,
		"SF_REFRESH_TOKEN=":                                ErrNothing,
		strings.Repeat("x", Longest+1):                     ErrTooLong,
		strings.Repeat("x\n", longestText):                 ErrTooLong,
		"SALESFORCE_ACCESS_TOKEN=00D000000000001!AQcAQ":    ErrAccessToken,
		"SALESFORCE_REFRESH_TOKEN='00D000000000001!AQcAQ'": ErrAccessToken,
		"00D000000000001!AQcAQ":                            ErrAccessToken,
		`{"accessToken":"` + cipher + `","instanceUrl":"` + acme + `","loginUrl":"https://login.salesforce.com","refreshToken":"` + cipher + `","clientId":"PlatformCLI"}`: ErrEncrypted,
		`{"result":{"accessToken":"[REDACTED] Use 'sf org auth show-access-token'","sfdxAuthUrl":"[REDACTED] Use 'sf org auth show-sfdx-auth-url'"}}`:                      ErrRedacted,
		`{"mcpServers":{"sf":{"command":"sfauth","args":["exec","acme","--","npx","x"]}}}`:                                                                                 ErrAsks,
		`{"status":0,"result":{"sfdxAuthUrl":"<REDACTED>"}}`:                                                                                                               ErrRedacted,
		`{"result":{"instanceUrl":"` + acme + `","clientId":"x","connectedStatus":"Connected"}}`:                                                                           ErrRedacted,
		"SALESFORCE_ACCESS_TOKEN=$(sfauth token acme)":                                                                                                                     ErrAsks,
		"{\n \"command\": \"C:\\\\bin\\\\sfauth.exe\",\n \"args\": [\n  \"exec\", \"acme\"]}":                                                                              ErrAsks,
		`execFile("sfauth", ["token", "acme"])`:                                                                                                                            ErrAsks,
	} {
		if held, err := Read([]byte(text)); !errors.Is(err, want) || len(held) > 0 {
			t.Errorf("%.80q: %d, %v, want %v", text, len(held), err, want)
		}
	}
}

// What is read of a file, and of what its variables and its texts within texts say again, is
// in proportion to its length.
func TestNoFileCostsMoreThanItsLength(t *testing.T) {
	again := strings.Repeat
	within := `{"refresh":"x"}`
	for range 20 {
		within = `{"refresh":"` + strings.NewReplacer(`\`, `\u005c`, `"`, `\u0022`).Replace(within) + `"}`
	}
	for name, file := range map[string]string{
		"JSON within JSON":     within,
		"Postman's variables":  `[{"key":"x","value":"` + again("x", 50_000) + `"},` + again(`"{{x}}{{x}}",`, 6_000) + `1]`,
		"variables of a shell": "A=" + again("a", 4_000) + "\nB=" + again("$A", 50_000),
		"a deep section":       "[" + again("a.", 5_000) + "a]\n" + again("b=1\n", 2_000),
		"curl within curl":     again("curl -d x=y ", 8_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = Read([]byte(file))
		runtime.ReadMemStats(&after)
		if n := (after.TotalAlloc - before.TotalAlloc) / uint64(len(file)); n > 5_000 { // under the race detector, too
			t.Errorf("%s: %d bytes for each of the file's", name, n)
		}
	}
}

// No file ends the program, and no error has a word of one.
func FuzzRead(f *testing.F) {
	for _, file := range files {
		f.Add([]byte(file.text))
	}
	for _, seed := range []string{"", "{", `{"a":[{"key":"x","value":"{{x}}{{x}}"}]}`, "curl \\\n", "curl <<'E'\n", "a: \n b: \n  c: d", "- - - x: y", "export X='", `X="\`, "$env:", "force://:::@", "[[a]]\nx=1", `"{\"refresh\":\"{}\"}"`} {
		f.Add([]byte(seed))
	}
	known := []error{ErrNothing, ErrTooLong, ErrAccessToken, ErrEncrypted, ErrRedacted, ErrAsks}
	f.Fuzz(func(t *testing.T, data []byte) {
		held, err := Read(data)
		if (err == nil) != (len(held) > 0) || err != nil && !slices.Contains(known, err) {
			t.Errorf("%d, %v", len(held), err)
		}
		names := map[string]bool{}
		for _, h := range held {
			if tok := h.RefreshToken.Reveal(); tok == "" || strings.ContainsAny(tok, " \t\r\n\x00\x1b\"") {
				t.Errorf("took %q", tok)
			}
			if names[h.Name] || len(held) > 1 && h.Name == "" {
				t.Errorf("the name %q says not which", h.Name)
			}
			names[h.Name] = true
		}
	})
}
