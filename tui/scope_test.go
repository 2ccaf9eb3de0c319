package tui

import (
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

func TestScopesThatBringNoRefreshTokenAreToldBesideTheirField(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		given(w, o)
		o.Request.Domain = flow.Domain{}
	}, func(w *screened) {
		w.typ("http://"+world.LoginHost).wait(time.Second).press("enter", "ctrl+t", "down").shows("Scopes")
		w.press("ctrl+u").typ("full").press("enter").shows("No refresh token can come of these scopes. Add refresh_token")
		w.press("ctrl+u").typ("api; refresh_tokén").press("enter").shows("These are not scopes.")
		if w.Opened != 0 {
			t.Error("a browser was opened")
		}
		w.press("ctrl+u").typ("full, refresh_token").press("enter").wait(time.Second).shows("Waiting for you")
		if got := w.wizard.request.Scope; got != "full refresh_token" {
			t.Error(got)
		}
	})
}

func TestScopesOfAFlagAreCheckedBeforeAnythingElse(t *testing.T) {
	for scope, want := range map[string]string{
		"full":    "--scope: no refresh token can come of these scopes",
		"api,web": "--scope: no refresh token can come of these scopes",
		"rm -rf":  "--scope: these are not scopes",
	} {
		l := &Login{Scope: scope, Request: flow.Request{Callback: flow.DefaultCallback}}
		err := l.override()
		if err == nil || text.English.Why(UsageError{Err: err}, l.Request) != want {
			t.Errorf("%s: %v", scope, err)
		}
		if hint := text.English.Hint(UsageError{Err: err}, l.Request); strings.Contains(hint, "app") || hint == "" {
			t.Errorf("%s: %q", scope, hint)
		}
	}
}
