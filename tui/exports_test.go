package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sfauth/flow/export"
	"sfauth/keystore"
)

// to are the keys from the first format to another one.
func to(format string) []string {
	return slices.Repeat([]string{"down"}, slices.Index(export.Formats(), format))
}

func TestBesideAFormatStandsWhatIsCopiedAndBelowItWhatIsKnownOfTheTool(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter", "t").press(to("jsforce")...)
		w.shows("› jsforce", "jsforce ends the connection by its second renewal", "This asks sfauth for access tokens, and has no secret in it.").golden("exports-forgets")
		w.press("esc", "t").press(to("airbyte")...)
		w.shows("From 2.7.24 on, with one operation at a time", "At login.salesforce.com, where source-salesforce logs in")
	})
	inWorld(t, one, func(w *screened) { // a small window has both to its end
		w.resize(40, 12).wait(time.Second).press("enter", "t", "tab", "tab", "tab", "tab", "tab")
		w.shows("› Airbyte", "From 2.7.24 on").press("down", "down").shows("invalid_grant.").press("down").shows("› jsforce")
	})
	inJapanese(t, one, func(w *screened) {
		w.wait(time.Second).press("enter", "t").press(to("jsforce")...)
		w.inFull("exports-forgets")
	})
}

// Nobody can ask sfauth for the access tokens of what it has not saved: the person may take the
// refresh token away, warned of what its tool would do.
func TestWhatIsNotSavedIsCopiedAsTheTokenItselfAlone(t *testing.T) {
	inWorld(t, allowed, func(w *screened) {
		w.Vault.Fail = keystore.ErrLocked
		w.wait(25*time.Second).press("t").shows("the token itself").showsNot("asks sfauth", "Python", ".mcp.json")
		w.press(to("jsforce")...).shows("› jsforce", "jsforce ends the connection by its second renewal").press("enter").wait(time.Second)
		if !strings.Contains(w.clip, `"refreshToken": "5Aep`) {
			t.Errorf("copied %q", w.clip)
		}
	})
}

func TestWithoutRotationNobodyIsWarnedAndEveryToolGetsTheToken(t *testing.T) {
	never := func(w *screened, o *Options) {
		w.Keep("acme", func(c *keystore.Connection, _ *keystore.Secrets) { c.Rotates = new(bool) })
		w.listed(o)
	}
	inWorld(t, never, func(w *screened) {
		w.wait(time.Second).press("enter", "t").press(to("jsforce")...).shows("› jsforce").showsNot("ends the connection")
		w.press("enter").wait(time.Second)
		if !strings.Contains(w.clip, `"refreshToken": "5Aep`) {
			t.Errorf("copied %q", w.clip)
		}
	})
}
