package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// authorise is step 3: a login under way. It hears what the flow tells and shows
// it; the login goes on behind other screens, too.
type authorise struct {
	w        *wizard
	stage    stage
	since    time.Time                // that it is at this stage
	took     [stageOver]time.Duration // by the stages that are over
	vault    string                   // where the secrets will go, in words
	asks     bool                     // the keychain, in a window of its own
	callback string
	only     bool  // the answer can only be pasted
	browser  error // why none was opened; nil: one was
	url      string
	wait     *flow.Wait
	waiting  time.Time // since when
	deadline time.Time
	strays   int
	tls      bool   // the browser insisted on https
	foreign  bool   // another user of this machine has sent an answer
	shows    string // the page that the demo's stand-in could not get past
	paste    *page.Field
	pasting  bool
}

// stage is how far a login has come: the line of the checklist that is worked on.
type stage int

const (
	stageKeychain stage = iota
	stageListen
	stageBrowser
	stageWait
	stageExchange
	stageIdentify
	stageSave
	stageName   // of the user, which is saved without it
	stageRevoke // of the old refresh token, where there is one
	stageOver
)

// authorise begins a login with the request as it is now.
func (w *wizard) authorise() tea.Cmd {
	a := &authorise{w: w, since: time.Now(), paste: page.NewField("", w.text.Authorise.PasteLike)}
	w.Show(a)
	w.revoked = nil
	r, client := w.request, w.client
	teller := login.NewTeller(w.text, client, new(r), nil)
	w.teller = teller
	login := w.start(a, func(ctx context.Context, send func(window.InTurn)) (*keystore.Connection, error) {
		defer w.giveUpUnsaved(client)()
		grant, err := client.Authorize(ctx, r, func(e flow.Event) {
			if ctx.Err() == nil {
				teller.Follow(e)
			} else { // the person has left: the lines say what the screen would have shown
				teller.Tell(e)
			}
			send(func() tea.Cmd { a.heard(e); return nil })
		})
		if err != nil && !grant.Secrets.RefreshToken.Empty() {
			w.unsaved.Store(&grant)
		}
		send(func() tea.Cmd { return a.ended(grant, err) })
		if err != nil {
			return nil, err
		}
		return &grant.Connection, nil
	})
	return tea.Batch(login, window.After(working, a.tick))
}

// giveUpUnsaved ends a grant that another one is to take the place of, meanwhile.
func (w *wizard) giveUpUnsaved(client *flow.Client) (wait func()) {
	var over sync.WaitGroup
	if g := w.unsaved.Swap(nil); g != nil {
		over.Go(func() { _ = client.GiveUp(w.ctx, *g) }) // the person has begun another login, and is not told how this one ended
	}
	return over.Wait
}

// pace is the time between two frames of the spinner.
func (a *authorise) pace() time.Duration {
	if a.stage == stageWait {
		return waiting
	}
	return working
}

func (a *authorise) Place() (int, string) { return 3, a.w.text.Authorise.Title }

func (a *authorise) Focus() *page.Field {
	if a.pasting {
		return a.paste
	}
	return nil
}

// WouldLose warns while the authorization code is spent: it can be exchanged only once.
func (a *authorise) WouldLose() string {
	if a.stage > stageWait && a.stage <= stageSave {
		return a.w.text.Authorise.Finishing
	}
	return ""
}

// spinner is what turns while a step lasts.
func (a *authorise) spinner() string {
	if !a.w.Terminal.Moves {
		return string(page.Spinner[0])
	}
	return string(page.Spinner[int(time.Since(a.since)/a.pace())%len(page.Spinner)])
}

// tick has the next frame drawn: the spinner's, and with it the countdown.
func (a *authorise) tick() tea.Cmd {
	if a.w.run.owner != window.Screen(a) || a.w.run.ctx.Err() != nil || a.stage == stageOver {
		return nil
	}
	return window.After(a.pace(), a.tick)
}

// Pasted takes the answer at once, whether or not the field for it is open.
func (a *authorise) Pasted(msg tea.PasteMsg) {
	if a.stage != stageWait {
		return
	}
	if !a.pasting {
		a.startPaste()
		a.paste.Update(msg, a.w.text.InvisibleCharacters)
	}
	a.sendPaste()
}

