//go:build unix

package endtoend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"sfauth/flow/demo"
)

// command is a command line, its exit code, and the secrets that it asks for.
type command struct {
	line  string
	code  int
	asked []string
}

var (
	access = []string{"access_token"}
	whole  = []string{"client_secret", "refresh_token"} // what another tool needs
)

// say runs commands with all that could log, and asserts that they print on stdout
// what they ask for and no other secret anywhere.
func (d *desk) say(commands []command) {
	d.T.Helper()
	for _, c := range commands {
		stdout, stderr, code := d.Sfauth(append([]string{"--debug"}, strings.Fields(c.line)...)...)
		if code != c.code {
			d.T.Errorf("%s: exit code %d, want %d", c.line, code, c.code)
		}
		d.hasOnly(c.line+", on stdout,", stdout, c.asked...)
		d.innocent(c.line+", on stderr,", stderr)
	}
}

func TestNoCommandPrintsASecretThatWasNotAskedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	d.Set("SFAUTH_DEBUG=1")
	for _, fault := range []string{"invalid_client", ""} {
		d.Org.Fail(fault)
		tk := d.plain("--plain")
		d.visit(tk.address())
		tk.end(map[string]int{"": 0, "invalid_client": 1}[fault])
		d.innocent("login", tk.said())
	}
	at, output := " --domain "+d.Domain+" --callback "+d.Callback(), filepath.Join(d.Dir, "export")
	d.say([]command{
		{"--help", 0, nil}, {"--version", 0, nil}, {"man", 0, nil}, {"completion bash", 0, nil},
		{"list", 0, nil}, {"list --json", 0, nil}, {"doctor" + at, 0, nil}, {"doctor --json" + at, 0, nil},
		{"check", 0, nil}, {"check acme --json", 0, nil}, {"check nobody", 3, nil},
		{"token acme", 0, access}, {"token acme --json", 0, access}, {"token acme --fresh", 0, access}, {"token nobody", 3, nil}, {"token acme --for data360", 4, nil},
		{"exec acme -- env", 0, access}, {"exec acme --fresh --prefix SF_ -- env", 0, access},
		{"exec acme -- no-such-program", 127, nil}, {"exec nobody -- env", 3, nil},
		{"export acme --format env", 0, whole}, {"export acme --format dotenv", 0, whole}, {"export acme --format json", 0, whole},
		{"export acme --format jsforce --refresh-token", 0, whole}, {"export acme --format curl --refresh-token", 0, whole}, {"export acme --format sfdx-url", 1, nil},
		{"export acme --format jsforce", 0, nil}, {"export acme --format curl", 0, nil}, {"export acme --format python", 0, nil},
		{"export acme --format node", 0, nil}, {"export acme --format dlt", 0, nil}, {"export acme --format sf", 0, nil},
		{"export acme --format mcp", 0, nil}, {"exec acme --as sf -- env", 0, access}, {"exec acme --as dlt -- env", 0, access},
		{"export acme --format json --output " + output, 0, nil}, {"login beta --from " + output, 1, nil}, {"login beta --from " + output + " --client-id other", 1, nil},
		{"export acme", 2, nil}, {"export nobody --format env", 3, nil},
		{"login acme --client-secret=" + d.App.ClientSecret, 2, nil},
		{"rename acme beta", 0, nil}, {"rename beta Not/Allowed", 2, nil}, {"rename nobody beta", 3, nil},
		{"remove beta", 2, nil}, {"remove nobody --yes", 3, nil},
	})
	d.takePrivate(output)
	if _, stderr, _ := d.Sfauth("check", "--debug"); !strings.Contains(stderr, "/services/oauth2/introspect") {
		t.Error("no log was searched")
	}

	d.Post.Note("password", "password-of-the-proxy")
	d.Set("HTTPS_PROXY=http://person:password-of-the-proxy@localhost:" + d.Port) // where nobody listens
	const myDomain = "https://acme.my.salesforce.com"
	d.rewrite(d.Domain, myDomain) // some tools know no test server
	d.say([]command{
		{"export beta --format sfdx-url", 0, whole}, {"export beta --format singer", 0, whole}, {"export beta --format airbyte", 0, whole},
		{"check", 5, nil}, {"token beta --fresh", 5, nil}, {"doctor --domain " + myDomain, 1, nil},
	})
	d.rewrite(myDomain, d.Domain)
	d.Org.RevokeAll()
	d.say([]command{
		{"token beta --fresh", 4, nil}, {"exec beta --fresh -- env", 4, nil}, {"check", 4, nil}, {"check --json", 4, nil}, {"list --json", 0, nil},
		{"remove beta --yes", 0, nil},
	})
	d.innocentFiles()
}

