// Package tui is the wizard: everything a person sees and presses. It knows
// Bubble Tea, and of Salesforce only what package flow tells it.
package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/clipboard"
	"sfauth/tui/login"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

// Options is what the wizard starts with. Request prefills every screen; what is
// complete in it is not asked for.
type Options struct {
	Text       *text.Text
	Client     *flow.Client
	Request    flow.Request
	Given      login.Given
	Open       string                // of the Saved, by name: it is shown first; empty: their list
	Saved      []keystore.Connection // shown first, or in a Demo after the login; empty: the wizard is one login
	Unread     error                 // of a database that may have more of the Saved; nil: these are all
	Passphrase *Passphrase           // nil: the store asks for none
	Demo       *Demo                 // nil: the real Salesforce
	Err        io.Writer             // told what becomes of what is under way on leaving; nil: nobody is
	Terminal   *window.Terminal      // nil: what the environment says
	window.Streams
}

// Run shows the wizard until it is done or left. The error is ErrQuit when the
// person left, the cause of ctx when that ended it, or what broke the terminal.
// Whatever is under way then is waited for until it is over. A grant that is in memory
// alone is revoked, unless the person has taken it along: the error is a flow.Unkept then.
func Run(ctx context.Context, o Options) error {
	// One processor is enough for a screen: of more, each frame would wake another to look
	// for work.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if o.Terminal == nil {
		o.Terminal = new(window.TerminalOf(os.Getenv))
	}
	w := newWizard(ctx, o)
	w.clipboard = new(clipboard.Clipboard)
	err := w.Run(ctx, o.Streams)
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, tea.ErrProgramKilled) {
		err = cause
	}
	if err == nil {
		err = w.ended
	}
	cancel(ErrQuit)
	if o.Passphrase != nil {
		o.Passphrase.onScreen.Store(false)
	}
	return w.depart(err, cmp.Or(o.Err, io.Discard))
}

// newWizard has a wizard show its first screen: the list of what is saved, or a login.
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
		w.home.unread = o.Unread
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

// depart waits for what must not be left half done, and tells out about it. The screen is
// gone by now.
func (w *wizard) depart(err error, out io.Writer) error {
	defer w.leaveBehind(out)
	w.teller.Speak(out)
	saved := w.run.join()
	switch {
	case w.failedUnseen == nil:
	case errors.Is(w.failedUnseen, err):
		err = w.failedUnseen // it wraps the reason for leaving, and says what that has cost
	default:
		fmt.Fprintln(out, "sfauth:", w.text.Why(w.failedUnseen, w.request))
	}
	if g := w.unsaved.Swap(nil); g != nil {
		w.teller.Await(w.text.Lines.Finishing)
		defer w.teller.Await("")
		err = flow.Unkept{Err: cmp.Or(err, ErrQuit), Revoked: w.client.GiveUp(w.ctx, *g)}
	}
	if saved != nil && errors.Is(err, ErrQuit) {
		err = nil
	}
	return err
}
