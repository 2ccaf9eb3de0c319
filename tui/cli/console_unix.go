//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"sfauth/flow"
)

// tty is a terminal that is read from.
type tty struct{ *os.File }

// hide leaves all else of the mode as it is: a line is still edited before it is read.
func (t tty) hide() (shown func()) {
	fd := int(t.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return func() {}
	}
	silent := *before
	silent.Lflag &^= unix.ECHO
	_ = unix.IoctlSetTermios(fd, setTermios, &silent)
	return func() { _ = unix.IoctlSetTermios(fd, setTermios, before) }
}

func (t tty) more() bool {
	fd, at := int(t.Fd()), new(unix.FdSet)
	at.Set(fd)
	n, _ := unix.Select(fd+1, at, nil, nil, new(unix.Timeval))
	return n > 0
}

// whenBack has the terminal as it was while the shell has it. Where no shell could ever let
// the process go on, as in a container, the system does not suspend it at all.
func (tty) whenBack(away, do func()) (stop func()) {
	c, over := make(chan os.Signal, 1), make(chan struct{})
	ended := make(chan struct{})
	flow.NotifySignals(c, syscall.SIGTSTP, syscall.SIGCONT)
	go func() {
		defer close(ended)
		for {
			select {
			case <-over:
				return
			case s := <-c:
				if s == syscall.SIGTSTP {
					away()
					signal.Reset(syscall.SIGTSTP)
					_ = syscall.Kill(os.Getpid(), syscall.SIGTSTP)
					time.Sleep(100 * time.Millisecond) // it may be another thread that stops all
					for len(c) > 0 {
						<-c // SIGCONT, where it has stopped
					}
					flow.NotifySignals(c, syscall.SIGTSTP)
				}
				do()
			}
		}
	}()
	return func() {
		signal.Stop(c)
		close(over)
		<-ended
	}
}
