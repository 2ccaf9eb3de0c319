package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/flow/export"
)

func (a *app) execCommand() *cobra.Command {
	var o flow.TokenOptions
	var names export.Names
	var cmd *cobra.Command
	cmd = a.command("exec [NAME] -- COMMAND…", a.nameThenCommand, func(ctx context.Context, args []string) error {
		name, err := a.one(args[:cmd.ArgsLenAtDash()])
		if err != nil {
			return err
		}
		program := args[cmd.ArgsLenAtDash():]
		if err := a.checkNames(names); err != nil {
			return usageError{Err: err}
		}
		if err := flow.FindProgram(program[0]); err != nil { // no token is renewed for a program that is not there
			if errors.Is(err, exec.ErrDot) { // as cmd would have started it on Windows
				err = hinted{err, a.words.Usage.Run(fmt.Sprintf("%s %s -- %s …", cmd.CommandPath(), name, "."+string(filepath.Separator)+program[0]))}
			}
			return err
		}
		access, err := a.access(ctx, name, o)
		if err != nil {
			return err
		}
		domain, err := flow.ParseDomain(access.Connection.Domain)
		if err != nil {
			return err
		}
		self, err := flow.Program()
		if err != nil {
			return err
		}
		again := []string{self, "token", access.Connection.Name}
		if o.Data360 {
			again = append(again, "--for", "data360")
		}
		env := os.Environ()
		env = slices.Concat(flow.WithoutOurs(env), flow.ToAskAgain(env), export.Environment(names, access.Token, access.Connection, domain.URL(""), flow.CommandLine(again...)))
		a.allowDumps()
		return flow.Exec(program, env)
	})
	a.tokenFlags(cmd, &o)
	cmd.Flags().StringVar(&names.Prefix, "prefix", export.VariablePrefix, "")
	cmd.Flags().StringVar(&names.As, "as", "", "")
	complete(cmd, "as", export.Presets())
	return cmd
}

func (a *app) checkNames(n export.Names) error {
	switch presets := export.Presets(); {
	case n.As != "" && !slices.Contains(presets, n.As):
		return fmt.Errorf("--as %s: %s", n.As, a.words.Usage.NoneOf(strings.Join(presets, ", ")))
	case !isVariable(n.Prefix):
		return fmt.Errorf("--prefix %q: %s", n.Prefix, a.words.Usage.NoPrefix)
	}
	return nil
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
