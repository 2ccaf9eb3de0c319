package keystore

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// kwallets are the names under which KWallet answers, today's first. The path of its
// object ends in the same word.
var kwallets = []string{"org.kde.kwalletd6", "org.kde.kwalletd5"}

const ifKWallet = "org.kde.KWallet."

// kwallet asks KWallet something, if it runs: it is not started for that.
func kwallet(ctx context.Context, c *dbus.Conn, method string, answer any, args ...any) bool {
	for _, name := range kwallets {
		_, word, _ := strings.Cut(name, "org.kde.")
		call := c.Object(name, dbus.ObjectPath("/modules/"+word)).CallWithContext(ctx, ifKWallet+method, dbus.FlagNoAutoStart, args...)
		if call.Store(answer) == nil {
			return true
		}
	}
	return false
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

// flushed is how long KWallet keeps a change in memory: it writes five seconds after.
const flushed = 6 * time.Second

// Settle returns once what was set is on the disk, as far as that can be known.
func (Keychain) Settle(ctx context.Context) error {
	c, err := sharedBus(ctx)
	if err != nil || walletName(ctx, c) == "" || !provides(ctx, c, "kwallet", "ksecretd") {
		return nil // whoever keeps it writes at once
	}
	select {
	case <-time.After(flushed):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// provides tells whether the Secret Service is a program of one of these names.
func provides(ctx context.Context, c *dbus.Conn, names ...string) bool {
	var pid uint32
	if c.BusObject().CallWithContext(ctx, busMethods+"GetConnectionUnixProcessID", 0, secrets).Store(&pid) != nil {
		return false
	}
	comm, _ := os.ReadFile(processName(pid))
	for _, name := range names {
		if strings.HasPrefix(string(comm), name) {
			return true
		}
	}
	return false
}
