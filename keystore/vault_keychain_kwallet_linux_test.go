package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// wallet is a desktop's login that has opened KWallet with the person's password (PAM).
func (b testBus) wallet(t *testing.T) (quit func(), open func()) {
	t.Helper()
	daemons(t, "kwalletd5")
	cmd := exec.Command("kwalletd5")
	cmd.Env = append(b.env, "QT_QPA_PLATFORM=offscreen")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	quit = sync.OnceFunc(func() { cmd.Process.Kill(); cmd.Wait() })
	t.Cleanup(quit)
	c := b.wait(t)
	return quit, func() {
		hash := make([]byte, 56)
		if err := c.Object("org.kde.kwalletd5", "/modules/kwalletd5").Call("org.kde.KWallet.pamOpen", 0, "kdewallet", hash, 0).Err; err != nil {
			t.Fatal(err)
		}
	}
}

// openWallet starts a bus with a wallet that the desktop has opened. cut does to it what a
// power cut does, and starts it again.
func openWallet(t *testing.T) (bus testBus, cut func()) {
	t.Helper()
	bus = startBus(t, nil)
	home := bus.home(t)
	for path, text := range map[string]string{
		".config/kwalletrc":                    "[Wallet]\nEnabled=true\nFirst Use=false\nDefault Wallet=kdewallet\n[org.freedesktop.secrets]\napiEnabled=true\n",
		".local/share/kwalletd/kdewallet.salt": strings.Repeat("s", 56),
	} {
		path = filepath.Join(home, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	quit, open := bus.wallet(t)
	open() // makes it
	quit()
	quit, open = bus.wallet(t)
	expect(t, calls(t, "get a;set a=1", bus.env...), "ErrLocked", "ErrLocked")
	open()
	return bus, func() {
		quit()
		quit, open = bus.wallet(t)
		open()
	}
}

func TestAWalletThatTheDesktopHasOpenedIsNotLockedAndKeepsWhatHasSettled(t *testing.T) {
	bus, cut := openWallet(t)
	expect(t, calls(t, "get a;set a=1;get a;describe", bus.env...), "ErrNotFound", "ok", "ok 1", `ok KWallet, "kdewallet"`)
	cut()
	expect(t, calls(t, "get a;set a=1;settle", bus.env...), "ok", "ok", "ok") // its attributes are on the disk, and no secret
	cut()
	expect(t, calls(t, "get a", bus.env...), "ok 1")
	if c := bus.connect(t); !written(t.Context(), c) { // else it was written after all that time
		t.Error("KWallet was not told to write")
	}
}

func init() { helpers["saver"] = helpSaver }

// helpSaver saves a connection, moves one or reads one, as SFAUTH_DO says.
func helpSaver() {
	s := &Store{Dir: os.Getenv("SFAUTH_DIR"), Vault: Keychain{}, Others: []Vault{&File{Dir: os.Getenv("SFAUTH_DIR"), Keys: KeysFromEnvironment()}}}
	ctx := context.Background()
	c, sec := grant("app", noon)
	var err error
	switch kind, to, _ := strings.Cut(os.Getenv("SFAUTH_DO"), "->"); kind {
	case "read":
		if c, err = s.Find("acme"); err == nil {
			sec, err = s.Secrets(ctx, c)
		}
		fmt.Print(c.Store, " ", sec.RefreshToken.Reveal(), " ")
	default:
		in, _ := s.In(kind)
		if c, err = in.Create(ctx, c, sec); err == nil && to != "" {
			err = s.Move(ctx, c, to)
		}
	}
	fmt.Println(err)
}

func TestALoginInAWalletSurvivesAPowerCut(t *testing.T) {
	bus, cut := openWallet(t)
	for do, want := range map[string]string{"keychain": "keychain", "file->keychain": "keychain", "keychain->file": "file"} {
		env := slices.Clip(append(bus.env, "SFAUTH_DIR="+t.TempDir(), "SFAUTH_KEY_FILE="+put(t, "key", NewSealKey().Reveal())))
		saver := func(do string) string {
			return line(t, begin(t, helper(t, "saver", append(env, "SFAUTH_DO="+do)...)))
		}
		if got := saver(do); got != "<nil>" {
			t.Errorf("%s: %s", do, got)
		}
		cut()
		if got := saver("read"); got != want+" token of app <nil>" {
			t.Errorf("%s: %s", do, got)
		}
	}
}

// If sfauth gave the first wallet another name, KWallet would make that one the desktop's default.
func TestTheFirstWalletIsCalledAsKWalletWantsIt(t *testing.T) {
	bus := startBus(t, nil)
	said := bus.fake(t, "kwkeyring")
	expect(t, calls(t, "set a=1", append(bus.env, prompting)...), "asks", "ErrNoCollection")
	if got := line(t, said); got != "create kdewallet" {
		t.Error(got)
	}
}
