package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sfauth/flow/export"
	"sfauth/keystore"
)

func (a *app) exportCommand() *cobra.Command {
	var format, output string
	cmd := a.command("export [NAME]", a.atMost(1), func(ctx context.Context, args []string) error {
		if format == "" {
			return usageError{Err: errors.New(a.words.Usage.WhichFormat(strings.Join(export.Formats(), ", ")))}
		}
		if !slices.Contains(export.Formats(), format) {
			return usageError{Err: fmt.Errorf("--format %s: %s", format, a.words.Usage.NoneOf(strings.Join(export.Formats(), ", ")))}
		}
		name, err := a.one(args)
		if err != nil {
			return err
		}
		client, _, err := a.saved(ctx, name)
		if err != nil {
			return err
		}
		text, err := client.Export(ctx, name, format)
		if err != nil {
			return err
		}
		fmt.Fprintln(a.err, a.words.Usage.OneUseOnly)
		if output != "" {
			if err := keystore.WritePrivate(output, []byte(text)); err != nil {
				return err
			}
			a.did(a.words.Did.Exported(name, output))
			return nil
		}
		_, err = fmt.Fprint(a.out, text)
		return err
	})
	cmd.Flags().StringVar(&format, "format", "", "")
	cmd.Flags().StringVarP(&output, "output", "o", "", "")
	complete(cmd, "format", export.Formats())
	return cmd
}
