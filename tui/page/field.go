package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Field is one line of text to fill in. textinput edits it; the field draws
// itself, because textinput counts runes where cells are meant and does not
// scroll again when its width changes (charmbracelet/bubbles#906, #1001).
type Field struct {
	input       textinput.Model
	Placeholder string
	Masked      bool
	Spaced      bool   // blanks may stand inside
	Complaint   string // beside the field until it is edited
	Warning     string
}

func NewField(value, placeholder string) *Field {
	f := &Field{input: textinput.New(), Placeholder: placeholder}
	f.input.KeyMap.Paste.SetEnabled(false) // it runs xclip; the terminal's own paste comes as a message
	f.input.SetVirtualCursor(false)
	f.Set(value)
	return f
}

func (f *Field) Focus() { f.input.Focus() }
func (f *Field) Blur()  { f.input.Blur() }

func (f *Field) Value() string { return strings.TrimSpace(f.input.Value()) }

func (f *Field) Set(value string) {
	f.input.SetValue(value)
	f.input.CursorEnd()
}

// Update takes a key or a paste. Text with control or invisible characters is
// refused as a whole, and told in that word: to cut them out in silence would change a secret.
func (f *Field) Update(msg tea.Msg, refused string) {
	before, text := f.input.Value(), ""
	switch m := msg.(type) {
	case tea.PasteMsg:
		text = f.oneLine(m.Content)
		msg = tea.PasteMsg{Content: text}
	case tea.KeyPressMsg:
		text = m.Text
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
		f.Complaint = refused
		return
	}
	f.input, _ = f.input.Update(msg)
	if f.input.Value() != before {
		f.Complaint, f.Warning = "", ""
	}
}

// oneLine joins what a terminal or a mail client has wrapped.
func (f *Field) oneLine(s string) string {
	between := ""
	if f.Spaced {
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
func (f *Field) window(width int) (string, int) {
	all, pos := clusters(f.input.Value(), f.input.Position())
	if f.Masked {
		for i := range all {
			all[i].text, all[i].cells = "•", 1
		}
	}
	if !f.input.Focused() {
		return all.cut(width, "…"), 0
	}
	left, right := all[:pos].cells(), all[pos:].cells() // of the cursor
	start := 0
	// What takes no cell must not come first: the ellipsis in its place would take one, and
	// push the cursor out of the field.
	for start < pos && (left+right >= width && left > width/2 || start > 0 && all[start].cells == 0) {
		left -= all[start].cells
		start++
	}
	seen := all[start:]
	if start == 0 || start == pos {
		return seen.cut(width, ""), left
	}
	first := seen[0].cells // something is to the left
	return (append(line{{"…" + strings.Repeat(" ", first-1), first}}, seen[1:]...)).cut(width, ""), left
}

// cluster is what a terminal draws as one: a letter with all that combines with it.
type cluster struct {
	text  string
	cells int
}

type line []cluster

// clusters splits text once; at is the index of the cluster with the rune of that number.
func clusters(text string, pos int) (all line, at int) {
	all = make(line, 0, len(text))
	for runes := 0; text != ""; {
		part, cells := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		text = text[len(part):]
		if runes += utf8.RuneCountInString(part); runes <= pos {
			at++
		}
		all = append(all, cluster{part, cells})
	}
	return all, at
}

func (l line) cells() (n int) {
	for _, c := range l {
		n += c.cells
	}
	return n
}

// cut is as much of l as fits, and tail where that is not all.
func (l line) cut(width int, tail string) string {
	if l.cells() > width {
		width -= ansi.StringWidth(tail)
	} else {
		tail = ""
	}
	var b strings.Builder
	for _, c := range l {
		if width -= c.cells; width < 0 {
			break
		}
		b.WriteString(c.text)
	}
	return b.String() + tail
}
