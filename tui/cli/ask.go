package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"

	"sfauth/keystore"
	"sfauth/tui/text"
)

// asker puts a question to a person and returns the line that is typed, of a hidden one
// nothing is seen. The error is that of the read, or the cause of ctx.
type asker func(ctx context.Context, question string, hidden bool) (string, error)

// askOn asks on a terminal. lines reads from it, too.
func askOn(in, out *os.File, lines *bufio.Reader) asker {
	return func(ctx context.Context, question string, hidden bool) (string, error) {
		if hidden {
			return askHidden(ctx, in, out, question)
		}
		fmt.Fprint(out, question+" ")
		return answered(ctx, in, out, func() (string, error) {
			typed, err := lines.ReadString('\n')
			if err != nil { // nothing has ended the line
				fmt.Fprintln(out)
			}
			return typed, err
		})
	}
}

// askHidden asks for what must not be seen.
func askHidden(ctx context.Context, in, out *os.File, question string) (string, error) {
	fmt.Fprint(out, question+" ")
	return answered(ctx, in, out, func() (string, error) {
		typed, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(out)
		return string(typed), err
	})
}

// confirmRemoval asks on out, and reads from in, whether to go on: nil for a yes. It is
// a usageError where nobody can be asked, and the cause of ctx.
func confirmRemoval(ctx context.Context, words *text.Text, in, out *os.File, name string) error {
	t := words.Lines
	if !isTerminal(in) {
		return usageError{Err: errors.New(t.Nobody)}
	}
	answer, err := askOn(in, out, bufio.NewReader(in))(ctx, t.Remove(name), false)
	switch {
	case ctx.Err() != nil:
		return err
	case strings.TrimSpace(answer) != t.Yes:
		return errors.New(t.NothingDone)
	}
	return nil
}

// askPassphrase asks on the controlling terminal for the passphrase of the encrypted
// file, twice for a new one. Without a terminal it is keystore.ErrNoKey; else the cause
// of ctx. It is a keystore.KeySource's Prompt.
func (a *app) askPassphrase(ctx context.Context, fresh bool) (keystore.Secret, error) {
	t := a.words.Lines
	in, out, err := tea.OpenTTY()
	if err != nil {
		return keystore.Secret{}, keystore.ErrNoKey
	}
	defer in.Close()
	defer out.Close()
	ask := func(question string) (keystore.Secret, error) {
		typed, err := askHidden(ctx, in, out, question)
		return keystore.NewSecret(typed), err
	}
	question := t.Passphrase
	if fresh {
		question = t.PassphraseNew
	}
	first, err := ask(question)
	if err != nil || !fresh {
		return first, err
	}
	second, err := ask(t.PassphraseAgain)
	if err == nil && !first.Equal(second) {
		err = keystore.ErrDiffer
	}
	return first, err
}

// answered is what read returns, or the cause of ctx with the terminal as it was.
func answered(ctx context.Context, in, out *os.File, read func() (string, error)) (string, error) {
	before, unknown := term.GetState(int(in.Fd()))
	text, err := awaited(ctx, read)
	if ctx.Err() != nil {
		if unknown == nil {
			_ = term.Restore(int(in.Fd()), before)
		}
		fmt.Fprintln(out)
	}
	return text, err
}

// awaited is what read returns, or the cause of ctx: a read cannot be ended.
func awaited(ctx context.Context, read func() (string, error)) (string, error) {
	type line struct {
		text string
		err  error
	}
	lines := make(chan line, 1)
	go func() {
		text, err := read()
		lines <- line{text, err}
	}()
	select {
	case l := <-lines:
		return l.text, l.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
