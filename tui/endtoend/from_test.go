//go:build unix

package endtoend

import (
	"strings"
	"testing"
)

// held is what another tool holds, as variables.
func (d *desk) held() string {
	token := d.Org.Approve(d.App.ClientID)
	d.Post.Note("refresh_token", token)
	return "SF_LOGIN_URL=" + d.Domain + "\nSF_CLIENT_ID=" + d.App.ClientID + "\nSF_REFRESH_TOKEN=" + token + "\n"
}

func TestWhatIsTakenOverIsPastedUnseen(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	tm := d.open(nil, "login", "acme", "--from", "-")
	tm.see("Paste it")
	tm.press(strings.ReplaceAll(d.held(), "\n", enter), ctrlD)
	tm.see("Consumer Secret")
	tm.press(d.App.ClientSecret + enter)
	tm.see("Saved as acme")
	tm.end(0)
	d.innocent("the terminal", tm.drawn())
	d.SavedOne()
	d.Works(d.Token("--fresh"))
}

func TestWhoPipesAFileIsAskedOnTheTerminal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	tm := d.open(strings.NewReader(d.held()), "login", "acme", "--from", "-")
	tm.see("Consumer Secret")
	tm.press(d.App.ClientSecret + enter)
	tm.see("Saved as acme")
	tm.end(0)
	d.innocent("the terminal", tm.drawn())
	d.Works(d.Token("--fresh"))
}

func TestWhoLeavesWhileTheyPasteLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	tm := d.open(nil, "login", "acme", "--from", "-")
	tm.see("Paste it")
	d.leavesNothing(tm, keys(ctrlC))
}
