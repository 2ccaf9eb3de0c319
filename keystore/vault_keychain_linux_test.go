package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/godbus/dbus/v5"
	ss "github.com/zalando/go-keyring/secret_service"
)

const prompting, quick, patient = "SFAUTH_PROMPT=1", "SFAUTH_LIMIT=500ms", "SFAUTH_LIMIT=1m"

func TestADismissedPromptIsNotASuccess(t *testing.T) {
	bus := startBus(t, nil)
	bus.fake(t, "dismiss")
	expect(t, calls(t, "set a=1", append(bus.env, prompting)...), "ErrNotStored")
}

// The keyring locks itself once it has stored the secret. A refusal would tell the person that
// nothing was stored.
func TestAWriteThatCannotBeReadBackIsNotTakenForRefused(t *testing.T) {
	bus := startBus(t, nil)
	bus.fake(t, "locking")
	expect(t, calls(t, "set a=1", append(bus.env, prompting)...), "ErrUnavailable")
}

// Many calls wait for a keychain that works: the time in which they wait for their turn does not
// count.
func TestTheLimitIsForOneCallAndNotForTheWaitUntilItIsMade(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus") // a call that is made fails at once
	defer func(before chan struct{}) { door = before }(door)
	synctest.Test(t, func(t *testing.T) {
		door = make(chan struct{}, 1)
		k := Keychain{Limit: time.Second}
		var others sync.WaitGroup
		for range 5 {
			others.Go(func() {
				if err := enter(t.Context(), k.Limit); err != nil {
					t.Error(err)
				}
				time.Sleep(900 * time.Millisecond)
				<-door
			})
		}
		synctest.Wait()
		if _, err := k.Get(t.Context(), "a-1"); !errors.Is(err, ErrNoBus) {
			t.Error(err)
		}
		others.Wait()

		if err := enter(t.Context(), k.Limit); err != nil { // who does not come out
			t.Fatal(err)
		}
		for k, limit := range map[Keychain]time.Duration{k: k.Limit, {}: 5 * time.Second, {Prompt: true}: time.Minute} {
			at := time.Now()
			if _, err := k.Get(t.Context(), "a-1"); !errors.Is(err, ErrTimeout) || time.Since(at) != limit {
				t.Errorf("%+v: %v after %v", k, err, time.Since(at))
			}
		}
		left := errors.New("the person left")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Millisecond, func() { cancel(left) })
		if _, err := k.Get(ctx, "a-1"); !errors.Is(err, left) {
			t.Error(err)
		}
	})
}

// The service has not answered the first call. A second one must not be made before it has.
func TestAHangingServiceIsATimeoutAndTheNextCallIsNotMade(t *testing.T) {
	bus := startBus(t, nil)
	said := bus.fake(t, "hang")
	expect(t, calls(t, "get a;set a=1;delete a", append(bus.env, prompting, quick)...), "ErrTimeout", "ErrTimeout", "ErrTimeout")
	bus.kill()
	if got := line(t, said); got != "unlock" {
		t.Error(got)
	}
	if more, err := said.ReadString('\n'); err == nil {
		t.Errorf("another call was made: %s", more)
	}
}

func TestABusThatDiesDuringAPromptIsUnavailableAndNoCrash(t *testing.T) {
	bus := startBus(t, nil)
	said := bus.fake(t, "prompt")
	go func() {
		for {
			text, err := said.ReadString('\n')
			if err != nil || text == "prompt\n" {
				bus.kill()
				return
			}
		}
	}()
	expect(t, calls(t, "set a=1", append(bus.env, prompting)...), "ErrUnavailable")
}

func init() { helpers["wizard"] = helpWizard }

// helpWizard renews all there is, as the wizard does.
func helpWizard() {
	s := &Store{Dir: os.Getenv("SFAUTH_DIR"), Vault: Keychain{Prompt: true}}
	list, err := s.List()
	for _, c := range list {
		_, err = s.Renew(context.Background(), c)
	}
	fmt.Println(err)
}

// asKeychain is a vault in memory that calls itself the keychain.
type asKeychain struct{ *Memory }

func (asKeychain) Kind() string { return (Keychain{}).Kind() }

