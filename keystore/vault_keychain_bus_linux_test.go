package keystore

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

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
	return lines(t, helper(t, "calls", append(env, "SFAUTH_CALLS="+what)...))
}

func lines(t *testing.T, cmd *exec.Cmd) []string {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v", cmd.Env, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("got %q, want %q", got, want)
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
		defer c.Eavesdrop(nil) // godbus closes heard when c is closed, and may send to it yet
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

// address is a socket that is linked to a bus; a test may link it to another one later.
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
	daemons(t, "dbus-daemon")
	t.Parallel()
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

func TestASilentBusIsATimeout(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	expect(t, calls(t, "get a;describe", quick, "DBUS_SESSION_BUS_ADDRESS=unix:path="+path), "ErrTimeout", "ok Secret Service")
}

func TestADeadBusIsNoBus(t *testing.T) {
	expect(t, calls(t, "get a", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus"), "ErrNoBus")
}

// Whoever runs the test may have a bus, and secrets there: the calls are made under an id
// that has none, which is the same user to the kernel.
func TestNoBusIsStarted(t *testing.T) {
	const busless = 65533
	dir := t.TempDir()
	mark := filepath.Join(dir, "launched")
	if err := os.WriteFile(filepath.Join(dir, "dbus-launch"), []byte("#!/bin/sh\n: > "+mark+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"", "autolaunch:"} {
		cmd := helper(t, "calls", "SFAUTH_CALLS=get a;set a=1;delete a;describe", prompting, "PATH="+dir+":"+os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS="+address)
		if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err == nil {
			cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER,
				UidMappings: []syscall.SysProcIDMap{{ContainerID: busless, HostID: os.Getuid(), Size: 1}}}
		}
		expect(t, lines(t, cmd), "ErrNoBus", "ErrNoBus", "ErrNoBus", "ok Secret Service")
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("dbus-launch was run")
	}
}
