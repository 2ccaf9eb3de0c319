package keystore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/godbus/dbus/v5"
)

// testBus is a message bus of its own, with nothing of the user's in it.
type testBus struct {
	env  []string
	kill func()
}

// startBus starts one; services are the names that it starts when they are called.
func startBus(t *testing.T, services map[string]string, env ...string) testBus {
	t.Helper()
	daemons(t, "dbus-daemon")
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, exec := range services {
		write(name+".service", "[D-BUS Service]\nName="+name+"\nExec="+exec+"\n")
	}
	conf := write("bus.conf", `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=`+dir+`</listen><servicedir>`+dir+`</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`)
	cmd := exec.Command("dbus-daemon", "--config-file="+conf, "--nofork", "--print-address=1")
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_RUNTIME_DIR=" + dir}, env...)
	address := line(t, begin(t, cmd))
	return testBus{slices.Clip(append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS="+address)), func() { cmd.Process.Kill() }}
}

// fake starts the Secret Service that misbehaves and returns what it says.
func (b testBus) fake(t *testing.T, mode string) *bufio.Reader {
	t.Helper()
	said := begin(t, helper(t, "service", append(b.env, "SFAUTH_MODE="+mode)...))
	if got := line(t, said); got != "ready" {
		t.Fatal(got)
	}
	return said
}

// calls makes the calls in a process of their own, since go-keyring keeps its bus
// connection, and returns a line for each.
func calls(t *testing.T, what string, env ...string) []string {
	t.Helper()
	out, err := helper(t, "calls", append(env, "SFAUTH_CALLS="+what)...).Output()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("got %q, want %q", got, want)
	}
}

const prompting, quick = "SFAUTH_PROMPT=1", "SFAUTH_LIMIT=500ms"

func TestADismissedPromptIsNotASuccess(t *testing.T) {
	bus := startBus(t, nil)
	bus.fake(t, "dismiss")
	expect(t, calls(t, "set a=1", append(bus.env, prompting)...), "ErrNotStored")
}

// A refusal would say that nothing was stored.
func TestAWriteThatCannotBeReadBackIsNotTakenForRefused(t *testing.T) {
	bus := startBus(t, nil)
	bus.fake(t, "locking")
	expect(t, calls(t, "set a=1", append(bus.env, prompting)...), "ErrUnavailable")
}

// The keychain works: it is only that many want something of it.
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

// A second call must not go through the door behind which the first still hangs.
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

// asKeychain is a vault that says to be the keychain.
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

// Another name would make another wallet the desktop's default.
func TestTheFirstWalletIsCalledAsKWalletWantsIt(t *testing.T) {
	bus := startBus(t, nil)
	said := bus.fake(t, "kwkeyring")
	expect(t, calls(t, "set a=1", append(bus.env, prompting)...), "asks", "ErrNoCollection")
	if got := line(t, said); got != "create kdewallet" {
		t.Error(got)
	}
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

func TestASilentBusIsATimeout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	expect(t, calls(t, "get a;describe", quick, "DBUS_SESSION_BUS_ADDRESS=unix:path="+path), "ErrTimeout", "ok Secret Service")
}

// address is where the bus is: another may be there later.
type address string

func (a address) is(t *testing.T, socket string) {
	t.Helper()
	next := string(a) + ".next"
	if err := errors.Join(os.Symlink(socket, next), os.Rename(next, string(a))); err != nil {
		t.Fatal(err)
	}
}

func (b testBus) socket() string {
	_, path, _ := strings.Cut(b.env[len(b.env)-1], "unix:path=")
	path, _, _ = strings.Cut(path, ",")
	return path
}

// caller is one process that makes a call whenever it is told to.
func (a address) caller(t *testing.T) (call func(what string) string) {
	t.Helper()
	cmd := helper(t, "calls", "DBUS_SESSION_BUS_ADDRESS=unix:path="+string(a))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out := begin(t, cmd)
	return func(what string) string {
		t.Helper()
		fmt.Fprintln(in, what)
		return line(t, out)
	}
}

func TestABusThatWasSilentIsUsedOnceItIsServed(t *testing.T) {
	at := address(filepath.Join(t.TempDir(), "bus"))
	silent := filepath.Join(t.TempDir(), "silent")
	l, err := net.Listen("unix", silent)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // not before: whoever connected still has a connection
	at.is(t, silent)
	call := at.caller(t)
	if got := call("get a"); got != "ErrTimeout" {
		t.Error(got)
	}
	bus := startBus(t, nil)
	bus.fake(t, "locked")
	at.is(t, bus.socket())
	if got := call("get a"); got != "ErrLocked" {
		t.Error(got)
	}
}

func TestABusThatComesBackIsUsed(t *testing.T) {
	at := address(filepath.Join(t.TempDir(), "bus"))
	call := at.caller(t)
	for range 2 {
		bus := startBus(t, nil)
		bus.fake(t, "locked")
		at.is(t, bus.socket())
		got := call("get a")
		for got == "ErrUnavailable" { // the process has yet to hear of the end of the last one
			got = call("get a")
		}
		if got != "ErrLocked" {
			t.Error(got)
		}
		bus.kill()
	}
}

func TestADeadBusIsNoBus(t *testing.T) {
	expect(t, calls(t, "get a", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus"), "ErrNoBus")
}

func TestNoBusIsStarted(t *testing.T) {
	if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err == nil {
		t.Skip("this user has a bus")
	}
	dir := t.TempDir()
	mark := filepath.Join(dir, "launched")
	if err := os.WriteFile(filepath.Join(dir, "dbus-launch"), []byte("#!/bin/sh\n: > "+mark+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"", "autolaunch:"} {
		got := calls(t, "get a;set a=1;delete a;describe", prompting, "PATH="+dir+":"+os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS="+address)
		expect(t, got, "ErrNoBus", "ErrNoBus", "ErrNoBus", "ok Secret Service")
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("dbus-launch was run")
	}
}

// keyring starts gnome-keyring, unlocked, and returns a connection to its bus.
func (b testBus) keyring(t *testing.T) *dbus.Conn {
	t.Helper()
	daemons(t, "gnome-keyring-daemon")
	cmd := exec.Command("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
	cmd.Env, cmd.Stdin = b.env, strings.NewReader("password")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return b.wait(t)
}

func TestGnomeKeyring(t *testing.T) {
	bus := startBus(t, nil)
	c := bus.keyring(t)
	expect(t, calls(t, "get a;set a=1;get a;set a=2;get a;delete a;get a;delete a", bus.env...),
		"ErrNotFound", "ok", "ok 1", "ok", "ok 2", "ok", "ErrNotFound", "ErrNotFound")
	expect(t, calls(t, "set big="+strings.Repeat("x", maxItem)+";describe", bus.env...), "ok", `ok GNOME Keyring, "Login"`)

	err := c.Object(secrets, secretsPath).Call(ifService+".Lock", 0, []dbus.ObjectPath{loginCollection}).Err
	if err != nil {
		t.Fatal(err)
	}
	expect(t, calls(t, "get big;set big=1;delete big;describe", bus.env...),
		"ErrLocked", "ErrLocked", "ErrLocked", `ok GNOME Keyring, "Login"`)
}

func (b testBus) connect(t *testing.T) *dbus.Conn {
	t.Helper()
	_, address, _ := strings.Cut(b.env[len(b.env)-1], "=")
	c, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// wait returns a connection once a Secret Service is there.
func (b testBus) wait(t *testing.T) *dbus.Conn {
	t.Helper()
	c := b.connect(t)
	signals := make(chan *dbus.Signal, 10)
	c.Signal(signals)
	if err := c.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secrets)); err != nil {
		t.Fatal(err)
	}
	for {
		var owned bool
		if err := c.BusObject().Call(busMethods+"NameHasOwner", 0, secrets).Store(&owned); err != nil {
			t.Fatal(err)
		}
		if owned {
			return c
		}
		<-signals
	}
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

// monitor hears every message on the bus, and its stop returns the members of the calls
// that were made of the bus and of the Secret Service.
func (b testBus) monitor(t *testing.T, mark *dbus.Conn) (stop func() []string) {
	t.Helper()
	c := b.connect(t)
	heard := make(chan *dbus.Message, 1000)
	if err := c.BusObject().Call(busMethods+"Monitoring.BecomeMonitor", 0, []string{}, uint32(0)).Err; err != nil {
		t.Fatal(err)
	}
	c.Eavesdrop(heard)
	return func() (members []string) {
		t.Helper()
		if err := mark.BusObject().Call(busMethods+"GetId", 0).Err; err != nil {
			t.Fatal(err)
		}
		for m := range heard {
			member, _ := m.Headers[dbus.FieldMember].Value().(string)
			to, _ := m.Headers[dbus.FieldDestination].Value().(string)
			switch {
			case m.Type != dbus.TypeMethodCall:
			case member == "GetId":
				return members
			case to == secrets || to == "org.freedesktop.DBus":
				members = append(members, member)
			}
		}
		t.Fatal("the bus is gone")
		return nil
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

// KeePassXC asks about each program, and every script is another.
func TestAKeeperThatWouldAskAPersonIsNotAskedByAScript(t *testing.T) {
	bus := startBus(t, nil)
	said := bus.fake(t, "keepassxc")
	expect(t, calls(t, "get a;set a=1", append(bus.env, quick)...), "ErrDenied", "ErrDenied")
	calls(t, "get a", append(bus.env, prompting, quick)...)
	if got := line(t, said); got != "unlock" { // the first that it has heard of us
		t.Errorf("it was asked before: %s", got)
	}
}

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

// home is where the bus and all that it starts keep their files.
func (b testBus) home(t *testing.T) string {
	t.Helper()
	for _, kv := range b.env {
		if home, ok := strings.CutPrefix(kv, "HOME="); ok {
			return home
		}
	}
	t.Fatal("no home")
	return ""
}
