package tui

import (
	"fmt"
	"io"
	"slices"
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
	Count, Of int
	Worst     flow.Verdict // Reauthorise before Transient before the others
	name      string       // of one that has it
}

func (e NotAlive) Error() string {
	if e.Of == 1 {
		return english.Plain.sick[e.Worst]
	}
	return fmt.Sprintf(english.Plain.sickOf, e.Count, e.Of)
}

func (e NotAlive) hint() string { return fmt.Sprintf(english.Plain.cure[e.Worst], e.name) }

// Sick returns a NotAlive unless all are alive.
func Sick(all []keystore.Connection) error {
	e := NotAlive{Of: len(all)}
	for _, c := range all {
		v := flow.Verdict(c.Verdict)
		if v == flow.Alive {
			continue
		}
		e.Count++
		if e.Worst == "" || rank(v) > rank(e.Worst) {
			e.Worst, e.name = v, c.Name
		}
	}
	if e.Count == 0 {
		return nil
	}
	return e
}

// rank is which of several verdicts decides what happens next.
func rank(v flow.Verdict) int {
	return slices.Index([]flow.Verdict{flow.Unknown, flow.Setup, flow.ClientWrong, flow.Transient, flow.Reauthorise}, v)
}
