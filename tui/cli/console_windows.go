package cli

import (
	"os"

	"golang.org/x/sys/windows"
)

// tty is a console that is read from.
type tty struct{ *os.File }

func (t tty) hide() (shown func()) {
	console, before := windows.Handle(t.Fd()), uint32(0)
	if windows.GetConsoleMode(console, &before) != nil {
		return func() {}
	}
	_ = windows.SetConsoleMode(console, before&^windows.ENABLE_ECHO_INPUT)
	return func() { _ = windows.SetConsoleMode(console, before) }
}

// hidePaste is hide: a line of a console is as long as it has to be.
func (t tty) hidePaste() (shown func()) { return t.hide() }

// more is never known: a console has events besides lines.
func (tty) more() bool { return false }

// whenBack has nothing to do: no program is suspended on Windows.
func (tty) whenBack(func()) (stop func()) { return func() {} }
