package cli

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

func metInLines(host string, change ...func(l *lines)) func(l *lines) {
	return func(l *lines) {
		l.Everywhere()
		l.o.Request.Domain, _ = flow.ParseDomain(host)
		for _, c := range change {
			c(l)
		}
	}
}

func TestHostThatIsNoneOfSalesforcesIsTypedTwiceInLines(t *testing.T) {
	for host, warning := range map[string]string{world.Foreign: "This host is none of Salesforce's.", world.Imitator: "looks like one of Salesforce's, and is not."} {
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
	inLines(t, metInLines(world.Imitator), func(l *lines) {
		<-l.done
		if _, usage := errors.AsType[usageError](l.err); !usage || flow.KindOf(l.err) != flow.KindDomainImitates {
			t.Error(l.err)
		}
		if h := text.English.Hint(l.err, *l.o.Request); !strings.Contains(h, "--trust-domain") {
			t.Error(h)
		}
		if why := text.English.Why(l.err, *l.o.Request); !strings.Contains(why, world.Imitator) {
			t.Error(why)
		}
	})
	inLines(t, metInLines(world.Imitator, func(l *lines) { l.o.Given.Domain = true }), func(l *lines) {
		l.says("looks like one of Salesforce's, and is not.", "https://"+world.Imitator+"/services/oauth2/authorize")
	})
	inLines(t, metInLines(world.Foreign, func(l *lines) { l.o.Request.Existing = &keystore.Connection{Domain: world.Foreign} }), func(l *lines) {
		l.says("This host is none of Salesforce's.", "https://"+world.Foreign+"/services/oauth2/authorize").saysNot("Type it again")
	})
}

func TestGivenHostThatDoesNotAnswerIsAskedForAgain(t *testing.T) {
	inLines(t, all(byBrowser, onATerminal, func(l *lines) { l.o.Request.Domain, _ = flow.ParseDomain("nobody") }), func(l *lines) {
		l.says("wrong host: there is no host nobody.my.salesforce.com. Type it again").saysNot("Open this address")
		l.types("http://" + world.LoginHost).pass(25 * time.Second).succeeds()
	})
}

func TestADoubtThatNobodyAnswersNamesTheFlagThatDoes(t *testing.T) {
	inLines(t, all(onATerminal, metInLines(world.Imitator)), func(l *lines) {
		l.typ.Close()
		if l.pass(time.Second); !l.ended() || !strings.Contains(text.English.Why(l.err, *l.o.Request), "--trust-domain") {
			t.Error(l.ended(), l.err)
		}
	})
}
