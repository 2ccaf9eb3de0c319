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

// ConfirmRemoval asks on err, and reads from in, whether to go on: nil for a yes. It is
// a UsageError where nobody can be asked.
func ConfirmRemoval(in, err *os.File, name string) error {
	t := english.Plain
	if !IsTerminal(in) {
		return UsageError{Err: errors.New(t.nobody)}
	}
	fmt.Fprintf(err, t.remove+" ", name)
	answer, _ := bufio.NewReader(in).ReadString('\n')
	if strings.TrimSpace(answer) != t.yes {
		return errors.New(t.nothingDone)
	}
	return nil
}

// AskPassphrase asks on the controlling terminal for the passphrase of the encrypted
// file, twice for a new one. Without a terminal it is keystore.ErrNoKey. It is a
// keystore.KeySource's Prompt.
func AskPassphrase(_ context.Context, fresh bool) (keystore.Secret, error) {
	t := english.Plain
	in, out, err := tea.OpenTTY()
	if err != nil {
		return keystore.Secret{}, keystore.ErrNoKey
	}
	defer in.Close()
	defer out.Close()
	ask := func(question string) (keystore.Secret, error) {
		fmt.Fprint(out, question+" ")
		typed, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(out)
		return keystore.NewSecret(string(typed)), err
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
