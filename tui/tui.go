// Package tui is the wizard: everything a person sees and presses. It knows
// Bubble Tea, and of Salesforce only what package flow tells it.
package tui

import (
	"context"
	"slices"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/clipboard"
	"sfauth/tui/login"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

// wizard is what the screens share: the login under way, the saved connections and what was
// done to them. It is shown in a window.
type wizard struct {
	*window.Window
	ctx    context.Context
	client *flow.Client
	demo   *Demo
	text   *text.Text

	request      flow.Request // of the login under way
	given        login.Given
	blank        flow.Request                   // that a new connection begins with
	secret       *Passphrase                    // nil: nothing asks for one
	stores       map[string]string              // what they are called on this machine, by kind
	found        map[string]keystore.Connection // those that were saved when the wizard began, by id
	deeds        []*deed                        // what was done to connections, in turn
	home         *home                          // nil: one login, and then the end
	org          *org
	app          *app
	run          *run                       // the latest; messages of another are stale
	loginCount   int                        // how many logins there have been
	teller       *login.Teller              // of what is under way, once the person has left
	failedUnseen error                      // of a run that failed then; to be read once it is over
	unsaved      atomic.Pointer[flow.Grant] // in memory alone, and to be revoked on leaving; nil: none
	revoked      *flow.Revoked              // what became of the grant that the latest took the place of

	clipboard *clipboard.Clipboard // of this machine; nil: there is none
	copied    string               // the secret that was copied last, in words

	opening     func() tea.Cmd // begins
	lastFailure error          // the last failure, for who called Run
	ended       error          // why the wizard ended
}

// skipped tells whether the person came from the list to a screen of a login, past those
// before it: a connection that is authorised again asks nothing.
func (w *wizard) skipped(s window.Screen) bool {
	step, _ := s.Place()
	return w.home != nil && step <= w.FirstStep
}

// before goes back from a screen of a login, to the list where the person came from there.
func (w *wizard) before(s window.Screen, back func() tea.Cmd) tea.Cmd {
	if w.skipped(s) {
		return w.home.open()
	}
	return back()
}

func newWizard(ctx context.Context, o Options) *wizard {
	w := &wizard{ctx: ctx, client: o.Client, demo: o.Demo, secret: o.Passphrase, text: o.Text, blank: o.Request, stores: map[string]string{}, found: map[string]keystore.Connection{}}
	mark := ""
	if w.demo != nil {
		mark = w.text.Demo
	}
	w.Window = window.New(w, w.text, mark)
	if o.Terminal != nil {
		w.Terminal = *o.Terminal
	}
	for _, c := range o.Saved {
		w.found[c.ID] = c
	}
	if c := o.Request.Existing; c != nil {
		w.found[c.ID] = *c
	}
	w.teller = login.NewTeller(w.text, w.client, new(flow.Request), nil)
	if len(o.Saved) > 0 {
		w.home = newHome(w, o.Saved)
	}
	if w.home != nil && (w.demo == nil || o.Open != "") { // the demo shows a login first, and then the list
		w.opening = w.home.resume
		w.Show(w.home)
		if i := slices.IndexFunc(w.home.shown, func(s *saved) bool { return s.Name == o.Open }); i >= 0 {
			w.home.at = i
			w.home.openConnection(w.home.shown[i])
		}
		return w
	}
	w.prepare(o.Request, o.Given)
	w.opening = w.begin
	w.Show(w.org)
	return w
}

// Open looks and listens for what concerns all screens, and begins with the first.
func (w *wizard) Open() tea.Cmd { return tea.Batch(w.listen(), w.askStores(), w.opening()) }

// Subject is the connection or the org that the login under way is of, else "new".
func (w *wizard) Subject() string {
	switch {
	case w.request.Existing != nil:
		return keystore.Clean(w.request.Existing.Name, 40)
	case w.request.Domain.IsZero():
		return w.text.New
	}
	return keystore.Clean(w.request.Domain.String(), 60)
}

// Behind is whose run is under way.
func (w *wizard) Behind() window.Screen {
	if w.run == nil || w.run.ctx.Err() != nil {
		return nil
	}
	return w.run.owner
}

// prepare makes the screens of a login.
func (w *wizard) prepare(r flow.Request, given login.Given) {
	w.request, w.given = r, given
	w.loginCount++
	w.FirstStep = len(w.text.Steps)
	w.org, w.app = newOrg(w), newApp(w, given)
}

// begin opens the first screen of a login that has something to ask; the demo shows all.
func (w *wizard) begin() tea.Cmd {
	switch {
	case w.request.Domain.IsZero(), login.HostOf(w.request.Domain, w.request, w.given).Doubt != "", w.demo != nil && w.request.Existing == nil:
		w.Show(w.org)
		return w.org.Follow()
	case !w.app.complete():
		return w.app.open()
	}
	return w.authorise()
}

// End ends the wizard, and asks about a secret that was copied first.
func (w *wizard) End() tea.Cmd {
	if c, asked := w.Screen.(*clearing); asked {
		return c.leave()
	}
	if step, _ := w.Screen.Place(); step > 0 { // the person gives up a login
		return w.quit(ErrQuit)
	}
	return w.quit(nil)
}

// ErrQuit is what Run returns when the person left before anything was saved.
var ErrQuit error = quit{}

type quit struct{}

func (quit) Error() string             { return "the person left" }
func (quit) Words(t *text.Text) string { return t.Left }
