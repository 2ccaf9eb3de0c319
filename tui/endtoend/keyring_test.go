//go:build unix

package endtoend

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/godbus/dbus/v5"
)

const (
	secrets         = "org.freedesktop.secrets"
	secretsPath     = dbus.ObjectPath("/org/freedesktop/secrets")
	loginCollection = secretsPath + "/collection/login"

	byActivation = "<standard_session_servicedirs/>" // the bus starts gnome-keyring when it is called
)

// bus starts the desk's message bus; services is what it may start itself.
func (d *desk) bus(services string) {
	d.t.Helper()
	config := filepath.Join(d.dir, "bus.conf")
	text := `<busconfig><type>session</type><listen>unix:path=` + d.socket() + `</listen>` + services +
		`<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	cmd := exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--print-address=1")
	cmd.Env = d.env
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	d.keep(cmd)
	firstLine(d.t, out)
}

// keyring starts a real Secret Service with an unlocked login collection.
func (d *desk) keyring() {
	d.t.Helper()
	d.bus("")
	d.provider()
}

// provider starts the Secret Service on the bus there is.
func (d *desk) provider() {
	d.t.Helper()
	need(d.t, "gnome-keyring-daemon", "secret-tool")
	cmd := exec.Command("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
	cmd.Env, cmd.Stdin = d.env, strings.NewReader(keyringPassword)
	d.keep(cmd)
	d.waitFor(secrets)
}

const keyringPassword = "password"

// waitFor connects to the desk's bus and returns when a name is taken on it.
func (d *desk) waitFor(name string) *dbus.Conn {
	d.t.Helper()
	c, err := dbus.Connect("unix:path=" + d.socket())
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { c.Close() })
	signals := make(chan *dbus.Signal, 10)
	c.Signal(signals)
	if err := c.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name)); err != nil {
		d.t.Fatal(err)
	}
	var owned bool
	if err := c.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned); err != nil {
		d.t.Fatal(err)
	}
	for !owned {
		s := <-signals
		owned = s.Name == "org.freedesktop.DBus.NameOwnerChanged"
	}
	return c
}

// locked is a keyring that nobody can unlock: there is no window to ask in.
func (d *desk) locked() {
	d.t.Helper()
	d.keyring()
	d.call(secretsPath, "org.freedesktop.Secret.Service.Lock", []dbus.ObjectPath{loginCollection})
}

// deaf is a bus whose socket accepts and never answers.
func (d *desk) deaf() (stop func()) {
	d.t.Helper()
	l, err := net.Listen("unix", d.socket())
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { l.Close() })
	return func() { l.Close() }
}

// With these a test unlocks a keyring, or makes the first one, as a person does in
// the window that a desktop shows: it has a session, and hands the password over.
func (d *desk) unlock() {
	d.t.Helper()
	d.call(secretsPath, guiltRidden+"UnlockWithMasterPassword", loginCollection, d.master())
}

func (d *desk) makeKeyring() {
	d.t.Helper()
	label := map[string]dbus.Variant{"org.freedesktop.Secret.Collection.Label": dbus.MakeVariant("Login")}
	made := d.call(secretsPath, guiltRidden+"CreateWithMasterPassword", label, d.master())
	d.call(secretsPath, "org.freedesktop.Secret.Service.SetAlias", "default", made[0])
}

const guiltRidden = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface."

type master struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

func (d *desk) master() master {
	d.t.Helper()
	session := d.call(secretsPath, "org.freedesktop.Secret.Service.OpenSession", "plain", dbus.MakeVariant(""))[1]
	return master{session.(dbus.ObjectPath), nil, []byte(keyringPassword), "text/plain"}
}

// call asks the Secret Service something, always on one connection: a session ends
// with the connection that has opened it.
func (d *desk) call(path dbus.ObjectPath, method string, args ...any) []any {
	d.t.Helper()
	if d.conn == nil {
		d.conn = d.waitFor(secrets)
	}
	call := d.conn.Object(secrets, path).Call(method, 0, args...)
	if call.Err != nil {
		d.t.Fatal(method, call.Err)
	}
	return call.Body
}

// item is what the keyring holds for a connection.
type item struct {
	RefreshToken string `json:"refresh_token"`
}

// stored is the item of the only connection, as another program reads it.
func (d *desk) stored() (i item) {
	d.t.Helper()
	all := d.saved()
	if len(all) != 1 {
		d.t.Fatalf("saved: %v", all)
	}
	out, _, code := d.run("secret-tool", "lookup", "service", "sfauth", "username", all[0]["id"].(string))
	if err := json.Unmarshal([]byte(out), &i); err != nil || code != 0 {
		d.t.Fatalf("secret-tool: exit %d: %v", code, err)
	}
	return i
}
