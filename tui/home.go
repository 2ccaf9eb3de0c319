package tui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// home is the list of saved connections, each with what Salesforce says of it now.
type home struct {
	w         *wizard
	all       []*saved
	shown     []*saved // those that pass the filter
	at        int      // in shown
	filter    *page.Field
	filtering bool   // the filter has the focus
	sifted    string // what the filter was, when it was looked at last
	widest    [3]int // cells of the names, the users and the domains, at most
	frame     int    // of the spinner
	moving    bool   // the spinner does
	asked     bool   // for the next check: it may ask for a passphrase
	unread    error  // of a database that may have more connections; nil: these are all
}

// saved is a connection and what was found out about it since home was opened.
type saved struct {
	keystore.Connection
	health   flow.Health // no verdict: not checked yet
	checking bool
	alive    time.Time // when last seen so
	words    string    // what the filter looks through
	place    int       // among all that are saved, by name
	need     int       // of a person, the lowest first: it stays while checks are under way
}

func newHome(w *wizard, all []keystore.Connection) *home {
	h := &home{w: w, filter: page.NewField("", w.text.Home.FilterLike)}
	h.filter.Spaced = true
	h.set(all)
	return h
}

// set takes the connections that there are now, and keeps what is known of them.
func (h *home) set(all []keystore.Connection) {
	known := map[string]*saved{}
	for _, s := range h.all {
		known[s.ID] = s
	}
	h.all, h.widest = nil, [3]int{}
	for i, c := range all {
		s := known[c.ID]
		if s == nil || !s.AuthorizedAt.Equal(c.AuthorizedAt) {
			s = &saved{need: need(flow.Verdict(c.Verdict))}
		}
		s.become(c)
		s.place = i
		h.all = append(h.all, s)
		for i, text := range []string{s.Name, s.Username, s.where()} {
			h.widest[i] = max(h.widest[i], ansi.StringWidth(keystore.Clean(text, 0)))
		}
	}
	h.sort()
}

// need is how much a verdict needs a person, the lowest most.
func need(v flow.Verdict) int {
	of := []flow.Verdict{flow.Reauthorise, flow.ClientWrong, flow.Setup}
	if i := slices.Index(of, v); i >= 0 {
		return i
	}
	return len(of)
}

// settle orders the list anew, once all verdicts are there: what needs a person comes first.
// The cursor stays on its connection.
func (h *home) settle() {
	for _, s := range h.all {
		s.need = need(s.verdict())
	}
	h.sort()
}

func (h *home) sort() {
	here := h.here()
	slices.SortFunc(h.all, func(a, b *saved) int { return cmp.Or(a.need-b.need, a.place-b.place) })
	h.sift()
	h.to(here)
}

func (s *saved) become(c keystore.Connection) {
	s.Connection = c
	s.words = strings.ToLower(strings.Join([]string{c.Name, c.Username, c.Domain, c.OrgID}, "\n"))
	s.seen(c.AuthorizedAt)
	if c.AliveAt != nil {
		s.seen(*c.AliveAt)
	}
}

func (s *saved) seen(at time.Time) {
	if at.After(s.alive) {
		s.alive = at
	}
}

// heard is what a check has found out.
func (s *saved) heard(h flow.Health) {
	s.health, s.checking = h, false
	if h.Verdict == flow.Alive {
		s.seen(h.CheckedAt)
	}
}

// verdict is what is known of it now. A dead token stays dead where nobody may ask.
func (s *saved) verdict() flow.Verdict {
	switch v := s.health.Verdict; {
	case v != "" && v != flow.Unknown:
		return v
	case flow.Verdict(s.Verdict) == flow.Reauthorise:
		return flow.Reauthorise
	}
	return flow.Unknown
}

// why is why it is not alive, and what was said about it.
func (s *saved) why() (kind flow.Kind, said string) {
	switch {
	case s.verdict() == flow.Reauthorise && s.health.Verdict != flow.Reauthorise:
		return flow.Kind(s.Kind), s.Reason // of the last renewal
	case s.health.Err != nil:
		return flow.KindOf(s.health.Err), s.health.Reason
	}
	return "", ""
}

// sift shows what passes the filter: all of its words, anywhere. The cursor stays
// on its connection if that is still shown.
func (h *home) sift() {
	here := h.here()
	words := strings.Fields(strings.ToLower(h.filter.Value()))
	h.shown = nil
	for _, s := range h.all {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(s.words, w) }) {
			h.shown = append(h.shown, s)
		}
	}
	h.to(here)
}

// Follow shows what passes the filter as it is typed, with the cursor on the first.
func (h *home) Follow() tea.Cmd {
	h.sift()
	if now := h.filter.Value(); now != h.sifted {
		h.sifted = now
		if now != "" {
			h.at = 0
		}
	}
	return nil
}

// here is the connection under the cursor, nil where the list is empty.
func (h *home) here() *saved {
	if h.at < len(h.shown) {
		return h.shown[h.at]
	}
	return nil
}

// to moves the cursor to a connection that is shown, else no further than it must.
func (h *home) to(s *saved) {
	if i := slices.IndexFunc(h.shown, func(o *saved) bool { return s != nil && o.ID == s.ID }); i >= 0 {
		h.at = i
	}
	h.at = max(0, min(h.at, len(h.shown)-1))
}

