package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sfauth/keystore"
	"sfauth/tui/text"
)

func (a *app) listCommand() *cobra.Command {
	var asJSON bool
	cmd := a.command("list", a.atMost(0), func(ctx context.Context, _ []string) error {
		client, err := a.client(nil)
		if err != nil {
			return err
		}
		all, err := client.Store.Settled(ctx)
		switch {
		case err != nil:
			return err
		case asJSON:
			return a.printJSON(all)
		case len(all) == 0:
			return noConnections(a.err, a.words)
		}
		return printList(a.out, a.words, all)
	})
	cmd.Aliases = []string{"ls", "whoami"}
	cmd.Flags().BoolVar(&asJSON, "json", false, "")
	return cmd
}

// noConnections says how to make the first.
func noConnections(w io.Writer, words *text.Text) error {
	_, err := fmt.Fprintln(w, words.Lines.Empty)
	return err
}

// printList writes connections as a table.
func printList(w io.Writer, words *text.Text, all []keystore.Connection) error {
	out := bufio.NewWriter(w) // tabwriter writes every cell by itself
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, words.Lines.Columns)
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", c.Name, c.Username, c.Domain, c.Store, c.AuthorizedAt.Local().Format(time.DateTime))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return out.Flush()
}
