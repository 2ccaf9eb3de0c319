package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/flow/export"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// stdout is what people write for it in place of a file, as stdin.
const stdout = "-"

func (a *app) exportCommand() *cobra.Command {
	var format, output string
	var o export.Options
	var cmd *cobra.Command
	cmd = a.command("export [NAME]", a.atMost(1), func(ctx context.Context, args []string) error {
		if err := a.checkExport(format, o); err != nil {
			return usageError{Err: err}
		}
		if output == "" && cmd.Flags().Changed("output") { // a script's variable that is not set
			return usageError{Err: errors.New(a.words.Usage.NoValue("--output"))}
		}
		name, err := a.one(args)
		if err != nil {
			return err
		}
		client, _, err := a.saved(ctx, name)
		if err != nil {
			return err
		}
		exported, conn, err := client.Export(ctx, name, format, o)
		if err != nil {
			return err
		}
		a.tellOfExport(format, conn, o)
		if output != "" && output != stdout {
			if err := keystore.WritePrivate(output, []byte(exported)); err != nil {
				return err
			}
			a.did(a.words.Did.Exported(name, output))
			return nil
		}
		_, err = fmt.Fprint(a.out, exported)
		return err
	})
	cmd.Flags().StringVar(&format, "format", "", "")
	cmd.Flags().StringVarP(&output, "output", "o", "", "")
	cmd.Flags().StringVar(&o.Prefix, "prefix", "", "")
	cmd.Flags().BoolVar(&o.RefreshToken, "refresh-token", false, "")
	complete(cmd, "format", export.Formats())
	return cmd
}

func (a *app) checkExport(format string, o export.Options) error {
	words := a.words.Usage
	switch {
	case format == "":
		return errors.New(words.WhichFormat(strings.Join(export.Formats(), ", ")))
	case !slices.Contains(export.Formats(), format):
		return fmt.Errorf("--format %s: %s", format, words.NoneOf(strings.Join(export.Formats(), ", ")))
	case o.RefreshToken && !export.TakesRefreshToken(format):
		return fmt.Errorf("--refresh-token --format %s: %s", format, words.NoRefreshToken)
	case o.Prefix != "" && !export.HasVariables(format):
		return fmt.Errorf("--prefix --format %s: %s", format, words.NoVariables)
	case o.Prefix != "" && !isVariable(o.Prefix):
		return fmt.Errorf("--prefix %q: %s", o.Prefix, words.NoPrefix)
	}
	return nil
}

// tellOfExport says what is in an export, and what becomes of the connection where its reader
// does what is known of it.
func (a *app) tellOfExport(format string, c keystore.Connection, o export.Options) {
	note := func(said string) { fmt.Fprintln(a.err, "note:", a.words.Line(said)) }
	words, tool := a.words.Exports, export.ToolOf(format)
	asks, rotates := export.Asks(format, c, o.RefreshToken), c.Rotates == nil || *c.Rotates
	if flow.Verdict(c.Verdict) == flow.Reauthorise { // nothing is asked of Salesforce: it is what was seen last
		seen := a.words.Explain(flow.Kind(c.Kind), text.RequestOf(c))
		fmt.Fprintf(a.err, "warning: %s\nhint: %s\n", a.words.Line(seen.Why), seen.Hint)
	}
	switch {
	case tool.Keeps == export.Forgets && asks:
		note(words.Forgets(tool.Name))
		note(words.AsksAllTheSame)
		if c.Rotates == nil {
			note(words.RotationUnknown(c.Name))
		}
	case asks:
	case tool.Keeps == export.Forgets && rotates:
		fmt.Fprintln(a.err, "warning:", a.words.Line(words.Forgets(tool.Name)))
	case tool.Keeps == export.KeepsSince && rotates:
		note(words.Keeps(tool.Name, tool.Since, tool.Alone))
	}
	if left := flow.KeptBack(os.Environ(), c); asks && export.HasVariables(format) && len(left) > 0 {
		note(words.KeptBack(strings.Join(left, ", ")))
	}
	if !asks {
		if other, own := flow.OtherHost(format, c); other != "" {
			note(words.OtherHost(tool.Name, other, own))
		}
		fmt.Fprintln(a.err, a.words.Usage.OneUseOnly)
	}
}
