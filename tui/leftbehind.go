package tui

import (
	"fmt"
	"io"
	"slices"

	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
)

// deed is what was done to a connection here, as it stands when the screen has gone.
type deed struct {
	of      keystore.Connection
	before  *keystore.Connection // nil: it is new
	gone    bool
	kept    bool  // its grant, on purpose
	revoked error // why its grant lives on at Salesforce
}

// did keeps in mind that a connection was saved, or changed. Runs call it, of which there is
// one at a time.
func (w *wizard) did(c keystore.Connection) { w.deedOf(c).of = c }

// removed keeps in mind that a connection was removed, and what became of its grant.
func (w *wizard) removed(c keystore.Connection, kept bool, revoked error) {
	d := w.deedOf(c)
	d.gone, d.kept, d.revoked = true, kept, revoked
}

// deedOf is what was done to a connection so far.
func (w *wizard) deedOf(c keystore.Connection) *deed {
	for _, d := range w.deeds {
		if d.of.ID == c.ID {
			return d
		}
	}
	d := &deed{of: c}
	if before, saved := w.found[c.ID]; saved {
		d.before = &before
	}
	w.deeds = append(w.deeds, d)
	return d
}

// leaveBehind tells out the last three things that were done: nothing else remains of a full
// screen. After a single login it says what to run.
func (w *wizard) leaveBehind(out io.Writer) {
	paper, st := page.Ink(out)
	w.deeds = slices.DeleteFunc(w.deeds, (*deed).isUndone)
	for _, d := range w.deeds[max(0, len(w.deeds)-3):] {
		mark := st.Good.Render(page.MarkDone)
		if d.revoked != nil {
			mark = st.Warn.Render(page.MarkCare)
		}
		fmt.Fprintln(paper, mark, w.words(d))
	}
	switch {
	case len(w.deeds) == 0:
	case w.demo != nil:
		fmt.Fprintln(paper, " ", w.text.Did.Demo)
	case len(w.deeds) == 1 && w.deeds[0].isLogin():
		fmt.Fprintln(paper, " ", st.Strong.Render(login.TokenCommand(w.deeds[0].of)))
	}
}

// isUndone tells whether it is again as it was: renamed or moved there and back.
func (d *deed) isUndone() bool {
	return !d.gone && !d.isLogin() && d.before.Name == d.of.Name && d.before.Store == d.of.Store
}

// isLogin tells whether it ended with a new grant that is there.
func (d *deed) isLogin() bool {
	return !d.gone && (d.before == nil || !d.before.AuthorizedAt.Equal(d.of.AuthorizedAt))
}

// words are what was done, in a sentence.
func (w *wizard) words(d *deed) string {
	t, name := w.text.Did, keystore.Clean(d.of.Name, 64)
	user, store := keystore.Clean(d.of.Username, 100), w.storeName(d.of.Store)
	switch {
	case d.gone && d.revoked != nil:
		return t.NotRevoked(name)
	case d.gone && d.kept:
		return t.Forgotten(name)
	case d.gone:
		return t.Removed(name)
	case d.before == nil:
		return t.Connected(name, user, store)
	case d.isLogin():
		return t.Renewed(name, user, store)
	case d.before.Name == d.of.Name:
		return t.Moved(name, store)
	}
	return t.Renamed(keystore.Clean(d.before.Name, 64), name)
}
