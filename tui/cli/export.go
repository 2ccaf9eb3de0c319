package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sfauth/keystore"
)

func (a *app) exportCommand() *cobra.Command {
	var format, output string
	cmd := command("export NAME", "Print the refresh token and what belongs to it", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		if !slices.Contains(keystore.ExportFormats(), format) {
			return UsageError{Err: fmt.Errorf("--format %s: not one of %s", format, strings.Join(keystore.ExportFormats(), ", "))}
		}
		client, _, err := a.saved(ctx, args[0])
		if err != nil {
			return err
		}
		text, err := client.Export(ctx, args[0], format)
		if err != nil {
			return err
		}
		fmt.Fprintln(a.err, "note: with refresh token rotation, a token used in two places stops working in both; give each tool its own")
		if output != "" {
			return keystore.WritePrivate(output, []byte(text))
		}
		_, err = fmt.Fprint(a.out, text)
		return err
	})
	cmd.Flags().StringVar(&format, "format", "", "one of "+strings.Join(keystore.ExportFormats(), ", "))
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this file, which only you may read")
	complete(cmd, "format", keystore.ExportFormats())
	return cmd
}
