//go:build unix

package endtoend

import (
	"regexp"
	"strings"
	"testing"
)

func TestDumbTerminalIsNeverFilled(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	d.Set("TERM=dumb")
	tm := d.login()
	tm.see("Saved as acme")
	tm.end(0)
	if i := strings.IndexByte(tm.bytes(), '\x1b'); i >= 0 {
		t.Errorf("an escape sequence: %q", tm.bytes()[i:])
	}
	d.PortFree()
	d.SavedOne()
}

func TestPlainLoginIsTypedAnswerByAnswer(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	tm := d.open(nil, "login", "acme", "--plain", "--callback", d.Callback())
	tm.see("Login domain")
	tm.press("http://acme.example" + enter)
	tm.see("The address is not https.")
	tm.press(d.Domain + enter)
	tm.see("Consumer Key:")
	tm.press(d.App.ClientID + enter)
	tm.see("Consumer Secret")
	tm.press(d.App.ClientSecret + enter)
	tm.see("Saved as acme")
	tm.end(0)
	d.innocent("the terminal", tm.drawn())
	d.PortFree()
	d.SavedOne()
	d.Works(d.Token())
}

func TestPlainLoginIntoAFileAsksForItsPassphrase(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	tm := d.open(nil, "login", "acme", "--plain", "--store", "file", "--domain", d.Domain, "--client-id", d.App.ClientID, "--callback", d.Callback())
	tm.see("Consumer Secret")
	tm.press(d.App.ClientSecret + enter)
	tm.see("New passphrase for sfauth's encrypted file:")
	tm.press(passphrase + enter)
	tm.see("Once more:")
	tm.press(passphrase + enter)
	tm.see("Saved as acme")
	tm.end(0)
	d.innocent("the terminal", tm.drawn())
	if strings.Contains(tm.drawn(), passphrase) {
		t.Error("the passphrase is shown")
	}
}

func TestADumbTerminalHasNoListButSaysWhereItIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	d.have()
	d.Set("TERM=dumb")
	tm := d.open(nil)
	tm.see("sfauth list shows those that are saved", "Login domain")
	d.leavesAll(tm, keys(ctrlC))
}

func TestASecretForStdinIsTypedUnseenWhereThatIsATerminal(t *testing.T) {
	for name, more := range map[string][]string{"plain": {"--plain"}, "wizard": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			tm := d.open(nil, d.LoginArgs(append(more, "--no-browser")...)...)
			tm.see("Consumer Secret")
			tm.press(d.App.ClientSecret + enter)
			tm.see("/services/oauth2/authorize")
			d.leavesNothing(tm, keys(ctrlC))
			d.innocent("the terminal", tm.drawn())
		})
	}
}

func TestWithoutATerminalNothingIsDrawn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "allow")
	d.Keyring()
	talk := d.plain()
	talk.end(0)
	if s := talk.said(); strings.Contains(s, "\x1b") || !strings.Contains(s, "Saved as acme") {
		t.Errorf("said %q", s)
	}
	d.SavedOne()
}

// colour is every SGR parameter that chooses one.
var colour = regexp.MustCompile(`\x1b\[([0-9:]*;)*(3[0-8]|4[0-8]|58|9[0-7]|10[0-7])([;:][0-9;:]*)?m`)

func TestNoColorOfAnyValueMeansNoColour(t *testing.T) {
	for _, value := range []string{"1", "anything", "0"} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "deny")
			d.Keyring()
			d.Set("NO_COLOR=" + value)
			tm := d.login()
			tm.see(tryAgain)
			d.leavesNothing(tm, keys(ctrlC))
			if found := colour.FindString(tm.bytes()); found != "" {
				t.Errorf("a colour: %q", found)
			}
		})
	}
}

func TestColourIsUsedWhereItIsWelcome(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "deny")
	d.Keyring()
	tm := d.login()
	tm.see(tryAgain)
	d.leavesNothing(tm, keys(ctrlC))
	if !colour.MatchString(tm.bytes()) {
		t.Error("no colour at all")
	}
}
