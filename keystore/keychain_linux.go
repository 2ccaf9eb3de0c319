package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// The Secret Service (https://specifications.freedesktop.org/secret-service).
const (
	secrets         = "org.freedesktop.secrets"
	secretsPath     = dbus.ObjectPath("/org/freedesktop/secrets")
	loginCollection = secretsPath + "/collection/login"
	ifService       = "org.freedesktop.Secret.Service"
	ifCollection    = "org.freedesktop.Secret.Collection"
	ifPrompt        = "org.freedesktop.Secret.Prompt"
	busMethods      = "org.freedesktop.DBus."
)

// look makes sure of a bus, a provider and a keyring that is open (or, with prompt,
// may be opened), on a connection of its own. Without a bus go-keyring would run
// dbus-launch, and leave a daemon behind with every call.
func look(ctx context.Context, prompt bool) error {
	if err := askBus(ctx); err != nil {
		return err
	}
	c, err := sessionBus(ctx)
	if err != nil {
		return because(ErrNoBus, err)
	}
	defer func() { _ = c.Close() }()
	collection, err := keyringPath(ctx, c)
	if prompt && errors.Is(err, ErrNoCollection) {
		err = makeKeyring(ctx, c)
	}
	if err != nil || prompt {
		return err
	}
	var locked bool
	if err := property(ctx, c, collection, ifCollection, "Locked", &locked); err != nil {
		return because(classify(err), err)
	}
	if locked {
		return ErrLocked
	}
	return nil
}

// busLimit is for the bus itself, which answers at once or never: no person is asked.
const busLimit = 2 * time.Second

// askBus makes sure that there is a bus, and on it a Secret Service or the means to
// start one.
func askBus(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, busLimit)
	defer cancel()
	provided := false
	c, err := sessionBus(limited)
	if err == nil {
		defer func() { _ = c.Close() }()
		provided, err = hasProvider(limited, c)
	}
	switch {
	case limited.Err() != nil:
		return ErrTimeout
	case err != nil:
		return because(ErrNoBus, err)
	case !provided:
		return ErrNoProvider
	}
	return nil
}

// sessionBus connects to the bus there is; it starts none. The connection ends with ctx.
func sessionBus(ctx context.Context) (*dbus.Conn, error) {
	c, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	err = c.Auth(nil)
	if err == nil {
		err = c.Hello()
	}
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// hasProvider reports whether a Secret Service runs or would be started when called.
func hasProvider(ctx context.Context, c *dbus.Conn) (bool, error) {
	for _, list := range []string{"ListNames", "ListActivatableNames"} {
		var names []string
		if err := c.BusObject().CallWithContext(ctx, busMethods+list, 0).Store(&names); err != nil {
			return false, err
		}
		if slices.Contains(names, secrets) {
			return true, nil
		}
	}
	return false, nil
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
func makeKeyring(ctx context.Context, c *dbus.Conn) error {
	label := map[string]dbus.Variant{ifCollection + ".Label": dbus.MakeVariant("Default keyring")}
	var made, prompt dbus.ObjectPath
	err := c.Object(secrets, secretsPath).CallWithContext(ctx, ifService+".CreateCollection", 0, label, "default").Store(&made, &prompt)
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
		if strings.HasPrefix(err.Error(), "failed to unlock") { // go-keyring: the prompt was dismissed
			return ErrLocked
		}
		return ErrUnavailable
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
	c, err := sessionBus(ctx)
	if err != nil {
		return unknown
	}
	defer func() { _ = c.Close() }()
	var pid uint32
	if c.BusObject().CallWithContext(ctx, busMethods+"GetConnectionUnixProcessID", 0, secrets).Store(&pid) != nil {
		return unknown
	}
	name := provider(pid, unknown)
	var label string
	if path, err := keyringPath(ctx, c); err == nil {
		_ = property(ctx, c, path, ifCollection, "Label", &label) // a name is enough
	}
	if label = Clean(label, 40); label != "" {
		name += fmt.Sprintf(", \"%s\"", label)
	}
	return name
}

// provider knows the usual programs by the name of the process, which Linux cuts
// to 15 characters.
func provider(pid uint32, unknown string) string {
	comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	for _, known := range []struct{ comm, name string }{
		{"gnome-keyring", "GNOME Keyring"}, {"kwallet", "KWallet"}, {"ksecretd", "KWallet"}, {"keepassxc", "KeePassXC"},
	} {
		if strings.HasPrefix(string(comm), known.comm) {
			return known.name
		}
	}
	return unknown
}
