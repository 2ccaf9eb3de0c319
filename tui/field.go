package tui

import (
	"strings"
	"unicode"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// field is one line of text to fill in. textinput edits it; the field draws
// itself, because textinput counts runes where cells are meant and does not
// scroll again when its width changes (charmbracelet/bubbles#906, #1001).
type field struct {
	input       textinput.Model
	placeholder string
	masked      bool
	spaced      bool   // blanks may stand inside
	complaint   string // beside the field until it is edited
	warning     string
}

func newField(value, placeholder string) *field {
	f := &field{input: textinput.New(), placeholder: placeholder}
	f.input.KeyMap.Paste.SetEnabled(false) // it runs xclip; the terminal's own paste comes as a message
	f.input.SetVirtualCursor(false)
	f.set(value)
	return f
}

func (f *field) value() string { return strings.TrimSpace(f.input.Value()) }

func (f *field) set(value string) {
	f.input.SetValue(value)
	f.input.CursorEnd()
}

// update takes a key or a paste. Text with control or invisible characters is
// refused as a whole: to cut them out in silence would change a secret.
func (f *field) update(msg tea.Msg, t *Text) {
	before, text := f.input.Value(), ""
	switch m := msg.(type) {
	case tea.PasteMsg:
		text = f.oneLine(m.Content)
		msg = tea.PasteMsg{Content: text}
	case tea.KeyPressMsg:
		text = m.Text
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
		f.complaint = t.InvisibleCharacters
		return
	}
	f.input, _ = f.input.Update(msg)
	if f.input.Value() != before {
		f.complaint, f.warning = "", ""
	}
}

// oneLine joins what a terminal or a mail client has wrapped.
func (f *field) oneLine(s string) string {
	between := ""
	if f.spaced {
		between = " "
	}
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' })
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.TrimSpace(strings.Join(lines, between))
}

// window is the part of the value to be seen in width cells, and the cell of the
// cursor in it. Without the focus that is the beginning. With it the end stays in
// sight until the cursor leaves it, then the cursor keeps to the middle.
func (f *field) window(width int) (string, int) {
	text := []rune(f.input.Value())
	if f.masked {
		text = []rune(strings.Repeat("•", len(text)))
	}
	if !f.input.Focused() {
		return ansi.Truncate(string(text), width, "…"), 0
	}
	pos := min(f.input.Position(), len(text))
	cells := func(from, to int) int { return ansi.StringWidth(string(text[from:to])) }
	start := 0
	for start < pos && cells(start, len(text)) >= width && cells(start, pos) > width/2 {
		start++
	}
	x := cells(start, pos)
	if start > 0 && start < pos { // something is to the left
		hidden := strings.Repeat(" ", cells(start, start+1)-1)
		return ansi.Truncate("…"+hidden+string(text[start+1:]), width, ""), x
	}
	return ansi.Truncate(string(text[start:]), width, ""), x
}
