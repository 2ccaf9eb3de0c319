package login

import (
	"cmp"
	"strings"

	"sfauth/flow"
	"sfauth/flow/metadata"
	"sfauth/tui/text"
)

// Step is one step to an External Client App (SALESFORCE.md §6.1).
type Step struct {
	Says  string
	Page  flow.SetupPage // that it begins on; "": it goes on where the one before has ended
	Value string         // to be entered, which can be copied; "": none
	Name  string         // of Value
}

// Steps are those to the app that a request needs.
func Steps(t *text.Text, r flow.Request) []Step {
	c, app := t.Create, AppOf(r)
	steps := []Step{
		{Says: c.Open, Page: flow.SetupExternalClientApps},
		{Says: c.Name},
		{Says: c.Enable},
		{Says: c.Callback(app.Callback), Value: app.Callback, Name: t.App.CallbackName},
		{Says: c.Scopes(scopeLabels(c.ScopeLabels, app.Scope)), Value: app.Scope, Name: c.ScopesName},
	}
	security, last := c.Security, c.Make
	if app.JWT {
		security = c.SecurityJWT
	}
	steps = append(steps, Step{Says: security})
	if app.Public {
		steps = append(steps, Step{Says: c.NoSecret})
		last = c.MakePublic
	}
	return append(steps, Step{Says: last, Page: flow.SetupExternalClientApps})
}

// scopeLabels are the scopes as Setup has them; those whose label is not known by their names,
// which Setup has in brackets.
func scopeLabels(known text.Words[string], scope string) (labels []string) {
	for name := range strings.FieldsSeq(scope) {
		labels = append(labels, cmp.Or(known.Of(name), "("+name+")"))
	}
	return labels
}

// AppOf is the app that a request needs, which has no name yet. Where the request asks for all
// scopes of the app, it needs the fewest.
func AppOf(r flow.Request) metadata.App {
	scope := cmp.Or(r.Scope, flow.DefaultScope)
	purpose := flow.PurposeOf(scope)
	return metadata.App{Callback: cmp.Or(r.RedirectURI, flow.DefaultRedirectURI), Scope: scope, JWT: purpose.JWT, Public: purpose.Public}
}
