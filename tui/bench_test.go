package tui

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
)

// drawn is a wizard in a window of 80x24.
func drawn(o Options) *wizard {
	w := newWizard(context.Background(), o)
	w.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	return w
}

func BenchmarkFirstFrame(b *testing.B) {
	for b.Loop() {
		drawn(Options{}).View()
	}
}

// BenchmarkFrame draws every screen as it is most of the time.
func BenchmarkFrame(b *testing.B) {
	domain, err := flow.ParseDomain("acme")
	if err != nil {
		b.Fatal(err)
	}
	request := flow.Request{Domain: domain, ClientID: "3MVG9", Callback: flow.DefaultCallback, Scope: flow.DefaultScope}
	w := drawn(Options{Request: request, Client: &flow.Client{Store: &keystore.Store{Vault: keystore.NewMemory()}}})
	login := &authorise{wizard: w, stage: stageWait, paste: newField("", ""), callback: flow.DefaultCallback,
		url: domain.URL("/services/oauth2/authorize?client_id=3MVG9"), deadline: time.Now().Add(5 * time.Minute)}
	grant := flow.Grant{Connection: keystore.Connection{Name: "acme", Username: "demo@acme.example", Scopes: []string{"api", "refresh_token"}}}
	for _, s := range []struct {
		name string
		open func()
	}{
		{"org", func() { w.show(w.org) }},
		{"app", func() { w.app.open() }},
		{"create", func() { w.app.openCreate() }},
		{"authorise", func() { w.show(login) }},
		{"browserError", func() { w.openBrowserError(login, login, "") }},
		{"trouble", func() { w.openTrouble(&flow.Error{Kind: flow.KindInvalidClientID, Code: "invalid_client_id"}) }},
		{"done", func() { w.openDone(grant, nil) }},
		{"help", func() { w.show(newHelp(w)) }},
	} {
		b.Run(s.name, func(b *testing.B) {
			s.open()
			for b.Loop() {
				w.View()
			}
		})
	}
}
