package tui

import (
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// action is a key and what it does now. A screen's actions are the one source of
// matching and of help: what is not among them does nothing and is not shown.
type action struct {
	key.Binding
	do func() tea.Cmd
}

// press binds keys, separated by blanks; help shows the first of them beside
// word. Without a word the keys work and help is silent.
func press(keys, word string, do func() tea.Cmd) action {
	all := strings.Fields(keys)
	return action{key.NewBinding(key.WithKeys(all...), key.WithHelp(shown(all[0]), word)), do}
}

// as shows label in place of the key.
func (a action) as(label string) action {
	a.SetHelp(label, a.Help().Desc)
	return a
}

func shown(name string) string {
	if arrow, ok := map[string]string{"up": "↑", "down": "↓"}[name]; ok {
		return arrow
	}
	return name
}

// latin makes ctrl+c work on Cyrillic and Greek layouts without moving it on
// Dvorak and AZERTY: the key of the base layout counts only where the key itself
// is not Latin.
func latin(k tea.KeyPressMsg) tea.KeyPressMsg {
	if k.Code <= unicode.MaxLatin1 {
		k.BaseCode = 0
	}
	return k
}
