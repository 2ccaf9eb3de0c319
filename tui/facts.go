package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// label pads one label of a connection's facts, so that all facts begin in one column.
func (w *wizard) label(p *page.Page, l string) string {
	t := w.text.Facts
	return p.Style.Dim.Render(page.Pad(l, page.Column(t.Name, t.User, t.Before, t.Org, t.Login, t.Instance, t.Scopes, t.Store, t.Authorised, t.Alive)))
}

// fact is a line of what is known.
func (w *wizard) fact(p *page.Page, label, v string) {
	if v = keystore.Clean(v, 120); v == "" {
		v = w.text.Facts.NotSaid
	}
	l := w.label(p, label)
	p.Line(l, page.Middle(v, max(1, p.Width-ansi.StringWidth(l))))
}

// storeName is where secrets are kept, as every screen and line calls it.
func (w *wizard) storeName(kind string) string { return w.text.StoreName(kind, w.stores[kind]) }

// nameStore takes over the own name of a store on this machine.
func (w *wizard) nameStore(kind, own string) { w.stores[kind] = keystore.Clean(own, 60) }

// askStores asks what the stores of the saved connections are called. A login finds out by
// itself.
func (w *wizard) askStores() tea.Cmd {
	if w.home == nil {
		return nil
	}
	var ask []tea.Cmd
	for _, kind := range w.home.stores() {
		ask = append(ask, func() tea.Msg {
			own := w.client.Store.Describe(w.ctx, kind)
			return window.InTurn(func() tea.Cmd { w.nameStore(kind, own); return nil })
		})
	}
	return tea.Batch(ask...)
}

// stores are the kinds of store that the connections are in.
func (h *home) stores() (kinds []string) {
	for _, s := range h.all {
		if !slices.Contains(kinds, s.Store) {
			kinds = append(kinds, s.Store)
		}
	}
	return kinds
}

// origin is what a connection leads to: org, instance and scopes.
func (w *wizard) origin(p *page.Page, c keystore.Connection) {
	t := w.text.Facts
	w.fact(p, t.Org, c.OrgID)
	if host := strings.TrimPrefix(c.InstanceURL, "https://"); host != c.Domain {
		w.fact(p, t.Instance, host)
	}
	p.Indented(w.label(p, t.Scopes), p.Style.Plain, w.scopes(c))
}

// scopes are those granted; those asked for and not granted are marked.
func (w *wizard) scopes(c keystore.Connection) string {
	var all []string
	for _, s := range c.Scopes {
		all = append(all, page.MarkDone+" "+keystore.Clean(s, 40))
	}
	for _, s := range login.MissingScopes(strings.Fields(c.Scope), c.Scopes) {
		all = append(all, page.MarkWrong+" "+keystore.Clean(s, 40)+" ("+w.text.Facts.ScopeMissing+")")
	}
	return strings.Join(all, "   ")
}

// briefly is a failure in as few words as there are for it.
func (w *wizard) briefly(about flow.Request, err error) string {
	if k := flow.KindOf(err); k != flow.KindUnknown {
		return w.text.Explain(k, about).Title
	}
	return keystore.Clean(w.text.Detail(err.Error()), 200)
}
