//go:build unix

// Package endtoend has the built program sit at a desk with a terminal.
package endtoend

import (
	"testing"
	"time"

	at "sfauth/flow/endtoend/desk"
)

// desk is a machine of one person, who sits at its terminals.
type desk struct {
	*at.Desk
	old bool // its terminals answer no question
}

func newDesk(t *testing.T, browser string) *desk {
	t.Helper()
	return &desk{Desk: at.New(t, browser)}
}

// login opens the wizard with everything given.
func (d *desk) login(more ...string) *terminal {
	d.T.Helper()
	return d.open(d.Secret(), d.LoginArgs(more...)...)
}

// until looks again and again whether it is so, where nothing would tell the test.
func (d *desk) until(what string, is func() bool) {
	d.T.Helper()
	for patience := at.Patience(d.T); !is(); time.Sleep(10 * time.Millisecond) {
		if patience.Err() != nil {
			d.T.Fatal("waited in vain until ", what)
		}
	}
}
