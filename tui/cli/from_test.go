package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/export"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// taking is a world in which another tool holds a grant.
type taking struct {
	*world.World
	*wizard
	ctx   context.Context
	token string
	err   error
	out   *os.File
	typed string // by a person; empty: nobody is there
}

func inTaking(t *testing.T, test func(k *taking)) {
	t.Helper()
	dir := t.TempDir()
	world.Begin(t, func(ctx context.Context, in *world.World) {
		defer in.Serve()()
		none, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer none.Close()
		out, err := os.Create(filepath.Join(dir, "stderr"))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		test(&taking{World: in, ctx: ctx, token: in.Org.Approve(in.App.ClientID), out: out,
			wizard: &wizard{Text: &text.English, In: none, Out: out, Err: out, From: filepath.Join(dir, "held")}})
	})
}

// dotenv is what the tool keeps, with what is left out of it.
func (k *taking) dotenv(without ...string) string {
	var b strings.Builder
	for _, v := range [][2]string{{"LOGIN_URL", "http://" + world.LoginHost}, {"CLIENT_ID", k.App.ClientID}, {"CLIENT_SECRET", k.App.ClientSecret}, {"REFRESH_TOKEN", k.token}} {
		if !slices.ContainsFunc(without, func(part string) bool { return strings.Contains(v[0], part) }) {
			fmt.Fprintf(&b, "SF_%s=%s\n", v[0], v[1])
		}
	}
	return b.String()
}

// takes runs the command on a file that has this in it.
func (k *taking) takes(file string) *taking {
	k.World.T.Helper()
	if err := os.WriteFile(k.From, []byte(file), 0o600); err != nil {
		k.World.T.Fatal(err)
	}
	return k.runs()
}

func (k *taking) runs() *taking {
	k.console = newConsole(k.Text, k.In, k.out)
	if k.typed != "" {
		k.console = &console{words: k.Text, lines: bufio.NewReader(&lineASecond{k.typed}), out: k.out, terminal: silent{}}
	}
	k.err = k.run(k.ctx, k.World.Client)
	return k
}

// lineASecond is a person who types a line a second.
type lineASecond struct{ lines string }

func (s *lineASecond) Read(p []byte) (int, error) {
	time.Sleep(time.Second)
	line, rest, ok := strings.Cut(s.lines, "\n")
	if !ok {
		return 0, io.EOF
	}
	s.lines = rest
	return copy(p, line+"\n"), nil
}

// silent is a terminal of which nothing is known.
type silent struct{}

func (silent) hide() func()           { return func() {} }
func (silent) hidePaste() func()      { return func() {} }
func (silent) more() bool             { return false }
func (silent) whenBack(func()) func() { return func() {} }

func (k *taking) said() string {
	all, _ := os.ReadFile(k.out.Name())
	return string(all)
}

func (k *taking) says(want ...string) *taking {
	k.World.T.Helper()
	for _, s := range want {
		if !strings.Contains(k.said(), s) {
			k.World.T.Errorf("%q is not said:\n%s", s, k.said())
		}
	}
	return k
}

// spent counts the token requests that reached the org.
func (k *taking) spent() (n int) {
	for _, e := range k.Org.Log() {
		if e.Grant != "" {
			n++
		}
	}
	return n
}

// saves asserts that a connection of this name has the token, which was not used, and that
// it renews three times.
func (k *taking) saves(name string) keystore.Connection {
	t := k.World.T
	t.Helper()
	if k.err != nil {
		t.Fatalf("%v\n%s", k.err, k.said())
	}
	c, err := k.World.Store.Find(name)
	if err != nil || k.spent() > 0 || !k.Org.RefreshValid(k.token) {
		t.Fatalf("%v, %d token requests\n%s", err, k.spent(), k.said())
	}
	for range 3 {
		a, err := k.World.Client.Token(k.ctx, name, flow.TokenOptions{Fresh: true})
		if err != nil || !k.Org.AccessValid(a.Token.Reveal()) {
			t.Fatal(err)
		}
	}
	k.innocent()
	return c
}

