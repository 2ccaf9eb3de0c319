package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

func (a *app) checkCommand() *cobra.Command {
	var asJSON bool
	var within time.Duration
	var cmd *cobra.Command
	cmd = a.command("check [NAME…]", cobra.ArbitraryArgs, func(ctx context.Context, names []string) error {
		if cmd.Flags().Changed("expiring") && (within <= 0 || within >= flow.IdleLimit) {
			return usageError{Err: fmt.Errorf("--expiring %s: %s", cmd.Flag("expiring").Value, a.words.Usage.NoIdle)}
		}
		ctx = keystore.AskOnce(ctx)
		client, all, unread := a.saved(ctx, names...)
		if unread != nil && (all == nil || len(names) > 0) { // else they are those that this machine knows
			return unread
		}
		found := make([]checked, len(all))
		client.CheckAll(ctx, all, func(i int, h flow.Health) { found[i] = newChecked(h.Of(all[i]), h.Err, within) })
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var err error
		switch {
		case asJSON:
			err = a.printJSON(found)
		case len(all) == 0 && unread != nil:
		case len(all) == 0:
			err = noConnections(a.err, a.words)
		default:
			err = a.verdicts(found, within > 0)
		}
		return cmp.Or(err, sick(found), unread)
	})
	cmd.Aliases = []string{"status"}
	cmd.Flags().BoolVar(&asJSON, "json", false, "")
	cmd.Flags().VarP(a.duration(&within, 0), "expiring", "", "")
	return cmd
}

// checked is a connection with what a check found out about it.
type checked struct {
	keystore.Connection
	IdleUntil *time.Time `json:"idle_until"` // flow.IdleUntil; nil: nobody knows
	Expiring  bool       `json:"expiring"`   // that is nearer than was asked for
	Err       error      `json:"-"`          // nil: alive
}

// newChecked is what was found out about c. within is how near the idle limit is to be for a connection to be named.
func newChecked(c keystore.Connection, err error, within time.Duration) checked {
	found := checked{Connection: c, Err: err}
	if until := flow.IdleUntil(c); !until.IsZero() {
		found.IdleUntil = &until
		found.Expiring = within > 0 && time.Until(until) <= within
	}
	return found
}

func (c checked) why(words *text.Text) string { return words.Why(c.Err, text.RequestOf(c.Connection)) }

// idle is how near its idle limit is, in words.
func (c checked) idle(words *text.Text) string {
	left := time.Until(*c.IdleUntil)
	return words.Lines.Idle(flow.IdleLimit-left, left)
}

// verdicts writes what a check found out; idle: with how near the idle limits are.
func (a *app) verdicts(found []checked, idle bool) error {
	if p := paperOn(a.out); p != nil {
		return p.verdicts(a.words, found, idle)
	}
	return printVerdicts(a.out, a.words, found)
}

// verdicts shows a person what a check found out, and below each connection that needs
// something why.
func (p *paper) verdicts(words *text.Text, all []checked, idle bool) error {
	var mark, name, verdict, limit page.Col
	name.Head, verdict.Head, limit.Head = words.Table.Name, words.Table.Verdict, words.Table.Idle
	limit.Worth = 1
	for _, c := range all {
		sign, tone := tui.Mark(&p.style, flow.Verdict(c.Verdict))
		if c.Expiring && c.Err == nil {
			sign, tone = page.MarkCare, p.style.Warn
		}
		mark.Add(sign, tone)
		name.Add(keystore.Clean(c.Name, 0), p.style.Strong)
		verdict.Add(words.VerdictName(flow.Verdict(c.Verdict)), tone)
		limit.Add(c.limit(words), p.style.Dim)
	}
	columns := []page.Col{mark, name, verdict}
	if idle {
		columns = append(columns, limit)
	}
	columns = page.Fitted(columns, p.width)
	lines := []string{page.Headings(columns, p.style.Dim)}
	for i, c := range all {
		lines = append(lines, page.Line(columns, i))
		if c.Err != nil {
			lines = append(lines, p.below(c.cause(words), p.style.Plain)...)
		}
		if c.Expiring {
			lines = append(lines, p.below(c.idle(words), p.style.Plain)...)
		}
	}
	return p.write(lines)
}

// limit is when its idle limit is.
func (c checked) limit(words *text.Text) string {
	switch {
	case flow.Verdict(c.Verdict) == flow.Reauthorise:
		return ""
	case c.IdleUntil == nil:
		return words.Table.NotKnown
	case time.Until(*c.IdleUntil) <= 0:
		return words.Ago(time.Since(*c.IdleUntil))
	}
	return words.In(time.Until(*c.IdleUntil))
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
	return printTable(w, words.Lines.VerdictColumns, func(t io.Writer) {
		for _, c := range all {
			why := ""
			switch {
			case c.Err != nil:
				why = c.why(words)
			case c.Expiring:
				why = c.idle(words)
			}
			fmt.Fprintf(t, "%s\t%s\t%s\n", c.Name, c.Verdict, why)
		}
	})
}

// notAlive says that some of the connections that were checked are not alive, or will not be
// for long.
type notAlive struct {
	Sick, Expiring, Of int
	Worst              flow.Verdict // Reauthorise before expiring before Transient before the others
	one                checked      // that has it
}

// expiring is where the idle limit comes near.
const expiring flow.Verdict = "expiring"

func (e notAlive) Error() string { return "not alive" }

// Words are those of the one that was checked, or how many there are.
func (e notAlive) Words(t *text.Text) string {
	switch {
	case e.Of == 1 && e.Worst == expiring:
		return e.one.idle(t)
	case e.Of == 1:
		return e.one.why(t)
	case e.Sick == 0:
		return t.Lines.IdleOf(e.Expiring, e.Of)
	case e.Expiring == 0:
		return t.Lines.SickOf(e.Sick, e.Of)
	}
	return t.Lines.SickAndIdle(e.Sick, e.Expiring, e.Of)
}

// Hint is that of the error which a renewal would end with, or how to renew.
func (e notAlive) Hint(t *text.Text) string {
	if e.Worst == expiring {
		return t.Lines.Renew(e.one.Name)
	}
	hint := t.Hint(e.one.Err, text.RequestOf(e.one.Connection))
	if e.Of == 1 {
		return hint
	}
	return e.one.Name + ": " + hint
}

// sick returns a notAlive unless all are alive, and will be.
func sick(all []checked) error {
	e := notAlive{Of: len(all)}
	for _, c := range all {
		v := flow.Verdict(c.Verdict)
		if v != flow.Alive {
			e.Sick++
		}
		if c.Expiring {
			e.Expiring++
			v = expiring
		}
		if v != flow.Alive && (e.Worst == "" || rank(v) > rank(e.Worst)) {
			e.Worst, e.one = v, c
		}
	}
	if e.Worst == "" {
		return nil
	}
	return e
}

// rank is which of several verdicts decides what happens next.
func rank(v flow.Verdict) int {
	return slices.Index([]flow.Verdict{flow.Unknown, flow.Setup, flow.ClientWrong, flow.Transient, expiring, flow.Reauthorise}, v)
}
