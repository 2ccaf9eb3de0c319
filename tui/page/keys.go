package page

import (
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// Action is a key and what it does now. A screen's actions are the one source of
// matching and of help: what is not among them does nothing and is not shown.
type Action struct {
	key.Binding
	Do func() tea.Cmd
}

// Press binds keys, separated by blanks; help shows the first of them beside
// word. Without a word the keys work and help is silent.
func Press(keys, word string, do func() tea.Cmd) Action {
	all := strings.Fields(keys)
	return Action{key.NewBinding(key.WithKeys(all...), key.WithHelp(shown(all[0]), word)), do}
}

// As shows label in place of the key.
func (a Action) As(label string) Action {
	a.SetHelp(label, a.Help().Desc)
	return a
}

func shown(name string) string {
	if arrow, ok := map[string]string{"up": "↑", "down": "↓"}[name]; ok {
		return arrow
	}
	return name
}

// Latin makes ctrl+c work on Cyrillic and Greek layouts without moving it on
// Dvorak and AZERTY: the key of the base layout counts only where the key itself
// is not Latin.
func Latin(k tea.KeyPressMsg) tea.KeyPressMsg {
	if k.Code <= unicode.MaxLatin1 {
		k.BaseCode = 0
	}
	return k
}
