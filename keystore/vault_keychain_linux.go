package keystore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
	ss "github.com/zalando/go-keyring/secret_service"
)

// The Secret Service (https://specifications.freedesktop.org/secret-service).
const (
	secrets         = "org.freedesktop.secrets"
	secretsPath     = dbus.ObjectPath("/org/freedesktop/secrets")
	loginCollection = secretsPath + "/collection/login"
	ifService       = "org.freedesktop.Secret.Service"
	ifCollection    = "org.freedesktop.Secret.Collection"
	ifItem          = "org.freedesktop.Secret.Item"
	ifPrompt        = "org.freedesktop.Secret.Prompt"
	busMethods      = "org.freedesktop.DBus."
)

// look makes sure of a bus, a provider and a keyring that is open, on the connection that
// go-keyring is going to use. With prompt it may have to be opened: asks is called before a
// person is asked. It returns the account's item where it has looked for that.
//
// The calls that a process makes: Hello, then here Collections and Locked, then
// go-keyring's. It reads with Collections, Unlock, SearchItems, OpenSession, Unlock,
// GetSecret, Close and writes with OpenSession, Collections, Unlock, CreateItem, Close;
// what is written is read back. So `token` makes 10, and 24 where the token rotates.
func look(ctx context.Context, prompt bool, account string, asks func()) (item string, err error) {
	c, err := sharedBus(ctx)
	if err != nil {
		return "", err
	}
	collection, err := keyringPath(ctx, c)
	if prompt && errors.Is(err, ErrNoCollection) {
		return "", makeKeyring(ctx, asks)
	}
	if err != nil {
		return "", err
	}
	item, err = mayUse(ctx, c, collection, account)
	if prompt && (errors.Is(err, ErrLocked) || errors.Is(err, ErrDenied)) {
		asks()
		return "", nil
	}
	return item, err
}

// mayUse finds out whether a person would be asked before the account's item can be used:
// ErrLocked, or ErrAsksFirst.
func mayUse(ctx context.Context, c *dbus.Conn, collection dbus.ObjectPath, account string) (item string, err error) {
	var locked bool
	if err := property(ctx, c, collection, ifCollection, "Locked", &locked); err != nil {
		return "", because(classify(err), err)
	}
	switch {
	case collection == loginCollection && locked:
		return "", ErrLocked
	case collection == loginCollection: // of gnome-keyring, which knows no rights of single programs
		return "", nil
	case locked && !isOpenWallet(ctx, c, collection):
		return "", ErrLocked
	case locked:
		return "", nil
	}
	return mayRead(ctx, c, collection, account)
}

// mayRead finds out from the item itself whether its keeper would ask a person first, as
// KeePassXC does for each program: nobody may be there, and the windows would pile up.
func mayRead(ctx context.Context, c *dbus.Conn, collection dbus.ObjectPath, account string) (item string, err error) {
	var items []dbus.ObjectPath
	err = c.Object(secrets, collection).CallWithContext(ctx, ifCollection+".SearchItems", 0, map[string]string{"username": account, "service": service}).Store(&items)
	if err != nil {
		return "", because(classify(err), err)
	}
	for _, path := range items {
		var locked bool
		if err := property(ctx, c, path, ifItem, "Locked", &locked); err != nil {
			return "", because(classify(err), err)
		}
		if locked {
			return "", ErrAsksFirst
		}
		item = string(items[0]) // which go-keyring takes, too
	}
	return item, nil
}

// forOthers tells whether another program could use the account's item without a person
// being asked. To KeePassXC each connection is a program, and the one on which an item was
// made may use it.
func forOthers(ctx context.Context, account string) error {
	c, err := sessionBus(ctx)
	if err != nil {
		return because(ErrNoBus, err)
	}
	defer func() { _ = c.Close() }()
	collection, err := keyringPath(ctx, c)
	if err == nil {
		_, err = mayUse(ctx, c, collection, account)
	}
	return err
}

// writeItem puts another secret into an item that look has found. go-keyring would replace
// the item: KeePassXC before 2.7.6 opens its window for that in front of each program that
// it has not seen yet, and every script is another, also where it is set to ask nobody.
func writeItem(ctx context.Context, account, item, value string) error {
	if item == "" {
		return keyring.Set(service, account, value)
	}
	s, err := ss.NewSecretService()
	if err != nil {
		return err
	}
	session, err := s.OpenSession()
	if err != nil {
		return err
	}
	defer func() { _ = s.Close(session) }()
	return s.Object(secrets, dbus.ObjectPath(item)).CallWithContext(ctx, ifItem+".SetSecret", 0, ss.NewSecret(session.Path(), value)).Err
}

