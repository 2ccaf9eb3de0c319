package tui

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"sfauth/flow/demo"
	"sfauth/flow/export"
	"sfauth/tui/world"
)

// afterTheLogin is a demo at its end: the list of connections is shown and checked.
func afterTheLogin(t *testing.T, test func(w *screened)) {
	t.Helper()
	inWorld(t, demonstrated, func(w *screened) {
		w.wait(time.Second).press("enter", "enter").wait(time.Second).press("y").wait(5 * time.Second).press("enter").wait(5 * time.Second)
		test(w)
	})
}

// on is the list with the cursor on the connection of this name.
func (w *screened) on(name string) *screened {
	w.t.Helper()
	for _, s := range w.wizard.home.shown {
		if s.Name == name {
			w.wizard.home.to(s)
		}
	}
	return w
}

// inSetup is what the simulated Setup shows of an app; pressing its button approves all users.
func (w *screened) inSetup(app string, press bool) (id, secret string) {
	w.t.Helper()
	const page = "http://" + world.LoginHost + "/lightning/setup/ManageExternalClientApplication/home"
	r, err := w.Browser.Get(page)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	body, _ := io.ReadAll(r.Body)
	found := regexp.MustCompile(`(?s)` + app + `.*?Consumer Key</dt><dd>(.*?)</dd>.*?Consumer Secret</dt><dd>(.*?)</dd>`).FindStringSubmatch(string(body))
	if found == nil {
		w.t.Fatalf("no %s in %s", app, body)
	}
	if press {
		if r, err = w.Browser.PostForm(page, url.Values{"approve": {found[1]}}); err != nil {
			w.t.Fatal(err)
		}
		_ = r.Body.Close()
	}
	return found[1], found[2]
}

func TestTheDemoStandsInForTheBrowser(t *testing.T) {
	inWorld(t, demonstrated, func(w *screened) {
		w.shows("demo").wait(time.Second).press("enter", "enter").wait(time.Second).golden("demo-waiting")
		w.press("f").golden("demo-failures")
		w.press("down", "down", "enter").press("y").wait(time.Second).shows("The browser shows: “error=redirect_uri_missing&error_description=redirect_uri missing”.")
		w.press("e", "enter").wait(time.Second).shows("did not understand").press("esc")
		w.press("f", "enter", "n").wait(time.Second).shows("access_denied")
		w.press("r").wait(time.Second).press("y").wait(2 * time.Second).shows("is connected")
	})
}

func TestTheDemoSaysHowSalesforceFailsUntilItDoesNot(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		demonstrated(w, o)
		w.Org.Fail("access_denied")
		o.Demo.Fault = "access_denied"
	}, func(w *screened) {
		const said = "Salesforce will fail: The person presses Deny"
		w.wait(time.Second).press("enter", "enter").wait(time.Second).shows(said)
		w.press("y").wait(time.Second).shows("Access was denied").press("r").wait(time.Second).shows(said)
		w.press("f", "enter").showsNot(said).press("y").wait(2 * time.Second).shows("connected")
	})
}

func TestTheDemoSaysOnceThatThisComputerPlaysTheOrg(t *testing.T) {
	const said = "your own computer plays acme.my.salesforce.com"
	inWorld(t, demonstrated, func(w *screened) {
		w.wait(time.Second).shows(said, "https://acme.my.salesforce.com", "answers").golden("demo-org")
		w.press("enter").showsNot(said).press("enter").wait(time.Second).showsNot(said)
		w.press("y").wait(2*time.Second).shows("is connected", "acme.my.salesforce.com").showsNot(said, "127.0.0.1")
	})
}

func TestAHostThatTheDemoDoesNotPlayIsNotSaidToBePlayed(t *testing.T) {
	inWorld(t, demonstrated, func(w *screened) {
		w.wait(time.Second).press("ctrl+u").typ("globex").wait(2 * time.Second).shows("Cannot reach globex.my.salesforce.com").showsNot("plays")
	})
}

