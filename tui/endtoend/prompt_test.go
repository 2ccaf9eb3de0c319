//go:build unix

package endtoend

import (
	"syscall"
	"testing"
)

func TestAScriptAsksForThePassphraseOnItsTerminal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "nothing")
	d.haveInFile()
	tm := d.open(nil, "check")
	tm.see("Passphrase of sfauth's encrypted file:")
	tm.press(passphrase + enter)
	tm.see("alive")
	tm.end(0)
}

func TestCtrlCAtAQuestionEndsItAndGivesTheTerminalBack(t *testing.T) {
	for name, row := range map[string]struct {
		args []string
		see  string
	}{
		"passphrase": {[]string{"token", "acme"}, "Passphrase of sfauth's encrypted file:"},
		"removal":    {[]string{"remove", "acme"}, "Type yes to go on:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.haveInFile()
			tm := d.open(nil, row.args...)
			tm.see(row.see)
			tm.press(ctrlC)
			tm.end(130)
			if all := d.Saved(); len(all) != 1 {
				t.Errorf("saved: %v", all)
			}
		})
	}
}

const ctrlD = "\x04" // the end of what is typed

func TestAQuestionOfALoginLineByLineGivesTheTerminalBack(t *testing.T) {
	known := func(d *desk) []string { return []string{"--domain", d.Domain, "--client-id", d.App.ClientID} }
	for name, row := range map[string]struct {
		args  func(d *desk) []string // nil: none
		see   string
		leave leave
	}{
		"domain, ctrl+c":      {nil, "Login domain", keys(ctrlC)},
		"domain, end of file": {nil, "Login domain", keys(ctrlD).exits(2)},
		"key, hang-up":        {func(d *desk) []string { return known(d)[:2] }, "Consumer Key:", signalled(syscall.SIGHUP)},
		"key, ctrl+c":         {func(d *desk) []string { return known(d)[:2] }, "Consumer Key:", keys(ctrlC)},
		"key, end of file":    {func(d *desk) []string { return known(d)[:2] }, "Consumer Key:", keys(ctrlD).exits(2)},
		"secret, end of file": {known, "Consumer Secret", keys(ctrlD).exits(2)},
		"secret, hang-up":     {known, "Consumer Secret", signalled(syscall.SIGHUP)},
		"secret, ctrl+c":      {known, "Consumer Secret", keys(ctrlC)},
		"secret, SIGTERM":     {func(d *desk) []string { return append(known(d), "--client-secret-stdin") }, "Consumer Secret", signalled(syscall.SIGTERM)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "nothing")
			d.Keyring()
			args := []string{"login", "--plain", "--callback", d.Callback()}
			if row.args != nil {
				args = append(args, row.args(d)...)
			}
			tm := d.open(nil, args...)
			tm.see(row.see)
			d.leavesNothing(tm, row.leave)
			d.noBrowser()
		})
	}
}
