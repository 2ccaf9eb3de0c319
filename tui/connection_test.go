package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/export"
	"sfauth/keystore"
	"sfauth/tui/world"
)

func TestDetailsCopyWhatIsAskedForAndNothingElse(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter")
		gets := w.Vault.Gets.Load()
		w.wait(time.Second)
		if w.Vault.Gets.Load() != gets || w.clip != "" {
			t.Error("a secret was read before anybody asked")
		}
		if w.press("down", "down", "enter", "enter"); !strings.HasPrefix(w.clip, "5Aep") {
			t.Errorf("copied %q", w.clip)
		}
		w.press("t").golden("exports")
		for range export.Formats() {
			w.press("enter", "down")
		}
		w.press("esc", "s").shows("Refresh token", "5Aep").press("esc").showsNot("5Aep")
	})
}

func TestDetailsSayWhatARenewalDoesToTheRefreshTokenOnceThatIsKnown(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter").showsNot("Renewals").press("enter").wait(20 * time.Second).shows("bring another refresh token each")
	})
}

func TestAFormatThatCannotExpressAConnectionSaysWhy(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter", "t")
		for i, f := range export.Formats() {
			if f == "sfdx-url" {
				for range i {
					w.press("down")
				}
			}
		}
		w.press("enter").shows("✗ sfdx-url cannot express this connection", "not https")
	})
}

func TestAnExportOnTheScreenNamesNoInstanceThatIsNotSalesforces(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		path := filepath.Join(w.Store.Dir, "index.json")
		index, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		edited := regexp.MustCompile(`"instance_url":"[^"]*"`).ReplaceAll(index, []byte(`"instance_url":"https://acme.example"`))
		if err := os.WriteFile(path, edited, 0o600); err != nil {
			t.Fatal(err)
		}
		w.wait(time.Second).press("enter", "t", "enter").wait(time.Second).shows("✗ the answer points away from Salesforce")
		if w.clip != "" {
			t.Errorf("copied %q", w.clip)
		}
	})
}

func TestAConnectionIsRenamedInItsDetails(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter", "n", "ctrl+u").typ("Not Allowed!").press("enter").wait(time.Second).shows("This name cannot be used")
		w.press("ctrl+u").typ("acme-prod").press("enter").wait(time.Second).press("esc").wait(time.Second).shows("acme-prod")
		if _, err := w.Store.Find("acme-prod"); err != nil {
			t.Error(err)
		}
	})
}

func TestWhereNobodyMayAskACheckRenews(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		w.App.NoIntrospection = true
		w.Org = demo.New(w.App)
		one(w, o)
	}, func(w *screened) {
		w.wait(time.Second).shows("not checked").press("enter", "down", "down", "down").golden("details-unchecked")
		w.press("enter").wait(2 * time.Second).shows("✓ alive").showsNot("Check by renewing")
	})
}

func TestALockedKeychainIsExplainedWhereItIsMet(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second)
		w.Vault.Deaf = keystore.ErrLocked
		w.press("enter", "c").wait(time.Second).shows("The keychain is locked", "Unlock the keychain").golden("trouble-details")
		w.Vault.Deaf = nil
		w.press("esc", "a").wait(time.Second).shows("Allow access")
	})
}

func TestTwoEntersCopyAnAccessTokenAndBeginNoLogin(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter").shows("› Copy an access token").press("enter").wait(time.Second)
		if !strings.HasPrefix(w.clip, "00D") {
			t.Fatalf("copied %q", w.clip)
		}
		first := w.clip
		if w.press("enter").wait(time.Second); w.clip != first {
			t.Error("one that was young enough was not copied again")
		}
		w.showsNot(first[:20])
		for _, e := range w.Org.Log() {
			if strings.Contains(fmt.Sprint(e), "authorize") {
				t.Errorf("a login was begun: %v", e)
			}
		}
	})
}

func TestTheAccessTokenThatIsCopiedIsThatOfTheCommand(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		access, err := w.wizard.client.Token(t.Context(), "acme", flow.TokenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if w.wait(time.Second).press("enter", "enter").wait(time.Second); w.clip != access.Token.Reveal() {
			t.Errorf("copied %q", w.clip)
		}
	})
}

func TestACopyThatFindsAConnectionDeadSaysSoAndOffersTheLogin(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter")
		w.Org.RevokeAll()
		w.press("enter").wait(2*time.Second).shows("✗ needs re-authorising", "› Authorise again").showsNot("Copy an access token")
		if w.clip != "" {
			t.Errorf("copied %q", w.clip)
		}
		w.press("esc").wait(time.Second).shows("1 connection, it needs you")
	})
}

func TestADetailsCopyIsNotMadeForWhoHasGoneOn(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { one(w, o); world.SlowAt("/token", 5*time.Second)(w.World) }, func(w *screened) {
		w.wait(time.Second).press("enter", "enter").shows("Getting an access token").press("esc").wait(20 * time.Second)
		if w.clip != "" {
			t.Errorf("copied %q", w.clip)
		}
	})
}

func TestADeadConnectionIsAuthorisedAgainFirst(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		w.wait(30*time.Second).press("g", "d").wait(time.Second).shows("› Authorise again").golden("details-dead")
		w.press("esc").wait(time.Second).press("j", "d").shows("› Authorise again", "app settings are wrong")
		w.press("esc").wait(time.Second).press("G", "d").shows("› Check now", "unreachable").press("enter").wait(30*time.Second).shows("unreachable", "› Check now")
	})
}