// heard is an event of the flow; each says that what came before it is done.
func (a *authorise) heard(e flow.Event) {
	before := a.stage
	defer func() {
		if a.stage != before {
			a.took[before], a.since = time.Since(a.since), time.Now()
		}
	}()
	a.asks = false
	switch e := e.(type) {
	case flow.KeychainAsks:
		a.asks = true
	case flow.KeychainReady:
		a.w.nameStore(e.Kind, e.Name)
		a.stage, a.vault = stageListen, a.w.storeName(e.Kind)
		if e.Kind == keystore.PostgresKind { // the line says what it is
			a.vault = a.w.stores[e.Kind]
		}
	case flow.Listening:
		a.stage, a.callback, a.only = stageBrowser, keystore.Clean(e.Callback, 200), e.PasteOnly
	case flow.Browser:
		a.stage, a.browser = stageWait, e.Err
	case flow.Waiting:
		a.stage, a.url, a.wait = stageWait, e.URL, e.Wait
		a.waiting, a.deadline = time.Now(), e.Deadline
		if (a.browser != nil || a.only) && a.w.demo == nil || e.Refused != nil {
			a.startPaste()
		}
		if e.Refused != nil {
			a.paste.Set("")
			a.paste.Complaint = a.w.sentence(flow.KindOf(e.Refused))
		}
	case flow.Stray:
		a.strays, a.tls, a.foreign = e.Count, a.tls || e.TLS, a.foreign || e.Foreign
	case flow.CodeReceived:
		a.stage, a.pasting, a.deadline = stageExchange, false, time.Time{}
		a.w.Show(a) // help, or the list of what a browser shows, may lie over it
	case flow.TokensReceived:
		a.stage = stageIdentify
	case flow.Identified:
		a.stage = stageSave
	case flow.Saved:
		a.stage = stageName
	case flow.Named:
		if a.stage == stageName { // a name that comes before the save has no connection yet
			a.stage = stageRevoke
		}
	case flow.Revoked:
		a.w.revoked = &e
	}
}

// ended goes to where the login has led: nothing that was obtained is lost.
func (a *authorise) ended(g flow.Grant, err error) tea.Cmd {
	a.stage, a.deadline = stageOver, time.Time{}
	a.w.hasSeenAll()
	var how string
	if err == nil || !g.Secrets.RefreshToken.Empty() {
		how = a.w.openDone(g, err).heading()
	} else {
		a.w.openTrouble(err)
		how = a.w.text.Explain(flow.KindOf(err), a.w.request).Title
	}
	return a.w.Call(keystore.Clean(how, 80))
}

// Awaited tells whether the login is under way, for a person who looks at the browser.
func (a *authorise) Awaited() bool { return a.stage < stageOver }

// Percent of the time to allow access that has passed.
func (a *authorise) Percent() (percent int, waits bool) {
	return int(100 * time.Since(a.waiting) / max(time.Second, a.deadline.Sub(a.waiting))), !a.deadline.IsZero()
}

func (a *authorise) Keys() []page.Action {
	t := a.w.text.Keys
	if a.pasting {
		return []page.Action{
			page.Press("enter", t.SendPaste, a.sendPaste),
			page.Press("esc", t.StopPaste, func() tea.Cmd { a.pasting = false; a.paste.Blur(); return nil }),
			page.Press("ctrl+y", t.CopyLink, a.copyLink),
		}
	}
	var keys []page.Action
	if a.stage == stageWait && a.wait != nil {
		keys = append(a.demoKeys(),
			page.Press("c", t.CopyLink, a.copyLink),
			page.Press("o", t.OpenAgain, a.openBrowser),
			page.Press("p", t.Paste, func() tea.Cmd { a.startPaste(); return nil }),
			page.Press("e", t.SeesError, func() tea.Cmd { return a.w.openBrowserError(a, a, a.shows) }),
			page.Press("u", t.ShowLink, a.showLink),
			page.Press("+ =", t.MoreTime, func() tea.Cmd { a.deadline = a.wait.Extend(5 * time.Minute); return nil }),
		)
	}
	if a.stage <= stageWait {
		if a.w.skipped(a) {
			keys = append(keys, page.Press("a", t.EditApp, a.w.editApp))
		}
		keys = append(keys, page.Press("esc", t.Back, a.giveUp))
	}
	return keys
}

// giveUp ends the login; what was typed is kept.
func (a *authorise) giveUp() tea.Cmd {
	a.w.abandon()
	return a.w.before(a, a.w.app.open)
}

func (a *authorise) copyLink() tea.Cmd {
	return a.w.put(a.w.text.Authorise.Link, a.url, a.w.text.Clipboard.PressU, shared)
}

func (a *authorise) showLink() tea.Cmd {
	a.w.ShowAlone(a, a.w.text.Authorise.Link, a.url, a.copyLink)
	return nil
}

func (a *authorise) openBrowser() tea.Cmd {
	ctx, wait := a.w.run.ctx, a.wait
	return func() tea.Msg {
		err := wait.Open(ctx)
		return window.InTurn(func() tea.Cmd {
			if a.stage == stageWait {
				a.browser = err
			}
			return nil
		})
	}
}

func (a *authorise) startPaste() {
	a.pasting = true
	a.paste.Focus()
}

// sendPaste hands what was pasted to the login; the listener keeps listening.
func (a *authorise) sendPaste() tea.Cmd {
	if a.paste.Complaint != "" || a.paste.Value() == "" || a.wait == nil {
		return nil
	}
	if err := a.wait.Paste(a.paste.Value()); err != nil {
		a.paste.Complaint = a.w.sentence(flow.KindOf(err))
	}
	return nil
}
