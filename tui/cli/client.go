package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// saved is the connections of these names, with what a crash has left of them healed as
// far as it can be, or all there are.
func (a *app) saved(ctx context.Context, names ...string) (*flow.Client, []keystore.Connection, error) {
	client, err := a.client(nil)
	if err != nil {
		return nil, nil, err
	}
	if len(names) == 0 {
		all, err := client.Store.ListWithin(ctx, time.Minute)
		return client, all, err
	}
	some, err := client.Store.Named(ctx, names...)
	switch {
	case err == nil:
		a.request = text.RequestOf(some[len(some)-1])
	case errors.Is(err, keystore.ErrNoConnection):
		a.request.Name = names[len(some)]
	}
	return client, some, err
}

// client is a flow.Client for the saved connections. In a login the keychain may ask a
// person who is there, and the wizard asks for a passphrase; a script's keychain never asks.
// Requests are logged to stderr, or to a file where the screen is taken.
func (a *app) client(login *wizard) (*flow.Client, error) {
	if a.ready != nil {
		return a.ready, nil
	}
	dir, err := keystore.Dir()
	if err != nil {
		return nil, err
	}
	keys, kind, fullScreen := keystore.KeysFromEnvironment(), os.Getenv("SFAUTH_STORE"), false
	keys.Prompt = a.askPassphrase
	if login != nil {
		kind, fullScreen = cmp.Or(login.Store, kind), login.takesScreen()
	}
	if fullScreen {
		keys.Prompt = login.Passphrase.Ask
	}
	store := &keystore.Store{Dir: dir, Vault: keystore.Keychain{Prompt: login != nil && a.attended()}, Others: []keystore.Vault{&keystore.File{Dir: dir, Keys: keys}}, Postgres: keystore.PostgresFromEnvironment(dir, keys)}
	store.Postgres.Plain = func(host string) {
		warning := func() { fmt.Fprintln(a.err, a.words.Usage.PlainDatabase(host)) }
		if fullScreen {
			login.afterwards.Store(&warning)
			return
		}
		warning()
	}
	if kind != "" {
		if store, err = store.In(kind); err != nil {
			return nil, usageError{Err: errors.New(a.words.Usage.NoSuchStore(kind))}
		}
	}
	c := &flow.Client{Store: store, Tab: a.words.Tab}
	if a.debug {
		log := a.err
		if fullScreen {
			if log, err = os.CreateTemp("", "sfauth-*.log"); err != nil {
				return nil, err
			}
			fmt.Fprintln(a.err, a.words.Usage.LoggingTo(log.Name()))
		}
		c.Debug = log
	}
	return c, nil
}

// attended tells whether there is a person who would see a window of the keychain's.
func (a *app) attended() bool { return isTerminal(a.in) || isTerminal(a.err) }
