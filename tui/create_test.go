package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/metadata"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/window"
	"sfauth/tui/world"
)

// ofAcme is a login to an org whose Setup has an address.
func ofAcme(w *screened, o *Options) {
	o.Request.Domain, _ = flow.ParseDomain("acme.my.salesforce.com")
	o.Request.RedirectURI, o.Request.Scope = flow.DefaultRedirectURI, flow.DefaultScope
}

func TestStepsToAnAppAreTickedAndKept(t *testing.T) {
	inWorld(t, ofAcme, func(w *screened) {
		w.wait(time.Second).press("ctrl+o")
		w.press("enter", " ", "down").golden("create-ticked")
		w.press("up", "enter", "esc").shows("3 of 7 steps done").golden("app-ticked")
		w.press("ctrl+o").shows("› 4 Callback URL").press("up", "enter", "esc").shows("2 of 7 steps done") // a tick is taken back
		w.press("ctrl+o").everySize()
		for range 7 {
			w.press("enter")
		}
		w.press("esc").shows("7 of 7 steps done")
	})
}

func TestAStepOpensItsPageOfSetupAndHasItsValueCopied(t *testing.T) {
	inWorld(t, ofAcme, func(w *screened) {
		const setup = "https://acme.lightning.force.com/lightning/setup/ManageExternalClientApplication/home"
		w.wait(time.Second).press("ctrl+o").shows("o open page", "l copy link").press("o").wait(time.Second).shows("Opened in your browser.")
		if w.Last != setup {
			t.Errorf("opened %q", w.Last)
		}
		w.Fails = flow.ErrSSH
		w.press("o").wait(time.Second).shows("No browser was opened: this is an SSH session.", "u shows the link.")
		w.press("l").wait(time.Second)
		if w.clip != setup {
			t.Errorf("copied %q", w.clip)
		}
		w.press("u").wait(time.Second).shows(setup[:60]).press("esc").shows("› 1 In Setup")
		w.press("down", "down", "down").showsNot("open page").press("c").wait(time.Second)
		if w.clip != flow.DefaultRedirectURI {
			t.Errorf("copied %q", w.clip)
		}
		w.press("down", "c").wait(time.Second)
		if w.clip != flow.DefaultScope {
			t.Errorf("copied %q", w.clip)
		}
	})
	inWorld(t, func(w *screened, o *Options) { ofAcme(w, o); o.Terminal = &window.Terminal{Links: true} }, func(w *screened) {
		if w.wait(time.Second).press("ctrl+o").shows("Open Setup ↗"); !strings.Contains(w.m.View().Content, "\x1b]8;id=") {
			t.Error("there is no link")
		}
	})
	inWorld(t, nil, func(w *screened) { // a host that names no org
		w.typ("http://"+world.LoginHost).wait(time.Second).press("enter", "ctrl+o").shows("does not know the address of your Setup").showsNot("open page")
	})
}

func TestAClickTicksAStep(t *testing.T) {
	inWorld(t, ofAcme, func(w *screened) {
		w.wait(time.Second).press("ctrl+o").shows("› 1 In Setup")
		w.click("Under API").shows("› 3 Under API").click("Under API").press("esc").shows("1 of 7 steps done")
	})
}

func TestAnAppForAPurposeHasItsSteps(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { ofAcme(w, o); o.Request.Scope = "mcp_api refresh_token" }, func(w *screened) {
		w.wait(time.Second).press("ctrl+o").shows("(mcp_api)", "tick Issue JSON Web Token (JWT)-based access tokens", "untick Require Secret for Web Server Flow")
		w.press("end", "up").shows("OAuth Settings → Consumer Key.").showsNot("Consumer Key and Secret")
	})
}

func TestAnAppIsWrittenAsMetadata(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	inWorld(t, ofAcme, func(w *screened) {
		w.wait(time.Second).press("ctrl+o", "m").shows("sfauth-app").golden("metadata-empty")
		w.press("ctrl+u").typ("My App").press("enter").shows("An API Name is up to 60 letters, digits and single underscores between them")
		w.press("ctrl+u").typ("My_App").press("enter", "enter").shows("This is no email address.")
		w.typ("ana@acme.example").press("enter", "enter").wait(time.Second).golden("metadata-written")
		for _, f := range (metadata.App{Name: "My_App", Email: "ana@acme.example", Callback: flow.DefaultRedirectURI, Scope: flow.DefaultScope}).Files() {
			if text, err := os.ReadFile(filepath.Join(dir, "sfauth-app/force-app/main/default", f.Path)); string(text) != f.Text {
				t.Errorf("%s: %q, %v", f.Path, text, err)
			}
		}
		if w.press("c").wait(time.Second); !strings.HasPrefix(w.clip, "cd sfauth-app && sf project deploy start --source-dir ") {
			t.Errorf("copied %q", w.clip)
		}
		w.press("o").wait(time.Second).shows("Opened in your browser.").press("enter").shows("Which app asks for access?")
	})
	inWorld(t, ofAcme, func(w *screened) { // another app of the same name
		w.wait(time.Second).press("ctrl+o", "m", "ctrl+u").typ("My_App").press("enter").typ("bo@acme.example").press("enter", "enter").wait(time.Second)
		w.shows("Another is there. Press enter again to replace it:").golden("metadata-taken")
		w.press("enter").wait(time.Second).shows("The app is written to")
		w.press("esc").shows("Make an External Client App")
		w.press("m").wait(time.Second).shows("My_App", "bo@acme.example", "sfauth-app")
	})
}

