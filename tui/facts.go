package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
)

// label pads one label of a connection's facts, so that all facts begin in one column.
func (w *wizard) label(p *page.Page, l string) string {
	t := w.text.Facts
	return p.Style.Dim.Render(page.Pad(l, page.Column(t.Name, t.User, t.Before, t.Org, t.Login, t.Instance, t.Scopes, t.Store, t.Authorised, t.Alive, t.Renewals)))
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

// origin is what a connection leads to: org, instance and scopes.
func (w *wizard) origin(p *page.Page, c keystore.Connection) {
	t := w.text.Facts
	w.fact(p, t.Org, c.OrgID)
	if host := strings.TrimPrefix(c.InstanceURL, "https://"); host != c.Domain {
		w.fact(p, t.Instance, host)
	}
	p.Indented(w.label(p, t.Scopes), p.Style.Plain, w.scopes(c))
}

// scopes are those granted; those asked for and not granted are marked. No mark ends a line.
func (w *wizard) scopes(c keystore.Connection) string {
	var all []string
	for _, s := range c.Scopes {
		all = append(all, page.MarkDone+page.Together+keystore.Clean(s, 40))
	}
	for _, s := range login.MissingScopes(strings.Fields(c.Scope), c.Scopes) {
		all = append(all, page.MarkWrong+page.Together+keystore.Clean(s, 40)+" ("+w.text.Facts.ScopeMissing+")")
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

// Mark is a verdict as a sign and a tone: the same in the list of a screen and in lines.
func Mark(st *page.Styles, v flow.Verdict) (string, page.Tone) {
	switch v {
	case flow.Alive:
		return page.MarkDone, st.Good
	case flow.Reauthorise:
		return page.MarkWrong, st.Bad
	case flow.Setup, flow.ClientWrong:
		return page.MarkCare, st.Warn
	case flow.Transient:
		return page.MarkGone, st.Warn
	}
	return page.MarkLater, st.Dim
}

// sentence is the short form of a failure, for beside a field.
func (w *wizard) sentence(k flow.Kind) string {
	return w.text.Explain(k, w.request).Short
}
