//go:build unix

package desk

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
	Secrets         = "org.freedesktop.secrets"
	SecretsPath     = dbus.ObjectPath("/org/freedesktop/secrets")
	LoginCollection = SecretsPath + "/collection/login"

	ByActivation = "<standard_session_servicedirs/>" // the bus starts gnome-keyring when it is called
)

// Bus starts the desk's message bus; services is what it may start itself.
func (d *Desk) Bus(services string) {
	d.T.Helper()
	config := filepath.Join(d.Dir, "bus.conf")
	text := `<busconfig><type>session</type><listen>unix:path=` + d.Socket() + `</listen>` + services +
		`<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		d.T.Fatal(err)
	}
	cmd := exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--print-address=1")
	cmd.Env = d.Env
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.T.Fatal(err)
	}
	d.Keep(cmd)
	firstLine(d.T, out)
}

// Keyring starts a real Secret Service with an unlocked login collection.
func (d *Desk) Keyring() {
	d.T.Helper()
	d.Bus("")
	d.Provider()
}

// Provider starts the Secret Service on the bus there is.
func (d *Desk) Provider() {
	d.T.Helper()
	Need(d.T, "gnome-keyring-daemon", "secret-tool")
	cmd := exec.Command("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
	cmd.Env, cmd.Stdin = d.Env, strings.NewReader(KeyringPassword)
	d.Keep(cmd)
	d.WaitFor(Secrets)
}

const KeyringPassword = "password"

// WaitFor connects to the desk's bus and returns when a name is taken on it.
func (d *Desk) WaitFor(name string) *dbus.Conn { return d.waitFor(name, true) }

// WaitForNone returns when a name is not taken any more.
func (d *Desk) WaitForNone(name string) { d.waitFor(name, false) }

func (d *Desk) waitFor(name string, taken bool) *dbus.Conn {
	d.T.Helper()
	c, err := dbus.Connect("unix:path=" + d.Socket())
	if err != nil {
		d.T.Fatal(err)
	}
	d.T.Cleanup(func() { c.Close() })
	signals := make(chan *dbus.Signal, 10)
	c.Signal(signals)
	if err := c.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name)); err != nil {
		d.T.Fatal(err)
	}
	var owned bool
	if err := c.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned); err != nil {
		d.T.Fatal(err)
	}
	for owned != taken {
		if s := <-signals; s.Name == "org.freedesktop.DBus.NameOwnerChanged" {
			owned = s.Body[2] != ""
		}
	}
	return c
}

// Locked is a keyring that nobody can unlock: there is no window to ask in.
func (d *Desk) Locked() {
	d.T.Helper()
	d.Keyring()
	d.Call(SecretsPath, "org.freedesktop.Secret.Service.Lock", []dbus.ObjectPath{LoginCollection})
}

// Deaf is a bus whose socket accepts and never answers.
func (d *Desk) Deaf() (stop func()) {
	d.T.Helper()
	l, err := net.Listen("unix", d.Socket())
	if err != nil {
		d.T.Fatal(err)
	}
	d.T.Cleanup(func() { l.Close() })
	return func() { l.Close() }
}

// With these a test unlocks a keyring, or makes the first one, as a person does in
// the window that a desktop shows: it has a session, and hands the password over.
func (d *Desk) Unlock() {
	d.T.Helper()
	d.Call(SecretsPath, guiltRidden+"UnlockWithMasterPassword", LoginCollection, d.Master())
}

func (d *Desk) MakeKeyring() {
	d.T.Helper()
	label := map[string]dbus.Variant{"org.freedesktop.Secret.Collection.Label": dbus.MakeVariant("Login")}
	made := d.Call(SecretsPath, guiltRidden+"CreateWithMasterPassword", label, d.Master())
	d.Call(SecretsPath, "org.freedesktop.Secret.Service.SetAlias", "default", made[0])
}

const guiltRidden = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface."

type Master struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

func (d *Desk) Master() Master {
	d.T.Helper()
	return Master{d.session(), nil, []byte(KeyringPassword), "text/plain"}
}

// session is one in which secrets go over the bus as they are.
func (d *Desk) session() dbus.ObjectPath {
	d.T.Helper()
	return d.Call(SecretsPath, "org.freedesktop.Secret.Service.OpenSession", "plain", dbus.MakeVariant(""))[1].(dbus.ObjectPath)
}

// Call asks the Secret Service something, always on one connection: a session ends
// with the connection that has opened it.
func (d *Desk) Call(path dbus.ObjectPath, method string, args ...any) []any {
	d.T.Helper()
	call := d.connected().Object(Secrets, path).Call(method, 0, args...)
	if call.Err != nil {
		d.T.Fatal(method, call.Err)
	}
	return call.Body
}

func (d *Desk) connected() *dbus.Conn {
	d.T.Helper()
	if d.conn == nil {
		d.conn = d.WaitFor(Secrets)
	}
	return d.conn
}

// Item is what the keyring holds for a connection.
type Item struct {
	RefreshToken string `json:"refresh_token"`
}

// Stored is the item of the only connection, as another program reads it.
func (d *Desk) Stored() (i Item) {
	d.T.Helper()
	all := d.Saved()
	if len(all) != 1 {
		d.T.Fatalf("saved: %v", all)
	}
	out, _, code := d.Run("secret-tool", "lookup", "service", "sfauth", "username", all[0]["id"].(string))
	if err := json.Unmarshal([]byte(out), &i); err != nil || code != 0 {
		d.T.Fatalf("secret-tool: exit %d: %v", code, err)
	}
	return i
}
