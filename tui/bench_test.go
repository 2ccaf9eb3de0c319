package tui

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

// drawn is a wizard in a window of 80x24.
func drawn(o Options) *wizard {
	w := newWizard(context.Background(), o)
	w.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	return w
}

func BenchmarkFirstFrame(b *testing.B) {
	for b.Loop() {
		drawn(Options{Text: &text.English, Client: new(flow.Client)}).View()
	}
}

// screens has every screen as it is most of the time; each shows itself in w.
func screens(tb testing.TB) (w *wizard, open map[string]func()) {
	domain, err := flow.ParseDomain("acme")
	if err != nil {
		tb.Fatal(err)
	}
	request := flow.Request{Domain: domain, ClientID: "3MVG9", RedirectURI: flow.DefaultRedirectURI, Scope: flow.DefaultScope}
	w = drawn(Options{Text: &text.English, Request: request, Client: &flow.Client{Store: &keystore.Store{Vault: keystore.NewMemory()}}})
	login := &authorise{w: w, stage: stageWait, paste: page.NewField("", ""), callback: flow.DefaultRedirectURI,
		url: domain.URL("/services/oauth2/authorize?client_id=3MVG9"), deadline: time.Now().Add(5 * time.Minute)}
	grant := flow.Grant{Connection: keystore.Connection{Name: "acme", Username: "demo@acme.example", Scopes: []string{"api", "refresh_token"}}}
	return w, map[string]func(){
		"org":          func() { w.Show(w.org) },
		"app":          func() { w.app.open() },
		"create":       func() { w.app.openCreate() },
		"authorise":    func() { w.Show(login) },
		"browserError": func() { w.openBrowserError(login, login, "") },
		"trouble":      func() { w.openTrouble(&flow.Error{Kind: flow.KindInvalidClientID, Code: "invalid_client_id"}) },
		"done":         func() { w.openDone(grant, nil) },
		"help":         func() { w.Show(w.org); w.Update(tea.KeyPressMsg{Code: tea.KeyF1}) },
	}
}

func BenchmarkFrame(b *testing.B) {
	w, open := screens(b)
	for name, show := range open {
		b.Run(name, func(b *testing.B) {
			show()
			for b.Loop() {
				w.View()
			}
		})
	}
}

func TestAFrameStaysWithinItsAllocations(t *testing.T) {
	w, open := screens(t)
	for name, atMost := range map[string]float64{"org": 230, "app": 280, "create": 330, "authorise": 240, "browserError": 290,
		"trouble": 270, "done": 260, "help": 200} {
		open[name]()
		if n := testing.AllocsPerRun(100, func() { w.View() }); n > atMost {
			t.Errorf("%s: %.0f allocations, want at most %.0f", name, n, atMost)
		}
	}
}
