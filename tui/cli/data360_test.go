package cli

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui/world"
)

var forData360 = strings.Fields(flow.PurposeOf("api refresh_token cdp_query_api cdp_ingest_api").Scopes)

// keeps saves the connection acme with these scopes.
func keeps(w *world.World, scopes ...string) keystore.Connection {
	return w.Keep("acme", func(_ *keystore.Connection, s *keystore.Secrets) {
		s.RefreshToken = keystore.NewSecret(w.Org.Approve(w.App.ClientID, scopes...))
	})
}

func TestATokenForData360IsPrintedAloneOrWithItsInstance(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		defer w.Serve()()
		keeps(w, forData360...)
		code, out, told := runs(ctx, w, "token", "acme", "--for", "data360")
		if token := strings.TrimSuffix(out, "\n"); code != 0 || told != "" || !w.Org.Data360Valid(token) {
			t.Error(code, out, told)
		}
		code, again, told := runs(ctx, w, "token", "--for=data360", "--json")
		var said struct {
			Name, Access_token, Instance_url, Org_id string
			Issued_at, Expires_at                    time.Time
		}
		if err := json.Unmarshal([]byte(again), &said); err != nil || code != 0 || told != "" {
			t.Fatal(code, again, told, err)
		}
		if said.Access_token+"\n" != out || said.Instance_url != "https://"+demo.Data360Host || said.Expires_at.Sub(said.Issued_at) != 2*time.Hour || said.Org_id != demo.OrgID {
			t.Errorf("%+v", said)
		}
		_, core, _ := runs(ctx, w, "token", "acme", "--json")
		if !strings.Contains(core, `"expires_at": null`) || !strings.Contains(core, world.LoginHost) {
			t.Error(core)
		}
	})
}

func TestWhatIsInTheWayOfData360EndsWithItsCodeAndWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		scopes  []string
		missing bool
		code    int
		why     string
		hint    string
	}{
		"no scope":    {[]string{"api", "refresh_token"}, false, 4, "the connection may not use Data 360: invalid_scope", "run sfauth login acme --scope data360"},
		"no Data 360": {forData360, true, 1, "the org has no Data 360: HTTP 404", "set Data 360 up in the org"},
	} {
		t.Run(name, func(t *testing.T) {
			world.Begin(t, func(ctx context.Context, w *world.World) {
				w.Org.NoData360 = c.missing
				defer w.Serve()()
				keeps(w, c.scopes...)
				code, out, told := runs(ctx, w, "token", "acme", "--for", "data360")
				if code != c.code || out != "" || !strings.HasPrefix(told, "sfauth: token acme: "+c.why) || !strings.Contains(told, "\nhint: "+c.hint) {
					t.Errorf("%d %q %q", code, out, told)
				}
				if saved, err := w.Store.Find("acme"); err != nil || saved.Verdict != string(flow.Alive) {
					t.Error("it is held against the connection:", saved.Verdict, err)
				}
			})
		})
	}
}

func TestAProgramForData360FindsItsTokenAndInstance(t *testing.T) {
	said := newReader(t, programs(t)).types(`sfauth exec acme --for data360 -- sh -c 'printf "%s\n" "$SALESFORCE_INSTANCE_URL" "${SALESFORCE_ACCESS_TOKEN%%.*}" "${SALESFORCE_TOKEN_COMMAND##* token }"'`)
	if lines := strings.Split(said, "\n"); lines[0] != "https://"+demo.Data360Host || !strings.HasPrefix(lines[1], "eyJ") || lines[2] != "acme --for data360" {
		t.Errorf("%q", lines)
	}
}

func TestAPurposeThatNobodyKnowsIsAskedForNoToken(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		w.Keep("acme", nil) // nobody answers
		code, out, told := runs(ctx, w, "token", "acme", "--for", "datacloud")
		if code != 2 || out != "" || !strings.HasPrefix(told, "sfauth: token acme: --for datacloud: not one of data360\n") {
			t.Errorf("%d %q %q", code, out, told)
		}
	})
}
