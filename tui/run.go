package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sfauth/flow"
	"sfauth/keystore"
)

// Options is what the wizard starts with. Request prefills every screen; what is
// complete in it is not asked for.
type Options struct {
	Client     *flow.Client
	Request    flow.Request
	Given      Given
	Saved      []keystore.Connection // shown first, where there are any; else the wizard is one login
	Passphrase *Passphrase           // nil: the store asks for none
	Demo       *Demo                 // nil: the real Salesforce
	Input      io.Reader             // nil: the terminal
	Output     io.Writer             // nil: the terminal
	Err        io.Writer             // told why leaving takes long; nil: nobody is
	Profile    *colorprofile.Profile // nil: what the terminal can do, without colour under NO_COLOR
}

// Given says what was decided about the Request besides.
type Given struct {
	ClientSecret bool // an empty one was chosen: a public client
	Domain       bool // it is meant, whosever host it is
}

// Demo is what the wizard offers when Salesforce is simulated.
type Demo struct {
	Faults   []Choice
	SetFault func(name string)                                       // "" for none
	Visit    func(ctx context.Context, url string, allow bool) error // the stand-in for a person with a browser
}

// Choice is a row to choose: Name for the program, Title for people.
type Choice struct{ Name, Title string }

// Outcome is what the wizard leaves behind.
type Outcome struct {
	Connection *keystore.Connection // nil: nothing was saved
	Err        error                // the last failure that was shown
}

// Run shows the wizard until it is done or left. The error is ErrQuit when the
// person left, the cause of ctx when that ended it, or what broke the terminal.
// A login that was saving when it ended is waited for, up to 3 seconds; a renewal or
// a removal until it is over.
func Run(ctx context.Context, o Options) (Outcome, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := newWizard(ctx, o)
	_, err := tea.NewProgram(w, o.program(ctx)...).Run()
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, tea.ErrProgramKilled) {
		err = cause
	}
	if err == nil {
		err = w.end
	}
	cancel(ErrQuit)
	if o.Passphrase != nil {
		o.Passphrase.onScreen.Store(false)
	}
	if o.Err != nil {
		defer Unhurried(o.Err)()
	}
	w.unfinished.Wait()
	if w.unseen != nil && o.Err != nil {
		fmt.Fprintln(o.Err, "sfauth:", Why(w.unseen, w.request))
	}
	out := Outcome{Connection: w.run.join(3 * time.Second), Err: w.trouble}
	if out.Connection != nil && errors.Is(err, ErrQuit) {
		err = nil
	}
	return out, err
}

func (o Options) program(ctx context.Context) []tea.ProgramOption {
	all := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler()}
	if o.Input != nil {
		all = append(all, tea.WithInput(o.Input))
	}
	if o.Output != nil {
		all = append(all, tea.WithOutput(o.Output))
	}
	switch {
	case o.Profile != nil:
		all = append(all, tea.WithColorProfile(*o.Profile))
	case os.Getenv("NO_COLOR") != "": // any value; colorprofile knows only true ones
		all = append(all, tea.WithColorProfile(colorprofile.ASCII))
	}
	return all
}

// run is work in a goroutine of its own. News and the result travel through one
// channel, so that neither overtakes the other.
type run struct {
	owner  screen // who hears of it, whatever screen is shown
	ctx    context.Context
	cancel context.CancelCauseFunc
	msgs   chan tea.Msg
	done   chan struct{}
	saved  *keystore.Connection // by the login, to be read once done is closed
	login  int                  // which it is of
}

type (
	runMsg struct {
		run *run
		msg tea.Msg
	}
	crashed struct{ error }
)

// start runs work once the run before it has ended and let go of the callback's
// port. work returns what is saved by then, if anything.
func (w *wizard) start(owner screen, work func(ctx context.Context, send func(tea.Msg)) *keystore.Connection) tea.Cmd {
	prev := w.run
	r := &run{owner: owner, msgs: make(chan tea.Msg), done: make(chan struct{}), login: w.login}
	r.ctx, r.cancel = context.WithCancelCause(w.ctx)
	w.run = r
	send := func(msg tea.Msg) {
		select {
		case r.msgs <- runMsg{r, msg}:
		case <-r.ctx.Done():
		}
	}
	go func() {
		defer close(r.done)
		defer close(r.msgs)
		defer func() {
			if v := recover(); v != nil { // the terminal must be given back first
				send(crashed{fmt.Errorf("sfauth crashed: %v\n%s", v, debug.Stack())})
			}
		}()
		if prev != nil {
			prev.cancel(errBack)
			<-prev.done
			if prev.login == r.login {
				r.saved = prev.saved
			}
		}
		if c := work(r.ctx, send); c != nil {
			r.saved = c
		}
	}()
	return r.next
}

// finish is start for work that must not be left half done: who leaves waits for it.
// What fails then no screen shows.
func (w *wizard) finish(owner screen, work func(ctx context.Context, send func(tea.Msg)) error) tea.Cmd {
	w.unfinished.Add(1)
	return w.start(owner, func(ctx context.Context, send func(tea.Msg)) *keystore.Connection {
		defer w.unfinished.Done()
		if err := work(ctx, send); ctx.Err() != nil && !errors.Is(err, context.Cause(ctx)) {
			w.unseen = err
		}
		return nil
	})
}

// Unhurried tells after a second why sfauth is still there.
func Unhurried(out io.Writer) (stop func() bool) {
	return time.AfterFunc(time.Second, func() { fmt.Fprintln(out, english.Plain.finishing) }).Stop
}

// next is a Cmd: it waits for one message of the run; nil when it has ended.
func (r *run) next() tea.Msg { return <-r.msgs }

// join waits for the end of the run and returns what it has saved.
func (r *run) join(limit time.Duration) *keystore.Connection {
	if r == nil {
		return nil
	}
	select {
	case <-r.done:
		return r.saved
	case <-time.After(limit):
		return nil
	}
}

// tick lets what moves on a screen move, an eighth of a second on.
func tick(of screen) tea.Cmd {
	return tea.Tick(125*time.Millisecond, func(time.Time) tea.Msg {
		return then(func() tea.Cmd { return of.update(tickMsg{}) })
	})
}

// errBack is the cause when a person goes back.
var errBack = errors.New("went back")
