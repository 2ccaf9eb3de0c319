package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// sheet is a terminal of a width that a test reads.
func sheet(width int, profile colorprofile.Profile) (*paper, *bytes.Buffer) {
	var b bytes.Buffer
	return &paper{&b, width, page.NewStyles(page.UnknownGround, profile)}, &b
}

// atTerminal is what list or check shows of connections at a terminal that has no colours.
func atTerminal(t *testing.T, width int, show func(*paper) error) []string {
	t.Helper()
	p, out := sheet(width, colorprofile.ASCII)
	if err := show(p); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(ansi.Strip(out.String()), "\n"), "\n")
}

// fiveStates are connections of which a check has found a different thing each.
func fiveStates() (all []checked) {
	all = haveFound("", flow.KindTokenExpired, flow.KindAppBlocked, flow.KindServerBusy, flow.KindCheckRefused)
	for i := range all {
		c := &all[i].Connection
		alive := time.Now().Add(-time.Duration(i) * 25 * time.Hour)
		c.Name = []string{"acme", "acme-uat", "billing", "legacy", "zulu"}[i]
		c.Username, c.Domain, c.Store = "ana@acme.example", c.Name+"--uat.sandbox.my.salesforce.com", "keychain"
		c.AuthorizedAt, c.AliveAt = time.Now().Add(-400*24*time.Hour), &alive
	}
	return all
}

func list(all []checked) func(*paper) error {
	var saved []keystore.Connection
	for _, c := range all {
		saved = append(saved, c.Connection)
	}
	return func(p *paper) error {
		return p.list(&text.English, saved, map[string]string{"keychain": "GNOME Keyring"})
	}
}

func check(all []checked) func(*paper) error {
	return func(p *paper) error { return p.verdicts(&text.English, all, false) }
}

// A terminal gives a Japanese letter two cells and a combining mark none. Under SFAUTH_TEST=all
// each text is tried in every width, and else in every third.
func TestTablesFitTheTerminalInCellsWhateverIsInThem(t *testing.T) {
	odd := append(append(world.Odd, world.Hostile...), "株式会社日本の管理者@例え.example", "e\u0301milie@acme.example", strings.Repeat("w", 300))
	for i, words := range odd {
		all := fiveStates()
		for i := range all {
			all[i].Username, all[i].Domain = keystore.Clean(words, 0), keystore.Clean(words, 0)
		}
		for width := range 160 {
			if width%3 != i%3 && os.Getenv("SFAUTH_TEST") != "all" {
				continue
			}
			for what, show := range map[string]func(*paper) error{"list": list(all), "check": check(all)} {
				for _, line := range atTerminal(t, width, show) {
					if cells := ansi.StringWidth(line); cells > max(width, 19) {
						t.Fatalf("%s of %q at %d: %d cells: %q", what, words, width, cells, line)
					}
				}
			}
		}
	}
}

func TestAListAtATerminalSaysHowLongAgo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := strings.Join(atTerminal(t, 160, list(fiveStates())), "\n")
		want := strings.TrimPrefix(`
   NAME      USER              DOMAIN                                   KEPT IN        AUTHORISED  LAST ALIVE  VERDICT
✓  acme      ana@acme.example  acme--uat.sandbox.my.salesforce.com      GNOME Keyring  1 y ago     just now    alive
✗  acme-uat  ana@acme.example  acme-uat--uat.sandbox.my.salesforce.com  GNOME Keyring  1 y ago     1 d ago     needs re-authorising
!  billing   ana@acme.example  billing--uat.sandbox.my.salesforce.com   GNOME Keyring  1 y ago     2 d ago     someone must change Setup
~  legacy    ana@acme.example  legacy--uat.sandbox.my.salesforce.com    GNOME Keyring  1 y ago     3 d ago     unreachable
·  zulu      ana@acme.example  zulu--uat.sandbox.my.salesforce.com      GNOME Keyring  1 y ago     4 d ago     not checked`, "\n")
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

func TestAtFortyColumnsNamesAndVerdictsAreWhole(t *testing.T) {
	for what, show := range map[string]func(*paper) error{"list": list(fiveStates()), "check": check(fiveStates())} {
		shown := strings.Join(atTerminal(t, 40, show), "\n")
		for _, c := range fiveStates() {
			if v := text.English.VerdictName(flow.Verdict(c.Verdict)); !strings.Contains(shown, c.Name) || !strings.Contains(shown, v) {
				t.Errorf("%s does not show %s and %q:\n%s", what, c.Name, v, shown)
			}
		}
	}
}

func TestADomainIsCutInItsMiddle(t *testing.T) {
	for cells, want := range map[int]string{40: "acme--uat.sandbox.my.salesforce.com", 20: "acme--uat.…force.com", 3: "a…m", 1: "…"} {
		if got := page.Middle("acme--uat.sandbox.my.salesforce.com", cells); got != want {
			t.Errorf("in %d cells: %q", cells, got)
		}
	}
}

func TestACheckAtATerminalSaysBelowAConnectionWhyItIsNotAlive(t *testing.T) {
	shown := strings.Join(atTerminal(t, 60, check(fiveStates())), "\n")
	want := strings.TrimPrefix(`
   NAME      VERDICT
✓  acme      alive
✗  acme-uat  needs re-authorising
   Salesforce takes its refresh token no more: it was
   revoked, expired, unused for too long, or replaced
   elsewhere
!  billing   someone must change Setup
   the app is blocked
~  legacy    unreachable
   Salesforce cannot answer now
·  zulu      not checked
   Salesforce does not answer this check`, "\n")
	if shown != want {
		t.Errorf("got\n%s\nwant\n%s", shown, want)
	}
}

func TestNoVerdictIsToldByItsColourAlone(t *testing.T) {
	marks := map[string]string{}
	for _, line := range atTerminal(t, 100, list(fiveStates()))[1:] {
		mark, _, _ := strings.Cut(line, " ")
		if of, taken := marks[mark]; taken && mark != page.MarkCare {
			t.Errorf("%s stands before %q and %q", mark, of, line)
		}
		marks[mark] = line
	}
	p, out := sheet(100, colorprofile.ASCII)
	if err := check(fiveStates())(p); err != nil || strings.Contains(out.String(), "\x1b[3") {
		t.Errorf("%v, colours where there are none: %q", err, out)
	}
}

func TestAProgramReadsTheSameTableWhateverATerminalWouldShow(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		c := w.Keep("acme", nil)
		_, listed, _ := runs(ctx, w, "list")
		if want := fmt.Sprintf("NAME  USER               DOMAIN                 STORE   AUTHORISED\nacme  demo@acme.example  http://127.0.0.1:8080  memory  %s\n", c.AuthorizedAt.Local().Format(time.DateTime)); listed != want {
			t.Errorf("got\n%s\nwant\n%s", listed, want)
		}
		if _, checked, _ := runs(ctx, w, "check"); checked != "NAME  VERDICT  REASON\nacme  alive    \n" {
			t.Errorf("%q", checked)
		}
	})
}
