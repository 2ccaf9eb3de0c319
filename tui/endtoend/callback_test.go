//go:build unix

package endtoend

import (
	"crypto/tls"
	"net"
	"net/http"
	"testing"

	"sfauth/flow/demo"
	at "sfauth/flow/endtoend/desk"
)

func TestStrangersBeforeTheTrueCallbackAreHarmless(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	tm := d.login()
	tm.see(waiting)
	d.browserSaw()
	base := "http://localhost:" + d.Port
	for path, want := range map[string]int{"/": 404, "/favicon.ico": 404, "/OauthRedirect?code=x&state=wrong": 400, "/OauthRedirect?error=access_denied": 400, "/OauthRedirect": 400} {
		answer, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, answer.Status, want)
		}
	}
	tm.see("Ignored 4 requests", waiting) // a tab that wants its icon is no stranger
	if c, err := tls.Dial("tcp", "localhost:"+d.Port, nil); err == nil {
		c.Close()
		t.Error("the callback port speaks TLS")
	}
	tm.see("insists on https", waiting)
	if _, err := demo.Visit(t.Context(), http.DefaultClient, tm.authorizeURL(), true); err != nil {
		t.Error(err)
	}
	tm.see(connected)
	tm.press(enter)
	tm.end(0)
	d.PortFree()
	d.SavedOne()
}

func TestPastedAddressIsTakenWhereNoCallbackCanArrive(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	tm := d.login()
	tm.see(waiting)
	last := at.Redirected(t, tm.authorizeURL(), true)
	const nonsense = "http://localhost:1/nonsense"
	tm.press("p")
	tm.paste(nonsense)
	tm.press(enter)
	tm.see("There is no code in this", counting)
	d.NothingSaved()
	for range len(nonsense) {
		tm.press(erase)
	}
	tm.paste("  " + last + "\n") // needs no enter
	tm.see(connected)
	tm.press(enter)
	tm.end(0)
	d.PortFree()
	d.SavedOne()
}

func TestBusyPortIsSaidBeforeTheBrowserOpens(t *testing.T) {
	for name, host := range map[string]string{"IPv4": "127.0.0.1", "IPv6": "::1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			free := d.occupy(host)
			tm := d.login()
			tm.see("Port "+d.Port+" is in use", tryAgain)
			d.noBrowser()
			free()
			tm.press("r")
			tm.see(waiting)
			d.leavesNothing(tm, keys(ctrlC))
		})
	}
}

func TestLoginByHandNeedsNoPort(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.Keyring()
	free := d.occupy("127.0.0.1")
	tm := d.login()
	tm.see("Port "+d.Port+" is in use", tryAgain)
	tm.press("p")
	tm.see(pasteScreen, counting)
	tm.press(ctrlY)
	tm.paste(at.Redirected(t, tm.clipboard(), true))
	tm.see(connected)
	tm.press(enter)
	tm.end(0)
	free()
	d.PortFree()
	d.SavedOne()
}

// occupy takes the callback's port away on one family.
func (d *desk) occupy(host string) (free func()) {
	d.T.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host, d.Port))
	if err != nil {
		d.T.Fatal(err)
	}
	free = func() { l.Close() }
	d.T.Cleanup(free)
	return free
}
