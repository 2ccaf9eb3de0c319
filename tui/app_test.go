package tui

import (
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/tui/world"
)

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
