package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/shapes"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// exitCodes are those of commands that fail by a kind; "" is no failure.
var exitCodes = map[flow.Kind]int{
	"":                  0,
	flow.KindServerBusy: 5, flow.KindRateLimit: 5, flow.KindScratchExpired: 5, flow.KindBadAnswer: 5,
	flow.KindTruncated: 5, flow.KindNoAnswer: 5, flow.KindReset: 5,
	flow.KindNotSalesforce: 1, flow.KindCheckRefused: 1, flow.KindInvalidRequest: 1, flow.KindCodeVerifier: 1, flow.KindUnknown: 1,
}

// commandLine is a command about the connection acme, and what it asks of Salesforce at
// which step.
type commandLine struct {
	args  []string
	step  flow.Step
	at    []demo.Endpoint
	fails bool // by what is answered there; else that is noted at most
}

func commandLines(w *world.World) []commandLine {
	login := []string{"login", "--plain", "--domain", "http://" + world.LoginHost, "--client-id", w.App.ClientID, "--client-secret-stdin"}
	token, identity, revoke := demo.TokenEndpoint, demo.IdentityEndpoint, demo.RevokeEndpoint
	return []commandLine{
		{append(login, "--name", "another"), flow.StepInput, []demo.Endpoint{demo.DiscoveryEndpoint}, true},
		{append(login, "--name", "another"), flow.StepExchange, []demo.Endpoint{token, identity}, true},
		{[]string{"login", "acme", "--plain"}, flow.StepExchange, []demo.Endpoint{token, identity}, true},
		{[]string{"login", "acme", "--plain"}, flow.StepRevoke, []demo.Endpoint{revoke}, false},
		{[]string{"token", "acme", "--fresh"}, flow.StepRefresh, []demo.Endpoint{token}, true},
		{[]string{"exec", "acme", "--fresh", "--", os.Args[0], "-takes-the-place-of-this-test-and-fails"}, flow.StepRefresh, []demo.Endpoint{token}, true},
		{[]string{"token", "acme", "--for", "data360"}, flow.StepData360, []demo.Endpoint{demo.Data360Endpoint}, true},
		{[]string{"check", "acme"}, flow.StepRefresh, []demo.Endpoint{demo.IntrospectEndpoint}, true},
		{[]string{"remove", "acme", "--yes"}, flow.StepRevoke, []demo.Endpoint{revoke}, false},
	}
}

// Whatever an endpoint answers: every command ends in time, with the exit code and the
// words of the one kind, and prints nothing that is raw, secret, or of use to a script that
// did not get what it asked for. Under SFAUTH_TEST=all every command meets every answer; else
// every third, so that each answer meets every third command.
func TestEveryCommandEndsEveryFaultWithItsExitCodeAndWords(t *testing.T) {
	for i, c := range commandLines(new(world.World)) {
		for _, at := range c.at {
			for j, shape := range demo.Shapes() {
				if i%3 != j%3 && os.Getenv("SFAUTH_TEST") != "all" {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%s", strings.Join(c.args[:min(4, len(c.args))], " "), at, shape), func(t *testing.T) {
					world.Begin(t, func(ctx context.Context, w *world.World) {
						defer w.Serve()()
						suffers(ctx, w, commandLines(w)[i], at, shape)
					})
				})
			}
		}
	}
}

func suffers(ctx context.Context, w *world.World, c commandLine, at demo.Endpoint, shape string) {
	w.Allows()
	before, err := w.Store.Secrets(ctx, keeps(w, forData360...))
	if err != nil {
		w.T.Fatal(err)
	}
	kind := shapes.Kind(c.step, at, shape)
	code := exitCodes[kind]
	if !c.fails {
		code = 0
	}

	w.Org.FailAt(at, shape)
	began := time.Now()
	got, out, told := runs(ctx, w, c.args...)
	if took := time.Since(began); got != code || took > 2*time.Minute {
		w.T.Errorf("it ended with %d, want %d, in %v:\n%s%s", got, code, took, out, told)
	}

	said := out + told
	if kind != "" && kind != flow.KindUnknown && !strings.Contains(said, text.English.Explain(kind, w.Given()).Why) {
		w.T.Errorf("it does not say %q:\n%s", kind, said)
	}
	if code != 0 && out != "" && c.args[0] != "check" {
		w.T.Errorf("it prints %q", out)
	}
	isPlain(w.T, said)
	for _, secret := range []keystore.Secret{before.ClientSecret, before.RefreshToken} {
		if s := secret.Reveal(); strings.Contains(said, s[:12]) || strings.Contains(said, s[len(s)-12:]) {
			w.T.Errorf("it tells a secret:\n%s", said)
		}
	}
	if _, err := w.Store.Find("acme"); (err == nil) == (c.args[0] == "remove") {
		w.T.Errorf("what became of the connection: %v", err)
	}
}

// runs carries out a command line that nobody is there to be asked about.
func runs(ctx context.Context, w *world.World, args ...string) (code int, out, told string) {
	dir := w.T.TempDir()
	file := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			w.T.Fatal(err)
		}
		return f
	}
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte(w.App.ClientSecret+"\n"), 0o600); err != nil {
		w.T.Fatal(err)
	}
	in, err := os.Open(secret)
	if err != nil {
		w.T.Fatal(err)
	}
	defer in.Close()
	a := &app{in: in, out: file("out"), err: file("err"), allowDumps: func() {}, words: &text.English, ready: w.Client}
	code = a.run(ctx, a.root(), args)
	read := func(f *os.File) string {
		f.Close()
		said, err := os.ReadFile(f.Name())
		if err != nil {
			w.T.Fatal(err)
		}
		return string(said)
	}
	return code, read(a.out), read(a.err)
}

func TestAnExportAsksNothingOfSalesforce(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		w.Keep("acme", nil) // and nobody serves the org
		code, out, told := runs(ctx, w, "export", "acme", "--format", "json")
		if code != 0 || !strings.Contains(out, `"refresh_token"`) || len(w.Org.Log()) != 0 {
			t.Errorf("%d, %s, asked %v", code, told, w.Org.Log())
		}
	})
}
