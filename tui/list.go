package tui

import (
	"bufio"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"sfauth/keystore"
	"sfauth/tui/text"
)

// NoConnections says how to make the first.
func NoConnections(w io.Writer) error {
	_, err := fmt.Fprintln(w, text.English.Lines.Empty)
	return err
}

// List writes connections as a table.
func List(w io.Writer, all []keystore.Connection) error {
	out := bufio.NewWriter(w) // tabwriter writes every cell by itself
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, text.English.Lines.Columns)
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", c.Name, c.Username, c.Domain, c.Store, c.AuthorizedAt.Local().Format(time.DateTime))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return out.Flush()
}
