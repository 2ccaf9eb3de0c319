//go:build unix

package desk

import (
	"crypto/pbkdf2"
	"crypto/sha512"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// A Keeper is a program that keeps a person's secrets at their desk. Its password is
// KeyringPassword.
type Keeper struct {
	Name   string        // as sfauth says it
	Start  func(d *Desk) // it is open, and has nothing in it
	Lock   func(d *Desk)
	Unlock func(d *Desk) // as the login to a desktop does; nil: it has no part in that
	Window string        // the title of the window in which it asks for its password
}

// Keepers are all that Debian has.
func Keepers() []Keeper {
	return []Keeper{
		{"GNOME Keyring", (*Desk).gnomeKeyring, (*Desk).lockDefault, (*Desk).Unlock, "Unlock .*Keyring"},
		{"KWallet", (*Desk).kwallet, (*Desk).closeWallet, (*Desk).openWallet, "KDE Wallet Service"},
		{"KeePassXC", func(d *Desk) { d.KeePassXC(false) }, (*Desk).lockDefault, nil, "Unlock Database"},
	}
}

const (
	ifService    = "org.freedesktop.Secret.Service."
	ifCollection = "org.freedesktop.Secret.Collection"
)

// gnomeKeyring asks in a window of another program, which the bus starts.
func (d *Desk) gnomeKeyring() {
	d.T.Helper()
	d.Bus(ByActivation)
	d.Provider()
}

// lockDefault asks for it as any program may. KeePassXC calls that a prompt, and shows none.
func (d *Desk) lockDefault() {
	d.T.Helper()
	answer := d.Call(SecretsPath, ifService+"Lock", []dbus.ObjectPath{d.collection()})
	if prompt := answer[1].(dbus.ObjectPath); prompt != "/" {
		d.Call(prompt, "org.freedesktop.Secret.Prompt.Prompt", "")
	}
	d.waitUntilLocked(true)
}

// collection is where secrets go, "/" while there is none.
func (d *Desk) collection() dbus.ObjectPath {
	d.T.Helper()
	return d.Call(SecretsPath, ifService+"ReadAlias", "default")[0].(dbus.ObjectPath)
}

// waitUntilLocked waits for a keeper to become locked, or open, of which nothing tells.
func (d *Desk) waitUntilLocked(locked bool) {
	d.T.Helper()
	for late := Patience(d.T); late.Err() == nil; time.Sleep(10 * time.Millisecond) {
		path := d.collection()
		if path == "/" {
			continue
		}
		is := d.Call(path, "org.freedesktop.DBus.Properties.Get", ifCollection, "Locked")[0].(dbus.Variant).Value().(bool)
		if is == locked {
			return
		}
	}
	d.T.Fatalf("waited in vain until locked is %v", locked)
}

// Items are those of sfauth's that the keeper has, once it is open.
func (d *Desk) Items() []dbus.ObjectPath {
	d.T.Helper()
	return d.Call(d.collection(), ifCollection+".SearchItems", map[string]string{"service": "sfauth"})[0].([]dbus.ObjectPath)
}

// Kept is what the keeper holds for a connection. Of secret-tool, KWallet wants a library
// that nothing else needs.
func (d *Desk) Kept(name string) (i Item) {
	d.T.Helper()
	all := d.Saved()
	at := slices.IndexFunc(all, func(c map[string]any) bool { return c["name"] == name })
	if at < 0 {
		d.T.Fatalf("saved: %v", all)
	}
	attributes := map[string]string{"service": "sfauth", "username": all[at]["id"].(string)}
	items := d.Call(d.collection(), ifCollection+".SearchItems", attributes)[0].([]dbus.ObjectPath)
	if len(items) != 1 {
		d.T.Fatalf("%s has %v", name, items)
	}
	d.Call(SecretsPath, ifService+"Unlock", items)
	secret := d.Call(items[0], "org.freedesktop.Secret.Item.GetSecret", d.session())[0].([]any)
	if err := json.Unmarshal(secret[2].([]byte), &i); err != nil {
		d.T.Fatal(err)
	}
	return i
}

const (
	kwalletd   = "org.kde.kwalletd5"
	wallet     = "kdewallet"
	walletSalt = "a salt of fifty-six bytes, as KWallet makes one by chance"
)

// kwallet opens a wallet as the login to a desktop does (PAM). KWallet has its own idea of
// which wallets there are, and knows a new one when it starts the next time.
func (d *Desk) kwallet() {
	d.T.Helper()
	Need(d.T, "kwalletd5")
	d.write(".config/kwalletrc", "[Wallet]\nEnabled=true\nFirst Use=false\nDefault Wallet="+wallet+"\n[org.freedesktop.secrets]\napiEnabled=true\n")
	d.write("kwalletd/"+wallet+".salt", walletSalt[:56])
	d.Bus("")
	start := func() *exec.Cmd {
		cmd := exec.Command("kwalletd5")
		cmd.Env = d.Env
		d.Keep(cmd)
		d.WaitFor(Secrets)
		d.openWallet()
		return cmd
	}
	_ = start().Process.Kill()
	d.WaitForNone(Secrets)
	start()
}

// openWallet hands over what PAM makes of the password.
func (d *Desk) openWallet() {
	d.T.Helper()
	hash, err := pbkdf2.Key(sha512.New, KeyringPassword, []byte(walletSalt[:56]), 50_000, 56)
	if err != nil {
		d.T.Fatal(err)
	}
	d.callWallet("pamOpen", wallet, hash, 0)
}

func (d *Desk) closeWallet() {
	d.T.Helper()
	d.callWallet("close", wallet, true)
}

func (d *Desk) callWallet(method string, args ...any) {
	d.T.Helper()
	if err := d.connected().Object(kwalletd, "/modules/kwalletd5").Call("org.kde.KWallet."+method, 0, args...).Err; err != nil {
		d.T.Fatal(method, err)
	}
}

// exposed is a database whose only group the Secret Service may use, and whose recycle bin
// is off: what is deleted could not be counted in it.
const exposed = `<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile>
<Meta><RecycleBinEnabled>False</RecycleBinEnabled>
<CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{00010203-0405-0607-0809-0a0b0c0d0e0f}</Value></Item></CustomData></Meta>
<Root><Group><UUID>AAECAwQFBgcICQoLDA0ODw==</UUID><Name>Passwords</Name></Group></Root>
</KeePassFile>`

// KeePassXC opens a new database; it asks a person about each program, or about none.
func (d *Desk) KeePassXC(asks bool) {
	d.T.Helper()
	Need(d.T, "keepassxc", "keepassxc-cli")
	config := d.write("keepassxc.ini", fmt.Sprintf(`[General]
ConfigVersion=2
SingleInstance=false
UpdateCheckMessageShown=true
[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmDeleteItem=false
ConfirmAccessItem=%v
`, asks))
	content, database := d.write("content.xml", exposed), filepath.Join(d.Dir, "passwords.kdbx")
	d.Bus("")
	program := func(input, name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Env, cmd.Stdin = d.Env, strings.NewReader(input)
		return cmd
	}
	twice := KeyringPassword + "\n" + KeyringPassword + "\n"
	if out, err := program(twice, "keepassxc-cli", "import", "-p", "-t", "100", content, database).CombinedOutput(); err != nil {
		d.T.Fatalf("%v: %s", err, out)
	}
	d.Keep(program(KeyringPassword+"\n", "keepassxc", "--config", config, "--pw-stdin", database))
	d.WaitFor(Secrets)
	d.waitUntilLocked(false)
}

// write makes a file below the desk's home.
func (d *Desk) write(name, text string) (path string) {
	d.T.Helper()
	path = filepath.Join(d.Dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		d.T.Fatal(err)
	}
	return path
}

// Display starts a screen for the windows of what is started from now on.
func (d *Desk) Display() {
	d.T.Helper()
	Need(d.T, "Xvfb", "xdotool")
	cmd := exec.Command("Xvfb", "-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp")
	cmd.Env = d.Env
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.T.Fatal(err)
	}
	d.Keep(cmd)
	d.Set("DISPLAY=:" + firstLine(d.T, out))
}

// Windows are the visible ones with such a title.
func (d *Desk) Windows(title string) []string {
	d.T.Helper()
	ids, _, _ := d.Run("xdotool", "search", "--onlyvisible", "--name", title) // it fails where there is none
	return strings.Fields(ids)
}

// Answer waits for a window, and answers it as a person does who looks whether it is gone:
// with words, and with a key as xdotool names it.
func (d *Desk) Answer(title, words, key string) {
	d.T.Helper()
	late, answered := Patience(d.T), false
	for ids := d.Windows(title); !answered || len(ids) > 0; ids = d.Windows(title) {
		if late.Err() != nil {
			d.T.Fatalf("waited in vain for the window %s, or for its end", title)
		}
		if len(ids) == 0 {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		answer := []string{"windowfocus", ids[len(ids)-1]}
		if words != "" {
			answer = append(answer, "key", "ctrl+a", "type", "--delay", "5", "--args", "1", words)
		}
		_, _, code := d.Run("xdotool", append(answer, "key", key)...)
		answered = answered || code == 0
		for range 20 {
			if time.Sleep(50 * time.Millisecond); len(d.Windows(title)) == 0 {
				break
			}
		}
	}
}
