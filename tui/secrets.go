package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
)

// source hands over a connection and its secrets of one moment, because a person has
// asked for them in so many words.
type source func(use func(keystore.Connection, keystore.Secrets) tea.Cmd) tea.Cmd

// read is the source of a saved connection: what it has now, which may be newer than
// what any screen knows. from is the screen to come back to.
func (w *wizard) read(from screen, c keystore.Connection) source {
	return func(use func(keystore.Connection, keystore.Secrets) tea.Cmd) tea.Cmd {
		client := w.client
		w.note = w.text.Home.Reading
		return func() tea.Msg {
			now, secrets, err := client.Secrets(w.ctx, c)
			return inTurn(func() tea.Cmd {
				switch {
				case w.uppermost() != from:
					return nil // the person has gone on to another screen while the secrets were read
				case err != nil:
					return w.fail(w.screen, c, err, func() tea.Cmd { w.show(from); return w.read(from, c)(use) })
				}
				w.note = ""
				return use(now, secrets)
			})
		}
	}
}

func (w *wizard) copyToken(of source) tea.Cmd {
	return of(func(_ keystore.Connection, s keystore.Secrets) tea.Cmd {
		return w.put(w.text.Exports.RefreshToken, s.RefreshToken.Reveal(), w.text.Clipboard.PressS, once)
	})
}

// showToken shows the refresh token on a screen of its own.
func (w *wizard) showToken(of source) tea.Cmd {
	return of(func(_ keystore.Connection, s keystore.Secrets) tea.Cmd {
		w.show(&shown{w: w, from: w.screen, title: w.text.Exports.RefreshToken, text: keystore.Clean(s.RefreshToken.Reveal(), 0),
			copy: func() tea.Cmd { return w.copyToken(of) }})
		return nil
	})
}
