package tui

import (
	"fmt"
	"io"
	"text/tabwriter"

	"sfauth/flow"
	"sfauth/keystore"
)

// Verdicts writes what a check found out, as a table.
func Verdicts(w io.Writer, all []keystore.Connection) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, english.Plain.verdictColumns)
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.Name, c.Verdict, c.Reason)
	}
	return t.Flush()
}

// NotAlive says that some of the connections that were checked are not alive.
type NotAlive struct {
	Names []string
	Of    int
	Worst flow.Verdict // Reauthorise before Transient before the others
}

func (e NotAlive) Error() string {
	if e.Of == 1 {
		return "not alive: " + string(e.Worst)
	}
	return fmt.Sprintf("%d of %d are not alive", len(e.Names), e.Of)
}

// Sick returns a NotAlive unless all are alive.
func Sick(all []keystore.Connection) error {
	e := NotAlive{Of: len(all)}
	for _, c := range all {
		v := flow.Verdict(c.Verdict)
		if v == flow.Alive {
			continue
		}
		e.Names = append(e.Names, c.Name)
		if e.Worst == "" || v == flow.Reauthorise || v == flow.Transient && e.Worst != flow.Reauthorise {
			e.Worst = v
		}
	}
	if e.Names == nil {
		return nil
	}
	return e
}
