package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// Whatever the endpoint answers that a command asks: the command ends with the code that
// scripts go by, prints nothing that it has not got, and starts no program without a token.
func TestWhateverAnEndpointAnswersACommandEndsWithItsExitCode(t *testing.T) {
	inItsWords := []string{"echo_error", "echo_description"} // of Salesforce's form, with an error that sfauth does not know
	asSuccess := []string{"empty", "truncated", "no_fields"} // of a revocation
	for _, c := range []struct {
		at   demo.Endpoint
		args []string
		code int    // of nonsense and of silence
		says string // on stderr
	}{
		{demo.TokenEndpoint, []string{"token", "acme"}, 5, "sfauth: token acme: "},
		{demo.TokenEndpoint, []string{"exec", "acme", "--", "sfauth", "--version"}, 5, "sfauth: exec acme: "},
		{demo.TokenEndpoint, []string{"export", "acme", "--format", "json"}, 0, "note: "}, // asks nobody
		{demo.IntrospectEndpoint, []string{"check", "acme"}, 5, "sfauth: check acme: "},
		{demo.RevokeEndpoint, []string{"remove", "acme", "--yes"}, 0, "note: forgotten, but not revoked"},
	} {
		t.Run(c.args[0], func(t *testing.T) {
			m := newMachine(t)
			for _, shape := range demo.Shapes() {
				if shape == "silence" { // half a minute of it: flow's tests know its kind
					continue
				}
				m.connect()
				m.org.FailAt(c.at, shape)
				out, said, code := m.sfauth(c.args...)
				m.org.Fail("")

				want, says := c.code, c.says
				switch {
				case want == 5 && slices.Contains(inItsWords, shape):
					want = 1
				case c.args[0] == "remove" && slices.Contains(asSuccess, shape):
					says = ""
				}
				if code != want || !strings.HasPrefix(said, says) || says == "" && said != "" {
					t.Errorf("%s: exit code %d, want %d, and %q: %s", shape, code, want, says, said)
				}
				if prints := c.args[0] == "export" || c.args[0] == "check"; (out != "") != prints {
					t.Errorf("%s: it prints %q", shape, out)
				}
				if c.args[0] != "export" && strings.Contains(out+said, m.app.ClientSecret) {
					t.Errorf("%s: it tells the Consumer Secret", shape)
				}
			}
		})
	}
}

// machine is one with a simulated org on loopback, an encrypted file and its key.
type machine struct {
	*testing.T
	env   []string
	org   *demo.Org
	app   demo.App
	store *keystore.Store
	host  string
}

func newMachine(t *testing.T) *machine {
	dir := t.TempDir()
	org, host, app, stop, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	keys := keystore.KeySource{KeyFile: filepath.Join(dir, "key")}
	if err := os.WriteFile(keys.KeyFile, []byte(keystore.NewSealKey().Reveal()), 0o600); err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(dir, "sfauth")
	env := append(os.Environ(), "SFAUTH_HOME="+home, "SFAUTH_STORE=file", "SFAUTH_KEY_FILE="+keys.KeyFile, "DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(dir, "no-bus"))
	return &machine{T: t, env: env, org: org, app: app, host: host, store: &keystore.Store{Dir: home, Vault: &keystore.File{Dir: home, Keys: keys}}}
}

// connect puts a new grant where the connection is kept.
func (m *machine) connect() {
	m.Helper()
	if c, err := m.store.Find("acme"); err == nil {
		if err := m.store.Remove(m.Context(), c); err != nil {
			m.Fatal(err)
		}
	}
	_, err := m.store.Create(m.Context(), keystore.Connection{Name: "acme", Domain: m.host, ClientID: m.app.ClientID, Callback: m.app.Callbacks[0],
		Scope: flow.DefaultScope, Username: demo.Username, UserID: demo.UserID, OrgID: demo.OrgID, InstanceURL: m.host},
		keystore.Secrets{ClientSecret: keystore.NewSecret(m.app.ClientSecret), RefreshToken: keystore.NewSecret(m.org.Approve(m.app.ClientID))})
	if err != nil {
		m.Fatal(err)
	}
}

// sfauth runs the program to its end.
func (m *machine) sfauth(args ...string) (stdout, stderr string, code int) {
	m.Helper()
	cmd := exec.CommandContext(m.Context(), "sfauth", args...)
	var out, said strings.Builder
	cmd.Env, cmd.Stdout, cmd.Stderr = m.env, &out, &said
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		m.Fatal(err)
	}
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}
