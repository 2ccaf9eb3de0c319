package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
)

// app is step 2: which app asks for access.
type app struct {
	*wizard
	form   form
	public bool // an empty secret was chosen by a flag

	clientID, secret, register, create, advanced *row
	callback, scope, prompt, loginHint           *row // folded away until asked for
}

func newApp(w *wizard, given Given) *app {
	t, k, r := w.text.App, w.text.Keys, w.request
	a := &app{wizard: w, public: given.ClientSecret}
	text := func(value, placeholder string) *row {
		return &row{field: newField(value, placeholder), verb: k.Continue, enter: a.enter}
	}
	a.clientID = text(r.ClientID, t.ClientIDLike)
	a.secret = text(r.ClientSecret.Reveal(), t.PublicClient)
	a.secret.field.masked = true
	a.register = &row{verb: k.Copy, enter: a.copyCallback}
	a.create = &row{verb: k.Open, enter: a.openCreate}
	a.advanced = &row{verb: k.Open, enter: a.fold}
	a.callback = text(r.Callback, flow.DefaultCallback)
	a.scope, a.prompt, a.loginHint = text(r.Scope, t.AllScopes), text(r.Prompt, t.PromptLike), text(r.LoginHint, t.LoginHintLike)
	a.scope.field.spaced, a.prompt.field.spaced = true, true
	a.form.rows = []*row{a.clientID, a.secret, a.register, a.create, a.advanced, a.callback, a.scope, a.prompt, a.loginHint}
	a.setFolded(true)
	if r.ClientID != "" && !a.complete() {
		a.form.to(a.secret)
	}
	return a
}

// complete tells whether nothing is left to ask for here.
func (a *app) complete() bool {
	return a.clientID.field.value() != "" && (a.public || a.secret.field.value() != "")
}

func (a *app) open() tea.Cmd { a.show(a); return nil }

func (a *app) place() (int, string) { return 2, a.text.App.Title }
func (a *app) focus() *field        { return a.form.focus() }

func (a *app) keys() []action {
	t := a.text.Keys
	reveal := t.Reveal
	if !a.secret.field.masked {
		reveal = t.Hide
	}
	keys := a.form.keys(a.text)
	if a.form.on(a.clientID) && a.secret.field.value() == "" {
		keys[0].SetHelp("enter", t.Next)
	}
	return append(keys,
		press("esc", t.Back, a.back),
		press("ctrl+y", t.CopyCallback, a.copyCallback),
		press("ctrl+r", reveal, func() tea.Cmd { a.secret.field.masked = !a.secret.field.masked; return nil }),
		press("ctrl+o", t.Create, a.openCreate),
		press("ctrl+t", t.Advanced, a.fold),
	)
}

func (a *app) update(tea.Msg) tea.Cmd {
	f := a.clientID.field
	if _, odd, _ := flow.CheckClientID(f.value()); odd && !a.form.on(a.clientID) {
		f.warning = a.text.App.OddClientID
	}
	return nil
}

func (a *app) back() tea.Cmd         { a.show(a.org); return a.org.look() }
func (a *app) openCreate() tea.Cmd   { a.show(&create{a.wizard}); return nil }
func (a *app) copyCallback() tea.Cmd { return a.copy(a.text.App.CallbackName, a.redirectURI()) }

func (a *app) fold() tea.Cmd { a.setFolded(!a.callback.hidden); return nil }

// setFolded hides the advanced fields; unfolded, the callback's own field stands
// for the row that shows it.
func (a *app) setFolded(folded bool) {
	for _, r := range []*row{a.callback, a.scope, a.prompt, a.loginHint} {
		r.hidden = folded
	}
	a.register.hidden, a.advanced.hidden = !folded, !folded
	switch {
	case folded:
		a.form.to(a.clientID)
	default:
		a.form.to(a.callback)
	}
}

// redirectURI is the callback as it stands, the default where none is given.
func (a *app) redirectURI() string {
	if v := a.callback.field.value(); v != "" {
		return v
	}
	return flow.DefaultCallback
}

// enter goes on when everything is well; from the Consumer Key it passes by a
// secret that is still empty.
func (a *app) enter() tea.Cmd {
	id, _, err := flow.CheckClientID(a.clientID.field.value())
	if err != nil {
		return a.complain(a.clientID, err)
	}
	if a.form.on(a.clientID) && a.secret.field.value() == "" && !a.public {
		a.form.to(a.secret)
		return nil
	}
	if _, err := flow.ParseCallback(a.redirectURI()); err != nil {
		a.setFolded(false)
		return a.complain(a.callback, err)
	}
	scope, err := flow.ParseScope(a.scope.field.value())
	if err != nil {
		a.setFolded(false)
		return a.complain(a.scope, err)
	}
	r := &a.request
	r.ClientID, r.ClientSecret = id, keystore.NewSecret(a.secret.field.value())
	r.Callback, r.Scope = a.redirectURI(), scope
	r.Prompt, r.LoginHint = a.prompt.field.value(), a.loginHint.field.value()
	r.PasteOnly = false // another callback may well be bound
	return a.authorise()
}

// complain says beside the field what is wrong with it.
func (a *app) complain(r *row, err error) tea.Cmd {
	r.field.complaint = a.sentence(flow.KindOf(err))
	a.form.to(r)
	return nil
}

func (a *app) draw(p *page) {
	t := a.text.App
	p.heading(t.Heading)
	reveal := a.text.Keys.Reveal
	if !a.secret.field.masked {
		reveal = a.text.Keys.Hide
	}
	a.drawField(p, a.clientID, t.ClientID, "")
	a.drawField(p, a.secret, t.ClientSecret, "ctrl+r "+reveal)
	if a.callback.hidden {
		p.indented("  ", p.st.dim, t.Register)
		p.choice(a.form.on(a.register), keystore.Clean(a.redirectURI(), 200), "ctrl+y "+a.text.Keys.Copy)
		p.gap()
	}
	p.choice(a.form.on(a.create), t.NoApp, "ctrl+o")
	if a.callback.hidden {
		p.choice(a.form.on(a.advanced), t.Advanced, "ctrl+t")
		return
	}
	p.gap()
	a.drawField(p, a.callback, t.Callback, "")
	a.drawField(p, a.scope, t.Scope, "")
	a.drawField(p, a.prompt, t.Prompt, "")
	a.drawField(p, a.loginHint, t.LoginHint, "")
}

func (a *app) drawField(p *page, r *row, label, beside string) {
	p.choice(a.form.on(r), label, beside)
	p.field(a.form.on(r), 2, r.field)
	p.gap()
}