// savesNothing asserts how it failed, in which words, and with which exit code.
func (k *taking) savesNothing(code int, kind flow.Kind, words string) {
	t := k.World.T
	t.Helper()
	all, _ := k.World.Store.List()
	cmd := (&app{words: k.Text}).loginCommand()
	_ = cmd.Flags().Set("from", k.From)
	if k.err == nil || exitCode(cmd, k.err) != code || flow.KindOf(k.err) != kind || len(all) > 0 || k.spent() > 0 {
		t.Fatalf("%v, exit code %d, kind %s, %d saved, %d token requests\n%s", k.err, exitCode(cmd, k.err), flow.KindOf(k.err), len(all), k.spent(), k.said())
	}
	if report := k.Text.Why(k.err, k.Request) + "\nhint: " + k.Text.Hint(k.err, k.Request); !strings.Contains(report, words) {
		t.Errorf("%q is not in %q", words, report)
	}
	k.innocent()
}

// innocent asserts that no secret was said.
func (k *taking) innocent() {
	k.World.T.Helper()
	said := k.said()
	if k.err != nil {
		said += k.err.Error() + k.Text.Why(k.err, k.Request) + k.Text.Hint(k.err, k.Request)
	}
	for _, secret := range []string{k.token, k.App.ClientSecret} {
		if strings.Contains(said, secret[:12]) {
			k.World.T.Errorf("a secret is said:\n%s", said)
		}
	}
}

func TestWhatAnotherToolHoldsIsSavedWithoutBeingUsed(t *testing.T) {
	for name, edit := range map[string]func(string) string{
		"as it is": func(s string) string { return s },
		"CRLF":     func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"UTF-16": func(s string) string {
			return "\xff\xfe" + strings.ReplaceAll(strings.Join(strings.Split(s, ""), "\x00"), "\r", "") + "\x00"
		},
	} {
		t.Run(name, func(t *testing.T) {
			inTaking(t, func(k *taking) {
				k.Name = "acme"
				c := k.takes(edit(k.dotenv())).saves("acme")
				if c.Username != demo.Username || c.OrgID != demo.OrgID || c.UserID != demo.UserID {
					t.Errorf("%+v", c)
				}
				k.says("Found a refresh token that the other tool uses.", "It is valid, and was not used.", "Its user is "+demo.Username+".", "Saved as acme in ",
					"Stop the other tool from using this token now", "sfauth does not need "+k.From+" any more", "Run sfauth token acme ")
			})
		})
	}
}

func TestEveryExportedTokenIsTakenOverAgain(t *testing.T) {
	for _, format := range export.Formats() {
		inTaking(t, func(k *taking) {
			c := keystore.Connection{ClientID: k.App.ClientID, RedirectURI: k.App.Callbacks[0], InstanceURL: "http://" + world.LoginHost}
			s := keystore.Secrets{ClientSecret: keystore.NewSecret(k.App.ClientSecret), RefreshToken: keystore.NewSecret(k.token)}
			exported, err := export.As(format, c, s, "http://"+world.LoginHost, export.Options{RefreshToken: true})
			if err != nil || !strings.Contains(exported, k.token) { // it knows no such host, or has no token
				return
			}
			k.Name = "acme"
			if c := k.takes(exported).saves("acme"); c.RedirectURI != k.App.Callbacks[0] {
				t.Errorf("%s: %s", format, c.RedirectURI)
			}
		})
	}
}