func TestTheDemoEndsOnTheListOfFiveStates(t *testing.T) {
	afterTheLogin(t, func(w *screened) {
		w.shows("6 connections", "acme", "alive", "needs re-authorising", "someone must change Setup", "app settings are wrong", "unreachable")
		w.golden("demo-home")
		if w.press("ctrl+c"); !w.quit || w.wizard.ended != nil {
			t.Errorf("quit %v, %v", w.quit, w.wizard.ended)
		}
	})
}

func TestEnterOnEachStateOfTheDemoDoesWhatItDoesInLife(t *testing.T) {
	for name, want := range map[string]struct{ opens, says string }{
		"acme":    {"*tui.connection", "alive"},
		"billing": {"*tui.connection", "alive"},
		"backup":  {"*tui.authorise", "Allow access in your browser"},
		"support": {"*tui.connection", "The user may not use this app"},
		"reports": {"*tui.connection", "Salesforce does not accept key and secret"},
		"uat":     {"*tui.connection", "Cannot reach acme--uat.sandbox.my.salesforce.com"},
	} {
		afterTheLogin(t, func(w *screened) {
			w.on(name).press("enter").wait(time.Second).shows(want.says, name)
			if got := fmt.Sprintf("%T", w.wizard.Screen); got != want.opens {
				t.Errorf("%s: %s", name, got)
			}
		})
	}
}

func TestInTheDemoAGrantThatHasEndedIsGivenAgain(t *testing.T) {
	afterTheLogin(t, func(w *screened) {
		w.on("backup").press("enter").wait(time.Second).press("y").wait(2*time.Second).shows("backup", "demo@acme.example")
		w.press("enter").wait(2 * time.Second).showsNot("needs re-authorising")
	})
}

func TestInTheDemoSomebodyElseWhoAllowsAccessOverwritesNothing(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		demonstrated(w, o)
		o.Open = "backup"
		w.Org.Fail(demo.OtherUser)
	}, func(w *screened) {
		w.wait(2*time.Second).shows("needs re-authorising", "backup").press("a").wait(time.Second).press("y").wait(2 * time.Second)
		w.shows("another user or org", "Replace backup", demo.OtherUsername).golden("demo-conflict")
		w.press("enter").wait(2 * time.Second)
		if kept, err := w.Store.Find("backup"); err != nil || kept.Username != demo.Username {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}

func TestInTheDemoTheSecretThatSetupShowsMendsTheApp(t *testing.T) {
	afterTheLogin(t, func(w *screened) {
		_, secret := w.inSetup("Sales reports", false)
		w.on("reports").press("enter", "a").wait(time.Second).shows("Consumer Secret")
		w.press("down", "ctrl+u").paste(secret).press("enter").wait(time.Second)
		w.press("y").wait(2 * time.Second).press("enter").wait(2 * time.Second).showsNot("app settings are wrong")
	})
}

func TestInTheDemoAnAdministratorCanApproveTheUser(t *testing.T) {
	afterTheLogin(t, func(w *screened) {
		w.on("support").press("enter", "a").wait(time.Second).press("y").wait(2*time.Second).shows("OAUTH_APP_ACCESS_DENIED", "http://127.0.0.1:8080/lightning/setup/")
		w.inSetup("Support desk", true)
		w.press("r").wait(time.Second).press("y").wait(2 * time.Second).press("enter").wait(2 * time.Second).showsNot("someone must change Setup")
	})
}

func TestInTheDemoExportsNameThePlayedHost(t *testing.T) {
	afterTheLogin(t, func(w *screened) {
		w.on("billing").press("enter").wait(time.Second)
		d := w.wizard.Screen.(*connection)
		w.run(w.wizard.openExports(d, d.of.Connection, true, d.secrets))
		w.shows("Copy for which tool?")
		for range export.Formats() {
			w.press("enter").wait(time.Second)
			if strings.Contains(w.clip, "127.0.0.1") {
				t.Errorf("copied %q", w.clip)
			}
			w.press("down")
		}
	})
}

func TestInTheDemoRemovingRevokes(t *testing.T) {
	afterTheLogin(t, func(w *screened) {
		grants := w.Org.Approvals()
		w.on("billing").press("x", "y").wait(2*time.Second).shows("5 connections", "billing was removed")
		if n := w.Org.Approvals(); n != grants-1 {
			t.Errorf("%d grants, of %d", n, grants)
		}
	})
}
