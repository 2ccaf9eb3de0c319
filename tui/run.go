package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

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
	Passphrase *Passphrase           // nil: the store asks for none
	Demo       *Demo                 // nil: the real Salesforce
	Input      io.Reader             // nil: the terminal
	Output     io.Writer             // nil: the terminal
	Err        io.Writer             // told what becomes of what is under way on leaving; nil: nobody is
	Terminal   *window.Terminal      // nil: what the environment says
	Profile    *colorprofile.Profile // nil: what the terminal can do, without colour under NO_COLOR
}

// Demo is what the wizard offers when Salesforce is simulated.
type Demo struct {
	Host     string   // the login host that it plays
	Faults   []string // ways to fail, by name
	Fault    string   // the one in which Salesforce fails now; empty: none
	SetFault func(name string)
	Visit    func(ctx context.Context, url string, allow bool) error // the stand-in for a person with a browser
}

// Outcome is what the wizard leaves behind.
type Outcome struct {
	Connection *keystore.Connection // nil: nothing was saved
	Err        error                // the last failure that was shown
}

// Run shows the wizard until it is done or left. The error is ErrQuit when the
// person left, the cause of ctx when that ended it, or what broke the terminal.
// Whatever is under way then is waited for until it is over. A grant that is in memory
// alone is revoked, unless the person has taken it along: the error is a flow.Unkept then.
func Run(ctx context.Context, o Options) (Outcome, error) {
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
	err := w.Run(ctx, window.Streams{Input: o.Input, Output: o.Output, Profile: o.Profile})
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

// depart waits for what must not be left half done, and tells out about it. The screen is
// gone by now.
func (w *wizard) depart(err error, out io.Writer) (Outcome, error) {
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
	return Outcome{Connection: saved, Err: w.lastFailure}, err
}

// run is work in a goroutine of its own. News and the result travel through one
// channel, so that neither overtakes the other.
type run struct {
	owner   window.Screen // who hears of it, whatever screen is shown
	ctx     context.Context
	cancel  context.CancelCauseFunc
	msgs    chan window.InTurn
	done    chan struct{}
	saved   *keystore.Connection // by the login, to be read once done is closed
	ofLogin int                  // which it is of
}

// work is what a run does. It returns what is saved by then, if anything, and what failed,
// for a person who has left and sees no screen any more.
type work func(ctx context.Context, send func(window.InTurn)) (*keystore.Connection, error)

// start runs work once the run before it has ended and let go of the callback's port.
func (w *wizard) start(owner window.Screen, work work) tea.Cmd {
	prev := w.run
	r := &run{owner: owner, msgs: make(chan window.InTurn), done: make(chan struct{}), ofLogin: w.loginCount}
	r.ctx, r.cancel = context.WithCancelCause(w.ctx)
	w.run = r
	send := func(do window.InTurn) {
		select {
		case r.msgs <- w.ofRun(r, do):
		case <-r.ctx.Done():
		}
	}
	go func() {
		defer close(r.done)
		defer close(r.msgs)
		defer func() {
			if v := recover(); v != nil { // Bubble Tea gives the terminal back before anything is printed
				err := fmt.Errorf("sfauth crashed: %v\n%s", v, debug.Stack())
				send(func() tea.Cmd { w.ended = err; return tea.Quit })
			}
		}()
		if prev != nil {
			prev.cancel(errBack)
			<-prev.done
			if prev.ofLogin == r.ofLogin {
				r.saved = prev.saved
			}
		}
		saved, err := work(r.ctx, send)
		if saved != nil {
			r.saved = saved
			w.did(*saved)
		}
		if w.ctx.Err() != nil && err != nil && err != context.Cause(w.ctx) {
			w.failedUnseen = err
		}
	}()
	return r.next
}

// ofRun does what a run wants done, as long as it is the latest, and hears what it wants next.
func (w *wizard) ofRun(r *run, do window.InTurn) window.InTurn {
	return func() tea.Cmd {
		if w.run != r || r.ctx.Err() != nil {
			return nil // the person has gone back, or has begun another run
		}
		return tea.Batch(do(), r.next)
	}
}

// finish is start for what must not be left half done, and saves nothing: who leaves is
// told that it is waited for.
func (w *wizard) finish(owner window.Screen, do func(ctx context.Context, send func(window.InTurn)) error) tea.Cmd {
	teller := w.teller
	return w.start(owner, func(ctx context.Context, send func(window.InTurn)) (*keystore.Connection, error) {
		teller.Await(w.text.Lines.Finishing)
		defer teller.Await("")
		return nil, do(ctx, send)
	})
}

// next is a Cmd: it waits for one message of the run; nil when it has ended.
func (r *run) next() tea.Msg {
	if msg, ok := <-r.msgs; ok {
		return msg
	}
	return nil
}

// join waits for the end of the run, and of those before it, and returns what is saved.
func (r *run) join() *keystore.Connection {
	if r == nil {
		return nil
	}
	<-r.done
	return r.saved
}

// Times between two frames of a spinner: while sfauth works the person watches the screen,
// while they allow access they watch the browser.
const (
	working = 125 * time.Millisecond
	waiting = 500 * time.Millisecond
)

// errBack is the cause when a person goes back.
var errBack = errors.New("went back")
