package flow_test

import (
	"testing"

	"sfauth/flow"
)

func TestAPurposeIsReadFromScopesInAnyOrder(t *testing.T) {
	for scope, want := range map[string]string{
		"api refresh_token":                      "rest",
		"refresh_token api":                      "rest",
		"api offline_access":                     "rest",
		"refresh_token mcp_api":                  "mcp",
		"api web refresh_token":                  flow.OwnScopes,
		"api":                                    flow.OwnScopes,
		"":                                       flow.OwnScopes,
		"sfap_api chatbot_api api refresh_token": "agent",
		"cdp_ingest_api cdp_query_api api offline_access": "data360",
	} {
		if got := flow.PurposeOf(scope); got.Key != want {
			t.Errorf("%q is for %q, want %q", scope, got.Key, want)
		}
	}
	for _, p := range flow.Purposes {
		if scope, err := flow.ParseScope(p.Scopes); err != nil || scope != p.Scopes || flow.PurposeOf(scope) != p {
			t.Errorf("%s: %q %v", p.Key, scope, err)
		}
	}
}

func TestOwnScopesNeedWhatEachOfThemNeeds(t *testing.T) {
	for scope, want := range map[string]flow.Purpose{
		"api web refresh_token":           {},
		"api refresh_token sfap_api":      {JWT: true},
		"api refresh_token mcp_api":       {JWT: true},
		"api refresh_token cdp_query_api": {Data360: true},
	} {
		got := flow.PurposeOf(scope)
		if got.JWT != want.JWT || got.Data360 != want.Data360 || got.Public || got.Scopes != scope {
			t.Errorf("%q needs %+v", scope, got)
		}
	}
}