func TestWhatCannotBeTakenOverSavesNothingAndSaysWhatToDo(t *testing.T) {
	for name, row := range map[string]struct {
		code  int
		kind  flow.Kind
		words string
		take  func(k *taking) string
	}{
		"dead": {4, flow.KindTokenExpired, "takes this refresh token no more\nhint: run sfauth login", func(k *taking) string {
			k.Org.RevokeAll()
			return k.dotenv()
		}},
		"host down":     {5, flow.KindRefused, "", func(k *taking) string { k.Domain = "http://127.0.0.1:9"; return k.dotenv() }},
		"wrong secret":  {1, flow.KindClientCredentials, "secret", func(k *taking) string { return strings.Replace(k.dotenv(), k.App.ClientSecret, "another", 1) }},
		"wrong app":     {1, flow.KindInvalidClientID, "Consumer Key", func(k *taking) string { return strings.Replace(k.dotenv("SECRET"), k.App.ClientID, "3MVG9x", 1) }},
		"no secret":     {2, flow.KindCheckRefused, "--client-secret-stdin", func(k *taking) string { return k.dotenv("SECRET") }},
		"no domain":     {2, flow.KindUnknown, "missing --domain", func(k *taking) string { return k.dotenv("LOGIN") }},
		"no app":        {2, flow.KindUnknown, "missing --client-id", func(k *taking) string { return k.dotenv("CLIENT") }},
		"no token":      {1, flow.KindHeldNothing, "no refresh token was found: --from ", func(k *taking) string { return k.dotenv("REFRESH") }},
		"too long":      {1, flow.KindHeldTooLong, "the file is too long", func(k *taking) string { return strings.Repeat("#\n", 1<<18) + k.dotenv() }},
		"access token":  {1, flow.KindHeldAccessToken, "this is an access token", func(*taking) string { return "SF_REFRESH_TOKEN=00DWx0000004Dem!AQx" }},
		"redacted":      {1, flow.KindHeldRedacted, "sf org auth show-sfdx-auth-url", func(*taking) string { return `{"result":{"sfdxAuthUrl":"[REDACTED]"}}` }},
		"asks sfauth":   {1, flow.KindHeldAsks, "it asks sfauth for one", func(*taking) string { return "TOKEN=$(sfauth token acme)" }},
		"of a stranger": {2, flow.KindDomainForeign, "--trust-domain", func(k *taking) string { return k.dotenv("LOGIN") + "SF_LOGIN_URL=https://" + world.Foreign + "\n" }},
		"two orgs":      {2, flow.KindUnknown, "--entry with one of ACME, SF", func(k *taking) string { return "ACME_REFRESH_TOKEN=5Aep861other\n" + k.dotenv() }},
		"no such entry": {2, flow.KindUnknown, "--entry beta: no grant there is called so", func(k *taking) string { k.Entry = "beta"; return k.dotenv() }},
		"twice stdin": {2, flow.KindUnknown, "both read stdin", func(k *taking) string {
			k.SecretStdin = true
			defer func() { k.From = stdin }()
			return k.dotenv()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inTaking(t, func(k *taking) {
				file, path := row.take(k), k.From
				if k.From == stdin {
					k.runs()
				} else {
					k.From = path
					k.takes(file)
				}
				k.savesNothing(row.code, row.kind, row.words)
			})
		})
	}
}

func TestWhereSalesforceDoesNotSayAPersonOrAFlagDecides(t *testing.T) {
	app := demo.DefaultApp()
	app.NoIntrospection = true
	for name, row := range map[string]struct {
		unverified bool
		typed      string
		saved      bool
	}{"nobody": {}, "flag": {unverified: true, saved: true}, "yes": {typed: "yes\n", saved: true}, "no": {typed: "\n"}} {
		t.Run(name, func(t *testing.T) {
			inTaking(t, func(k *taking) {
				k.Org.Fail("unheard_of")
				k.Name, k.Unverified, k.typed = "acme", row.unverified, row.typed
				k.takes(k.dotenv())
				k.Org.Fail("")
				if asked := row.saved || row.typed != ""; asked != strings.Contains(k.said(), "Salesforce does not say whether this token is valid") {
					t.Errorf("it says:\n%s", k.said()) // the error of a script says it all
				}
				switch {
				case row.saved:
					k.saves("acme")
				case row.typed != "":
					k.savesNothing(1, flow.KindUnknown, "nothing was done")
				default:
					k.savesNothing(2, flow.KindCheckRefused, "--unverified")
				}
			})
		})
	}
}

func TestWhatIsMissingInAFileIsAskedFor(t *testing.T) {
	inTaking(t, func(k *taking) {
		k.Name, k.typed = "acme", fmt.Sprintf("http://%s\n%s\n%s\n", world.LoginHost, k.App.ClientID, k.App.ClientSecret)
		k.takes(k.dotenv("LOGIN", "CLIENT")).says("Login domain", "Consumer Key:", "Consumer Secret").saves("acme")
	})
}

