package tui

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"sfauth/keystore"
)

// List writes connections as a table.
func List(w io.Writer, all []keystore.Connection) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, plainEN.columns)
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", c.Name, c.Username, c.Domain, c.Store, c.AuthorizedAt.Local().Format(time.DateTime))
	}
	return t.Flush()
}
