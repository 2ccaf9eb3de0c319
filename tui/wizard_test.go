package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/window"
	"sfauth/tui/world"
)

func TestFromNothingToASavedConnection(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.golden("org-empty")
		w.allows().typ("http://" + world.LoginHost).golden("org-checking")
		w.wait(time.Second).golden("org-answers")
		w.press("enter").golden("app-empty")
		w.paste(w.App.ClientID).press("enter").paste(w.App.ClientSecret + "\r\n").golden("app-filled")
		w.press("enter").wait(2 * time.Second).golden("authorise-waiting")
		w.wait(20 * time.Second).golden("done")
		w.press("enter")
		if !w.quit {
			t.Error("enter on Finish does not finish")
		}
		saved := w.wizard.run.join()
		all, err := w.Store.List()
		if err != nil || len(all) != 1 || saved == nil || saved.Name != all[0].Name {
			t.Errorf("saved %+v, listed %+v, %v", saved, all, err)
		}
	})
}

func TestARefusalIsExplainedAndCanBeTriedAgain(t *testing.T) {
	inWorld(t, refused, func(w *screened) {
		w.wait(25 * time.Second)
		w.shows("access_denied", "end-user denied authorization").golden("trouble-denied")
		w.allows().press("r").wait(25 * time.Second).shows("is connected")
		if w.Opened != 2 {
			t.Errorf("the browser was opened %d times", w.Opened)
		}
	})
}

func TestAPastedAddressIsAnAnswer(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).press("p").golden("authorise-paste")
		w.paste("https://example.org/nothing").golden("authorise-paste-wrong")
		w.press("ctrl+u").paste(w.redirected()).wait(2 * time.Second).shows("is connected")
	})
}

func TestAPasteAnywhereOnTheWaitIsTakenAsTheAnswer(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).paste(w.redirected()).wait(2 * time.Second).shows("is connected")
	})
}

func TestWithoutABrowserTheLinkAndThePasteFieldComeFirst(t *testing.T) {
	inWorld(t, overSSH, func(w *screened) {
		w.wait(time.Second).golden("authorise-ssh").shows("ssh -L 1717:localhost:1717")
		w.atOnce(w.redirected() + "\n").press("enter").wait(2 * time.Second).shows("is connected")
	})
}

func TestStrayRequestsAreCountedAndDoNotEndTheWait(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second)
		for _, path := range []string{"/favicon.ico", "/OauthRedirect?code=x&state=wrong"} {
			resp, err := w.Browser.Get("http://localhost:1717" + path)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		}
		w.settle()
		w.shows("Ignored").paste(w.redirected()).wait(2 * time.Second).shows("is connected")
	})
}

func TestABrowserThatInsistsOnHTTPSIsToldOf(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second)
		_, _ = w.Browser.Get("https://localhost:1717/OauthRedirect?code=x")
		w.settle()
		w.shows("insists on https").golden("authorise-https")
	})
}

func TestWhenTimeIsUpTheScreenAsksWhatTheBrowserShows(t *testing.T) {
	inWorld(t, hurried, func(w *screened) {
		w.wait(21 * time.Second).shows("Nobody allowed access in time").golden("trouble-timeout")
		w.press("e").typ("redirect_uri_mismatch").press("enter").shows("not registered")
		w.wizard.client.Timeout = time.Minute
		w.allows().press("r").wait(25 * time.Second).shows("is connected")
	})
}

func TestMoreTimeIsMoreTime(t *testing.T) {
	inWorld(t, hurried, func(w *screened) {
		w.wait(15 * time.Second).shows("0:05 left").press("+").wait(15 * time.Second).shows("4:50 left")
	})
}

func TestEscKeepsWhatWasTypedAndFreesThePort(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.fillIn().shows("Waiting for you").press("esc").shows("Consumer Key", w.App.ClientID[:20])
		w.press("esc").shows("answers", world.LoginHost)
		w.allows().press("enter", "enter").wait(25 * time.Second).shows("is connected")
	})
}

func TestTheBrowsersErrorIsRecognisedWhileTheLoginWaits(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second).press("e").golden("browser-error")
		w.paste("error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration").press("enter")
		w.shows("not registered", "http://localhost:1717/OauthRedirect").golden("trouble-callback")
		w.press("esc").shows("Waiting for you").press("e", "down", "down", "enter").shows("Consumer Key").press("esc")
		w.paste(w.redirected()).wait(2 * time.Second).shows("is connected")
	})
}

func TestALoginThatSucceedsBehindAnotherScreenShowsItsResult(t *testing.T) {
	inWorld(t, allowed, func(w *screened) {
		w.wait(time.Second).press("e").wait(25 * time.Second).shows("is connected")
	})
}

