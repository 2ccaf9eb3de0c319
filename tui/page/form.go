package page

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Form is a column of rows, one of which has the focus: text fields, and rows
// that do something, so that no key has to be remembered.
type Form struct {
	Rows []*Row
	at   int
	page int // rows that pgdown leaps over
}

// Row is a text field, or something to do.
type Row struct {
	Label  string
	Mark   string         // before the label, which is wrapped then and not cut
	Over   bool           // it is done with, and dim
	Aside  string         // said of it, in a column of its own
	Beside string         // at the right edge
	Key    string         // what does the same where letters are no text: a letter, and others after a blank
	Word   string         // what help says of Key
	Verb   string         // what enter does here
	Enter  func() tea.Cmd // nil: nothing
	Field  *Field         // nil: the row only does something
	Leave  func() tea.Cmd // what follows when the arrows move the focus away; nil: nothing
	Hidden bool
}

// Focus is the text field under the cursor, nil when there is none.
func (f *Form) Focus() *Field { return f.Rows[f.at].Field }

// On tells whether r has the focus.
func (f *Form) On(r *Row) bool { return f.Rows[f.at] == r }

// To moves the focus to r.
func (f *Form) To(r *Row) {
	for i := range f.Rows {
		if in := f.Rows[i].Field; in != nil {
			in.Blur()
		}
		if f.Rows[i] == r {
			f.at = i
		}
	}
	if in := f.Focus(); in != nil {
		in.Focus()
	}
}

// Arrange puts rows in this order. The focus stays on its row; where that is hidden now, it
// goes to the first that is not.
func (f *Form) Arrange(rows ...*Row) {
	if f.Rows == nil {
		f.Rows = rows
	}
	here := f.Rows[f.at]
	f.Rows = rows
	if here.Hidden {
		here = rows[slices.IndexFunc(rows, func(r *Row) bool { return !r.Hidden })]
	}
	f.at = slices.Index(rows, here)
}

// Move moves the focus to the next row, or the one before, past those that are hidden
// and round at the ends.
func (f *Form) Move(by int) tea.Cmd {
	n := len(f.Rows)
	at := (f.at + by + n) % n
	for f.Rows[at].Hidden {
		at = (at + by + n) % n
	}
	return f.leave(f.Rows[at])
}

// leap moves the focus by many rows, as far as there are any.
func (f *Form) leap(by int) tea.Cmd {
	shown := slices.DeleteFunc(slices.Clone(f.Rows), func(r *Row) bool { return r.Hidden })
	at := slices.Index(shown, f.Rows[f.at]) + by
	return f.leave(shown[max(0, min(at, len(shown)-1))])
}

// click moves the focus to a row; where that is already it does what the row does.
func (f *Form) click(r *Row) tea.Cmd {
	if !f.On(r) {
		return f.leave(r)
	}
	if r.Field != nil || r.Enter == nil {
		return nil
	}
	return r.Enter()
}

// leave moves the focus to a row, and does what follows from that.
func (f *Form) leave(to *Row) tea.Cmd {
	from := f.Rows[f.at]
	f.To(to)
	if from.Leave == nil || from == to {
		return nil
	}
	return from.Leave()
}

// Unfold shows rows in the place of one, and goes to the first of them.
func (f *Form) Unfold(r *Row, into ...*Row) tea.Cmd {
	for _, shown := range into {
		shown.Hidden = false
	}
	f.To(into[0])
	r.Hidden = true
	return nil
}

// Fold puts r back in the place of a row, whose focus goes to another.
func (f *Form) Fold(r, from, to *Row) tea.Cmd {
	r.Hidden = false
	if f.On(from) {
		f.To(to)
	}
	from.Hidden = true
	return nil
}

// Keys are what moves in a form, in that word, and enter for the row that has the focus.
func (f *Form) Keys(move string) []Action {
	if !slices.ContainsFunc(f.Rows, func(r *Row) bool { return !r.Hidden && !f.On(r) }) {
		move = "" // there is nowhere to go
	}
	return append([]Action{
		Press("enter", f.Rows[f.at].Verb, f.Rows[f.at].Enter),
		Press("tab", "", func() tea.Cmd { return f.Move(1) }),
		Press("shift+tab", "", func() tea.Cmd { return f.Move(-1) }),
	}, Moves(move, f.Focus() != nil, max(1, f.page), func(n int) tea.Cmd {
		if n*n > 1 {
			return f.leap(n)
		}
		return f.Move(n)
	})...)
}

// Moves are what moves in a list, in that word: by one, by a page of so many and to its ends.
// Where text is typed letters, home and end belong to that.
func Moves(word string, typing bool, page int, by func(n int) tea.Cmd) []Action {
	const all = 1 << 30
	keys := func(named, others string) string {
		if typing {
			return named
		}
		return named + " " + others
	}
	do := func(n int) func() tea.Cmd { return func() tea.Cmd { return by(n) } }
	return []Action{
		Press(keys("down", "j"), word, do(1)).As("↑↓"), Press(keys("up", "k"), "", do(-1)),
		Press("pgdown", "", do(page)), Press("pgup", "", do(-page)),
		Press(keys("ctrl+end", "end G"), "", do(all)), Press(keys("ctrl+home", "home g"), "", do(-all)),
	}
}

// Letters are the keys of the rows, none while text is typed.
func (f *Form) Letters() (all []Action) {
	for _, r := range f.Rows {
		if r.Key != "" && !r.Hidden && f.Focus() == nil {
			word := r.Word
			if f.On(r) {
				word = "" // enter says it
			}
			all = append(all, Press(r.Key, word, r.Enter))
		}
	}
	return all
}

// Draw draws rows that are not hidden.
func (f *Form) Draw(p *Page, rows ...*Row) {
	f.page = 8
	if p.Small { // what is said of a row stands below it, and the window has room for few others
		f.page = 1
	}
	column := f.column()
	for _, r := range rows {
		if r.Hidden {
			continue
		}
		from := len(p.Lines)
		beside := r.Beside
		if beside == "" && f.Focus() == nil {
			beside, _, _ = strings.Cut(r.Key, " ")
		}
		label, aside := r.Label, r.Aside
		if padded := Pad(label, column); aside != "" && ansi.StringWidth("› "+padded+aside) <= p.Width {
			label = padded
		} else {
			aside = ""
		}
		if r.Mark != "" {
			p.wrappedChoice(f.On(r), r.Over, r.Mark, r.Label)
		} else {
			p.choice(f.On(r), label, aside, beside)
		}
		if r.Field != nil {
			p.Field(f.On(r), 2, r.Field)
		}
		p.Spot(from, func() tea.Cmd { return f.click(r) })
	}
}

// column is where asides begin.
func (f *Form) column() int {
	var labels []string
	for _, r := range f.Rows {
		if r.Aside != "" {
			labels = append(labels, r.Label)
		}
	}
	return Column(labels...)
}
