// Package tui is the wizard: everything a person sees and presses. It knows
// Bubble Tea, and of Salesforce only what package flow tells it.
package tui

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/clipboard"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

// screen is one page of the wizard. Only wizard is a tea.Model; a screen is a
// plain struct that says what can be pressed, hears what happened and draws.
type screen interface {
	place() (step int, title string) // step 0: none of a login
	focus() *page.Field              // the text field that takes what is typed, or nil
	keys() []page.Action             // what can be pressed now, most important first
	draw(*page.Page)
}

// follower is a screen that keeps in step with whatever has happened, a letter typed or
// news: what follows from it is done after each message.
type follower interface{ follow() tea.Cmd }

// paster is a screen that takes a paste wherever the focus is; its field has had it already.
type paster interface{ pasted(tea.PasteMsg) }

// keeper is a screen that has something to lose: the sentence that says what, or "".
type keeper interface{ wouldLose() string }

// verdict is a screen that says how something has ended.
type verdict interface{ succeeded() (yes, over bool) }

// timed is a screen that waits no longer than some time, of which percent has passed.
type timed interface {
	percent() (percent int, waits bool)
}

// overlay is a screen that lies over another for a while.
type overlay interface{ under() screen }

type wizard struct {
	ctx    context.Context
	client *flow.Client
	demo   *Demo
	text   *text.Text

	request      flow.Request // of the login under way
	given        login.Given
	blank        flow.Request // that a new connection begins with
	secret       *Passphrase  // nil: nothing asks for one
	screen       screen
	stores       map[string]string              // what they are called on this machine, by kind
	found        map[string]keystore.Connection // those that were saved when the wizard began, by id
	deeds        []*deed                        // what was done to connections, in turn
	home         *home                          // nil: one login, and then the end
	org          *org
	app          *app
	run          *run                       // the latest; messages of another are stale
	loginCount   int                        // how many logins there have been
	firstStep    int                        // of this one that the person has seen
	teller       *login.Teller              // of what is under way, once the person has left
	failedUnseen error                      // of a run that failed then; to be read once it is over
	unsaved      atomic.Pointer[flow.Grant] // in memory alone, and to be revoked on leaving; nil: none
	revoked      *flow.Revoked              // what became of the grant that the latest took the place of

	width, height int
	profile       colorprofile.Profile
	ground        page.Ground
	st            page.Styles
	terminal      Terminal
	elsewhere     bool      // the person looks at another window
	unreadUntil   time.Time // a screen that came by itself takes no keys, and shows none
	pausing       bool      // the end of that is waited for
	stepSince     time.Time // that the login is at its step; zero: for long
	scroll        int
	note          string               // one line above the key help
	clipboard     *clipboard.Clipboard // of this machine; nil: there is none
	copied        string               // the secret that was copied last, in words
	notes         int                  // how many there have been: only the latest is cleared
	leaving       bool                 // ctrl+c was pressed where something would be lost
	pressed       tea.Mouse            // where the mouse was, when its button went down
	selecting     bool                 // the mouse is the terminal's until the next key: somebody has dragged it

	opening     func() tea.Cmd // begins
	lastFailure error          // the last failure, for who called Run
	ended       error          // why the wizard ended
}

// inTurn is what a Cmd or a run wants done with what it has found, in Update's turn
// and whatever screen is shown by then.
type inTurn func() tea.Cmd

// after does something in Update's turn, a while on.
func after(d time.Duration, do inTurn) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return do })
}

// uppermost is the screen, or that which others lie over.
func (w *wizard) uppermost() screen {
	s := w.screen
	for {
		o, ok := s.(overlay)
		if !ok || o.under() == nil {
			return s
		}
		s = o.under()
	}
}

// show goes to a screen.
func (w *wizard) show(s screen) {
	w.screen, w.scroll, w.note, w.leaving, w.unreadUntil = s, 0, "", false, time.Time{}
	if step, _ := s.place(); step > 0 {
		w.firstStep = min(w.firstStep, step)
	}
}

// skipped tells whether the person came from the list to a screen of a login, past those
// before it: a connection that is authorised again asks nothing.
func (w *wizard) skipped(s screen) bool {
	step, _ := s.place()
	return w.home != nil && step <= w.firstStep
}

// before goes back from a screen of a login, to the list where the person came from there.
func (w *wizard) before(s screen, back func() tea.Cmd) tea.Cmd {
	if w.skipped(s) {
		return w.home.open()
	}
	return back()
}

// appear shows a screen that nobody asked for at this moment. What is typed on until there
// has been a pause was meant for the screen before.
func (w *wizard) appear(s screen) {
	w.show(s)
	w.unreadUntil = time.Now().Add(pause)
}

// pause is what a person needs to see that the screen is another.
const pause = 400 * time.Millisecond

// isUnread tells whether the screen came by itself and the person types on; each key
// begins the pause anew.
func (w *wizard) isUnread() bool {
	if !time.Now().Before(w.unreadUntil) {
		return false
	}
	w.unreadUntil = time.Now().Add(pause)
	return true
}

