package tui

import (
	"context"
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

	opening func() tea.Cmd // begins
	ended   error          // why the wizard ended
}

// Demo is what the wizard offers when Salesforce is simulated.
type Demo struct {
	Host     string   // the login host that it plays
	Faults   []string // ways to fail, by name
	Fault    string   // the one in which Salesforce fails now; empty: none
	SetFault func(name string)
	Visit    func(ctx context.Context, url string, allow bool) error // the stand-in for a person with a browser
}

// skipped tells whether the person came from the list to a screen of a login, past those
// before it: a connection that is authorised again asks nothing.
func (w *wizard) skipped(s window.Screen) bool {
	return w.home != nil && window.Step(s) <= w.FirstStep
}

// before goes back from a screen of a login, to the list where the person came from there.
func (w *wizard) before(s window.Screen, back func() tea.Cmd) tea.Cmd {
	if w.skipped(s) {
		return w.home.open()
	}
	return back()
}

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

// keepIn changes where what is new is kept. What is under way goes on with the store that it
// began with.
func (w *wizard) keepIn(use func(*flow.Client)) {
	w.client = new(*w.client)
	use(w.client)
}

// hasSeenAll has the person who leaves from here on be told nothing of the login so far: it
// was on the screen.
func (w *wizard) hasSeenAll() {
	w.teller = login.NewTeller(w.text, w.client, new(w.request), nil)
}

// begin opens the first screen of a login that has something to ask; the demo shows all.
func (w *wizard) begin() tea.Cmd {
	switch {
	case w.request.Domain.IsZero(), login.HostOf(w.request.Domain, w.request, w.given).Doubt != "", w.demo != nil && w.request.Existing == nil:
		w.Show(w.org)
		return w.org.Follow()
	case !w.app.complete(), w.app.isOdd():
		return w.app.open()
	}
	return w.authorise()
}
