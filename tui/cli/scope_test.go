package cli

import (
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/tui/text"
)

func TestAPurposeStandsForItsScopes(t *testing.T) {
	for typed, want := range map[string]string{
		"data360": "api refresh_token cdp_query_api cdp_ingest_api", "MCP": "mcp_api refresh_token", "ｒｅｓｔ": flow.DefaultScope,
		"agent": "api refresh_token chatbot_api sfap_api", "all": "", "api refresh_token": flow.DefaultScope,
	} {
		if got, err := parseScope(typed); err != nil || got != want {
			t.Errorf("%s: %q, %v", typed, got, err)
		}
	}
}

func TestScopesOfAFlagAreCheckedBeforeAnythingElse(t *testing.T) {
	for scope, want := range map[string]string{
		"full":    "--scope: no refresh token can come of these scopes",
		"api,web": "--scope: no refresh token can come of these scopes",
		"rm -rf":  "--scope: these are not scopes",
	} {
		l := &wizard{Text: &text.English, Scope: scope, Request: flow.Request{RedirectURI: flow.DefaultRedirectURI}}
		err := l.override()
		if err == nil || text.English.Why(usageError{Err: err}, l.Request) != want {
			t.Errorf("%s: %v", scope, err)
		}
		if hint := text.English.Hint(usageError{Err: err}, l.Request); strings.Contains(hint, "app") || hint == "" {
			t.Errorf("%s: %q", scope, hint)
		}
	}
}
