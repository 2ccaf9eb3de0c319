package tui

import (
	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
	"sfauth/tui/window"
)

// source hands over a connection and its secrets of one moment, because a person has
// asked for them in so many words.
type source func(use func(keystore.Connection, keystore.Secrets) tea.Cmd) tea.Cmd

// read is the source of a saved connection: what it has now, which may be newer than
// what any screen knows. from is the screen to come back to.
func (w *wizard) read(from window.Screen, c keystore.Connection) source {
	return func(use func(keystore.Connection, keystore.Secrets) tea.Cmd) tea.Cmd {
		client := w.client
		w.Note = w.text.Home.Reading
		return func() tea.Msg {
			now, secrets, err := client.Secrets(w.ctx, c)
			return window.InTurn(func() tea.Cmd {
				switch {
				case w.Uppermost() != from:
					return nil // the person has gone on to another screen while the secrets were read
				case err != nil:
					return w.fail(w.Screen, c, err, func() tea.Cmd { w.Show(from); return w.read(from, c)(use) })
				}
				w.Note = ""
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
		w.ShowAlone(w.Screen, w.text.Exports.RefreshToken, keystore.Clean(s.RefreshToken.Reveal(), 0), func() tea.Cmd { return w.copyToken(of) })
		return nil
	})
}