func TestAnAppOfAnotherNameIsNotReplacedUnasked(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(w *screened, name, email string) {
		w.wait(time.Second).press("ctrl+o", "m", "ctrl+u").typ(name).press("enter").typ(email).press("enter", "enter").wait(time.Second)
	}
	for _, name := range []string{"One", "Two"} {
		inWorld(t, ofAcme, func(w *screened) { write(w, name, "ana@acme.example"); w.shows("The app is written to") })
	}
	inWorld(t, ofAcme, func(w *screened) {
		write(w, "One", "bo@acme.example")
		w.shows("Press enter again to replace it:", "One.eca")
		w.press("up", "up", "ctrl+u").typ("Two").press("enter", "enter", "enter").wait(time.Second)
		w.shows("Press enter again to replace it:", "Two.eca")
	})
}

// A scope is looked for in Setup by its label, and by its name in brackets.
func TestTheScopesOfAPurposeHaveTheirLabels(t *testing.T) {
	for _, p := range flow.Purposes {
		for name := range strings.FieldsSeq(p.Scopes) {
			english, japanese := text.English.Create.ScopeLabels.Of(name), text.Japanese.Create.ScopeLabels.Of(name)
			_, inBrackets, _ := strings.Cut(strings.TrimSuffix(english, "”"), "(")
			if !strings.HasPrefix(english, "“") || !strings.HasPrefix(inBrackets, name) || !strings.Contains(japanese, "("+inBrackets) {
				t.Errorf("%s is %q, %q", name, english, japanese)
			}
		}
	}
}

func TestAStepThatIsTallerThanTheWindowIsReadToItsEnd(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) { ofAcme(w, o); o.Request.Scope = flow.Purposes[1].Scopes }, func(w *screened) {
		w.wait(time.Second).press("ctrl+o").resize(40, 12)
		w.press("down", "down", "down", "down").shows("› 5 Select these OAuth scopes").showsNot("(cdp_ingest_api)")
		w.press("down").shows("(cdp_ingest_api)").showsNot("Under Security").press("up").shows("› 5 Select these OAuth scopes")
		w.press("down", "down").shows("› 6 Under Security")
	})
}

// Who reads that an app is to be changed gets to Setup from there, whatever has failed.
func TestTroubleOpensThePageOfSetupThatItNames(t *testing.T) {
	const setup = "https://acme.lightning.force.com/lightning/setup/ManageExternalClientApplication/home"
	refused := &flow.Error{Step: flow.StepRefresh, Kind: flow.KindClientCredentials}
	for _, opens := range []func(*wizard){
		func(w *wizard) { w.openTrouble(refused) },
		func(w *wizard) { w.fail(w.app, keystore.Connection{Domain: "acme.my.salesforce.com"}, refused, nil) },
	} {
		inWorld(t, ofAcme, func(w *screened) {
			w.wait(time.Second)
			opens(w.wizard)
			w.wait(time.Second).shows("o open page").press("o").wait(time.Second).shows("Opened in your browser.")
			w.press("l").wait(time.Second)
			if w.Last != setup || w.clip != setup {
				t.Errorf("opened %q, copied %q", w.Last, w.clip)
			}
			w.press("u").shows(setup[:60]).press("esc").shows(w.wizard.briefly(w.wizard.request, refused))
		})
	}
	inWorld(t, ofAcme, func(w *screened) {
		w.wait(time.Second)
		w.wizard.openTrouble(&flow.Error{Step: flow.StepRefresh, Kind: flow.KindOrgGone})
		w.wait(time.Second).showsNot("open page")
	})
}

func TestTheStepsToAnAppAreSeenWholeInAnOrdinaryWindow(t *testing.T) {
	for _, in := range []func(*testing.T, func(*screened, *Options), func(*screened)){inWorld, inJapanese} {
		in(t, ofAcme, func(w *screened) {
			w.wait(time.Second).press("ctrl+o").shows("invalid_client_id").showsNot(text.English.More, text.Japanese.More)
		})
	}
}
