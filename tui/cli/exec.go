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
	var cmd *cobra.Command
	cmd = a.command("exec [NAME] -- COMMAND…", a.nameThenCommand, func(ctx context.Context, args []string) error {
		name, err := a.one(args[:cmd.ArgsLenAtDash()])
		if err != nil {
			return err
		}
		program := args[cmd.ArgsLenAtDash():]
		if !isVariable(prefix) {
			return usageError{Err: fmt.Errorf("--prefix %q: %s", prefix, a.words.Usage.NoPrefix)}
		}
		if err := flow.FindProgram(program[0]); err != nil {
			return err // no token is renewed for a program that is not there
		}
		access, err := a.access(ctx, name, o)
		if err != nil {
			return err
		}
		domain, err := flow.ParseDomain(access.Connection.Domain)
		if err != nil {
			return err
		}
		a.allowDumps()
		return flow.Exec(program, append(flow.WithoutOurs(os.Environ()), export.Environment(prefix, access.Token, access.Connection, domain.URL(""))...))
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
	dash := cmd.ArgsLenAtDash()
	switch {
	case dash < 0 && len(args) > 1: // the program's own arguments may be secret
		return hinted{errors.New(a.words.Usage.NameThenCommand), a.words.Usage.Run(fmt.Sprintf("%s %s -- %s …", cmd.CommandPath(), args[0], args[1]))}
	case dash < 0 || dash > 1 || len(args) == dash:
		return errors.New(a.words.Usage.NameThenCommand)
	}
	return nil
}