// keyringPath finds the collection that go-keyring will use: "login" when there is
// one, else the default.
func keyringPath(ctx context.Context, c *dbus.Conn) (dbus.ObjectPath, error) {
	var all []dbus.ObjectPath
	if err := property(ctx, c, secretsPath, ifService, "Collections", &all); err != nil {
		return "", because(classify(err), err)
	}
	if slices.Contains(all, loginCollection) {
		return loginCollection, nil
	}
	var path dbus.ObjectPath
	err := c.Object(secrets, secretsPath).CallWithContext(ctx, ifService+".ReadAlias", 0, "default").Store(&path)
	if err != nil {
		return "", because(classify(err), err)
	}
	if path == "/" {
		return "", ErrNoCollection
	}
	return path, nil
}

// makeKeyring asks the provider to make the first keyring, for which it prompts
// for a password. go-keyring would just fail.
func makeKeyring(ctx context.Context, asks func()) error {
	c, err := sessionBus(ctx)
	if err != nil {
		return because(ErrNoBus, err)
	}
	defer func() { _ = c.Close() }()
	name := cmp.Or(walletName(ctx, c), "Default keyring")
	label := map[string]dbus.Variant{ifCollection + ".Label": dbus.MakeVariant(name)}
	var made, prompt dbus.ObjectPath
	err = c.Object(secrets, secretsPath).CallWithContext(ctx, ifService+".CreateCollection", 0, label, "default").Store(&made, &prompt)
	if err != nil {
		return because(classify(err), err)
	}
	if prompt == "/" {
		return nil
	}
	signals := make(chan *dbus.Signal, 16)
	c.Signal(signals)
	err = c.AddMatchSignalContext(ctx, dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(ifPrompt))
	if err == nil {
		asks()
		err = c.Object(secrets, prompt).CallWithContext(ctx, ifPrompt+".Prompt", 0, "").Err
	}
	if err != nil {
		return because(classify(err), err)
	}
	for s := range signals { // closed when ctx ends
		if s.Path == prompt && s.Name == ifPrompt+".Completed" && len(s.Body) > 0 {
			if dismissed, _ := s.Body[0].(bool); dismissed {
				return ErrNoCollection
			}
			return nil
		}
	}
	return ErrNoBus
}

func property(ctx context.Context, c *dbus.Conn, path dbus.ObjectPath, iface, name string, value any) error {
	var v dbus.Variant
	err := c.Object(secrets, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, iface, name).Store(&v)
	if err != nil {
		return err
	}
	return v.Store(value)
}

// classify reads a D-Bus error. What it does not know may have happened half way.
func classify(err error) error {
	var e dbus.Error
	if !errors.As(err, &e) {
		switch prompt, path, is := strings.Cut(err.Error(), "'/org/freedesktop/secrets/"); { // go-keyring: failed to unlock correct collection '…'
		case !is || !strings.HasPrefix(prompt, "failed to unlock"):
			return ErrUnavailable
		case strings.Count(path, "/") > 1: // an item in its collection
			return ErrDenied
		}
		return ErrLocked
	}
	switch name := strings.TrimPrefix(e.Name, "org.freedesktop."); name {
	case "Secret.Error.IsLocked":
		return ErrLocked
	case "DBus.Error.AccessDenied", "DBus.Error.AuthFailed":
		return ErrDenied
	case "DBus.Error.NoReply", "DBus.Error.Timeout", "DBus.Error.TimedOut", "DBus.Error.Spawn.Timeout":
		return ErrTimeout
	case "DBus.Error.ServiceUnknown", "DBus.Error.NameHasNoOwner", "DBus.Error.Spawn.ChildExited":
		return ErrNoProvider
	}
	return ErrUnavailable
}

// describe says `GNOME Keyring, "Login"`. It starts nothing: a provider that does
// not run yet is just a Secret Service.
func describe(ctx context.Context) string {
	const unknown = "Secret Service"
	c, err := sharedBus(ctx)
	if err != nil {
		return unknown
	}
	comm := program(ctx, c)
	if comm == "" {
		return unknown
	}
	name := provider(comm, unknown)
	var label string
	if path, err := keyringPath(ctx, c); err == nil {
		_ = property(ctx, c, path, ifCollection, "Label", &label) // a name is enough
	}
	if label = Clean(label, 40); label != "" {
		name += fmt.Sprintf(", \"%s\"", label)
	}
	return name
}

// program is that of the Secret Service, by the name of its process, which Linux cuts to 15
// characters; "" where there is none.
func program(ctx context.Context, c *dbus.Conn) string {
	var pid uint32
	if c.BusObject().CallWithContext(ctx, busMethods+"GetConnectionUnixProcessID", 0, secrets).Store(&pid) != nil {
		return ""
	}
	comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return string(comm)
}

// provider knows the usual programs.
func provider(comm, unknown string) string {
	for _, known := range []struct{ comm, name string }{
		{"gnome-keyring", "GNOME Keyring"}, {"kwallet", "KWallet"}, {"ksecretd", "KWallet"}, {"keepassxc", "KeePassXC"},
	} {
		if strings.HasPrefix(comm, known.comm) {
			return known.name
		}
	}
	return unknown
}
