package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/clipboard"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	var callback, domain string
	cmd := a.command("doctor", a.atMost(0), func(ctx context.Context, _ []string) error {
		d, err := flow.ParseDomain(domain)
		if err != nil {
			return usageError{Err: fmt.Errorf("--domain: %w", err)}
		}
		client, err := a.client(nil)
		if err != nil {
			return err
		}
		a.request = flow.Request{Domain: d, Callback: callback}
		words := a.words
		if asJSON { // programs read one language
			words = &text.English
		}
		found := inWords(words, append(client.Examine(ctx, callback, d), examineClipboard(words)), a.request)
		if asJSON {
			err = a.printJSON(found)
		} else {
			err = printFindings(a.out, a.words, found)
		}
		if err == nil && slices.ContainsFunc(found, func(e examined) bool { return !e.OK }) {
			err = errors.New(a.words.Usage.NotEverythingWorks)
		}
		return err
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "")
	cmd.Flags().StringVar(&callback, "callback", flow.DefaultCallback, "")
	cmd.Flags().StringVar(&domain, "domain", "login.salesforce.com", "")
	return cmd
}

// partClipboard is that of this machine, or of the terminal: only a screen needs it.
const partClipboard flow.Part = "clipboard"

// examineClipboard says how a copy reaches the clipboard. The terminal's way is one where all
// else is missing, so that this never fails.
func examineClipboard(words *text.Text) flow.Finding {
	f := flow.Finding{Part: partClipboard}
	name, err := clipboard.Way()
	missing, isMissing := errors.AsType[clipboard.MissingError](err)
	switch t := words.Clipboard; {
	case err == nil:
		f.Detail = name
	case isMissing:
		f.Detail = t.WouldCopy(missing.Package)
	case os.Getenv("TMUX") != "":
		f.Detail = t.ThroughTmux
	default:
		f.Detail = t.ThroughTerminal
	}
	return f
}

// examined is a finding as people and programs read it.
type examined struct {
	Part   flow.Part `json:"part"`
	OK     bool      `json:"ok"`
	Detail string    `json:"detail"`
	Reason string    `json:"reason"`
	Hint   string    `json:"hint"`
}

// inWords puts findings into words.
func inWords(words *text.Text, found []flow.Finding, r flow.Request) []examined {
	all := make([]examined, len(found))
	for i, f := range found {
		all[i] = examined{Part: f.Part, OK: f.Err == nil, Detail: keystore.Clean(words.Detail(f.Detail), 200)}
		if f.Err != nil {
			all[i].Reason, all[i].Hint = words.Why(f.Err, r), words.Hint(f.Err, r)
			if f.Part == flow.PartBrowser {
				all[i].Hint = words.Lines.ByHand
			}
		}
	}
	return all
}

// printFindings writes what works and what to do about what does not, a line each.
func printFindings(w io.Writer, words *text.Text, all []examined) error {
	var lines strings.Builder
	for _, e := range all {
		mark, said := page.MarkDone, cmp.Or(e.Detail, words.Lines.None)
		if !e.OK {
			mark, said = page.MarkWrong, e.Reason
		}
		fmt.Fprintf(&lines, "%s %-10s%s\n", mark, e.Part, said)
		if e.Hint != "" {
			fmt.Fprintf(&lines, "  hint: %s\n", e.Hint)
		}
	}
	_, err := io.WriteString(w, lines.String())
	return err
}
