package tui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
)

// app is step 2: which app asks for access.
type app struct {
	w      *wizard
	form   page.Form
	public bool            // an empty secret was chosen by a flag
	ticked map[string]bool // the steps to an app that are done, by what they say
	typed  *deploy         // what was typed of an app as metadata; nil: nothing
	pasted string          // the text of the field that has had the latest paste
	own    string          // scopes of one's own, of before another purpose was chosen
	saved  string          // the secret of the connection that is authorised again
	parted bool            // that has left, with the Consumer Key it is for

	clientID, secret, register, whatFor, create, store, advanced *page.Row
	callback, scope, prompt, loginHint                           *page.Row // folded away until asked for
}

func newApp(w *wizard, given login.Given) *app {
	t, k, r := w.text.App, w.text.Keys, w.request
	a := &app{w: w, public: given.ClientSecret, ticked: map[string]bool{}}
	text := func(label, value, placeholder string) *page.Row {
		return &page.Row{Label: label, Field: page.NewField(value, placeholder), Verb: k.Continue, Enter: a.enter}
	}
	a.clientID = text(t.ClientID, r.ClientID, t.ClientIDLike)
	a.secret = text(t.ClientSecret, r.ClientSecret.Reveal(), t.PublicClient)
	a.secret.Field.Masked = true
	a.register = &page.Row{Beside: "ctrl+y " + k.Copy, Verb: k.Copy, Enter: a.copyCallback}
	a.whatFor = &page.Row{Beside: "ctrl+s", Verb: k.Choose, Enter: a.openPurposes}
	a.create = &page.Row{Label: t.NoApp, Beside: "ctrl+o", Verb: k.Open, Enter: a.openCreate}
	a.store = &page.Row{Verb: k.Choose, Enter: func() tea.Cmd { a.w.keepIn(login.UseNext); return nil }, Hidden: r.Existing != nil || !login.Offers(w.client)}
	a.advanced = &page.Row{Label: t.Advanced, Beside: "ctrl+t", Verb: k.Open, Enter: a.fold}
	a.callback = text(t.Callback, r.RedirectURI, flow.DefaultRedirectURI)
	a.scope, a.prompt = text(t.Scope, r.Scope, t.AllScopes), text(t.Prompt, r.Prompt, t.PromptLike)
	a.loginHint = text(t.LoginHint, r.LoginHint, t.LoginHintLike)
	a.scope.Field.Spaced, a.prompt.Field.Spaced = true, true
	a.form.Rows = []*page.Row{a.clientID, a.secret, a.register, a.whatFor, a.create, a.store, a.advanced, a.callback, a.scope, a.prompt, a.loginHint}
	if r.Existing != nil && !given.ClientSecret {
		a.saved = r.ClientSecret.Reveal()
	}
	a.setFolded(true)
	if r.ClientID != "" && !a.complete() && !a.isOdd() {
		a.form.To(a.secret)
	}
	return a
}

// complete tells whether nothing is left to ask for here.
func (a *app) complete() bool {
	return a.clientID.Field.Value() != "" && (a.isPublic() || a.secret.Field.Value() != "")
}

// isPublic tells whether an empty secret is meant.
func (a *app) isPublic() bool { return a.public || a.purpose().Public }

func (a *app) open() tea.Cmd { a.w.Show(a); return nil }

// editApp ends a login for a person who wants something else of its app.
func (w *wizard) editApp() tea.Cmd {
	w.abandon()
	return w.app.open()
}

func (a *app) Place() (int, string) { return 2, a.w.text.App.Title }
func (a *app) Focus() *page.Field   { return a.form.Focus() }

