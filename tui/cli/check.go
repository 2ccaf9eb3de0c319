package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui"
	"sfauth/tui/text"
)

func (a *app) checkCommand() *cobra.Command {
	var asJSON bool
	cmd := a.command("check [NAME…]", cobra.ArbitraryArgs, func(ctx context.Context, names []string) error {
		client, all, err := a.saved(ctx, names...)
		if err != nil {
			return err
		}
		found := make([]checked, len(all))
		client.CheckAll(ctx, all, func(i int, h flow.Health) { found[i] = checked{Connection: h.Of(all[i]), Err: h.Err} })
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch {
		case asJSON:
			err = a.printJSON(found)
		case len(all) == 0:
			err = noConnections(a.err, a.words)
		default:
			err = a.verdicts(found)
		}
		return cmp.Or(err, sick(found))
	})
	cmd.Aliases = []string{"status"}
	cmd.Flags().BoolVar(&asJSON, "json", false, "")
	return cmd
}

// checked is a connection with what a check found out about it.
type checked struct {
	keystore.Connection
	Err error `json:"-"` // nil: alive
}

func (c checked) why(words *text.Text) string { return words.Why(c.Err, text.RequestOf(c.Connection)) }

// verdicts writes what a check found out.
func (a *app) verdicts(found []checked) error {
	if p := paperOn(a.out); p != nil {
		return p.verdicts(a.words, found)
	}
	return printVerdicts(a.out, a.words, found)
}

// verdicts shows a person what a check found out, and below each connection that is not alive
// why.
func (p *paper) verdicts(words *text.Text, all []checked) error {
	var mark, name, verdict column
	name.head, verdict.head = words.Table.Name, words.Table.Verdict
	for _, c := range all {
		sign, tone := tui.Mark(&p.style, flow.Verdict(c.Verdict))
		mark.add(sign, tone)
		name.add(c.Name, p.style.Strong)
		verdict.add(words.VerdictName(flow.Verdict(c.Verdict)), tone)
	}
	columns := fitted([]column{mark, name, verdict}, p.width)
	lines := []string{heading(columns, p.style.Dim)}
	for i, c := range all {
		lines = append(lines, row(columns, i))
		if c.Err != nil {
			lines = append(lines, p.below(c.cause(words), p.style.Plain)...)
		}
	}
	return p.write(lines)
}

// cause is why it is not alive, where its verdict stands beside.
func (c checked) cause(words *text.Text) string {
	if k := flow.KindOf(c.Err); k == flow.KindTokenExpired { // whose name is that of the verdict
		return words.Line(words.Cause(k, text.RequestOf(c.Connection)))
	}
	return c.why(words)
}

// printVerdicts writes what a check found out as a table, for a program.
func printVerdicts(w io.Writer, words *text.Text, all []checked) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, words.Lines.VerdictColumns)
	for _, c := range all {
		why := ""
		if c.Err != nil {
			why = c.why(words)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.Name, c.Verdict, why)
	}
	return t.Flush()
}

// notAlive says that some of the connections that were checked are not alive.
type notAlive struct {
	Count, Of int
	Worst     flow.Verdict // Reauthorise before Transient before the others
	one       checked      // that has it
}

func (e notAlive) Error() string { return "not alive" }

// Words are those of the one that was checked, or how many there are.
func (e notAlive) Words(t *text.Text) string {
	if e.Of == 1 {
		return e.one.why(t)
	}
	return t.Lines.SickOf(e.Count, e.Of)
}

// Hint is that of the error which a renewal would end with.
func (e notAlive) Hint(t *text.Text) string {
	hint := t.Hint(e.one.Err, text.RequestOf(e.one.Connection))
	if e.Of == 1 {
		return hint
	}
	return e.one.Name + ": " + hint
}

// sick returns a notAlive unless all are alive.
func sick(all []checked) error {
	e := notAlive{Of: len(all)}
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
