package world

import (
	"context"
	"net/http"
	"strings"
	"time"

	"sfauth/keystore"
)

// slow puts itself between the client and requests to such a path.
type slow struct {
	http.RoundTripper
	path string
	do   func(r *http.Request)
}

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, s.path) {
		s.do(r)
		if r.Context().Err() != nil {
			return nil, context.Cause(r.Context())
		}
	}
	return s.RoundTripper.RoundTrip(r)
}

// asleep is a keychain that lets the probe through and then takes its time.
type asleep struct {
	*Vault
	takes time.Duration
	asks  bool // in a window of its own
}

func (a asleep) Set(ctx context.Context, account string, s keystore.Secret) error {
	if strings.HasPrefix(account, "probe") {
		return a.Vault.Set(ctx, account, s)
	}
	if a.asks {
		keystore.Asking(ctx)
	}
	select {
	case <-time.After(a.takes):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return a.Vault.Set(ctx, account, s)
}

// Partings are where a login can be when the person leaves, what is said at once, and in the end.
var Partings = map[string]struct {
	Slow   func(w *World)
	Shows  string
	Waits  string // is said, at once
	Saved  bool
	Become string
}{
	"exchange": {Slow: SlowAt("/token", 5*time.Second), Shows: "Exchange the code", Waits: "Waiting for Salesforce to trade the code for tokens.", Saved: true, Become: "Saved as acme in GNOME Keyring"},
	"save":     {Slow: SlowSave(10 * time.Second), Shows: "it is slow to answer", Waits: "Waiting for the keychain, which is slow to answer.", Saved: true, Become: "Saved as acme in GNOME Keyring"},
	"deaf":     {Slow: SlowSave(time.Hour), Shows: "it is slow to answer", Waits: "Waiting for the keychain, which is slow to answer."},
	"asked":    {Slow: AskedSave, Shows: "answer its window", Waits: "Waiting for your answer in the window of the keychain.", Saved: true, Become: "Saved as acme in GNOME Keyring"},
	"name":     {Slow: SlowAt("/id/", time.Hour), Shows: "Ask for the name of the user", Saved: true, Become: "Saved as acme in GNOME Keyring"},
}

// SlowAt has requests to such a path take so long.
func SlowAt(path string, takes time.Duration) func(w *World) {
	return func(w *World) {
		w.Client.HTTP.Transport = slow{w.Client.HTTP.Transport, path, func(r *http.Request) {
			select {
			case <-time.After(takes):
			case <-r.Context().Done():
			}
		}}
	}
}

// SlowProbe is a keychain that does not answer.
type SlowProbe struct{ *Vault }

func (SlowProbe) Set(ctx context.Context, _ string, _ keystore.Secret) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

// SlowSave has a keychain take so long after its probe.
func SlowSave(takes time.Duration) func(w *World) {
	return func(w *World) { w.Store.Vault = asleep{w.Vault, takes, false} }
}

// AskedSave has a keychain ask the person in a window of its own after its probe.
func AskedSave(w *World) { w.Store.Vault = asleep{w.Vault, 10 * time.Second, true} }

// AskedProbe is a keychain that is locked, and waits for its password.
type AskedProbe struct{ *Vault }

// Set asks, and waits.
func (a AskedProbe) Set(ctx context.Context, account string, s keystore.Secret) error {
	keystore.Asking(ctx)
	return SlowProbe(a).Set(ctx, account, s)
}
