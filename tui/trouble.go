package tui

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
)

// trouble is the one screen for failures: what was said, what it means, who can
// fix it and where, and the keys that make sense from there.
type trouble struct {
	*wizard
	kind  flow.Kind
	said  string     // Salesforce's own words, cleaned
	shown string     // those that a person saw in the browser
	login *authorise // still waiting behind this screen; nil: it has ended
}

// openTrouble shows the failure that ended a login.
func (w *wizard) openTrouble(err error) {
	t := &trouble{wizard: w, kind: flow.KindOf(err)}
	if e, ok := errors.AsType[*flow.Error](err); ok && (e.Code != "" || e.Description != "" || e.Status != 0) || t.kind == flow.KindUnknown {
		t.said = keystore.Clean(err.Error(), 400)
	}
	w.trouble = err
	w.show(t)
}

func (t *trouble) place() (int, string)   { return 3, t.text.Trouble.Title }
func (t *trouble) focus() *field          { return nil }
func (t *trouble) update(tea.Msg) tea.Cmd { return nil }

// keys has what most likely helps first, and on enter.
func (t *trouble) keys() []action {
	k := t.text.Keys
	retry, app, org := press("r", k.Retry, t.retry), press("a", k.EditApp, t.editApp), press("d", k.EditOrg, t.editOrg)
	keys := []action{retry, app, org}
	if t.kind.Verdict() == flow.ClientWrong {
		keys = []action{app, retry, org}
	}
	keys[0].SetKeys(append(keys[0].Keys(), "enter")...)
	if t.login == nil && isPort(t.kind) {
		keys = append(keys, press("p", k.Paste, t.pasteOnly))
	}
	if t.kind == flow.KindTimeout {
		keys = append(keys, press("e", k.SeesError, func() tea.Cmd { return t.openBrowserError(t, nil, "") }))
	}
	if link := t.link(); link != "" {
		keys = append(keys, press("l", k.CopyLink, func() tea.Cmd { return t.copy(t.text.Authorise.Link, link) }))
	}
	return append(keys, press("esc", k.Back, t.back))
}

func isPort(k flow.Kind) bool {
	return k == flow.KindPortBusy || k == flow.KindPortPrivileged || k == flow.KindPortReserved || k == flow.KindListenFailed
}

func (t *trouble) retry() tea.Cmd {
	t.abandon()
	return t.authorise()
}

func (t *trouble) editApp() tea.Cmd {
	t.abandon()
	return t.app.open()
}

func (t *trouble) editOrg() tea.Cmd {
	t.abandon()
	return t.app.back()
}

// pasteOnly goes on without the callback address that cannot be bound here.
func (t *trouble) pasteOnly() tea.Cmd {
	t.request.PasteOnly = true
	return t.authorise()
}

func (t *trouble) back() tea.Cmd {
	if t.login != nil {
		t.show(t.login)
		return nil
	}
	return t.app.open()
}

// link opens the page of Setup, "" where there is none to open.
func (t *trouble) link() string {
	page, ok := t.kind.SetupPage()
	if !ok {
		return ""
	}
	return t.request.Domain.Setup(page)
}

func (t *trouble) draw(p *page) {
	words, what := t.text.Trouble, t.explain(t.kind)
	p.indented(p.st.bad.Render(markWrong)+" ", p.st.strong, what.Title)
	p.gap()
	t.quote(p, words.Said, t.said)
	t.quote(p, words.Shown, t.shown)
	p.prose(p.st.plain, what.Meaning)
	p.gap()
	p.prose(p.st.dim, words.Who[t.kind.Who()])
	for i, fix := range what.Fix {
		mark := fmt.Sprint(i + 1)
		if len(what.Fix) == 1 {
			mark = markLater
		}
		p.indented(p.st.accent.Render(mark)+" ", p.st.plain, fix)
	}
	if what.Setup != "" {
		p.gap()
		p.prose(p.st.dim, what.Setup)
	}
	if link := t.link(); link != "" {
		p.address(0, link)
	}
}

// quote is what somebody else said, word for word.
func (t *trouble) quote(p *page, who, words string) {
	if words != "" {
		p.prose(p.st.dim, who)
		p.indented(p.st.dim.Render(barIdle)+" ", p.st.plain, words)
		p.gap()
	}
}

// explain is what is known of a kind, with what it is about filled in.
func (w *wizard) explain(k flow.Kind) Trouble {
	t, ok := w.text.Troubles[k]
	if !ok {
		t = w.text.Troubles[flow.KindUnknown]
	}
	r := placeholders(w.request)
	t.Title, t.Meaning, t.Setup = r.Replace(t.Title), r.Replace(t.Meaning), r.Replace(t.Setup)
	fixes := make([]string, len(t.Fix))
	for i, f := range t.Fix {
		fixes[i] = r.Replace(f)
	}
	t.Fix = fixes
	return t
}

// placeholders are what the sentences about failures leave open.
func placeholders(r flow.Request) *strings.Replacer {
	callback, port := r.Callback, ""
	if callback == "" {
		callback = flow.DefaultCallback
	}
	if c, err := flow.ParseCallback(callback); err == nil {
		port = c.Port()
	}
	name := r.Name
	if r.Existing != nil {
		name = r.Existing.Name
	}
	return strings.NewReplacer("{callback}", keystore.Clean(callback, 200), "{port}", port, "{name}", keystore.Clean(name, 64),
		"{host}", keystore.Clean(r.Domain.String(), 100), "{logout}", keystore.Clean(r.Domain.URL("/secur/logout.jsp"), 200))
}

// sentence is the short form of a failure, for beside a field.
func (w *wizard) sentence(k flow.Kind) string {
	t := w.explain(k)
	return t.Title + ". " + t.Fix[0]
}

// copy sends text that is no secret to the clipboard (OSC 52, which nobody
// acknowledges).
func (w *wizard) copy(what, text string) tea.Cmd {
	return tea.Batch(tea.SetClipboard(text), w.say(w.text.Sent(what)))
}
