package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"sfauth/flow"
	"sfauth/tui/text"
)

// Signalled is the cause of a context that a signal ended.
type Signalled struct{ syscall.Signal }

func (s Signalled) Error() string { return s.Signal.String() }

// Words say that the signal interrupted what was under way, and which, where it was not ctrl+c.
func (s Signalled) Words(t *text.Text) string {
	if s.Signal == syscall.SIGINT {
		return t.Usage.Interrupted("")
	}
	return t.Usage.Interrupted(s.Signal.String())
}

// withSignals ends the context at SIGINT, SIGTERM, SIGHUP and SIGQUIT, with Signalled
// as its cause, so that the terminal is given back and the port freed. A second
// signal finds the default behaviour, which ends the process. A window that closes
// says so more than once, by its shell and by the system: that is one signal.
func withSignals(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	c, again := make(chan os.Signal, 1), make(chan os.Signal, 1) // again is never read: a signal that finds it full is ignored
	flow.NotifySignals(c, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	go func() {
		select {
		case s := <-c:
			if s == syscall.SIGHUP {
				flow.NotifySignals(again, syscall.SIGHUP)
			}
			signal.Stop(c)
			number, _ := s.(syscall.Signal)
			cancel(Signalled{number})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(c)
		signal.Stop(again)
		cancel(nil)
	}
}
