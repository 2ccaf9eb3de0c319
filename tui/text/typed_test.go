package text

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestWordThatIsTypedIsKnownInAnyCaseAndWidth(t *testing.T) {
	retry := English.Lines.Choices.Retry
	for line, want := range map[string]bool{"retry": true, " Retry\r": true, "ｒｅｔｒｙ": true, "retry now": false, "": false, "re": false} {
		if retry.Is(line) != want {
			t.Errorf("%q is not %v", line, want)
		}
	}
	if !English.Lines.Choices.MoreTime.Is("＋") {
		t.Error("a wide + is none")
	}
}

// A person may have learnt the English words, whatever language they read.
func TestEnglishWordsAreKnownInEveryLanguage(t *testing.T) {
	for _, words := range languages() {
		own, english := reflect.ValueOf(words.Lines.Choices), reflect.ValueOf(English.Lines.Choices)
		for i := range own.NumField() {
			o, e := own.Field(i).Interface().(Choice), english.Field(i).Interface().(Choice)
			if o.Says == "" || slices.ContainsFunc(e.Typed, func(w string) bool { return !o.Is(w) }) {
				t.Errorf("%s, %s: %+v", words.Tab.Language, own.Type().Field(i).Name, o)
			}
		}
		if l := words.Lines; !l.Yes.Is("yes") || !l.Allow.Is("allow") || !l.Deny.Is("deny") {
			t.Errorf("%s: yes, allow, deny", words.Tab.Language)
		}
	}
}

func TestTimeIsSaidAsAPersonSaysIt(t *testing.T) {
	for d, want := range map[time.Duration]string{
		5 * time.Minute: "5 minutes", time.Minute: "1 minute", 90 * time.Second: "1 minute and 30 seconds", 20 * time.Second: "20 seconds",
		299_900 * time.Millisecond: "5 minutes", time.Hour: "1 hour", 95*time.Minute + 10*time.Second: "1 hour and 35 minutes", 0: "0 seconds", time.Second: "1 second",
	} {
		if got := English.Lines.Lasting(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
