package flow_test

import (
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/flow/demo"
)

func TestScopesAreReadAsTheyAreCopied(t *testing.T) {
	for pasted, want := range map[string]string{
		"":                              "",
		" \n":                           "",
		"api refresh_token":             "api refresh_token",
		"refresh_token":                 "refresh_token",
		"full offline_access":           "full offline_access",
		"api,refresh_token":             "api refresh_token",
		"api, web; refresh_token":       "api web refresh_token",
		"api+refresh_token":             "api refresh_token",
		"api%20refresh_token":           "api refresh_token",
		"scope=api%20refresh_token":     "api refresh_token",
		"scope: api refresh_token":      "refused",
		"api|refresh_token":             "api refresh_token",
		"api\nrefresh_token\r\n":        "api refresh_token",
		"api\trefresh_token":            "api refresh_token",
		`["api", "refresh_token"]`:      "api refresh_token",
		"“api”、refresh_token":           "api refresh_token",
		"api refresh_token api":         "api refresh_token",
		"API Refresh_Token":             "api refresh_token",
		"\ufeffapi\u200b refresh_token": "api refresh_token",
		"ａｐｉ　ｒｅｆｒｅｓｈ＿ｔｏｋｅｎ":       "api refresh_token",
		"refresh_token My_Scope2": "refresh_token My_Scope2",
		"Manage user data via APIs (api); Perform requests at any time (refresh_token, offline_access)": "api refresh_token offline_access",
		"api (Manage user data), refresh_token (Perform requests at any time)":                          "api refresh_token",
		"api rm -rf / refresh_token":                                   "refused",
		"api refresh_token \x1b[31m":                                   "refused",
		"https://acme.my.salesforce.com refresh_token":                 "refused",
		"refresh_token 3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0": "refused",
		"refresh_token " + strings.Repeat("A1", 32):                    "refused",
		"refresh_tokén":                                                "refused",
	} {
		got, err := flow.ParseScope(pasted)
		if want == "refused" {
			wantKind(t, err, flow.StepInput, flow.KindScopeInvalid)
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", pasted, got, err, want)
		}
		if again, err := flow.ParseScope(got); err != nil || again != got {
			t.Errorf("%q is read back as %q (%v)", got, again, err)
		}
	}
}

// Before the browser opens, a person is told that these scopes bring no refresh token.
func TestScopesThatBringNoRefreshTokenAreToldBeforeTheBrowser(t *testing.T) {
	for _, scope := range []string{"api", "full", "full web openid", "API"} {
		inWorld(t, func(w *world) {
			w.request.Scope = scope
			_, err := w.login()
			wantKind(w, err, flow.StepInput, flow.KindScopeNoRefresh)
			if len(w.events) != 0 {
				w.Errorf("%+v", w.events)
			}
		})
	}
}

func TestScopesAreSentAndSavedAsTheyWereRead(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.Scope = "refresh_token,api,api"
		asked := ""
		w.person(func(u string) {
			asked = parsed(u).Get("scope")
			w.visit(u, true)
		})
		g := w.loggedIn()
		if asked != "refresh_token api" || g.Connection.Scope != asked {
			w.Errorf("asked for %q, saved %q", asked, g.Connection.Scope)
		}
	})
}

// A request without a scope is granted all scopes of the app.
func TestNoScopesAtAllAreAllOfTheApps(t *testing.T) {
	app := demo.DefaultApp()
	inWorld(t, func(w *world) {
		w.request.Scope = ""
		w.loggedIn()
	}, app)
}
