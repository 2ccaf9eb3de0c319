package keystore

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// exposed is a database whose only group may be used by the Secret Service.
const exposed = `<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile>
<Meta><CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{00010203-0405-0607-0809-0a0b0c0d0e0f}</Value></Item></CustomData></Meta>
<Root><Group><UUID>AAECAwQFBgcICQoLDA0ODw==</UUID><Name>Passwords</Name></Group></Root>
</KeePassFile>`

// keepassxc opens a new database as the Secret Service; each program has to be confirmed by
// a person, or none. cut does to it what a power cut does, and starts it again.
func (b testBus) keepassxc(t *testing.T, confirm bool) (cut func()) {
	t.Helper()
	daemons(t, "keepassxc", "keepassxc-cli")
	home := b.home(t)
	content, database, config := filepath.Join(home, "content.xml"), filepath.Join(home, "passwords.kdbx"), filepath.Join(home, "keepassxc.ini")
	settings := fmt.Sprintf("[General]\nConfigVersion=2\nSingleInstance=false\nUpdateCheckMessageShown=true\n[FdoSecrets]\nEnabled=true\nShowNotification=false\nConfirmAccessItem=%v\n", confirm)
	for path, text := range map[string]string{config: settings, content: exposed} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program := func(input, name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Env, cmd.Stdin = append(b.env, "QT_QPA_PLATFORM=offscreen"), strings.NewReader(input)
		return cmd
	}
	if out, err := program("password\npassword\n", "keepassxc-cli", "import", "-p", "-t", "100", content, database).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	start := func() *exec.Cmd {
		cmd := program("password\n", "keepassxc", "--config", config, "--pw-stdin", database)
		begin(t, cmd)
		c := b.wait(t)
		for locked := true; locked; { // until the database is open
			path, err := keyringPath(t.Context(), c)
			if err == nil {
				err = property(t.Context(), c, path, ifCollection, "Locked", &locked)
			}
			if err != nil && !errors.Is(err, ErrUnavailable) {
				t.Fatal(err)
			}
		}
		return cmd
	}
	running := start()
	return func() {
		running.Process.Kill()
		running.Wait()
		running = start()
	}
}

func TestKeePassXC(t *testing.T) {
	bus := startBus(t, nil)
	bus.keepassxc(t, false)
	expect(t, calls(t, "get a;set a=1;get a;set a=2", append(bus.env, patient)...), "ErrNotFound", "ok", "ok 1", "ok")
	expect(t, calls(t, "set a=3", append(bus.env, patient)...), "ok") // by a program that it has not seen before
	expect(t, calls(t, "get a;delete a;get a", append(bus.env, patient)...), "ok 3", "ok", "ErrNotFound")
	if got := calls(t, "describe", append(bus.env, patient)...)[0]; !strings.HasPrefix(got, "ok KeePassXC") { // it may be slow to say its keyring's name
		t.Error(got)
	}
}

func TestKeePassXCThatAsksForEachProgramIsNotAskedByAScript(t *testing.T) {
	bus := startBus(t, nil)
	bus.keepassxc(t, true)
	expect(t, calls(t, "set a=1", append(bus.env, patient)...), "ok")
	expect(t, calls(t, "get a;set a=2;delete a", append(bus.env, patient)...), "ErrAsksFirst", "ErrAsksFirst", "ErrAsksFirst")
}

func TestALoginInKeePassXCSurvivesAPowerCut(t *testing.T) {
	bus := startBus(t, nil)
	cut := bus.keepassxc(t, false)
	env := append(bus.env, "SFAUTH_DIR="+t.TempDir())
	saver := func(do string) string {
		return line(t, begin(t, helper(t, "saver", append(env, "SFAUTH_DO="+do)...)))
	}
	if got := saver("keychain"); got != "<nil>" {
		t.Error(got)
	}
	cut()
	if got := saver("read"); got != "keychain token of app <nil>" {
		t.Error(got)
	}
}

// The documents say so: no program can empty it.
func TestKeePassXCMovesWhatIsDeletedIntoItsBin(t *testing.T) {
	bus := startBus(t, nil)
	bus.keepassxc(t, false)
	expect(t, calls(t, "set a=1;delete a;settle;get a", append(bus.env, patient)...), "ok", "ok", "ok", "ErrNotFound")
	list := exec.Command("keepassxc-cli", "ls", "-q", "-R", "-f", filepath.Join(bus.home(t), "passwords.kdbx"))
	list.Env, list.Stdin = bus.env, strings.NewReader("password\n")
	if got := lines(t, list); !slices.Contains(got, "Recycle Bin/Password for 'a' on 'sfauth'") {
		t.Errorf("%q", got)
	}
}
