package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

func (a *app) listCommand() *cobra.Command {
	var asJSON bool
	cmd := a.command("list", a.atMost(0), func(ctx context.Context, _ []string) error {
		client, err := a.client(nil)
		if err != nil {
			return err
		}
		all, unread := client.Store.Settled(ctx) // where a database fails, they are those that this machine knows
		p := paperOn(a.out)
		switch {
		case unread != nil && all == nil:
		case asJSON:
			err = a.printJSON(all)
		case len(all) == 0 && unread == nil:
			err = noConnections(a.err, a.words)
		case len(all) == 0:
		case p != nil:
			err = p.list(a.words, all, storeNames(ctx, a.words, client, all))
		default:
			err = printList(a.out, a.words, all)
		}
		return cmp.Or(err, unread)
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

// list shows connections to a person, with what is known of them from the last check. stores
// has the names of where they are kept, by kind.
func (p *paper) list(words *text.Text, all []keystore.Connection, stores map[string]string) error {
	ago := func(t time.Time) string { return words.Ago(time.Since(t)) }
	var mark, name, user, domain, store, since, alive, verdict page.Col
	name.Head, user.Head, domain.Head, store.Head = words.Table.Name, words.Table.User, words.Table.Domain, words.Table.Store
	since.Head, alive.Head, verdict.Head = words.Table.Authorised, words.Table.Alive, words.Table.Verdict
	store.Worth, since.Worth, user.Worth, domain.Worth, alive.Worth = 1, 2, 3, 4, 5
	user.Least, domain.Least = 12, 14
	user.Inner, domain.Inner = true, true
	for _, c := range all {
		sign, tone := tui.Mark(&p.style, flow.Verdict(c.Verdict))
		mark.Add(sign, tone)
		name.Add(keystore.Clean(c.Name, 0), p.style.Strong)
		user.Add(keystore.Clean(c.Username, 0), p.style.Plain)
		domain.Add(keystore.Clean(c.Domain, 0), p.style.Plain)
		store.Add(keystore.Clean(stores[c.Store], 0), p.style.Plain)
		since.Add(ago(c.AuthorizedAt), p.style.Dim)
		alive.Add(ago(lastAlive(c)), p.style.Dim)
		verdict.Add(words.VerdictName(flow.Verdict(c.Verdict)), tone)
	}
	columns := page.Fitted([]page.Col{mark, name, user, domain, store, since, alive, verdict}, p.width)
	lines := []string{page.Headings(columns, p.style.Dim)}
	for i := range all {
		lines = append(lines, page.Line(columns, i))
	}
	return p.write(lines)
}

// storeNames is what the places are called where connections are kept, by their kinds.
func storeNames(ctx context.Context, words *text.Text, client *flow.Client, all []keystore.Connection) map[string]string {
	names := map[string]string{}
	for _, c := range all {
		if names[c.Store] == "" {
			names[c.Store] = words.StoreName(c.Store, client.Store.Describe(ctx, c.Store))
		}
	}
	return names
}

// lastAlive is when a connection was last seen alive. It was so when access was allowed.
func lastAlive(c keystore.Connection) time.Time {
	if c.AliveAt != nil && c.AliveAt.After(c.AuthorizedAt) {
		return *c.AliveAt
	}
	return c.AuthorizedAt
}

// printList writes connections as a table, to a program.
func printList(w io.Writer, words *text.Text, all []keystore.Connection) error {
	return printTable(w, words.Lines.Columns, func(t io.Writer) {
		for _, c := range all {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", c.Name, c.Username, c.Domain, c.Store, c.AuthorizedAt.Local().Format(time.DateTime))
		}
	})
}
