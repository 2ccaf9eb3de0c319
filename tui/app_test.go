package tui

import (
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/world"
)

// setupsKey and setupsSecret are as Setup makes them (SALESFORCE.md §6.4).
const setupsKey, setupsSecret = "3MVG9demo7sfauth.Qk1Zr8Tn_Wy4Xp2Lc9Vb6Hd3Jm5Gf0Ns.Ka7Ue1Io4Rt8Yw2Pq6Zx3Cv9Bn5Ml_Dem01", "C0FFEE0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"

// inApp runs a test on step 2.
func inApp(t *testing.T, test func(w *screened)) {
	t.Helper()
	inWorld(t, nil, func(w *screened) {
		w.typ("http://" + world.LoginHost).wait(time.Second).press("enter").shows("Consumer Key")
		test(w)
	})
}

func TestWhatIsNoConsumerKeyIsToldAsItIsPasted(t *testing.T) {
	inApp(t, func(w *screened) {
		for pasted, says := range map[string]string{
			"0xI5g000000GmaBEAS": "That is the id of the app", "00D5g00000ABCDE!AQcAQH0dMHZfz": "That is an access token",
			"My_App": "That looks like the name of the app", "abc123": "That stands in a guide", w.App.ClientSecret: "That is the Consumer Secret",
		} {
			w.paste(pasted).shows(says).press("ctrl+u").showsNot(says)
		}
		w.typ("My_Other").showsNot("looks like the name").press("down").shows("That looks like the name of the app.") // it may become a key while it is typed, unlike what was pasted
		w.press("up", "ctrl+u").typ("My app").press("enter").shows("That looks like the name of the app.").golden("app-name")
		w.press("ctrl+u").paste(`client_id="` + w.App.ClientID + `"`).press("enter").showsNot("That ")
		w.paste(w.App.ClientID).shows("That is a Consumer Key. The Consumer Secret stands below it").golden("app-key-as-secret")
		w.Allows()
		w.press("ctrl+u").paste(w.App.ClientSecret).showsNot("That ").press("enter").wait(25 * time.Second).shows("is connected")
	})
}

// What is pasted into the field of the key is seen by whoever looks over a shoulder, and gets
// into the address that the browser opens.
func TestAPasteOfBothKeyAndSecretFillsBothFields(t *testing.T) {
	for _, pasted := range []string{"コンシューマー鍵\n" + setupsKey + "\nコンシューマーの秘密\n" + setupsSecret + "\n", setupsKey + "\n" + setupsSecret, `{"client_id":"` + setupsKey + `","client_secret":"` + setupsSecret + `"}`} {
		for _, at := range []int{0, 1} {
			inApp(t, func(w *screened) {
				w.press([]string{"down"}[:at]...).paste(pasted).showsNot("That ", setupsSecret[:20])
				if a := w.wizard.app; a.clientID.Field.Value() != setupsKey || a.secret.Field.Value() != setupsSecret {
					t.Errorf("%q: %q, %q", pasted, a.clientID.Field.Value(), a.secret.Field.Value())
				}
				if w.press("enter").wait(2 * time.Second).shows("Waiting for you"); w.wizard.request.ClientID != setupsKey || w.wizard.request.ClientSecret.Reveal() != setupsSecret {
					t.Errorf("%q", w.wizard.request.ClientID)
				}
			})
		}
	}
}

func TestALabelOnALineOfItsOwnComesAlongWithNeither(t *testing.T) {
	inApp(t, func(w *screened) {
		w.paste("Consumer Key\n" + setupsKey + "\nCopy").press("enter").shows("› Consumer Secret").paste("Consumer Secret\n" + setupsSecret).showsNot("That ")
		if a := w.wizard.app; a.clientID.Field.Value() != setupsKey || a.secret.Field.Value() != setupsSecret {
			t.Errorf("%q, %q", a.clientID.Field.Value(), a.secret.Field.Value())
		}
	})
}

func TestAKeyThatLooksLikeNoneIsTakenAllTheSame(t *testing.T) {
	inApp(t, func(w *screened) {
		w.typ("abc123").press("enter").shows("That stands in a guide").press("enter").wait(2 * time.Second)
		if w.shows("Waiting for you"); w.wizard.request.ClientID != "abc123" {
			t.Error(w.wizard.request.ClientID)
		}
	})
}

func TestAFlagsConsumerKeyThatLooksLikeNoneIsShownFirst(t *testing.T) {
	odd := func(w *screened, o *Options) { given(w, o); o.Request.ClientID = "My_App" }
	inWorld(t, odd, func(w *screened) {
		w.wait(time.Second).shows("Which app asks for access?", "› Consumer Key", "That looks like the name of the app.").press("enter").wait(time.Second).shows("Waiting for you")
	})
	inWorld(t, func(w *screened, o *Options) {
		odd(w, o)
		c := w.Keep("acme", nil)
		o.Request.Existing = &c // it has worked
	}, func(w *screened) { w.wait(time.Second).shows("Waiting for you") })
}

func TestSalesforceNotKnowingAKeyIsExplainedByWhatStandsInItsPlace(t *testing.T) {
	inWorld(t, given, func(w *screened) {
		for id, says := range map[string]string{"00D5g00000ABCDEEAO": "That is the id of an org.", w.App.ClientID: "The key is not whole"} {
			w.wizard.request.ClientID = id
			if got := w.wizard.text.Explain(flow.KindInvalidClientID, w.wizard.request).Meaning; !strings.Contains(got, says) {
				t.Errorf("%s: %s", id, got)
			}
		}
	})
}

func TestTheSavedSecretLeavesWithTheSavedConsumerKey(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		given(w, o)
		c := w.Keep("acme", func(*keystore.Connection, *keystore.Secrets) {})
		o.Request.Existing = &c
	}, func(w *screened) {
		w.wait(time.Second)
		a := w.wizard.app
		id, secret := a.clientID.Field.Value(), a.secret.Field.Value()
		if secret == "" {
			t.Fatal("no secret was saved")
		}
		w.press("esc").settle()
		a.form.To(a.clientID)
		if w.press("backspace"); a.secret.Field.Value() != "" {
			t.Error("the secret is still there for another app")
		}
		if w.typ(id[len(id)-1:]); a.clientID.Field.Value() != id || a.secret.Field.Value() != secret {
			t.Error("the secret did not come back with its Consumer Key")
		}
		if w.press("backspace", "enter"); !a.form.On(a.secret) {
			t.Error("the secret of the other app is not asked for")
		}
		if w.typ("its own").press("up", "enter"); w.wizard.request.ClientSecret.Reveal() != "its own" {
			t.Error("the secret of the other app is not sent")
		}
		w.press("esc")
		if a.form.To(a.clientID); a.secret.Field.Value() != "its own" {
			t.Error("what was typed is lost")
		}
	})
}