// say shows a sentence above the key help for as long as it takes to read it.
func (w *wizard) say(s string) tea.Cmd {
	w.notes++
	w.note = s
	n := w.notes
	return after(2*time.Second+time.Duration(len(s))*60*time.Millisecond, func() tea.Cmd {
		if n == w.notes {
			w.note = ""
		}
		return nil
	})
}

func newWizard(ctx context.Context, o Options) *wizard {
	w := &wizard{ctx: ctx, client: o.Client, demo: o.Demo, secret: o.Passphrase, text: o.Text, blank: o.Request, stores: map[string]string{}, found: map[string]keystore.Connection{}, profile: colorprofile.TrueColor}
	w.paint()
	if o.Terminal != nil {
		w.terminal = *o.Terminal
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
		w.show(w.home)
		if i := slices.IndexFunc(w.home.shown, func(s *saved) bool { return s.Name == o.Open }); i >= 0 {
			w.home.at = i
			w.home.openConnection(w.home.shown[i])
		}
		return w
	}
	w.prepare(o.Request, o.Given)
	w.opening = w.begin
	w.show(w.org)
	return w
}

// paint makes the styles for what is known of the terminal.
func (w *wizard) paint() { w.st = page.NewStyles(w.ground, w.profile) }

func (w *wizard) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, w.listen(), w.askStores(), w.opening())
}

// prepare makes the screens of a login.
func (w *wizard) prepare(r flow.Request, given login.Given) {
	w.request, w.given = r, given
	w.loginCount++
	w.firstStep = len(w.text.Steps)
	w.org, w.app = newOrg(w), newApp(w, given)
}

// begin opens the first screen of a login that has something to ask; the demo shows all.
func (w *wizard) begin() tea.Cmd {
	switch {
	case w.request.Domain.IsZero(), login.HostOf(w.request.Domain, w.request, w.given).Doubt != "", w.demo != nil && w.request.Existing == nil:
		w.show(w.org)
		return w.org.follow()
	case !w.app.complete():
		return w.app.open()
	}
	return w.authorise()
}

func (w *wizard) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	before, _ := w.screen.place()
	all := []tea.Cmd{w.hear(msg)}
	if f, ok := w.screen.(follower); ok {
		all = append(all, f.follow())
	}
	if now, _ := w.screen.place(); now > before && before > 0 && w.terminal.Moves {
		w.stepSince = time.Now()
		all = append(all, w.fill())
	}
	if pause := time.Until(w.unreadUntil); pause > 0 && !w.pausing {
		w.pausing = true
		all = append(all, after(pause, func() tea.Cmd { w.pausing = false; return nil })) // the keys are shown then
	}
	return w, tea.Batch(all...)
}

func (w *wizard) hear(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		w.width, w.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		w.ground = page.LightGround
		if msg.IsDark() {
			w.ground = page.DarkGround
		}
		w.paint()
	case tea.ColorProfileMsg:
		w.profile = msg.Profile
		w.paint()
	case runMsg:
		if msg.run != w.run || msg.run.ctx.Err() != nil {
			return nil // the person has gone back, or has begun another run
		}
		return tea.Batch(msg.do(), msg.run.next)
	case inTurn:
		return msg()
	case tea.KeyPressMsg:
		return w.press(msg)
	case tea.FocusMsg:
		w.elsewhere = false
	case tea.BlurMsg:
		w.elsewhere = true
	case tea.MouseMsg:
		return w.point(msg)
	case tea.PasteMsg:
		if w.isUnread() {
			return nil
		}
		if f := w.screen.focus(); f != nil {
			f.Update(msg, w.text.InvisibleCharacters)
		}
		if p, ok := w.screen.(paster); ok {
			p.pasted(msg)
		}
	}
	return nil
}

// leave ends the wizard; where that would lose something it says so first.
func (w *wizard) leave() tea.Cmd {
	if lost := w.wouldLose(); lost != "" && !w.leaving {
		w.leaving, w.note = true, lost
		w.notes++
		return nil
	}
	if c, asked := w.screen.(*clearing); asked {
		return c.leave()
	}
	if step, _ := w.screen.place(); step > 0 { // the person gives up a login
		return w.quit(ErrQuit)
	}
	return w.quit(nil)
}

// wouldLose is what the screen, or the run behind it, would lose.
func (w *wizard) wouldLose() string {
	at := []screen{w.uppermost()}
	if w.run != nil {
		at = append(at, w.run.owner)
	}
	for _, s := range at {
		if k, ok := s.(keeper); ok && k.wouldLose() != "" {
			return k.wouldLose()
		}
	}
	return ""
}

// ErrQuit is what Run returns when the person left before anything was saved.
var ErrQuit error = quit{}

type quit struct{}

func (quit) Error() string             { return "the person left" }
func (quit) Words(t *text.Text) string { return t.Left }
