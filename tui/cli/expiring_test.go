package cli

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/world"
)

// unused makes a connection one that was authorised so long ago and has not been renewed since.
func unused(since time.Duration) func(*keystore.Connection, *keystore.Secrets) {
	return func(c *keystore.Connection, _ *keystore.Secrets) { c.AuthorizedAt = time.Now().Add(-since).UTC() }
}

const day = 24 * time.Hour

func TestACheckNamesWhatComesNearTheIdleLimitAndExitsFour(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Keep("acme", unused(25*day))
		w.Keep("beta", unused(2*day))
		for _, row := range []struct {
			args      []string
			code      int
			out, told string
		}{
			{[]string{"check"}, 0, "acme  alive    \nbeta  alive    \n", ""},
			{[]string{"check", "--expiring", "4d12h"}, 0, "acme  alive    \nbeta  alive    \n", ""},
			{[]string{"check", "--expiring", "7d"}, 4, "acme  alive    unused for 25 d: Salesforce may end it in 5 d, as it does after 30 days for new apps\nbeta  alive    \n",
				"sfauth: check: near the idle limit: 1 of 2\nhint: run sfauth token acme --fresh: each renewal begins the 30 days anew\n"},
			{[]string{"check", "acme", "--expiring", "168h"}, 4, "", "sfauth: check acme: unused for 25 d: Salesforce may end it in 5 d"},
			{[]string{"check", "beta", "--expiring", "7d"}, 0, "", ""},
		} {
			code, out, told := runs(ctx, w, row.args...)
			if code != row.code || !strings.HasSuffix(out, row.out) || !strings.HasPrefix(told, row.told) || row.told == "" && told != "" {
				t.Errorf("%v ended with %d:\n%s%s", row.args, code, out, told)
			}
		}
	})
}

func TestARenewalEndsTheWarningOfTheIdleLimit(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Keep("acme", unused(25*day))
		for _, row := range []struct {
			args []string
			code int
		}{{[]string{"check", "--expiring", "7d"}, 4}, {[]string{"token", "acme", "--fresh"}, 0}, {[]string{"check", "--expiring", "7d"}, 0}} {
			if code, out, told := runs(ctx, w, row.args...); code != row.code {
				t.Fatalf("%v ended with %d:\n%s%s", row.args, code, out, told)
			}
		}
	})
}

func TestWhatHasEndedDecidesBeforeWhatWillEnd(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Keep("beta", nil)
		w.Org.RevokeAll()
		w.Keep("acme", unused(25*day))
		code, out, told := runs(ctx, w, "check", "--expiring", "7d")
		if code != 4 || !strings.HasPrefix(told, "sfauth: check: not alive: 1 of 2; near the idle limit: 1 of 2\nhint: beta: run sfauth login beta") {
			t.Errorf("%d:\n%s%s", code, out, told)
		}
	})
}

// check warns of the idle limit though the host does not answer: the person has to renew the
// connection in either case.
func TestTheIdleLimitIsToldOfWhatCannotBeReached(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		w.Keep("acme", unused(25*day)) // and nobody serves the org
		if code, out, told := runs(ctx, w, "check", "--expiring", "7d"); code != 4 || !strings.Contains(told, "Salesforce may end it in 4 d") {
			t.Errorf("%d:\n%s%s", code, out, told)
		}
	})
}

func TestTheJSONOfACheckAlwaysSaysWhatIsKnownOfTheIdleLimit(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		w.Keep("beta", nil)
		w.Org.RevokeAll()
		c := w.Keep("acme", unused(25*day))
		for _, args := range [][]string{{"check", "--json"}, {"check", "--json", "--expiring", "7d"}} {
			_, out, _ := runs(ctx, w, args...)
			var all []map[string]any
			if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 2 {
				t.Fatal(err, out)
			}
			until, known := all[0]["idle_until"], all[1]["idle_until"]
			if want := c.AuthorizedAt.Add(flow.IdleLimit).Format(time.RFC3339Nano); until != want || known != nil || all[0]["expiring"] != (len(args) > 2) || all[1]["expiring"] != false {
				t.Errorf("%v: %v, want %v\n%s", args, until, want, out)
			}
		}
	})
}

func TestATimeThatIsNoneIsRefusedInOneSentence(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		for given, why := range map[string]string{
			"7": "a duration has a unit", "": "a duration has a unit", "d": "a duration has a unit", "-7d": "a duration has a unit", "7dd": "a duration has a unit", "1d-3h": "a duration has a unit",
			"0s": "not between nothing", "-3h": "not between nothing", "30d": "not between nothing", "40d": "not between nothing",
		} {
			code, out, told := runs(ctx, w, "check", "--expiring="+given)
			if code != 2 || out != "" || !strings.HasPrefix(told, "sfauth: check: --expiring "+given+": "+why) || strings.Count(told, "\n") != 2 {
				t.Errorf("%q ended with %d: %s%s", given, code, out, told)
			}
		}
		for given, want := range map[string]time.Duration{"7d": 7 * day, "36h": 36 * time.Hour, "1d12h": 36 * time.Hour, "90s": 90 * time.Second} {
			if got, err := parseDuration(given); got != want || err != nil {
				t.Errorf("%s: %v, %v", given, got, err)
			}
		}
	})
}
