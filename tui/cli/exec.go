package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/flow/export"
)

func (a *app) execCommand() *cobra.Command {
	var o flow.TokenOptions
	var prefix string
	cmd := a.command("exec NAME -- COMMAND…", a.nameThenCommand, func(ctx context.Context, args []string) error {
		if !isVariable(prefix) {
			return usageError{Err: fmt.Errorf("--prefix %q: %s", prefix, a.words.Usage.NoPrefix)}
		}
		if err := flow.FindProgram(args[1]); err != nil {
			return err // no token is renewed for a program that is not there
		}
		access, err := a.access(ctx, args[0], o)
		if err != nil {
			return err
		}
		domain, err := flow.ParseDomain(access.Connection.Domain)
		if err != nil {
			return err
		}
		a.allowDumps()
		return flow.Exec(args[1:], append(flow.WithoutOurs(os.Environ()), export.Environment(prefix, access.Token, access.Connection, domain.URL(""))...))
	})
	a.tokenFlags(cmd, &o)
	cmd.Flags().StringVar(&prefix, "prefix", export.VariablePrefix, "")
	return cmd
}

// isVariable tells whether a name of letters, digits and _ can begin with the text.
func isVariable(text string) bool {
	return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(text)
}

func (a *app) nameThenCommand(cmd *cobra.Command, args []string) error {
	if cmd.ArgsLenAtDash() != 1 || len(args) < 2 {
		return errors.New(a.words.Usage.NameThenCommand)
	}
	return nil
}
