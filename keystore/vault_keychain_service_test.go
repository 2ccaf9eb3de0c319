//go:build linux

package keystore

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// A Secret Service that misbehaves as SFAUTH_MODE says, and prints a line for
// everything it is asked that matters.
//
//	dismiss       every write wants a prompt, which is dismissed; nothing is stored
//	hang          never answers Unlock
//	prompt        Unlock wants a prompt that nobody answers
//	locked        says so, and would prompt
//	locking       stores what is written, and is locked from then on
//	nokeyring     has no keyring at all, and the prompt to make one is dismissed
//	kwkeyring     the same, and is KWallet
//	keepassxc     has an open database, whose entries ask a person about each program
//	firstkeyring  makes the first one when asked, and then dismisses every write
type fakeService struct {
	mode string
	conn *dbus.Conn
	none bool // no keyring yet
	shut bool // locked by now
}

const (
	fakePrompt   = secretsPath + "/prompt/p1"
	fakeDatabase = secretsPath + "/collection/passwords"
)

func init() { helpers["service"] = helpService }

func helpService() {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		panic(err)
	}
	f := &fakeService{mode: os.Getenv("SFAUTH_MODE"), conn: conn}
	f.none = strings.HasSuffix(f.mode, "keyring")
	collection := loginCollection
	if f.mode == "keepassxc" {
		collection = fakeDatabase
	}
	collections := []dbus.ObjectPath{collection}
	if f.none {
		collections = []dbus.ObjectPath{}
	}
	properties := func(path dbus.ObjectPath, iface string, values map[string]any) {
		props := map[string]*prop.Prop{}
		for name, v := range values {
			props[name] = &prop.Prop{Value: v}
		}
		if _, err := prop.Export(conn, path, prop.Map{iface: props}); err != nil {
			panic(err)
		}
	}
	properties(secretsPath, ifService, map[string]any{"Collections": collections})
	if !f.none {
		properties(collection, ifCollection, map[string]any{"Locked": f.mode == "locked", "Label": "Fake\x1b[2J \u202eone"})
	}
	if f.mode == "keepassxc" {
		properties(fakeDatabase+"/entry", ifItem, map[string]any{"Locked": true})
	}
	for path, iface := range map[dbus.ObjectPath]string{
		secretsPath: ifService, collection: ifCollection, secretsPath + "/aliases/default": ifCollection, fakePrompt: ifPrompt,
		secretsPath + "/session/s1": "org.freedesktop.Secret.Session",
	} {
		if err := conn.Export(f, path, iface); err != nil {
			panic(err)
		}
	}
	if f.mode == "kwkeyring" {
		name := kwallets[len(kwallets)-1]
		err := conn.ExportWithMap(f, map[string]string{"NetworkWallet": "networkWallet"}, walletPath(name), strings.TrimSuffix(ifKWallet, "."))
		if r, nameErr := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || nameErr != nil || r != dbus.RequestNameReplyPrimaryOwner {
			panic(fmt.Sprint(r, err, nameErr))
		}
	}
	if r, err := conn.RequestName(secrets, dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
		panic(fmt.Sprint(r, err))
	}
	fmt.Println("ready")
	<-conn.Context().Done()
}

type fakeSecret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

func (f *fakeService) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), secretsPath + "/session/s1", nil
}

func (f *fakeService) Close() *dbus.Error { return nil }

func (f *fakeService) ReadAlias(string) (dbus.ObjectPath, *dbus.Error) {
	if f.none {
		return "/", nil
	}
	if f.mode == "keepassxc" {
		return fakeDatabase, nil
	}
	return loginCollection, nil
}

func (f *fakeService) NetworkWallet() (string, *dbus.Error) { return "kdewallet", nil }

func (f *fakeService) CreateCollection(properties map[string]dbus.Variant, _ string) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	fmt.Println("create", properties[ifCollection+".Label"].Value())
	return "/", fakePrompt, nil
}

func (f *fakeService) Unlock(paths []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	fmt.Println("unlock")
	if f.shut {
		return nil, "/", dbus.NewError("org.freedesktop.Secret.Error.IsLocked", nil)
	}
	switch f.mode {
	case "hang":
		<-f.conn.Context().Done()
	case "prompt", "locked":
		return []dbus.ObjectPath{}, fakePrompt, nil
	}
	return slices.Clone(paths), "/", nil
}

func (f *fakeService) CreateItem(map[string]dbus.Variant, fakeSecret, bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	if f.mode == "locking" {
		f.shut = true
		return loginCollection + "/1", "/", nil
	}
	return "/", fakePrompt, nil
}

func (f *fakeService) SearchItems(map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	if f.mode == "keepassxc" {
		return []dbus.ObjectPath{fakeDatabase + "/entry"}, nil
	}
	return []dbus.ObjectPath{}, nil
}

func (f *fakeService) Prompt(string) *dbus.Error {
	fmt.Println("prompt")
	if f.mode == "prompt" || f.mode == "locked" {
		return nil // and nobody ever answers
	}
	dismissed := f.mode != "firstkeyring" || !f.none
	f.none = f.none && dismissed
	if err := f.conn.Emit(fakePrompt, ifPrompt+".Completed", dismissed, dbus.MakeVariant("")); err != nil {
		panic(err)
	}
	return nil
}