// A host, or a proxy before it, sends back what it was sent, and sfauth prints its answers.
func TestWhatAHostRepeatsIsNotPrinted(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	d.Connect()
	for _, shape := range demo.Shapes() {
		if !strings.HasPrefix(shape, "echo_") && shape != "escapes" {
			continue
		}
		for _, row := range []struct {
			at   demo.Endpoint
			args []string
		}{
			{demo.TokenEndpoint, []string{"token", "acme", "--fresh"}},
			{demo.TokenEndpoint, []string{"exec", "acme", "--fresh", "--", "env"}},
			{demo.Data360Endpoint, []string{"token", "acme", "--for", "data360"}},
			{demo.Data360Endpoint, []string{"exec", "acme", "--for", "data360", "--", "env"}},
			{demo.IntrospectEndpoint, []string{"check"}},
			{demo.IntrospectEndpoint, []string{"check", "acme", "--json"}},
			{demo.DiscoveryEndpoint, []string{"doctor", "--domain", d.Domain, "--callback", d.Callback()}},
		} {
			d.Org.FailAt(row.at, shape)
			stdout, stderr, code := d.Sfauth(append([]string{"--debug"}, row.args...)...)
			where := shape + ": " + strings.Join(row.args, " ")
			d.innocent(where, stdout+stderr)
			if strings.ContainsFunc(stdout+stderr, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }) {
				t.Errorf("%s: a terminal would act on %q", where, stdout+stderr)
			}
			if code == 0 || code == 4 {
				t.Errorf("%s: exit code %d", where, code)
			}
		}
	}
	d.Org.Fail("")
	d.innocentFiles()
	if !d.Org.RefreshValid(d.Stored().RefreshToken) {
		t.Error("what is stored does not work any more")
	}
}

// takePrivate asserts that a file has what was asked for, for nobody else to read, and
// takes it away.
func (d *desk) takePrivate(file string) {
	d.T.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		d.T.Fatal(err)
	}
	d.hasOnly("the file", string(text), whole...)
	info, err := os.Stat(file)
	if err != nil {
		d.T.Fatal(err)
	}
	if mode := info.Mode(); mode != 0o600 {
		d.T.Errorf("the file has the mode %v", mode)
	}
	os.Remove(file)
}

// The person may give a wrong passphrase for the encrypted file, which is a secret too.
func TestNoCommandOnAnEncryptedFilePrintsASecretThatWasNotAskedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.haveInFile()
	right := "SFAUTH_PASSPHRASE_FILE=" + d.hidden("passphrase", passphrase)
	for _, row := range []struct {
		key      string
		commands []command
	}{
		{right, []command{{"check", 0, nil}, {"token acme --fresh", 0, access}, {"export acme --format json", 0, whole}}},
		{"SFAUTH_PASSPHRASE_COMMAND=echo " + passphrase, []command{{"exec acme -- env", 0, access}}},
		{"SFAUTH_PASSPHRASE_FILE=" + d.hidden("passphrase", mistyped), []command{
			{"check", 1, nil}, {"token acme", 1, nil}, {"export acme --format json", 1, nil}, {"remove acme --yes", 1, nil},
		}},
		{"SFAUTH_KEY_FILE=" + d.hidden("identity", "AGE-SECRET-KEY-1QQQQBROKEN9XTWV6UZJ8YHN2LCSA7RGK0DEM5PF4"), []command{
			{"check", 1, nil}, {"token acme", 1, nil}, {"exec acme -- env", 1, nil}, {"move acme --store keychain", 1, nil}, {"remove acme --yes", 1, nil},
		}},
		{"SFAUTH_KEY_FILE=", []command{{"check", 1, nil}, {"token acme", 1, nil}}},
	} {
		d.Set("SFAUTH_PASSPHRASE_FILE=", "SFAUTH_PASSPHRASE_COMMAND=", "SFAUTH_KEY_FILE=", row.key)
		d.say(row.commands)
	}
	d.Keyring()
	d.Set(right)
	d.say([]command{
		{"move acme --store keychain", 0, nil}, {"token acme --fresh", 0, access},
		{"move acme --store file", 0, nil}, {"token acme --fresh", 0, access}, {"remove acme --yes", 0, nil},
	})
	d.innocentFiles()
}

func TestNoCommandPrintsASecretWhereTheKeychainIsLocked(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	d.have()
	d.lock()
	d.Set("SFAUTH_PASSPHRASE_FILE=" + d.hidden("passphrase", passphrase))
	d.say([]command{
		{"token acme --fresh", 1, nil}, {"check", 1, nil}, {"exec acme -- env", 1, nil}, {"export acme --format json", 1, nil},
		{"move acme --store file", 1, nil}, {"remove acme --yes", 1, nil}, {"doctor --domain " + d.Domain, 1, nil},
	})
	d.innocentFiles()
	d.Unlock()
	d.Works(d.Token("--fresh"))
}

// A command asks for the passphrase on the terminal, which shows nothing of what is typed.
func TestAPassphraseTypedForACommandIsShownNowhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.haveInFile()
	for _, row := range []struct {
		typed string
		command
	}{
		{passphrase, command{"exec acme -- env", 0, access}},
		{passphrase, command{"export acme --format json", 0, whole}},
		{mistyped, command{"token acme --fresh", 1, nil}},
	} {
		tm := d.open(nil, append([]string{"--debug"}, strings.Fields(row.line)...)...)
		tm.see("Passphrase of")
		d.innocent("the process", tm.process())
		tm.press(row.typed, enter)
		tm.end(row.code)
		d.hasOnly(row.line, tm.drawn(), row.asked...)
	}
	d.innocentFiles()
}

func TestAnotherUserLineByLineIsShownOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	d.have()
	old := d.Stored().RefreshToken
	d.Org.Fail("other_user")
	d.Set("SFAUTH_DEBUG=1")
	tk := d.plain("--plain")
	d.visit(tk.address())
	tk.hears("Type new")
	d.hasOnly("the talk", tk.said())
	tk.answer("show")
	tk.hear("refresh token", d.Org.RefreshValid)
	d.hasOnly("the talk", tk.said(), "refresh_token")
	tk.in.Close()
	tk.end(1)
	if d.Stored().RefreshToken != old {
		t.Error("nobody asked for it, and the refresh token is another")
	}
}
