//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"sfauth/flow"
)

// tty is a terminal that is read from.
type tty struct{ *os.File }

// hide leaves all else of the mode as it is: a line is still edited before it is read.
func (t tty) hide() (shown func()) {
	return t.change(func(mode *unix.Termios) { mode.Lflag &^= unix.ECHO })
}

// hidePaste has what comes read as it comes: a line that is edited first has at most 4,095
// bytes, on macOS 1,023, and loses the rest.
func (t tty) hidePaste() (shown func()) {
	return t.change(func(mode *unix.Termios) {
		mode.Lflag &^= unix.ECHO | unix.ICANON
		mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	})
}

func (t tty) change(edit func(mode *unix.Termios)) (back func()) {
	fd := int(t.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return func() {}
	}
	mode := *before
	edit(&mode)
	_ = unix.IoctlSetTermios(fd, setTermios, &mode)
	return func() { _ = unix.IoctlSetTermios(fd, setTermios, before) }
}

func (t tty) more() bool {
	fd, at := int(t.Fd()), new(unix.FdSet)
	at.Set(fd)
	n, _ := unix.Select(fd+1, at, nil, nil, new(unix.Timeval))
	return n > 0
}

func (tty) whenBack(do func()) (stop func()) {
	c, over, ended := make(chan os.Signal, 1), make(chan struct{}), make(chan struct{})
	flow.NotifySignals(c, syscall.SIGCONT)
	go func() {
		defer close(ended)
		for {
			select {
			case <-over:
				return
			case <-c:
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
