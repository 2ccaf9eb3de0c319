package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sfauth/keystore"
)

// atMost lets a command be given so many arguments, and names the first that is too much.
func (a *app) atMost(n int) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > n {
			return errors.New(a.words.Usage.TooMuch(args[n]))
		}
		return nil
	}
}

// one is the name of the connection that a command is about: the one that was given, or the
// only one that there is.
func (a *app) one(args []string) (name string, err error) {
	if len(args) > 0 {
		return args[0], nil
	}
	client, err := a.client(nil)
	if err != nil {
		return "", err
	}
	all, err := client.Store.List()
	switch {
	case err != nil:
		return "", err
	case len(all) == 1:
		return all[0].Name, nil
	case len(all) == 0:
		return "", usageError{Err: hinted{errors.New(a.words.Usage.NoneSaved), a.words.Usage.SetUp}}
	}
	var names []string
	for _, c := range all {
		names = append(names, c.Name)
	}
	return "", usageError{Err: errors.New(a.words.Usage.Which(strings.Join(names, ", ")))}
}

// open shows the connection of a name that was typed in place of a command. Where there is
// no screen for it, or no such connection, the error says what to type.
func (a *app) open(ctx context.Context, root *cobra.Command, l *wizard, words []string) error {
	word := words[0]
	client, err := a.client(nil)
	if err != nil {
		return err
	}
	all, unread := client.Store.List()
	if !slices.ContainsFunc(all, func(c keystore.Connection) bool { return c.Name == word }) {
		return cmp.Or(unread, a.unknown(root, all, word))
	}
	if err := a.atMost(1)(root, words); err != nil {
		return usageError{Err: err}
	}
	l.Open = word
	if l.In, l.Out, l.Err = a.in, a.out, a.err; !l.takesScreen() {
		return usageError{Err: hinted{errors.New(a.words.Usage.NeedsScreen(word)), a.words.Usage.ForToken(word)}}
	}
	return a.login(ctx, l, waitForAccess)
}

// maxTypos is by how many letters a word may miss what was meant.
const maxTypos = 2

// unknown says of a word that it is neither a command nor a connection, and what may have
// been meant.
func (a *app) unknown(root *cobra.Command, all []keystore.Connection, word string) error {
	names := &cobra.Command{}
	for _, c := range all {
		names.AddCommand(&cobra.Command{Use: c.Name, Run: func(*cobra.Command, []string) {}})
	}
	hint := a.words.Usage.Help(root.Name())
	for letters := range maxTypos + 1 { // the nearest
		root.SuggestionsMinimumDistance, names.SuggestionsMinimumDistance = letters, letters
		if meant := append(root.SuggestionsFor(word), names.SuggestionsFor(word)...); len(meant) > 0 {
			hint = a.words.Usage.DidYouMean(root.Name() + " " + meant[0])
			break
		}
	}
	return usageError{Err: hinted{errors.New(a.words.Usage.Unknown(word)), hint}}
}

// helpCommand is cobra's, which takes an unknown command for a success.
func (a *app) helpCommand(root *cobra.Command) *cobra.Command {
	cmd := a.command("help [COMMAND]", a.atMost(1), func(_ context.Context, args []string) error {
		about, rest, err := root.Find(args)
		if err != nil || len(rest) > 0 {
			return a.unknown(root, nil, args[0])
		}
		about.InitDefaultHelpFlag()
		return about.Help()
	})
	cmd.Hidden = true
	return cmd
}
