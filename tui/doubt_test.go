package tui

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// everywhere is a network on which every host is the simulated org.
type everywhere struct{ http.Handler }

func (e everywhere) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w.Result(), nil
}

const (
	foreign  = "shop.example.com"
	imitator = "acme.my.salesforce.com.evil.example"
)

func isMet(w *screened, o *Options) {
	given(w, o)
	o.Client.HTTP = &http.Client{Transport: everywhere{w.Org}}
	o.Request.Domain = flow.Domain{}
}

func TestHostThatIsNoneOfSalesforcesTakesASecondEnter(t *testing.T) {
	for host, warning := range map[string]string{foreign: "none of Salesforce's", imitator: "looks like one of Salesforce's, and is not"} {
		inWorld(t, isMet, func(w *screened) {
			w.typ(host).showsNot(warning) // while it is typed
			w.wait(time.Second).shows(warning).press("enter").shows("Press enter again")
			w.wait(time.Minute).shows("Where do you log in?").press("enter").shows("Which app asks for access?")
		})
	}
}

func TestEnterBeforeADoubtfulHostHasAnsweredIsNotTheSecond(t *testing.T) {
	inWorld(t, isMet, func(w *screened) {
		w.typ(imitator).press("enter").shows("looks like one of Salesforce's, and is not", "Press enter again")
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
	o.Request.Domain, _ = flow.ParseDomain(foreign)
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
		o.Request.Existing = &keystore.Connection{Name: "shop", Domain: foreign}
	}, func(w *screened) {
		w.wait(time.Second).shows("Waiting for you", "https://"+foreign, "none of Salesforce's")
	})
}

func metInLines(host string, change ...func(l *lines)) func(l *lines) {
	return func(l *lines) {
		l.o.Client.HTTP = &http.Client{Transport: everywhere{l.Org}}
		l.o.Request.Domain, _ = flow.ParseDomain(host)
		for _, c := range change {
			c(l)
		}
	}
}

func TestHostThatIsNoneOfSalesforcesIsTypedTwiceInLines(t *testing.T) {
	for host, warning := range map[string]string{foreign: "This host is none of Salesforce's.", imitator: "looks like one of Salesforce's, and is not."} {
		inLines(t, all(onATerminal, metInLines("")), func(l *lines) {
			l.types(host).says(warning, "Type it again").saysNot("Open this address")
			l.types(host).says("https://" + host + "/services/oauth2/authorize")
		})
		inLines(t, all(onATerminal, metInLines(host)), func(l *lines) { // given by a flag
			l.says(warning, "Type it again").saysNot("Open this address")
			l.types(host).says("https://" + host + "/services/oauth2/authorize")
		})
	}
}

func TestScriptSaysBesidesThatAHostIsMeant(t *testing.T) {
	inLines(t, metInLines(imitator), func(l *lines) {
		<-l.done
		if _, usage := errors.AsType[UsageError](l.err); !usage || flow.KindOf(l.err) != flow.KindDomainImitates {
			t.Error(l.err)
		}
		if h := text.English.Hint(l.err, *l.o.Request); !strings.Contains(h, "--trust-domain") {
			t.Error(h)
		}
		if why := text.English.Why(l.err, *l.o.Request); !strings.Contains(why, imitator) {
			t.Error(why)
		}
	})
	inLines(t, metInLines(imitator, func(l *lines) { l.o.Given.Domain = true }), func(l *lines) {
		l.says("looks like one of Salesforce's, and is not.", "https://"+imitator+"/services/oauth2/authorize")
	})
	inLines(t, metInLines(foreign, func(l *lines) { l.o.Request.Existing = &keystore.Connection{Domain: foreign} }), func(l *lines) {
		l.says("This host is none of Salesforce's.", "https://"+foreign+"/services/oauth2/authorize").saysNot("Type it again")
	})
}

func TestGivenHostThatDoesNotAnswerIsAskedForAgain(t *testing.T) {
	inLines(t, all(byBrowser, onATerminal, func(l *lines) { l.o.Request.Domain, _ = flow.ParseDomain("nobody") }), func(l *lines) {
		l.says("wrong host: there is no host nobody.my.salesforce.com. Type it again").saysNot("Open this address")
		l.types("http://" + world.LoginHost).pass(25 * time.Second).succeeds()
	})
}
