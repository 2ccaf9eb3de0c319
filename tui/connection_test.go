package tui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sfauth/flow/demo"
	"sfauth/flow/export"
	"sfauth/keystore"
)

func TestDetailsCopyWhatIsAskedForAndNothingElse(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter")
		gets := w.Vault.Gets.Load()
		w.wait(time.Second)
		if w.Vault.Gets.Load() != gets || w.clip != "" {
			t.Error("a secret was read before anybody asked")
		}
		if w.press("c"); !strings.HasPrefix(w.clip, "5Aep") {
			t.Errorf("copied %q", w.clip)
		}
		w.press("down", "down", "enter").golden("exports")
		for range export.Formats() {
			w.press("enter", "down")
		}
		w.press("esc", "s").shows("Refresh token", "5Aep").press("esc").showsNot("5Aep")
	})
}

func TestAFormatThatCannotExpressAConnectionSaysWhy(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter", "down", "down", "enter")
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
		w.wait(time.Second).press("enter", "down", "down", "enter", "enter").wait(time.Second).shows("✗ the answer points away from Salesforce")
		if w.clip != "" {
			t.Errorf("copied %q", w.clip)
		}
	})
}

func TestAConnectionIsRenamedInItsDetails(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second).press("enter", "up", "ctrl+u").typ("Not Allowed!").press("enter").wait(time.Second).shows("This name cannot be used")
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
		w.wait(time.Second).shows("not checked").press("enter", "down").golden("details-unchecked")
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
