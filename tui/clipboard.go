package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
	"sfauth/tui/clipboard"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// copy puts what is no secret, and is on the screen, on the clipboard.
func (w *wizard) copy(what, text string) tea.Cmd {
	return w.put(what, text, w.text.Clipboard.OnScreen, shared)
}

// care is what has to be taken of what was copied.
type care int

const (
	shared care = iota // none
	secret             // it is to be cleared in the end
	once               // and is to be used in one place only
)

// put copies text to the clipboard of this machine and to that of the terminal (OSC 52), and
// says whether it is there. No terminal acknowledges a copy, and many take none: see is how the
// person gets it then. A secret that this machine's has, marked as one, is not sent to the
// terminal, which would put it there once more without the mark.
func (w *wizard) put(what, text, see string, how care) tea.Cmd {
	t, c, toTerminal := w.text.Clipboard, w.clipboard, tea.SetClipboard(text)
	if w.IsAlone() {
		see = t.OnScreen
	}
	secret := how >= secret
	if secret {
		w.copied = what
	}
	w.Note = t.Copying
	onMachine := func() tea.Msg {
		copied, err := c.Put(context.Background(), text, secret)
		none := errors.Is(err, clipboard.ErrNone) || errors.As(err, new(clipboard.MissingError))
		return window.InTurn(func() tea.Cmd {
			if !secret && (err == nil || none) {
				w.copied = ""
			}
			said := t.Sent(what, see)
			switch {
			case err != nil && !none:
				said = t.Failed(what, w.whyNotCopied(err), see)
			case copied.Seen && how == once:
				said = t.SecretThere(what)
			case copied.Seen:
				said = t.There(what)
			}
			if secret && !copied.Marked {
				return tea.Batch(toTerminal, w.Say(said))
			}
			return w.Say(said)
		})
	}
	if secret {
		return onMachine
	}
	return tea.Batch(toTerminal, onMachine)
}

func (w *wizard) whyNotCopied(err error) string {
	switch t := w.text.Clipboard; {
	case errors.Is(err, clipboard.ErrOther):
		return t.Other
	case errors.Is(err, context.DeadlineExceeded):
		return t.Slow
	}
	return keystore.Clean(err.Error(), 60)
}

// holder is a screen that has a grant: where that is not saved, it is nowhere but on the
// clipboard.
type holder interface{ isUnsaved() bool }

// clearing is the screen that comes before leaving when a secret was copied: it may lie
// on the clipboard yet.
type clearing struct {
	w       *wizard
	what    string // was copied
	from    window.Screen
	end     error // why the wizard ends
	form    page.Form
	working bool
}

// End ends the wizard, and asks about a secret that was copied first.
func (w *wizard) End() tea.Cmd {
	if c, asked := w.Screen.(*clearing); asked {
		return c.leave()
	}
	if window.Step(w.Screen) > 0 { // the person gives up a login
		return w.quit(ErrQuit)
	}
	return w.quit(nil)
}

// quit ends the wizard, once it is known what becomes of a secret that was copied.
func (w *wizard) quit(end error) tea.Cmd {
	c := &clearing{w: w, what: w.copied, from: w.Screen, end: end}
	h, holds := w.Uppermost().(holder)
	if c.what == "" || holds && h.isUnsaved() {
		return c.leave()
	}
	c.form.Rows = []*page.Row{
		{Label: w.text.Clipboard.Clear, Key: "y", Word: w.text.Keys.Clear, Verb: w.text.Keys.Clear, Enter: c.clear},
		{Label: w.text.Clipboard.Leave, Key: "n", Word: w.text.Keys.Quit, Verb: w.text.Keys.Quit, Enter: c.leave},
	}
	w.Show(c)
	return nil
}

// clear empties the clipboard of this machine, unless the person has copied something else
// since, and then that of the terminal, which is the same one where it takes copies at all.
func (c *clearing) clear() tea.Cmd {
	if c.working {
		return nil
	}
	c.working = true
	machine := c.w.clipboard
	return func() tea.Msg {
		others, err := machine.Clear(context.Background())
		return window.InTurn(func() tea.Cmd {
			c.working = false
			switch {
			case err != nil:
				return c.w.Say(c.w.text.Clipboard.NotCleared(c.w.whyNotCopied(err)))
			case others:
				return c.leave()
			}
			return tea.Sequence(tea.SetClipboard(""), c.leave())
		})
	}
}

func (c *clearing) leave() tea.Cmd {
	c.w.ended = c.end
	return tea.Quit
}

func (c *clearing) Place() (int, string) { return 0, c.w.text.Clipboard.Title }
func (c *clearing) Focus() *page.Field   { return nil }

func (c *clearing) Keys() []page.Action {
	return append(append(c.form.Keys(c.w.text.Keys.Move), c.form.Letters()...),
		c.w.Back("esc", c.from),
	)
}

func (c *clearing) Draw(p *page.Page) {
	t := c.w.text.Clipboard
	p.Heading(t.Heading)
	p.Prose(p.Style.Plain, t.Copied(c.what))
	p.Gap()
	c.form.Draw(p, c.form.Rows...)
}
