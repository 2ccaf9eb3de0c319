package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// form is a column of rows, one of which has the focus: text fields, and rows
// that do something, so that no key has to be remembered.
type form struct {
	rows []*row
	at   int
}

type row struct {
	field  *field // nil: the row only does something
	verb   string // what enter does here
	enter  func() tea.Cmd
	hidden bool
}

// focus is the text field under the cursor, nil when there is none.
func (f *form) focus() *field { return f.rows[f.at].field }

// on tells whether r has the focus.
func (f *form) on(r *row) bool { return f.rows[f.at] == r }

// to moves the focus to r.
func (f *form) to(r *row) {
	for i := range f.rows {
		if in := f.rows[i].field; in != nil {
			in.input.Blur()
		}
		if f.rows[i] == r {
			f.at = i
		}
	}
	if in := f.focus(); in != nil {
		in.input.Focus()
	}
}

func (f *form) move(by int) {
	n := len(f.rows)
	at := (f.at + by + n) % n
	for f.rows[at].hidden {
		at = (at + by + n) % n
	}
	f.to(f.rows[at])
}

// keys are what moves in a form, and enter for the row that has the focus.
func (f *form) keys(t *Text) []action {
	move := t.Keys.Move
	if !slices.ContainsFunc(f.rows, func(r *row) bool { return !r.hidden && !f.on(r) }) {
		move = "" // there is nowhere to go
	}
	return []action{
		press("enter", f.rows[f.at].verb, f.rows[f.at].enter),
		press("down tab", move, func() tea.Cmd { f.move(1); return nil }).as("↑↓"),
		press("up shift+tab", "", func() tea.Cmd { f.move(-1); return nil }),
	}
}
