//go:build unix

package endtoend

import "testing"

const unmarked = "Several lines came at once. Nothing was taken."

// app opens the wizard where key and secret are asked for.
func (d *desk) app() *terminal {
	d.T.Helper()
	d.hidden("client secret", d.App.ClientSecret)
	tm := d.open(nil, "login", "acme", "--domain", d.Domain)
	tm.see(appScreen)
	return tm
}

func TestWhatIsTypedAndPastedWhileSfauthIsStoppedGoesWhereItWasMeantFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	tm := d.app()
	tm.atOnce(d.App.ClientID + enter + marked(d.App.ClientSecret))
	tm.see(appScreen, d.App.ClientID[:40], "••••")
	d.innocent("the terminal", tm.drawn())
}

func TestAPassphraseAndItsConfirmationInOnePieceAreTwo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.hidden("passphrase", passphrase)
	tm := d.login()
	tm.see(fileOffer)
	tm.follow("f", newPassphraseScreen)
	tm.atOnce(passphrase + enter + passphrase + enter)
	tm.see(waiting)
	d.visit(tm.authorizeURL())
	tm.see(connected, "encrypted file")
	d.innocent("the terminal", tm.drawn())
}

func TestLinesThatAnOldTerminalDoesNotMarkAsAPasteAreRefusedWithAWord(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.old = true
	tm := d.app()
	tm.atOnce(d.App.ClientID + enter + d.App.ClientSecret + enter)
	tm.see(appScreen, unmarked)
	tm.press("typed")
	tm.see("┃ typed")
	d.innocent("the terminal", tm.drawn())
}
