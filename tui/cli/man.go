package cli

import (
	"fmt"
	"strings"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
)

func (a *app) manCommand() *cobra.Command {
	cmd := a.command("man", a.atMost(0), nil)
	cmd.Hidden = true
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		page, err := mango.NewManPage(1, cmd.Root())
		if err != nil {
			return err
		}
		page.WithLongDescription(strings.ReplaceAll(cmd.Root().Long, "\n", " ")).WithSection("Exit status", a.words.Usage.ExitStatus)
		_, err = fmt.Fprint(a.out, page.Build(roff.NewDocument()))
		return err
	}
	return cmd
}
