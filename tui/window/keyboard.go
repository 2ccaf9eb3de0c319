package window

import (
	"os"
	"regexp"
	"sync"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"
)

// keyboard is what a person types on. Bubble Tea has every terminal mark what is pasted;
// one that is too old for that sends it as keys, whose enters would act in the middle. Where
// several lines come in one read from such a terminal, none is taken. All others mark
// theirs: what comes from them at once, after a slow link or a stopped process, was typed.
type keyboard struct {
	*os.File
	marks  bool // it marks what is pasted
	refuse func()
}

// openKeyboard is that of the terminal that stdin is, or else of the controlling one.
func openKeyboard(refuse func()) (k *keyboard, release func(), err error) {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		return &keyboard{File: os.Stdin, refuse: refuse}, func() {}, nil
	}
	in, _, release, err := OpenTTY()
	return &keyboard{File: in, refuse: refuse}, release, err
}

// OpenTTY opens the controlling terminal. What release closes it does not wait for: Windows
// closes a console that is read from once a key is pressed, which nobody may do any more.
func OpenTTY() (in, out *os.File, release func(), err error) {
	if in, out, err = tea.OpenTTY(); err != nil {
		return nil, nil, nil, err
	}
	return in, out, func() { go in.Close(); out.Close() }, nil
}

func (k *keyboard) Read(p []byte) (int, error) {
	n, err := k.File.Read(p)
	k.marks = k.marks || isNew().Match(p[:n])
	if !k.marks && areLines().Match(p[:n]) {
		k.refuse()
		n = 0
	}
	return n, err
}

// isNew finds a paste that is marked, and answers to what Bubble Tea and the wizard ask:
// no terminal knows those questions and not the marks.
var isNew = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x1b(\[200~|\[\?|\])`) })

// areLines matches text and nothing else, with an enter between two pieces of it. A single
// letter beside an enter may be two commands.
var areLines = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\x00-\x1f\x7f]{2}[\r\n]+[^\x00-\x1f\x7f]{2}[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$`)
})
