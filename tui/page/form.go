package page

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// Form is a column of rows, one of which has the focus: text fields, and rows
// that do something, so that no key has to be remembered.
type Form struct {
	Rows []*Row
	At   int
}

type Row struct {
	Field  *Field // nil: the row only does something
	Verb   string // what enter does here
	Enter  func() tea.Cmd
	Hidden bool
}

// Focus is the text field under the cursor, nil when there is none.
func (f *Form) Focus() *Field { return f.Rows[f.At].Field }

// On tells whether r has the focus.
func (f *Form) On(r *Row) bool { return f.Rows[f.At] == r }

// To moves the focus to r.
func (f *Form) To(r *Row) {
	for i := range f.Rows {
		if in := f.Rows[i].Field; in != nil {
			in.Blur()
		}
		if f.Rows[i] == r {
			f.At = i
		}
	}
	if in := f.Focus(); in != nil {
		in.Focus()
	}
}

func (f *Form) Move(by int) {
	n := len(f.Rows)
	at := (f.At + by + n) % n
	for f.Rows[at].Hidden {
		at = (at + by + n) % n
	}
	f.To(f.Rows[at])
}

// Keys are what moves in a form, in that word, and enter for the row that has the focus.
func (f *Form) Keys(move string) []Action {
	if !slices.ContainsFunc(f.Rows, func(r *Row) bool { return !r.Hidden && !f.On(r) }) {
		move = "" // there is nowhere to go
	}
	return []Action{
		Press("enter", f.Rows[f.At].Verb, f.Rows[f.At].Enter),
		Press("down tab", move, func() tea.Cmd { f.Move(1); return nil }).As("↑↓"),
		Press("up shift+tab", "", func() tea.Cmd { f.Move(-1); return nil }),
	}
}
