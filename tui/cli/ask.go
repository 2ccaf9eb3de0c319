package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/window"
)

// confirmRemoval asks on out, and reads from in, whether to go on: nil for a yes. It is
// a usageError where nobody can be asked, and the cause of ctx.
func confirmRemoval(ctx context.Context, words *text.Text, in, out *os.File, name string) error {
	t, c := words.Lines, newConsole(words, in, out)
	if !c.attended() {
		return usageError{Err: errors.New(t.Nobody)}
	}
	answer, err := c.ask(ctx, t.Remove(name), false)
	switch {
	case ctx.Err() != nil:
		return err
	case !t.Yes.Is(answer):
		return errors.New(t.NothingDone)
	}
	return nil
}

// askPassphrase asks for the passphrase of the encrypted file, or of PostgreSQL, until there is one, twice for
// a new one: where a login reads lines from a terminal, else on the controlling one. Without
// a terminal, and where a person would rather not say, it is keystore.ErrNoKey; else the
// cause of ctx. It is a keystore.KeySource's Prompt.
func (a *app) askPassphrase(ctx context.Context, fresh bool) (keystore.Secret, error) {
	t, c := a.words.Lines, a.console
	if !c.attended() {
		in, out, release, err := window.OpenTTY()
		if err != nil {
			return keystore.Secret{}, keystore.ErrNoKey
		}
		defer release()
		c = newConsole(a.words, in, out)
	}
	question, anew, noWayBack := t.Passphrase, t.PassphraseNew, a.words.Passphrase.NoWayBack
	if keystore.IsForPostgres(ctx) {
		question, anew, noWayBack = t.PassphraseShared, t.PassphraseNewShared, a.words.Passphrase.NoWayBackShared
	}
	if fresh {
		question = anew
		fmt.Fprintln(c.out, noWayBack)
		fmt.Fprintln(c.out, a.words.Passphrase.Elsewhere)
	}
	for {
		first, err := c.ask(ctx, question, true)
		second := first
		if err == nil && first != "" && fresh {
			second, err = c.ask(ctx, t.PassphraseAgain, true)
		}
		switch {
		case ctx.Err() != nil:
			return keystore.Secret{}, context.Cause(ctx)
		case err != nil:
			return keystore.Secret{}, keystore.ErrNoKey
		case first == "":
			fmt.Fprintln(c.out, a.words.Passphrase.Empty)
		case second != first:
			fmt.Fprintln(c.out, a.words.Passphrase.Differ)
		default:
			return keystore.NewSecret(first), nil
		}
	}
}
