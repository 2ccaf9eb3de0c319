package cli

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/tui/text"
)

// english matches three English words in a row; inEnglish is what may be in English: what
// Salesforce says, and what a person types.
var english = regexp.MustCompile(`[A-Za-z]+( [a-z']{2,}){2,}`)
var inEnglish = regexp.MustCompile(`end-user denied authorization|invalid client credentials|app must be installed into org|missing required code challenge|` +
	`Cross-org OAuth flows are not supported[a-z ]*|External client app is not installed in this org|sfauth [a-z]+( [a-z]+)?( --\w+ \w+)?|sf org [a-z -]+|netsh int ipv4 show excludedportrange tcp`)

func speaksNoEnglish(t *testing.T, what, said string) {
	t.Helper()
	for line := range strings.Lines(said) {
		if left := english.FindString(inEnglish.ReplaceAllString(line, "")); left != "" {
			t.Errorf("%s: %q is English in %q", what, left, line)
		}
	}
}

// The person lets a login fail and then come right, and asks for everything on the way.
func TestLinesInJapaneseHaveNoEnglishSentence(t *testing.T) {
	japanese := speaking(&text.Japanese)
	c := text.Japanese.Lines.Choices
	check := func(l *lines, what string) {
		t.Helper()
		speaksNoEnglish(t, what, l.out.String())
		if l.ended() && l.err != nil {
			speaksNoEnglish(t, what, text.Japanese.Why(l.err, *l.o.Request)+"\n"+text.Japanese.Hint(l.err, *l.o.Request))
		}
	}
	inLines(t, all(onATerminal, japanese), func(l *lines) {
		for _, typed := range []string{c.Help.Typed[0], c.MoreTime.Typed[0], c.Error.Typed[0], "1", "http://localhost:1717/x", "error=invalid_scope", c.App.Typed[0], "3MVG9x y"} {
			l.types(typed)
		}
		l.pass(10 * time.Minute)
		check(l, "while it waits")
	})
	inLines(t, all(func(l *lines) { l.Refuses() }, onATerminal, japanese), func(l *lines) {
		l.pass(time.Minute)
		check(l, "refused")
		l.types(c.Org.Typed[0]).types("na44.salesforce.com").types("login.salesforce.com")
		check(l, "another org")
	})
	inLines(t, all(thatLocks, japanese), func(l *lines) {
		l.pass(time.Minute)
		check(l, "not saved")
		l.types(c.Show.Typed[0]).types(c.Discard.Typed[0]).pass(time.Minute)
		check(l, "thrown away")
	})
	inLines(t, all(lackingAll, japanese), func(l *lines) { check(l, "nobody to ask") })
}

// What an error says on its one line is in Japanese but for Salesforce's own words.
func TestErrorsInJapaneseHaveNoEnglishSentence(t *testing.T) {
	r := flow.Request{RedirectURI: flow.DefaultRedirectURI, Name: "acme"}
	for _, k := range flow.Kinds() {
		speaksNoEnglish(t, string(k), text.Japanese.Why(&flow.Error{Kind: k}, r)+"\n"+text.Japanese.Hint(&flow.Error{Kind: k}, r))
	}
	for _, f := range demo.Faults() {
		speaksNoEnglish(t, f.Name, text.Japanese.Faults.Of(f.Name))
	}
}
