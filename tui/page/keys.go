package page

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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

// Latin is the key as a Latin layout has it, for matching: on a Cyrillic, Greek or Korean
// layout, and under a Japanese input method, letters would be dead, and ctrl+c with them. The
// base layout that a terminal reports counts only where the key itself is not Latin, which
// leaves Dvorak and AZERTY as they are.
func Latin(k tea.KeyPressMsg) tea.KeyPressMsg {
	if k.Code <= unicode.MaxLatin1 {
		k.BaseCode = 0
	}
	r, size := utf8.DecodeRuneInString(k.Text)
	if k.Text == "" || size != len(k.Text) || r <= unicode.MaxLatin1 {
		return k
	}
	to := k.BaseCode
	if to == 0 {
		to = latin(unicode.ToLower(r))
	}
	if to != 0 && unicode.IsUpper(r) {
		to = unicode.ToUpper(to)
	}
	if to != 0 {
		k.Text = string(to)
	}
	return k
}

// layouts have the letters of a keyboard in the order of qwerty, as far as those of others
// are on the same keys. An input method that waits for Roman letters makes vowels of some.
var layouts = [][2]string{
	{"йцукенгшщзфывапролдячсмить", "qwertyuiopasdfghjklzxcvbnm"},
	{"ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"},
	{"ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm"},
	{"あいうえおん", "aiueon"},
}

// latin is the letter on the key of r, 0 where none is known.
func latin(r rune) rune {
	if r >= '！' && r <= '～' { // full width
		return r - '！' + '!'
	}
	for _, l := range layouts {
		if i := slices.Index([]rune(l[0]), r); i >= 0 {
			return rune(l[1][i])
		}
	}
	return 0
}
