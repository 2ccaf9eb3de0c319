package tui

import (
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

// trouble is the one screen for failures: what was said, what it means, who can
// fix it and where, and the keys that make sense from there.
type trouble struct {
	w     *wizard
	kind  flow.Kind
	said  string        // Salesforce's own words, cleaned
	fate  string        // of a grant that came and is not kept
	where string        // the file or the variable it is about
	shown string        // those that a person saw in the browser
	login window.Screen // still waiting behind this screen; nil: it has ended

	from  window.Screen  // of what failed outside a login; nil: a login did
	about flow.Request   // what it was about
	redo  func() tea.Cmd // nil: there is nothing to try again
}

// openTrouble shows the failure that ended a login.
func (w *wizard) openTrouble(err error) {
	t := &trouble{w: w, kind: flow.KindOf(err), about: w.request}
	t.said, t.where = login.Quote(err)
	if u, ok := errors.AsType[flow.Unkept](err); ok {
		t.fate = w.text.Unkept(u, w.request)
	}
	w.Appear(t)
}

// fail explains what went wrong with a saved connection. A person who did not
// give the passphrase knows why nothing came of it, and goes back to where they were.
func (w *wizard) fail(from window.Screen, c keystore.Connection, err error, redo func() tea.Cmd) tea.Cmd {
	if errors.Is(err, errNotGiven) {
		w.Show(from)
		return nil
	}
	t := &trouble{w: w, kind: flow.KindOf(err), from: from, about: text.RequestOf(c), redo: redo}
	t.said, t.where = login.Quote(err)
	w.Appear(t)
	return nil
}

func (t *trouble) Place() (int, string) {
	if t.from != nil {
		return 0, t.w.text.Trouble.Title
	}
	return 3, t.w.text.Trouble.Title
}
func (t *trouble) Succeeded() (yes, over bool) { return false, t.login == nil }
func (t *trouble) Under() window.Screen        { return t.from }
func (t *trouble) Focus() *page.Field          { return nil }

// Keys has what most likely helps first, and on enter.
func (t *trouble) Keys() []page.Action {
	k := t.w.text.Keys
	setupPage, _ := t.kind.SetupPage()
	inSetup := t.w.openSetup(t, t.about.Domain, setupPage)
	if t.from != nil {
		var keys []page.Action
		if t.redo != nil {
			keys = append(keys, page.Press("r", k.Retry, t.redo))
		}
		return append(append(keys, inSetup...), page.Press("esc enter", k.Back, t.back))
	}
	retry, app, org := page.Press("r", k.Retry, t.retry), page.Press("a", k.EditApp, t.w.editApp), page.Press("d", k.EditOrg, t.editOrg)
	keys := []page.Action{retry, app, org}
	if t.kind.Verdict() == flow.ClientWrong {
		keys = []page.Action{app, retry, org}
	}
	keys[0].SetKeys(append(keys[0].Keys(), "enter")...)
	if t.login == nil && login.IsPort(t.kind) {
		keys = append(keys, page.Press("p", k.Paste, t.pasteOnly))
	}
	if t.offersFile() {
		keys = slices.Insert(keys, 1, page.Press("f", k.UseFile, t.useFile))
	}
	if t.kind == flow.KindTimeout {
		keys = append(keys, page.Press("e", k.SeesError, func() tea.Cmd { return t.w.openBrowserError(t, nil, "") }))
	}
	return append(append(keys, inSetup...), page.Press("esc", k.Back, t.back))
}

// offersFile tells whether the keychain is what failed and an encrypted file could
// take its place: a connection that exists stays where it is.
func (t *trouble) offersFile() bool {
	return t.login == nil && login.CanUseFile(t.w.client, t.w.request, t.kind)
}

func (t *trouble) useFile() tea.Cmd {
	t.w.keepIn(login.UseFile)
	return t.retry()
}

func (t *trouble) retry() tea.Cmd {
	t.w.abandon()
	return t.w.authorise()
}

func (t *trouble) editOrg() tea.Cmd {
	t.w.abandon()
	t.w.Show(t.w.org)
	return nil
}

// pasteOnly goes on without the callback address that cannot be bound here.
func (t *trouble) pasteOnly() tea.Cmd {
	t.w.request.PasteOnly = true
	return t.w.authorise()
}

func (t *trouble) back() tea.Cmd {
	switch {
	case t.login != nil:
		t.w.Show(t.login)
		return nil
	case t.from != nil:
		t.w.Show(t.from)
		return nil
	}
	return t.w.before(t, t.w.app.open)
}

func (t *trouble) Draw(p *page.Page) {
	words, what := t.w.text.Trouble, t.w.text.Explain(t.kind, t.about)
	p.Indented(p.Style.Bad.Render(page.MarkWrong)+" ", p.Style.Strong, what.Title)
	if t.where != "" {
		p.Aside("  " + t.where)
	}
	p.Gap()
	t.quote(p, words.Said, t.said)
	t.quote(p, words.Shown, t.shown)
	p.Prose(p.Style.Plain, what.Meaning)
	if t.fate != "" {
		p.Prose(p.Style.Plain, t.fate)
	}
	p.Gap()
	p.Prose(p.Style.Dim, words.Who.Of(t.kind.Who()))
	for i, fix := range what.Fix {
		mark := fmt.Sprint(i + 1)
		if len(what.Fix) == 1 {
			mark = page.MarkLater
		}
		p.Indented(p.Style.Accent.Render(mark)+" ", p.Style.Plain, fix)
	}
	if t.offersFile() {
		p.Gap()
		p.Indented(p.Style.Accent.Render("f")+" ", p.Style.Plain, words.OrFile)
	}
	if what.Setup != "" {
		p.Gap()
		p.Prose(p.Style.Dim, what.Setup)
	}
	setupPage, _ := t.kind.SetupPage()
	if link := t.w.setup(t.about.Domain, setupPage); link != "" {
		p.Address(0, link)
	}
}

// quote is what somebody else said, word for word.
func (t *trouble) quote(p *page.Page, who, words string) {
	if words != "" {
		p.Prose(p.Style.Dim, who)
		p.Indented(p.Style.Dim.Render(page.BarIdle)+" ", p.Style.Plain, words)
		p.Gap()
	}
}
