package tui

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

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

// abandon ends the login under way, if there is one.
func (w *wizard) abandon() {
	if w.run != nil {
		w.run.cancel(errBack)
	}
}

// errBack is the cause when a person goes back.
var errBack = errors.New("went back")

// ErrQuit is what Run returns when the person left before anything was saved.
var ErrQuit error = quit{}

type quit struct{}

func (quit) Error() string             { return "the person left" }
func (quit) Words(t *text.Text) string { return t.Left }

// Times between two frames of a spinner: while sfauth works the person watches the screen,
// while they allow access they watch the browser.
const (
	working = 125 * time.Millisecond
	waiting = 500 * time.Millisecond
)
