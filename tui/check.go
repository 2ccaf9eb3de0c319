package tui

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// Checked is a connection with what a check found out about it.
type Checked struct {
	keystore.Connection
	Err error `json:"-"` // nil: alive
}

func (c Checked) why() string { return text.English.Why(c.Err, text.RequestOf(c.Connection)) }

// Verdicts writes what a check found out, as a table.
func Verdicts(w io.Writer, all []Checked) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, text.English.Lines.VerdictColumns)
	for _, c := range all {
		why := ""
		if c.Err != nil {
			why = c.why()
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.Name, c.Verdict, why)
	}
	return t.Flush()
}

// NotAlive says that some of the connections that were checked are not alive.
type NotAlive struct {
	Count, Of int
	Worst     flow.Verdict // Reauthorise before Transient before the others
	one       Checked      // that has it
}

func (e NotAlive) Error() string {
	if e.Of == 1 {
		return e.one.why()
	}
	return text.English.Lines.SickOf(e.Count, e.Of)
}

// Hint is that of the error which a renewal would end with.
func (e NotAlive) Hint() string {
	hint := text.English.Hint(e.one.Err, text.RequestOf(e.one.Connection))
	if e.Of == 1 {
		return hint
	}
	return e.one.Name + ": " + hint
}

// Sick returns a NotAlive unless all are alive.
func Sick(all []Checked) error {
	e := NotAlive{Of: len(all)}
	for _, c := range all {
		v := flow.Verdict(c.Verdict)
		if v == flow.Alive {
			continue
		}
		e.Count++
		if e.Worst == "" || rank(v) > rank(e.Worst) {
			e.Worst, e.one = v, c
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