func TestTheKeychainAsksBeforeTheLockIsTaken(t *testing.T) {
	bus := startBus(t, nil)
	said := bus.fake(t, "prompt")
	s := &Store{Dir: t.TempDir(), Vault: asKeychain{NewMemory()}}
	c := create(t, s, "app")
	begin(t, helper(t, "wizard", append(bus.env, "SFAUTH_DIR="+s.Dir)...))
	for line(t, said) != "prompt" {
	}
	unlock, err := tryLock(s.lockPath(c.ID))
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestALockedKeyringIsToldWithoutAPrompt(t *testing.T) {
	bus := startBus(t, nil)
	said := bus.fake(t, "locked")
	expect(t, calls(t, "get a;set a=1;delete a", bus.env...), "ErrLocked", "ErrLocked", "ErrLocked")
	bus.kill()
	if more, err := said.ReadString('\n'); err == nil {
		t.Errorf("it was asked for more: %s", more)
	}
}

func TestAWindowOfTheKeychainsIsToldOfAtOnceAndNoOther(t *testing.T) {
	const impatient = "SFAUTH_IMPATIENT=1" // whoever is told leaves it unanswered
	for mode, want := range map[string][]string{
		"locked":     {"asks", "ErrUnanswered"},
		"keepassxc":  {"asks", "ErrUnanswered"},
		"nokeyring":  {"asks", "ErrUnanswered"},
		"dismiss":    {"ErrNotStored"}, // is open, as far as it says
		"alone":      {"ErrLocked"},
		"alone deaf": {"ErrTimeout"},
	} {
		t.Run(mode, func(t *testing.T) {
			bus := startBus(t, nil)
			env := append(bus.env, prompting, impatient)
			switch mode {
			case "alone":
				mode, env = "locked", append(bus.env, impatient)
			case "alone deaf":
				mode, env = "hang", append(bus.env, impatient, quick)
			}
			bus.fake(t, mode)
			expect(t, calls(t, "set a=1", env...), want...)
		})
	}
}

func TestALockedKeyringIsToldAfterThreeCalls(t *testing.T) {
	bus := startBus(t, nil)
	mark := bus.keyring(t)
	if err := mark.Object(secrets, secretsPath).Call(ifService+".Lock", 0, []dbus.ObjectPath{loginCollection}).Err; err != nil {
		t.Fatal(err)
	}
	stop := bus.monitor(t, mark)
	expect(t, calls(t, "get a", bus.env...), "ErrLocked")
	expect(t, stop(), "Hello", "Get", "Get")
}

func TestTheFirstKeyringIsMadeOnlyWhenSomebodyCanBeAsked(t *testing.T) {
	bus := startBus(t, nil)
	said := bus.fake(t, "nokeyring")
	expect(t, calls(t, "get a;set a=1;describe", bus.env...), "ErrNoCollection", "ErrNoCollection", "ok Secret Service")
	expect(t, calls(t, "set a=1", append(bus.env, prompting)...), "asks", "ErrNoCollection")
	bus.kill()
	for _, want := range []string{"create Default keyring", "prompt"} { // once, for the last call
		if got := line(t, said); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if more, err := said.ReadString('\n'); err == nil {
		t.Errorf("it was asked for more: %s", more)
	}
	bus = startBus(t, nil)
	bus.fake(t, "firstkeyring")
	expect(t, calls(t, "set a=1", append(bus.env, prompting)...), "asks", "ErrNotStored") // so there was a keyring to write to
}

func TestNoProviderIsTold(t *testing.T) {
	bus := startBus(t, nil)
	expect(t, calls(t, "get a;describe", append(bus.env, prompting)...), "ErrNoProvider", "ok Secret Service")
}

func TestAProviderThatTheBusStartsIsWaitedFor(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bus := startBus(t, map[string]string{secrets: self}, "SFAUTH_HELPER=service", "SFAUTH_MODE=locked")
	bus.env = append(bus.env, "SFAUTH_HELPER=calls")
	expect(t, calls(t, "describe;get a", bus.env...), "ok Secret Service", "ErrLocked")
}

func TestWhatAProviderCallsItselfIsCleaned(t *testing.T) {
	bus := startBus(t, nil)
	bus.fake(t, "dismiss")
	expect(t, calls(t, "describe", bus.env...), `ok Secret Service, "Fake one"`)
}

// copyItem adds an item that is found as that of the account is.
func copyItem(t *testing.T, c *dbus.Conn, account string) {
	t.Helper()
	var none dbus.Variant
	var session, item, prompt dbus.ObjectPath
	err := c.Object(secrets, secretsPath).Call(ifService+".OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&none, &session)
	if err != nil {
		t.Fatal(err)
	}
	properties := map[string]dbus.Variant{
		ifItem + ".Label":      dbus.MakeVariant("a copy"),
		ifItem + ".Attributes": dbus.MakeVariant(map[string]string{"service": service, "username": account, "copy": "1"}),
	}
	err = c.Object(secrets, loginCollection).Call(ifCollection+".CreateItem", 0, properties, ss.NewSecret(session, "1"), false).Store(&item, &prompt)
	if err != nil || item == "/" {
		t.Fatalf("%s, %v", item, err)
	}
}

func TestGnomeKeyring(t *testing.T) {
	bus := startBus(t, nil)
	c := bus.keyring(t)
	expect(t, calls(t, "get a;set a=1;get a;set a=2;get a;delete a;get a;delete a", bus.env...),
		"ErrNotFound", "ok", "ok 1", "ok", "ok 2", "ok", "ErrNotFound", "ErrNotFound")
	expect(t, calls(t, "set big="+strings.Repeat("x", maxItem)+";describe", bus.env...), "ok", `ok GNOME Keyring, "Login"`)

	expect(t, calls(t, "set copied=1", bus.env...), "ok")
	copyItem(t, c, "copied")
	expect(t, calls(t, "delete copied;get copied", bus.env...), "ok", "ErrNotFound")

	err := c.Object(secrets, secretsPath).Call(ifService+".Lock", 0, []dbus.ObjectPath{loginCollection}).Err
	if err != nil {
		t.Fatal(err)
	}
	expect(t, calls(t, "get big;set big=1;delete big;describe", bus.env...),
		"ErrLocked", "ErrLocked", "ErrLocked", `ok GNOME Keyring, "Login"`)
}

func TestDBusErrorsAreTold(t *testing.T) {
	for name, want := range map[string]error{
		"org.freedesktop.Secret.Error.IsLocked":     ErrLocked,
		"org.freedesktop.DBus.Error.AccessDenied":   ErrDenied,
		"org.freedesktop.DBus.Error.NoReply":        ErrTimeout,
		"org.freedesktop.DBus.Error.ServiceUnknown": ErrNoProvider,
		"org.freedesktop.Secret.Error.NoSuchObject": ErrUnavailable, // an item that just went is no proof that there was none
		"org.gnome.keyring.Error":                   ErrUnavailable,
	} {
		if got := classified(fmt.Errorf("call: %w", dbus.Error{Name: name})); word(got) != word(want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAWindowThatWasAnsweredWithNoIsToldByWhatItWasAbout(t *testing.T) {
	for path, want := range map[dbus.ObjectPath]error{
		loginCollection: ErrLocked, secretsPath + "/aliases/default": ErrLocked, fakeDatabase + "/entry": ErrDenied,
	} {
		if got := classified(fmt.Errorf("failed to unlock correct collection '%v'", path)); word(got) != word(want) {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func TestAReadIsTenCallsOverOneConnection(t *testing.T) {
	bus := startBus(t, nil)
	mark := bus.keyring(t)
	calls(t, "set a=1", bus.env...)
	for what, want := range map[string]int{"get a": 10, "get a;get a": 19, "set a=2": 15, "get a;set a=3": 24} {
		stop := bus.monitor(t, mark)
		calls(t, what, bus.env...)
		made := stop()
		hellos := 0
		for _, member := range made {
			if member == "Hello" {
				hellos++
			}
		}
		if len(made) != want || hellos != 1 {
			t.Errorf("%s: %d calls, want %d: %q", what, len(made), want, made)
		}
	}
}

// KeePassXC asks the person about each program that reads a secret, and would ask for every script.
func TestAKeeperThatWouldAskAPersonIsNotAskedByAScript(t *testing.T) {
	bus := startBus(t, nil)
	said := bus.fake(t, "keepassxc")
	expect(t, calls(t, "get a;set a=1", append(bus.env, quick)...), "ErrAsksFirst", "ErrAsksFirst")
	calls(t, "get a", append(bus.env, prompting, quick)...)
	if got := line(t, said); got != "unlock" { // the first that it has heard of us
		t.Errorf("it was asked before: %s", got)
	}
}