func TestAWrongSecretInAFileCanBeMended(t *testing.T) {
	inTaking(t, func(k *taking) {
		k.Name, k.typed = "acme", "\n"+k.App.ClientSecret+"\n"
		k.takes(strings.Replace(k.dotenv(), k.App.ClientSecret, "another", 1)).saves("acme")
		if n := strings.Count(k.said(), "Secrets go to "); n != 1 {
			t.Errorf("where secrets go is said %d times", n)
		}
	})
}

func TestOneOfTwoOrgsIsChosen(t *testing.T) {
	for _, byFlag := range []bool{true, false} {
		inTaking(t, func(k *taking) {
			k.Name = "acme"
			if k.typed = "nobody's\nsf\n"; byFlag {
				k.Entry, k.typed = "SF", ""
			}
			k.takes("ACME_REFRESH_TOKEN=5Aep861other\n" + k.dotenv()).saves("acme")
			if n := strings.Count(k.said(), "There are several grants: ACME, SF."); !byFlag && n != 2 {
				t.Errorf("which there are is said %d times", n)
			}
		})
	}
}

func TestFlagsGoBeforeTheFile(t *testing.T) {
	inTaking(t, func(k *taking) {
		k.NewName, k.Domain = "beta", "http://"+world.LoginHost
		k.takes("force://" + k.App.ClientID + ":" + k.App.ClientSecret + ":" + k.token + "@acme.my.salesforce.com\n").says("the Salesforce CLI").saves("beta")
	})
}

func TestASecretIsNotSentForAnotherApp(t *testing.T) {
	others := func(k *taking) string {
		k.ClientID = k.App.ClientID
		return strings.Replace(k.dotenv(), k.App.ClientID, "3MVG9other", 1)
	}
	inTaking(t, func(k *taking) {
		file := others(k)
		k.takes(file).savesNothing(2, flow.KindCheckRefused, "--client-secret-stdin")
	})
	inTaking(t, func(k *taking) { // which says of its app that it has none
		file := others(k)
		k.takes(strings.Replace(file, k.App.ClientSecret, "", 1)).savesNothing(2, flow.KindCheckRefused, "--client-secret-stdin")
	})
	inTaking(t, func(k *taking) {
		k.Name, k.typed = "acme", k.App.ClientSecret+"\n"
		k.takes(others(k)).says("Consumer Secret").saves("acme")
	})
	inTaking(t, func(k *taking) { // the saved secret is of the app that the flag names
		k.Keep("acme", nil)
		k.Name = "acme"
		k.takes(strings.Replace(others(k), k.App.ClientSecret, "anothers", 1)).saves("acme")
	})
}

func TestASecretWithoutAnAppIsOfTheAppThatIsTyped(t *testing.T) {
	inTaking(t, func(k *taking) {
		k.Name, k.typed = "acme", k.App.ClientID+"\n"
		k.takes(k.dotenv("CLIENT_ID")).saves("acme")
		if strings.Contains(k.said(), "Consumer Secret") {
			t.Error(k.said())
		}
	})
}

func TestStdinIsAFile(t *testing.T) {
	inTaking(t, func(k *taking) {
		in, err := os.Open(put(t, k.dotenv()))
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		k.Name, k.From, k.In = "acme", stdin, in
		k.runs().saves("acme")
	})
}

func TestASavedConnectionIsReplacedOnlyByItsName(t *testing.T) {
	inTaking(t, func(k *taking) {
		old := k.Keep("acme", nil)
		k.NewName = "beta"
		k.takes(k.dotenv()).saves("beta")
		k.says("acme is a connection of the same user and app: it stays as it is.")
		if c, err := k.World.Store.Find("acme"); err != nil || !c.SameGrant(old) {
			t.Error(c, err)
		}
	})
	inTaking(t, func(k *taking) {
		old := k.Keep("acme", nil)
		k.Name = "acme"
		c := k.takes(k.dotenv()).saves("acme")
		k.says("Revoked the refresh token that was there before.")
		if all, _ := k.World.Store.List(); c.ID != old.ID || len(all) != 1 {
			t.Errorf("%+v", all)
		}
	})
}

