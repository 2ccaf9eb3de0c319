package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"

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
		typed, err := begin(func() (string, error) { return lines.ReadString('\n') }).or(ctx)
		if err != nil { // nothing has ended the line
			fmt.Fprintln(out)
		}
		return typed, err
	}
}

// askHidden asks for what must not be seen, as soon as the terminal shows no more of what is
// typed: were a signal to come between the question and that, the terminal would be given
// back first and fall silent afterwards.
func askHidden(ctx context.Context, in, out *os.File, question string) (string, error) {
	fd := int(in.Fd())
	before, unknown := term.GetState(fd)
	lines := begin(func() (string, error) {
		typed, err := term.ReadPassword(fd)
		fmt.Fprintln(out)
		return string(typed), err
	})
	for wait := time.Second; unknown == nil && wait > 0 && len(lines) == 0; wait -= time.Millisecond { // a terminal may have been silent before
		if now, err := term.GetState(fd); err != nil || !reflect.DeepEqual(now, before) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	fmt.Fprint(out, question+" ")
	typed, err := lines.or(ctx)
	if ctx.Err() != nil {
		if unknown == nil {
			_ = term.Restore(fd, before)
		}
		fmt.Fprintln(out)
	}
	return typed, err
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
	case !t.Yes.Is(answer):
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

// answer is a line that is being read: a read cannot be ended.
type answer chan struct {
	text string
	err  error
}

func begin(read func() (string, error)) answer {
	lines := make(answer, 1)
	go func() {
		text, err := read()
		lines <- struct {
			text string
			err  error
		}{text, err}
	}()
	return lines
}

// or is the line, or the cause of ctx.
func (a answer) or(ctx context.Context) (string, error) {
	select {
	case l := <-a:
		return l.text, l.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
