package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"sfauth/keystore"
)

func (a *app) renameCommand() *cobra.Command {
	return a.command("rename OLD NEW", cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
		client, _, err := a.saved(ctx, args[0])
		if err != nil {
			return err
		}
		_, err = client.Store.Rename(ctx, args[0], args[1])
		if errors.Is(err, keystore.ErrNameTaken) || errors.Is(err, keystore.ErrBadName) {
			a.request.Name = args[1]
			return usageError{Err: err}
		}
		return err
	})
}

func (a *app) moveCommand() *cobra.Command {
	var kind string
	cmd := a.command("move NAME", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		if !slices.Contains(stores, kind) {
			return usageError{Err: fmt.Errorf("--store %s: %s", kind, a.words.Usage.NoStore)}
		}
		client, all, err := a.saved(ctx, args...)
		if err != nil {
			return err
		}
		return client.Move(ctx, all[0].Name, kind)
	})
	cmd.Flags().StringVar(&kind, "store", "", "")
	complete(cmd, "store", stores)
	return cmd
}

func (a *app) removeCommand() *cobra.Command {
	var yes, keepGrant bool
	cmd := a.command("remove NAME", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		client, all, err := a.saved(ctx, args...)
		if err != nil {
			return err
		}
		if !yes {
			if err := confirmRemoval(ctx, a.words, a.in, a.err, all[0].Name); err != nil {
				return err
			}
		}
		revoked, err := client.Remove(ctx, all[0].Name, keepGrant)
		if revoked != nil && err == nil {
			fmt.Fprintln(a.err, a.words.Usage.ForgottenOnly(a.words.Why(revoked, a.request)))
			fmt.Fprintln(a.err, "hint:", a.words.Line(a.words.Remove.RevokeByHand))
		}
		return err
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "")
	cmd.Flags().BoolVar(&keepGrant, "keep-grant", false, "")
	return cmd
}