func TestAllConnectionsOfTheSameUserAndAppAreNamedAtOnce(t *testing.T) {
	inTaking(t, func(k *taking) {
		k.Keep("acme", nil)
		k.Keep("billing", nil)
		k.NewName = "beta"
		k.takes(k.dotenv()).says("Connections of the same user and app stay as they are: acme, billing.").saves("beta")
	})
}

func TestTheGrantOfAnotherUserReplacesNothing(t *testing.T) {
	inTaking(t, func(k *taking) {
		old := k.Keep("acme", func(c *keystore.Connection, _ *keystore.Secrets) { c.UserID = demo.OtherUserID })
		k.Name = "acme"
		k.takes(k.dotenv())
		if now, _ := k.World.Store.Find("acme"); flow.KindOf(k.err) != flow.KindOtherUser || !now.SameGrant(old) || k.spent() > 0 {
			t.Error(k.err, now)
		}
		if hint := k.Text.Hint(k.err, k.Request); !strings.Contains(hint, "another NAME") {
			t.Error(hint)
		}
	})
}

func TestAToolThatCanAskSfauthIsToldHow(t *testing.T) {
	for tool, format := range asking {
		asks := keystore.Connection{Name: "acme", ClientID: "x", InstanceURL: "https://acme.my.salesforce.com"}
		if !export.Asks(format, asks, false) {
			t.Errorf("%s: %s hands out the token", tool, format)
		}
	}
	inTaking(t, func(k *taking) {
		k.Name, k.Domain = "acme", "http://"+world.LoginHost
		k.takes("force://"+k.App.ClientID+":"+k.App.ClientSecret+":"+k.token+"@acme.my.salesforce.com\n").
			says("Stop the Salesforce CLI from using this token now", "run sfauth export acme --format sf.").saves("acme")
	})
}

func TestAFileThatOthersCanReadIsSaidToBe(t *testing.T) {
	inTaking(t, func(k *taking) {
		k.Name = "acme"
		if err := os.WriteFile(k.From, []byte(k.dotenv()), 0o644); err != nil {
			t.Fatal(err)
		}
		k.runs().says("Others on this machine can read " + k.From).saves("acme")
	})
}

func TestAFailedSaveLeavesNothingBehind(t *testing.T) {
	inTaking(t, func(k *taking) {
		k.Name = "acme"
		file := k.dotenv()
		k.Vault.Fail = keystore.ErrLocked
		k.takes(file).savesNothing(1, flow.KindKeychainLocked, "")
		k.Vault.Fail = nil
		k.takes(file).saves("acme")
	})
}

// Whoever started sfauth holds its stdin open and writes nothing into it.
func TestAnInterruptionEndsTheWaitForAFileOnStdin(t *testing.T) {
	in, silent, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer silent.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(io.ErrClosedPipe)
	l := &wizard{Text: &text.English, In: in, Out: os.Stdout, Err: os.Stderr, From: stdin}
	if err := l.run(ctx, &flow.Client{Store: &keystore.Store{Dir: t.TempDir(), Vault: keystore.NewMemory()}}); err != io.ErrClosedPipe {
		t.Error(err)
	}
}

func TestWhatBelongsToAFileNeedsOne(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		for _, line := range [][]string{{"--from="}, {"--entry", "acme"}, {"--unverified"}} {
			code, out, told := runs(ctx, w, append([]string{"login", "acme"}, line...)...)
			if code != 2 || out != "" || !strings.Contains(told, "sfauth: login acme: --") || !strings.Contains(told, "--from") {
				t.Errorf("%v: exit %d\n%s%s", line, code, out, told)
			}
		}
	})
}

func TestAGrantInPlaceOfItsFileIsNotSaidAgain(t *testing.T) {
	inTaking(t, func(k *taking) {
		for _, grant := range []string{"force://" + k.App.ClientID + ":" + k.App.ClientSecret + ":" + k.token + "@acme.my.salesforce.com", "refresh_token=" + k.token, k.dotenv()} {
			k.From = grant
			if err := k.runs().err; err == nil || strings.Contains(err.Error()+k.said(), k.token) || !errors.As(err, new(usageError)) {
				t.Errorf("%v\n%s", err, k.said())
			}
		}
	})
}
