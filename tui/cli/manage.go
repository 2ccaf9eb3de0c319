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
	return a.command("rename OLD NEW", a.atMost(2), func(ctx context.Context, args []string) error {
		if len(args) < 2 {
			return usageError{Err: errors.New(a.words.Usage.OldAndNew)}
		}
		client, _, err := a.saved(ctx, args[0])
		if err != nil {
			return err
		}
		now, err := client.Store.Rename(ctx, args[0], args[1])
		if errors.Is(err, keystore.ErrNameTaken) || errors.Is(err, keystore.ErrBadName) {
			a.request.Name = args[1]
			return usageError{Err: err}
		}
		if err == nil {
			a.did(a.words.Did.Renamed(args[0], now.Name))
		}
		return err
	})
}

func (a *app) moveCommand() *cobra.Command {
	var kind string
	cmd := a.command("move [NAME]", a.atMost(1), func(ctx context.Context, args []string) error {
		if kind == "" {
			return usageError{Err: errors.New(a.words.Usage.WhichStore)}
		}
		if !slices.Contains(stores, kind) {
			return usageError{Err: fmt.Errorf("--store %s: %s", kind, a.words.Usage.NoStore)}
		}
		name, err := a.one(args)
		if err != nil {
			return err
		}
		client, all, err := a.saved(ctx, name)
		if err != nil {
			return err
		}
		if err := client.Move(ctx, all[0].Name, kind); err != nil {
			return err
		}
		a.did(a.words.Did.Moved(name, a.words.StoreName(kind, client.Store.Describe(ctx, kind))))
		return nil
	})
	cmd.Flags().StringVar(&kind, "store", "", "")
	completeStore(cmd)
	return cmd
}

func (a *app) removeCommand() *cobra.Command {
	var yes, keepGrant bool
	cmd := a.command("remove NAME", a.atMost(1), func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return usageError{Err: errors.New(a.words.Usage.RemoveWhich)}
		}
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
		switch {
		case err != nil:
		case revoked != nil:
			fmt.Fprintln(a.err, a.words.Usage.ForgottenOnly(a.words.Why(revoked, a.request)))
			fmt.Fprintln(a.err, "hint:", a.words.Line(a.words.Remove.RevokeByHand))
		case keepGrant:
			a.did(a.words.Did.Forgotten(all[0].Name))
		default:
			a.did(a.words.Did.Removed(all[0].Name))
		}
		return err
	})
	cmd.Aliases = []string{"rm", "logout"}
	cmd.Flags().BoolVar(&yes, "yes", false, "")
	cmd.Flags().BoolVar(&keepGrant, "keep-grant", false, "")
	return cmd
}