func (a *app) Keys() []page.Action {
	t := a.w.text.Keys
	keys := a.form.Keys(a.w.text.Keys.Move)
	if a.form.On(a.clientID) && a.secret.Field.Value() == "" {
		keys[0].SetHelp("enter", t.Next)
	}
	return append(keys,
		page.Press("esc", t.Back, a.back),
		page.Press("ctrl+y", t.CopyCallback, a.copyCallback),
		page.Press("ctrl+r", a.revealWord(), func() tea.Cmd { a.secret.Field.Masked = !a.secret.Field.Masked; return nil }),
		page.Press("ctrl+o", t.Create, a.openCreate),
		page.Press("ctrl+s", t.WhatFor, a.openPurposes),
		page.Press("ctrl+t", t.Advanced, a.fold),
	)
}

// Follow shows the callback URL as it stands, and warns of what is no Consumer Key, and no
// Consumer Secret.
func (a *app) Follow() tea.Cmd {
	t := a.w.text
	a.whatFor.Label = t.App.WhatFor(t.Purposes.Names.Of(a.purpose().Key))
	a.secret.Field.Placeholder = t.App.PublicClient
	if a.purpose().Public {
		a.secret.Field.Placeholder = t.App.NoSecret
	}
	if !a.store.Hidden {
		a.store.Label = t.App.KeepIn(a.w.storeName(a.w.client.Store.Vault.Kind()))
	}
	a.secret.Beside = "ctrl+r " + a.revealWord()
	a.register.Label = keystore.Clean(a.redirectURI(), 200)
	a.create.Aside = a.progress()
	id, odd, _ := flow.CheckClientID(a.clientID.Field.Value())
	a.part(id)
	a.warn(a.clientID, odd, a.w.text.App.OddClientID.Of(odd), a.w.request.ClientID)
	_, odd = flow.CheckClientSecret(a.secret.Field.Value())
	a.warn(a.secret, odd, a.w.text.App.OddSecret.Of(odd), a.w.request.ClientSecret.Reveal())
	return nil
}

// part has the saved secret leave with the saved Consumer Key, and come back with it: another
// app is sent no secret that is not its own.
func (a *app) part(id string) {
	f := a.secret.Field
	switch before := a.w.request.Existing; {
	case a.saved == "":
	case id != before.ClientID && f.Value() == a.saved:
		f.Set("")
		a.parted = true
	case id == before.ClientID && a.parted:
		f.Set(cmp.Or(f.Value(), a.saved))
		a.parted = false
	}
}

// progress is how many of the steps to an app are done, "" where none is.
func (a *app) progress() string {
	done, steps := 0, login.Steps(a.w.text, a.wanted())
	for _, s := range steps {
		if a.ticked[s.Says] {
			done++
		}
	}
	if done == 0 {
		return ""
	}
	return a.w.text.Create.Done(done, len(steps))
}

// warn says what the text in a field is. A beginning may still become what belongs there, while
// it is typed; what came with the request or was pasted is whole.
func (a *app) warn(r *page.Row, odd flow.Pasted, says, given string) {
	if value := r.Field.Value(); !odd.Vague() || !a.form.On(r) || value == given || value == a.pasted {
		r.Field.Warning = says
	}
}

// Pasted takes out of a paste what Setup has made, before its lines are joined to one. Where
// both the Consumer Key and the Consumer Secret came, each goes where it belongs: the secret
// is in no field that is not masked, and gets into no address. What a field is after a paste is
// remembered.
func (a *app) Pasted(m tea.PasteMsg) {
	f := a.form.Focus()
	if f == nil {
		return
	}
	key, secret := flow.KeyAndSecret(m.Content)
	both, inKey, inSecret := key != "" && secret != "", f == a.clientID.Field, f == a.secret.Field
	fill := func(r *page.Row, value string) {
		r.Field.Set(value)
		r.Field.Complaint, r.Field.Warning = "", ""
	}
	if key != "" && (inKey || both && inSecret) {
		fill(a.clientID, key)
	}
	if secret != "" && (inSecret || both && inKey) {
		fill(a.secret, secret)
	}
	a.pasted = f.Value()
}

