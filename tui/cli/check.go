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
			err = verdicts(a.out, a.words, found)
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

// verdicts writes what a check found out, as a table.
func verdicts(w io.Writer, words *text.Text, all []checked) error {
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
