package keystore

import (
	"context"
	"strings"

	"github.com/godbus/dbus/v5"
)

// kwallets are the names under which KWallet answers, today's first. The path of its
// object ends in the same word.
var kwallets = []string{"org.kde.kwalletd6", "org.kde.kwalletd5"}

const ifKWallet = "org.kde.KWallet."

// kwallet asks KWallet something, if it runs: it is not started for that.
func kwallet(ctx context.Context, c *dbus.Conn, method string, answer any, args ...any) bool {
	for _, name := range kwallets {
		call := c.Object(name, walletPath(name)).CallWithContext(ctx, ifKWallet+method, dbus.FlagNoAutoStart, args...)
		if call.Store(answer) == nil {
			return true
		}
	}
	return false
}

func walletPath(name string) dbus.ObjectPath {
	return dbus.ObjectPath("/modules/" + strings.TrimPrefix(name, "org.kde."))
}

// isOpenWallet tells a wallet that KWallet's Secret Service calls locked although the
// desktop's login has opened it: nobody is asked for it any more.
func isOpenWallet(ctx context.Context, c *dbus.Conn, collection dbus.ObjectPath) bool {
	var label string
	var open bool
	return property(ctx, c, collection, ifCollection, "Label", &label) == nil && kwallet(ctx, c, "isOpen", &open, label) && open
}

// walletName is what KWallet wants its first wallet to be called; elsewhere "".
func walletName(ctx context.Context, c *dbus.Conn) (name string) {
	kwallet(ctx, c, "networkWallet", &name)
	return name
}

// written has KWallet write the wallet that go-keyring uses. kwalletd before KDE Frameworks
// 6.12 is the Secret Service itself, which opens wallets under no name: so nobody is asked,
// and the handle is the service's own, which is not ours to close. Later ones only speak to
// the Secret Service (ksecretd), and write nothing (src).
func written(ctx context.Context, c *dbus.Conn) bool {
	ctx, cancel := context.WithTimeout(ctx, busLimit)
	defer cancel()
	collection, err := keyringPath(ctx, c)
	if err != nil {
		return false
	}
	var label string
	if property(ctx, c, collection, ifCollection, "Label", &label) != nil {
		return false
	}
	for _, name := range kwallets {
		wallet := c.Object(name, walletPath(name))
		var open bool
		var handle int32
		if holder(ctx, c, name) == holder(ctx, c, secrets) &&
			wallet.CallWithContext(ctx, ifKWallet+"isOpen", dbus.FlagNoAutoStart, label).Store(&open) == nil && open &&
			wallet.CallWithContext(ctx, ifKWallet+"open", dbus.FlagNoAutoStart, label, int64(0), "").Store(&handle) == nil && handle >= 0 {
			return wallet.CallWithContext(ctx, ifKWallet+"sync", dbus.FlagNoAutoStart, handle, "").Err == nil
		}
	}
	return false
}

// holder is the connection that a name on the bus stands for, "" where there is none.
func holder(ctx context.Context, c *dbus.Conn, name string) (unique string) {
	_ = c.BusObject().CallWithContext(ctx, busMethods+"GetNameOwner", 0, name).Store(&unique)
	return unique
}