// isOdd tells whether a Consumer Key that a flag has given looks like none: one that is saved
// has worked.
func (a *app) isOdd() bool {
	_, odd, _ := flow.CheckClientID(a.w.request.ClientID)
	return odd != "" && a.w.request.Existing == nil
}

func (a *app) back() tea.Cmd {
	return a.w.before(a, func() tea.Cmd { a.w.Show(a.w.org); return nil })
}

func (a *app) revealWord() string {
	if a.secret.Field.Masked {
		return a.w.text.Keys.Reveal
	}
	return a.w.text.Keys.Hide
}

func (a *app) copyCallback() tea.Cmd { return a.w.copy(a.w.text.App.CallbackName, a.redirectURI()) }

func (a *app) fold() tea.Cmd { a.setFolded(!a.callback.Hidden); return nil }

// setFolded hides the advanced fields; unfolded, the callback's own field stands
// for the row that shows it.
func (a *app) setFolded(folded bool) {
	for _, r := range []*page.Row{a.callback, a.scope, a.prompt, a.loginHint} {
		r.Hidden = folded
	}
	a.register.Hidden, a.advanced.Hidden = !folded, !folded
	switch {
	case folded:
		a.form.To(a.clientID)
	default:
		a.form.To(a.callback)
	}
}

// redirectURI is the callback as it stands, the default where none is given.
func (a *app) redirectURI() string {
	if v := a.callback.Field.Value(); v != "" {
		return v
	}
	return flow.DefaultRedirectURI
}

// wanted is the request as far as an app depends on it.
func (a *app) wanted() flow.Request {
	scope, _ := flow.ParseScope(a.scope.Field.Value())
	return flow.Request{RedirectURI: a.redirectURI(), Scope: scope}
}

// enter goes on when everything is well; from the Consumer Key it passes by a
// secret that is still empty.
func (a *app) enter() tea.Cmd {
	id, odd, err := flow.CheckClientID(a.clientID.Field.Value())
	if err != nil {
		a.complain(a.clientID, err)
		a.clientID.Field.Complaint = cmp.Or(a.w.text.App.OddClientID.Of(odd), a.clientID.Field.Complaint)
		return nil
	}
	a.clientID.Field.Set(id) // without what came along with it
	if a.form.On(a.clientID) && a.secret.Field.Value() == "" && !a.isPublic() {
		a.form.To(a.secret)
		return nil
	}
	if _, err := flow.ParseRedirectURI(a.redirectURI()); err != nil {
		a.setFolded(false)
		return a.complain(a.callback, err)
	}
	scope, err := flow.ParseScope(a.scope.Field.Value())
	if err != nil {
		a.setFolded(false)
		return a.complain(a.scope, err)
	}
	r := &a.w.request
	secret, _ := flow.CheckClientSecret(a.secret.Field.Value())
	r.ClientID, r.ClientSecret = id, keystore.NewSecret(secret)
	r.RedirectURI, r.Scope = a.redirectURI(), scope
	r.Prompt, r.LoginHint = a.prompt.Field.Value(), a.loginHint.Field.Value()
	r.PasteOnly = false // the person may have given a callback that sfauth can listen on
	return a.w.authorise()
}

// complain says beside the field what is wrong with it.
func (a *app) complain(r *page.Row, err error) tea.Cmd {
	r.Field.Complaint = a.w.sentence(flow.KindOf(err))
	a.form.To(r)
	return nil
}

func (a *app) Draw(p *page.Page) {
	t := a.w.text.App
	p.Heading(t.Heading)
	for _, r := range a.form.Rows {
		if r == a.register && !r.Hidden {
			p.Indented("  ", p.Style.Dim, t.Register)
		}
		a.form.Draw(p, r)
		if !r.Hidden && (r.Field != nil || r == a.register || r == a.create && a.advanced.Hidden) {
			p.Gap()
		}
	}
}