// open comes back to the list as the store has it now.
func (h *home) open() tea.Cmd { return h.openAt("") }

// openAt is open with the cursor on a connection; where it was, for no id.
func (h *home) openAt(id string) tea.Cmd {
	if h.w.run != nil && h.w.run.owner != window.Screen(h) {
		h.w.abandon()
	}
	h.w.request = flow.Request{}
	if id != "" {
		h.filter.Set("")
		h.sift()
	}
	h.w.Show(h)
	store := h.w.client.Store
	return func() tea.Msg {
		all, err := store.List()
		return window.InTurn(func() tea.Cmd {
			if err != nil && all == nil {
				return h.w.fail(h, keystore.Connection{}, err, h.open)
			}
			h.unread = err
			h.set(all)
			if i := slices.IndexFunc(h.shown, func(s *saved) bool { return s.ID == id }); i >= 0 {
				h.at = i
			}
			return h.resume()
		})
	}
}

func (h *home) Place() (int, string) { return 0, h.w.text.Home.Title }

// About is how many connections there are, and how many of them need a person, or did before
// the check that is under way.
func (h *home) About() string {
	sick := 0
	for _, s := range h.all {
		now := need(s.verdict())
		if s.checking {
			now = s.need
		}
		if now < need(flow.Alive) {
			sick++
		}
	}
	if sick > 0 && len(h.shown) == len(h.all) {
		return h.w.text.Home.Need(len(h.all), sick)
	}
	return h.w.text.Home.Count(len(h.shown), len(h.all))
}

// Wide tells whether there is room for a table, and for what is known of the connection
// under the cursor beside it.
func (h *home) Wide() bool { return h.w.Width >= 110 && h.w.Height >= 18 && len(h.all) > 0 }

func (h *home) Focus() *page.Field {
	if h.filtering {
		return h.filter
	}
	return nil
}

func (h *home) Keys() []page.Action {
	k := h.w.text.Keys
	moves := page.Moves(k.Move, h.filtering, h.fits(h.w.Paper()), h.Roll)
	clear := page.Press("esc", k.ClearFilter, h.clear)
	if h.filtering {
		return append([]page.Action{page.Press("enter tab", k.KeepFilter, func() tea.Cmd { h.blur(); return nil }), clear}, moves...)
	}
	var keys []page.Action
	if s := h.here(); s != nil {
		word, do := h.enter(s)
		keys = append(keys, page.Press("enter", word, do))
	}
	keys = append(keys, page.Press("n", k.New, h.new))
	if len(h.all) == 0 {
		return append(keys, page.Press("q", k.Quit, h.w.Leave))
	}
	keys = append(keys,
		page.Press("/", k.Filter, func() tea.Cmd { h.filtering = true; h.filter.Focus(); return nil }),
		page.Press("r", k.Check, h.recheck),
	)
	if s := h.here(); s != nil {
		details := "" // enter opens them too, and says so
		if s.verdict() == flow.Reauthorise {
			details = k.Details
		}
		keys = append(keys,
			page.Press("x", k.Remove, func() tea.Cmd { return h.openRemove(s) }),
			page.Press("d right", details, func() tea.Cmd { return h.openConnection(s) }),
		)
	}
	if h.filter.Value() != "" {
		keys = append(keys, clear)
	}
	return append(append(keys, moves...), page.Press("q", k.Quit, h.w.Leave))
}

// Roll moves the cursor by so many rows, as far as there are any.
func (h *home) Roll(n int) tea.Cmd {
	h.at = max(0, min(h.at+n, len(h.shown)-1))
	return nil
}

// enter is what enter does on a connection: a dead one is authorised again, and nothing that
// lives is by two enters.
func (h *home) enter(s *saved) (word string, do func() tea.Cmd) {
	if s.verdict() == flow.Reauthorise {
		return h.w.text.Keys.Again, func() tea.Cmd { return h.w.again(s.Connection, false) }
	}
	return h.w.text.Keys.Details, func() tea.Cmd { return h.openConnection(s) }
}

func (h *home) blur() {
	h.filtering = false
	h.filter.Blur()
}

func (h *home) clear() tea.Cmd {
	h.blur()
	h.filter.Set("")
	h.sift()
	return nil
}

// new begins a login for another connection.
func (h *home) new() tea.Cmd {
	h.w.prepare(h.w.blank, login.Given{})
	return h.w.begin()
}

// again authorises a saved connection once more, with all that is known of it;
// edit stops at the app's settings first.
func (w *wizard) again(c keystore.Connection, edit bool) tea.Cmd {
	from, client := w.Screen, w.client
	w.Note = w.text.Home.Reading
	return func() tea.Msg {
		r, whole, err := client.Again(w.ctx, c)
		return window.InTurn(func() tea.Cmd {
			if w.Uppermost() != from {
				return nil // the person has gone on to another screen while the secrets were read
			}
			if err != nil {
				return w.fail(from, c, err, func() tea.Cmd { w.Show(from); return w.again(c, edit) })
			}
			r.NoBrowser = w.blank.NoBrowser
			w.prepare(r, login.Given{ClientSecret: whole})
			if edit {
				return w.app.open()
			}
			return w.begin()
		})
	}
}
