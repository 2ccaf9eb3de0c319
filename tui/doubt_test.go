package tui

import (
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/world"
)

func isMet(w *screened, o *Options) {
	given(w, o)
	w.Everywhere()
	o.Request.Domain = flow.Domain{}
}

func TestHostThatIsNoneOfSalesforcesTakesASecondEnter(t *testing.T) {
	for host, warning := range map[string]string{world.Foreign: "none of Salesforce's", world.Imitator: "looks like one of Salesforce's, and is not"} {
		inWorld(t, isMet, func(w *screened) {
			w.typ(host).showsNot(warning) // while it is typed
			w.wait(time.Second).shows(warning).press("enter").shows("Press enter again")
			w.wait(time.Minute).shows("Where do you log in?").press("enter").shows("Which app asks for access?")
		})
	}
}

func TestEnterBeforeADoubtfulHostHasAnsweredIsNotTheSecond(t *testing.T) {
	inWorld(t, isMet, func(w *screened) {
		w.typ(world.Imitator).press("enter").shows("looks like one of Salesforce's, and is not", "Press enter again")
		w.wait(time.Minute).shows("Where do you log in?").golden("org-imitates")
	})
}

func TestHostOfSalesforcesTakesOneEnter(t *testing.T) {
	inWorld(t, isMet, func(w *screened) {
		w.typ("acme").wait(time.Second).shows("answers").showsNot("none of Salesforce's").press("enter").shows("Which app asks for access?")
	})
}

func givenForeign(w *screened, o *Options) {
	isMet(w, o)
	o.Request.Domain, _ = flow.ParseDomain(world.Foreign)
}

func TestGivenHostThatIsNoneOfSalesforcesIsConfirmedFirst(t *testing.T) {
	inWorld(t, givenForeign, func(w *screened) {
		w.wait(time.Second).shows("none of Salesforce's").press("enter", "enter").shows("Which app asks for access?")
	})
	inWorld(t, func(w *screened, o *Options) { givenForeign(w, o); o.Given.Domain = true }, func(w *screened) {
		w.wait(time.Second).shows("Waiting for you")
	})
}

func TestHostOfASavedConnectionIsShownAndNotConfirmedAgain(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		givenForeign(w, o)
		o.Request.Existing = &keystore.Connection{Name: "shop", Domain: world.Foreign}
	}, func(w *screened) {
		w.wait(time.Second).shows("Waiting for you", "https://"+world.Foreign, "none of Salesforce's")
	})
}
