package cli

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// withKey gives a world an encrypted file whose key nobody has to be asked for.
func withKey(w *world.World) {
	key := filepath.Join(w.T.TempDir(), "key")
	if err := os.WriteFile(key, []byte(keystore.NewSealKey().Reveal()), 0o600); err != nil {
		w.T.Fatal(err)
	}
	w.Store.Others = []keystore.Vault{&keystore.File{Dir: w.Store.Dir, Keys: keystore.KeySource{KeyFile: key}}}
}

func withoutKey(w *world.World) {
	w.Store.Others = []keystore.Vault{&keystore.File{Dir: w.Store.Dir, Keys: keystore.KeySource{Prompt: func(context.Context, bool) (keystore.Secret, error) {
		w.T.Error("doctor asks for a passphrase that nobody wants to set")
		return keystore.Secret{}, keystore.ErrNoKey
	}}}}
}

func noKeychain(w *world.World) { w.Vault.Fail = keystore.ErrNoBus }

func busyPort(w *world.World) {
	w.Client.Listen = func(context.Context, string, string) (net.Listener, error) {
		return nil, &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EADDRINUSE)}
	}
}

func TestDoctorFailsOnlyForWhatHasNoOtherWay(t *testing.T) {
	for name, c := range map[string]struct {
		is   []func(*world.World)
		at   string // the login host; empty: that of the world
		code int
		says []string
	}{
		"all is well":                   {nil, "", 0, []string{"✓ files ", `✓ keychain  GNOME Keyring, "Login"`, "✓ callback ", "✓ proxy ", "✓ host "}},
		"no browser":                    {nil, "", 0, []string{"! browser ", "hint: open the address that sfauth shows in a browser anywhere"}},
		"the port is taken":             {[]func(*world.World){busyPort}, "", 0, []string{"! callback  port 1717 is in use", "hint: a login goes on without it: paste the address"}},
		"no keychain":                   {[]func(*world.World){noKeychain}, "", 1, []string{"✗ keychain ", "hint: run sfauth in a desktop session"}},
		"no keychain, and nobody's key": {[]func(*world.World){noKeychain, withoutKey}, "", 1, []string{"✗ keychain "}},
		"no keychain, and a file":       {[]func(*world.World){noKeychain, withKey}, "", 0, []string{"! keychain ", "hint: set SFAUTH_STORE=file"}},
		"no keychain that a connection is in": {[]func(*world.World){func(w *world.World) { w.Keep("acme", nil) }, noKeychain, withKey}, "", 1,
			[]string{"✗ keychain "}},
		"no host": {nil, "http://127.0.0.1:9", 1, []string{"✗ host ", "hint: "}},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "no browser" && runtime.GOOS != "linux" {
				t.Skip("it has one always")
			}
			for _, v := range []string{"BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "HTTP_PROXY", "HTTPS_PROXY"} {
				t.Setenv(v, "")
			}
			world.Begin(t, func(ctx context.Context, w *world.World) {
				defer w.Serve()()
				for _, is := range c.is {
					is(w)
				}
				at := c.at
				if at == "" {
					at = "http://" + world.LoginHost
				}
				code, out, told := runs(ctx, w, "doctor", "--domain", at)
				if code != c.code || (told == "") != (code == 0) {
					t.Errorf("it ended with %d:\n%s%s", code, out, told)
				}
				for _, says := range c.says {
					if !strings.Contains(out, says) {
						t.Errorf("it does not say %q:\n%s", says, out)
					}
				}
			})
		})
	}
}

func TestDoctorFitsTheTerminalAndSaysWhatToDo(t *testing.T) {
	all := inWords(&text.English, &keystore.Store{Vault: keystore.NewMemory()}, []flow.Finding{
		{Part: flow.PartFiles, Detail: "/home/ana/.config/sfauth"},
		{Part: flow.PartKeychain, Err: keystore.ErrNoBus},
		{Part: flow.PartBrowser, Err: flow.ErrNoDisplay, Otherwise: true},
		{Part: flow.PartProxy},
	}, flow.Request{})
	want := strings.TrimPrefix(`
✓  files     /home/ana/.config/sfauth
✗  keychain  this session has no keychain
             run sfauth in a desktop session, or keep new
             connections in an encrypted file: sfauth login
             --store file
!  browser   there is no display here
             open the address that sfauth shows in a browser
             anywhere, and paste where it ends
✓  proxy     none`, "\n")
	show := func(p *paper) error { return p.findings(&text.English, all) }
	if got := strings.Join(atTerminal(t, 60, show), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for width := 30; width < 160; width++ {
		for _, line := range atTerminal(t, width, show) {
			if ansi.StringWidth(line) > width {
				t.Errorf("at %d: %q", width, line)
			}
		}
	}
}

// doctor marks what it finds as all lists do. A part that sfauth can do without is no failure.
func TestAFindingIsToldByItsSign(t *testing.T) {
	for want, e := range map[string]examined{page.MarkDone: {OK: true}, page.MarkCare: {Otherwise: true}, page.MarkWrong: {}} {
		if mark, _ := e.mark(new(page.Styles)); mark != want {
			t.Errorf("%+v: %s", e, mark)
		}
	}
}
