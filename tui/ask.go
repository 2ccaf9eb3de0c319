package tui

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
)

// ConfirmRemoval asks on out, and reads from in, whether to go on: nil for a yes. It is
// a UsageError where nobody can be asked, and the cause of ctx.
func ConfirmRemoval(ctx context.Context, in, out *os.File, name string) error {
	t := english.Plain
	if !IsTerminal(in) {
		return UsageError{Err: errors.New(t.nobody)}
	}
	fmt.Fprintf(out, t.remove+" ", name)
	answer, err := answered(ctx, in, out, func() (string, error) { return bufio.NewReader(in).ReadString('\n') })
	switch {
	case ctx.Err() != nil:
		return err
	case strings.TrimSpace(answer) != t.yes:
		return errors.New(t.nothingDone)
	}
	return nil
}

// AskPassphrase asks on the controlling terminal for the passphrase of the encrypted
// file, twice for a new one. Without a terminal it is keystore.ErrNoKey; else the cause
// of ctx. It is a keystore.KeySource's Prompt.
func AskPassphrase(ctx context.Context, fresh bool) (keystore.Secret, error) {
	t := english.Plain
	in, out, err := tea.OpenTTY()
	if err != nil {
		return keystore.Secret{}, keystore.ErrNoKey
	}
	defer in.Close()
	defer out.Close()
	ask := func(question string) (keystore.Secret, error) {
		fmt.Fprint(out, question+" ")
		typed, err := answered(ctx, in, out, func() (string, error) {
			typed, err := term.ReadPassword(int(in.Fd()))
			fmt.Fprintln(out)
			return string(typed), err
		})
		return keystore.NewSecret(typed), err
	}
	first, err := ask(t.passphrase)
	if err != nil || !fresh {
		return first, err
	}
	second, err := ask(t.passphraseAgain)
	if err == nil && !first.Equal(second) {
		err = errors.New(t.passphrasesDiffer)
	}
	return first, err
}

// answered is what read returns, or the cause of ctx with the terminal as it was: a
// read of a terminal cannot be ended.
func answered(ctx context.Context, in, out *os.File, read func() (string, error)) (string, error) {
	before, unknown := term.GetState(int(in.Fd()))
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
		if unknown == nil {
			_ = term.Restore(int(in.Fd()), before)
		}
		fmt.Fprintln(out)
		return "", context.Cause(ctx)
	}
}
