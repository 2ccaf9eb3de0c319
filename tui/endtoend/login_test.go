//go:build unix

package endtoend

import (
	"strings"
	"testing"

	at "sfauth/flow/endtoend/desk"
)

// A test sees by these words how far sfauth is.
const (
	orgScreen   = "Where do you log in?"
	appScreen   = "Which app asks for access?"
	waiting     = "left, + for more" // the keys of the wait work,
	counting    = " left"            // also where + is text,
	waitingKeys = "c copy link"      // and are not the text of a field
	exchanging  = "Access was allowed"
	tryAgain    = "try again"
	connected   = "In a script" + and + "y copy command" // the second comes once keys count, and stands in help, too
	stepsScreen = "Make an External Client App"
	pasteScreen = "Paste the address the browser ends on"
	helpScreen  = "Anywhere"
	errorScreen = "What does the browser show?"
)

// The terminal, the keyring and the browser are real, and Salesforce is simulated.
func TestFromNothingToARefreshTokenByKeystrokesAlone(t *testing.T) {
	at.Need(t, "chromium")
	d := newDesk(t, "chromium-allow")
	d.Keyring()
	if err := at.Taken("1717"); err != nil {
		t.Fatalf("the callback that sfauth proposes cannot be used here: %v", err)
	}
	tm := d.open(nil)
	tm.see(orgScreen)
	for _, letter := range d.Domain {
		tm.press(string(letter))
	}
	tm.see("answers")
	tm.press(enter)
	tm.see(appScreen, "http://localhost:1717/OauthRedirect")
	tm.paste(d.App.ClientID)
	tm.press(tab)
	tm.paste(d.App.ClientSecret + "\n")
	tm.see("••••")
	tm.press(enter)
	tm.see(connected, "demo@acme.example", "GNOME Keyring")
	tm.press(enter)
	tm.end(0)

	saw := d.browserSaw()
	for _, url := range append(saw.History, saw.Address) {
		if strings.Contains(url, "code=") {
			t.Errorf("the code stays in the browser: %q", url)
		}
	}
	if !strings.Contains(saw.Title, "Connected") || !strings.Contains(saw.Text, "demo@acme.example") {
		t.Errorf("the tab says %q: %q", saw.Title, saw.Text)
	}
	if err := at.Taken("1717"); err != nil {
		t.Error(err)
	}
	d.SavedOne()
	name := d.Saved()[0]["name"].(string)
	token, _, code := d.Sfauth("token", name)
	if code != 0 || strings.Count(token, "\n") != 1 {
		t.Fatalf("token: exit %d, %d lines", code, strings.Count(token, "\n"))
	}
	d.Works(strings.TrimSpace(token))
}

func TestDenyInARealBrowserSavesNothingAndOffersAWayOn(t *testing.T) {
	t.Parallel()
	at.Need(t, "chromium")
	d := newDesk(t, "chromium-deny")
	d.Keyring()
	tm := d.login()
	tm.see("access_denied", "end-user denied authorization", tryAgain)
	if saw := d.browserSaw(); strings.Contains(strings.Join(append(saw.History, saw.Address), " "), "error=") {
		t.Errorf("the tab keeps the answer in its address: %q, %q", saw.Address, saw.History)
	}
	d.PortFree()
	d.NothingSaved()
	tm.press("a")
	tm.see(appScreen, d.App.ClientID[len(d.App.ClientID)-20:])
	tm.press(ctrlC)
	tm.end(130)
}
