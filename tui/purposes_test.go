package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui/login"
)

func TestWhatAccessIsForDecidesTheScopesAndWhatDoneOffers(t *testing.T) {
	inWorld(t, demonstrated, func(w *screened) {
		w.wait(time.Second).press("enter").shows("What for: REST and Bulk")
		w.press("ctrl+s").shows("What is access for?", "api refresh_token").golden("purposes")
		w.press("down", "enter").shows("What for: Data 360").press("enter").wait(time.Second).press("y").wait(5 * time.Second)
		w.shows("acme is connected", "sfauth token acme --for data360", "cdp_ingest_api").golden("done-data360").press("y")
		if w.clip != "sfauth token acme --for data360" {
			t.Errorf("the clipboard has %q", w.clip)
		}
		c, err := w.Store.Find("acme")
		if err != nil || flow.PurposeOf(c.Scope).Key != "data360" {
			t.Errorf("%q, %v", c.Scope, err)
		}
		if a, err := w.Client.Token(context.Background(), "acme", flow.TokenOptions{Data360: true}); err != nil || !w.Org.Data360Valid(a.Token.Reveal()) {
			t.Error(err)
		}
	})
}

func TestScopesOfOnesOwnAreTypedWhereTheyBelong(t *testing.T) {
	inApp(t, func(w *screened) {
		w.press("ctrl+s", "end", "enter").shows("› Scopes").press("ctrl+u").typ("sfap_api refresh_token api chatbot_api").shows("What for: Agent API")
		w.typ(" web").shows("What for: My own scopes").press("ctrl+s").shows("sfap_api refresh_token api chatbot_api web", "› My own scopes")
		w.press("esc").shows("› Scopes")
		w.press("ctrl+s", "home", "enter").shows("What for: REST and Bulk").press("ctrl+s", "end").shows("sfap_api refresh_token api chatbot_api web") // they are kept
		w.press("enter").shows("› Scopes", "┃ sfap_api refresh_token api chatbot_api web", "What for: My own scopes")
	})
}

func TestAnAppForHostedMCPIsAskedForNoSecret(t *testing.T) {
	inApp(t, func(w *screened) {
		w.press("ctrl+s", "home", "down", "down", "down").golden("purposes-mcp").press("enter").shows("such an app has none")
		w.paste(w.App.ClientID).press("enter").wait(2 * time.Second).shows("Waiting for you")
		if r := w.wizard.request; r.Scope != "mcp_api refresh_token" || !r.ClientSecret.Empty() {
			t.Errorf("%q", r.Scope)
		}
	})
}

func TestAnAppThatIssuesNoJWTsIsToldOfWhereTheyAreNeeded(t *testing.T) {
	inWorld(t, demonstrated, func(w *screened) {
		w.wait(time.Second).press("enter", "ctrl+s", "down", "down", "enter").shows("What for: Agent API").press("enter").wait(time.Second).press("y").wait(5 * time.Second)
		w.shows("acme is connected", "INVALID_JWT_FORMAT").golden("done-no-jwt")
	})
}

func TestAuthorisingAgainKeepsTheScopesAndShowsWhatTheyAreFor(t *testing.T) {
	const scopes = "cdp_ingest_api refresh_token api cdp_query_api"
	inWorld(t, func(w *screened, o *Options) {
		given(w, o)
		c := w.Keep("acme", func(c *keystore.Connection, _ *keystore.Secrets) { c.Scope = scopes })
		o.Request.Existing, o.Request.Scope = &c, c.Scope
	}, func(w *screened) {
		w.wait(time.Second).shows("Waiting for you").press("esc").shows("What for: Data 360")
		if w.wizard.request.Scope != scopes {
			t.Error(w.wizard.request.Scope)
		}
	})
}

func TestDetailsOfAConnectionForData360CopyItsTokenFirst(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		o.Saved = []keystore.Connection{w.Keep("acme", func(c *keystore.Connection, s *keystore.Secrets) {
			c.Scope = "api refresh_token cdp_query_api cdp_ingest_api"
			c.Scopes = strings.Fields(c.Scope)
			s.RefreshToken = keystore.NewSecret(w.Org.Approve(w.App.ClientID, c.Scopes...))
		})}
	}, func(w *screened) {
		w.wait(5*time.Second).press("enter").shows("› Copy a token for Data 360", "Copy an access token").golden("details-data360")
		instance := w.wizard.home.all[0].InstanceURL
		w.press("enter").wait(time.Second)
		if !w.Org.Data360Valid(w.clip) || w.wizard.home.all[0].InstanceURL != instance {
			t.Errorf("the clipboard has %q, the instance is %s", w.clip, w.wizard.home.all[0].InstanceURL)
		}
		w.press("c").wait(time.Second)
		if !w.Org.AccessValid(w.clip) {
			t.Errorf("the clipboard has %q", w.clip)
		}
		w.Org.Fail("")
		w.Org.FailAt(demo.Data360Endpoint, "status_500")
		w.wait(20 * time.Minute).press("d").wait(time.Second).shows("Salesforce cannot answer now").press("esc").shows("alive")
	})
}

func TestTheCommandOfAConnectionIsForWhatItMayDo(t *testing.T) {
	for asked, granted := range map[string][2]string{
		"api refresh_token": {"api refresh_token", ""},
		"api refresh_token cdp_query_api cdp_ingest_api": {"refresh_token cdp_ingest_api cdp_query_api api", " --for data360"},
		"api refresh_token cdp_ingest_api cdp_query_api": {"api refresh_token", ""}, // the org gave less
		"api refresh_token web cdp_query_api":            {"api refresh_token web cdp_query_api", ""},
		"":                                               {"api refresh_token cdp_query_api", ""},
	} {
		c := keystore.Connection{Name: "acme", Scope: asked, Scopes: strings.Fields(granted[0])}
		if got := login.TokenCommand(c); got != "sfauth token acme"+granted[1] {
			t.Errorf("%q: %s", asked, got)
		}
	}
}
