package keystore

import (
	"context"
	"strings"
	"time"
)

// How long a change is in memory alone, where no order to write it is taken.
const (
	flushed = 6 * time.Second // KWallet writes five seconds after it
	saved   = 3 * time.Second // KeePassXC at once, but with a key that takes one second to make, as a rule
)

// Settle returns once what was set is on the disk: KWallet is told to write, and else the
// time is waited after which the keeper does.
func (Keychain) Settle(ctx context.Context) error {
	c, err := sharedBus(ctx)
	if err != nil {
		return nil
	}
	var wait time.Duration
	switch keeper := program(ctx, c); {
	case strings.HasPrefix(keeper, "keepassxc"):
		wait = saved
	case (strings.HasPrefix(keeper, "kwallet") || strings.HasPrefix(keeper, "ksecretd")) && !written(ctx, c):
		wait = flushed
	default:
		return nil // GNOME Keyring writes before it answers
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