func TestNothingObtainedIsLostWhenSavingFails(t *testing.T) {
	inWorld(t, allowed, func(w *screened) {
		w.Vault.Fail = keystore.ErrLocked
		w.wait(25 * time.Second)
		w.shows("not saved", "locked").golden("done-unsaved")
		w.press("r").wait(time.Second).shows("not saved")
		w.press("c")
		if !strings.HasPrefix(w.clip, "5Aep") {
			t.Errorf("copied %q", w.clip)
		}
		if w.press("ctrl+c"); w.quit {
			t.Fatal("ctrl+c threw the tokens away without a word")
		}
		w.shows("You alone have the refresh token then.")
		w.Vault.Fail = nil
		w.press("r").wait(time.Second).shows("is connected").showsNot("not saved")
		if w.press("ctrl+c").shows("still be on the clipboard").press("ctrl+c"); !w.quit {
			t.Error("ctrl+c does not quit")
		}
	})
}

func TestTheNameCanBeChangedInPlace(t *testing.T) {
	inWorld(t, allowed, func(w *screened) {
		w.wait(25*time.Second).press("n", "ctrl+u").typ("Not Allowed!").press("enter").wait(time.Second)
		w.shows("This name cannot be used").golden("done-name")
		w.press("ctrl+u").typ("acme-uat").press("enter").wait(time.Second).shows("sfauth token acme-uat").press("enter")
		if c := w.wizard.run.join(); !w.quit || c == nil || c.Name != "acme-uat" {
			t.Errorf("quit %v, %+v", w.quit, c)
		}
	})
}

func TestAnUnreachableHostNeedsASecondEnter(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("acme").wait(2 * time.Second).shows("There is no host acme.my.salesforce.com").press("enter").shows("Press enter again").golden("org-unknown")
		w.press("enter").shows("Consumer Key")
	})
}

func TestAnAddressThatIsNoneIsNotGoneOnWith(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("https://u:p@login.salesforce.com").press("enter", "enter").shows("Where do you log in?", "✗").golden("org-invalid")
	})
}

func TestProductionIsChosenWithTheArrows(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("acme").press("down").wait(time.Second).shows("https://login.salesforce.com").golden("org-production")
		w.press("enter", "enter").shows("Consumer Key")
		if got := w.wizard.request.Domain.String(); got != productionHost {
			t.Errorf("went on with %s", got)
		}
		w.press("esc", "down", "enter", "enter")
		if got := w.wizard.request.Domain.String(); got != sandboxHost {
			t.Errorf("went on with %s", got)
		}
	})
}

func TestStaleAnswersOfAHostAreDropped(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("http://" + world.LoginHost).wait(time.Second).press("backspace").shows("checking")
		w.send(window.InTurn(func() tea.Cmd { return w.wizard.org.hear(w.wizard.org.asks-1, login.Host{Heard: true}) }))
		w.showsNot("answers").wait(time.Second).shows("✗")
	})
}

func TestEnterBeforeTheHostAnswersGoesOnWhenItDoes(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("http://" + world.LoginHost).press("enter").shows("Going on when it answers").wait(time.Second).shows("Consumer Key")
	})
}

func TestWhoLeavesWithASecretOnTheClipboardMayClearIt(t *testing.T) {
	for keys, clip := range map[string]string{"enter": "", "y": "", "n": "00D", "ctrl+c": "00D"} {
		inWorld(t, one, func(w *screened) {
			w.wait(time.Second).press("enter", "c").wait(time.Second).press("esc", "ctrl+c").shows("may still be on the clipboard")
			if keys == "enter" {
				w.golden("clipboard").press("esc").shows("acme").press("ctrl+c")
			}
			if w.press(keys).wait(time.Second); !w.quit || !strings.HasPrefix(w.clip, clip) || clip == "" && w.clip != "" || w.wizard.ended != nil {
				t.Errorf("%s: quit %v with %q, %v", keys, w.quit, w.clip, w.wizard.ended)
			}
		})
	}
}

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

func TestTheAnswerOfTheHostIsHeardWhileHelpIsRead(t *testing.T) {
	inWorld(t, nil, func(w *screened) {
		w.typ("http://" + world.LoginHost).press("f1").wait(2 * time.Second).shows("Anywhere").press("esc").shows("answers")
	})
}

func TestANameThatIsLeftIsSaved(t *testing.T) {
	inWorld(t, allowed, func(w *screened) {
		w.wait(25*time.Second).press("n", "ctrl+u").typ("acme-uat").press("down").wait(time.Second).shows("sfauth token acme-uat")
		if _, err := w.Store.Find("acme-uat"); err != nil {
			t.Error(err)
		}
	})
}
