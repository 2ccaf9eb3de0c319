//go:build unix

package endtoend

import (
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/creack/pty"

	"sfauth/flow/endtoend/desk"
)

// person is somebody who logs in line by line on a terminal, with windows in front of it.
type person struct {
	d     *desk.Desk
	cmd   *exec.Cmd
	tty   io.ReadWriter
	heard chan string // what was said, as it comes
	said  string
}

// sits has them begin a login under a name, with everything given.
func sits(d *desk.Desk, name string) *person {
	d.T.Helper()
	p := &person{d: d, heard: make(chan string)}
	p.cmd = exec.Command(d.Binary(), "login", name, "--plain", "--domain", d.Domain, "--client-id", d.App.ClientID, "--callback", d.Callback())
	p.cmd.Env = d.Env
	tty, err := pty.Start(p.cmd)
	if err != nil {
		d.T.Fatal(err)
	}
	p.tty = tty
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(p.heard)
		for buf := make([]byte, 4096); ; {
			n, err := tty.Read(buf)
			if n > 0 {
				p.heard <- string(buf[:n])
			}
			if err != nil {
				return
			}
		}
	})
	d.T.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		for range p.heard { // until it is closed
		}
		reading.Wait()
		_ = p.cmd.Wait()
		_ = tty.Close()
	})
	return p
}

// hears waits until all of it was said since the last time.
func (p *person) hears(texts ...string) {
	p.d.T.Helper()
	late := desk.Patience(p.d.T).Done()
	for _, text := range texts {
		for !strings.Contains(p.said, text) {
			select {
			case more, ok := <-p.heard:
				if !ok {
					p.d.T.Fatalf("%q is not said:\n%s", text, p.said)
				}
				p.said += more
			case <-late:
				p.d.T.Fatalf("%q is not said:\n%s", text, p.said)
			}
		}
		_, p.said, _ = strings.Cut(p.said, text)
	}
}

func (p *person) types(line string) {
	p.d.T.Helper()
	if _, err := io.WriteString(p.tty, line+"\r"); err != nil {
		p.d.T.Fatal(err)
	}
}

// says asserts what a command prints and how it ends.
func says(d *desk.Desk, code int, text string, args ...string) {
	d.T.Helper()
	out, errs, got := d.Sfauth(args...)
	if got != code || !strings.Contains(out+errs, text) {
		d.T.Errorf("%q: exit code %d, want %d and %q:\n%s%s", args, got, code, text, out, errs)
	}
}

func TestEveryKeeperKeepsAConnectionThroughItsLife(t *testing.T) {
	for _, k := range desk.Keepers() {
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			d := desk.New(t, "allow")
			d.Display()
			k.Start(d)
			d.Set("SFAUTH_PASSPHRASE_COMMAND=echo passphrase")
			doctor := []string{"doctor", "--domain", d.Domain, "--callback", d.Callback()}
			has := func(n int) {
				t.Helper()
				if items := d.Items(); len(items) != n {
					t.Errorf("%s has %d items, want %d: %v", k.Name, len(items), n, items)
				}
			}
			says(d, 0, "✓ keychain  "+k.Name, doctor...)
			has(0)
			d.Connect()
			has(1)
			d.Works(d.Token())
			renewals := d.Refreshes()
			for range 3 {
				d.Works(d.Token("--fresh"))
				if !d.Org.RefreshValid(d.Kept("acme").RefreshToken) {
					t.Error("what is kept is not the newest token")
				}
			}
			if n := d.Refreshes() - renewals; n != 3 {
				t.Errorf("%d renewals", n)
			}
			says(d, 0, "", "move", "acme", "--store", "file")
			has(0)
			d.Works(d.Token("--fresh"))
			says(d, 0, "", "move", "acme", "--store", "keychain")
			has(1)
			token := d.Token("--fresh")

			k.Lock(d)
			says(d, 1, "token acme: the keychain is locked", "token", "acme")
			says(d, 1, "unknown  the keychain is locked", "check")
			says(d, 1, "✗ keychain  the keychain is locked", doctor...)
			p := sits(d, "other")
			p.hears("empty if the app does not require one:")
			p.types(d.App.ClientSecret)
			p.hears("Waiting for your answer in the window of the keychain.")
			d.Answer(k.Window, "", "Escape")
			p.hears("The keychain is locked.", "They are all still there.", "Type quit to leave.")
			p.types("retry")
			p.hears("Waiting for your answer in the window of the keychain.")
			d.Answer(k.Window, desk.KeyringPassword, "Return")
			p.hears("Saved as other in " + k.Name)
			has(2)
			if d.Token() != token {
				t.Error("the token is another one")
			}
			says(d, 0, "alive", "check")
			d.Works(d.Token("--fresh"))
			if !d.Org.RefreshValid(d.Kept("acme").RefreshToken) {
				t.Error("what is kept since the window is not the newest token")
			}
			if k.Unlock != nil {
				k.Lock(d)
				k.Unlock(d)
				d.Works(d.Token("--fresh"))
			}

			says(d, 0, "", "remove", "acme", "--yes")
			says(d, 0, "", "remove", "other", "--yes")
			has(0)
		})
	}
}

// Every script is another program to it.
func TestAKeeperThatAsksAboutEachProgramAsksPeopleAndNoScript(t *testing.T) {
	d := desk.New(t, "allow")
	d.Display()
	d.KeePassXC(true)
	const refused = "the keychain asks about each program"
	says(d, 1, "✗ keychain  "+refused+"\n  hint: switch off in KeePassXC", "doctor", "--domain", d.Domain, "--callback", d.Callback())
	if items := d.Items(); len(items) != 0 {
		t.Errorf("doctor has left %v", items)
	}
	d.Connect()
	says(d, 1, "token acme: "+refused, "token", "acme")
	says(d, 1, "unknown  "+refused, "check")
	says(d, 1, "remove acme: "+refused, "remove", "acme", "--yes")
	if len(d.Windows("Access Request")) > 0 {
		t.Error("somebody is asked")
	}
	p := sits(d, "acme")
	d.Answer("Access Request", "", "Escape")
	p.hears("the keychain refused access", "hint: try again, and allow sfauth to use the keychain")
	p = sits(d, "acme")
	d.Answer("Access Request", "", "Return")
	p.hears("Saved as acme in KeePassXC")
	if all := d.Saved(); len(all) != 1 || len(d.Items()) != 1 {
		t.Errorf("saved: %v, kept: %v", all, d.Items())
	}
}
