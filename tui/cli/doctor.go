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

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/clipboard"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

func (a *app) doctorCommand() *cobra.Command {
	var asJSON, create, sql bool
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
		a.request = flow.Request{Domain: d, RedirectURI: callback}
		switch {
		case sql:
			_, err := io.WriteString(a.out, client.Store.Postgres.AdminSQL())
			return err
		case create:
			return a.createTable(ctx, client.Store.Postgres)
		}
		if p := client.Store.Postgres; p != nil {
			p.Plain = nil // a finding says it
		}
		words := a.words
		if asJSON { // programs read one language
			words = &text.English
		}
		found := inWords(words, client.Store, append(client.Examine(ctx, callback, d), examineClipboard(words)), a.request)
		switch p := paperOn(a.out); {
		case asJSON:
			err = a.printJSON(found)
		case p != nil:
			err = p.findings(a.words, found)
		default:
			err = printFindings(a.out, a.words, found)
		}
		if err == nil && slices.ContainsFunc(found, func(e examined) bool { return !e.OK && !e.Otherwise }) {
			err = errors.New(a.words.Usage.NotEverythingWorks)
		}
		return err
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "")
	cmd.Flags().BoolVar(&create, "create-table", false, "")
	cmd.Flags().BoolVar(&sql, "sql", false, "")
	cmd.Flags().StringVar(&callback, "callback", flow.DefaultRedirectURI, "")
	cmd.Flags().StringVar(&domain, "domain", "login.salesforce.com", "")
	return cmd
}

// createTable makes the table that machines share, and proves that it can be used.
func (a *app) createTable(ctx context.Context, p *keystore.Postgres) error {
	err := p.CreateTable(ctx)
	if err == nil {
		err = p.ProbeTable(ctx)
	}
	if err == nil {
		a.did(a.words.Did.TableMade(p.Describe(ctx)))
	}
	return err
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
	Part      flow.Part `json:"part"`
	OK        bool      `json:"ok"`
	Otherwise bool      `json:"otherwise"` // it is not, and sfauth works all the same: Hint says how
	Detail    string    `json:"detail"`
	Reason    string    `json:"reason"`
	Hint      string    `json:"hint"`
}

// inWords puts findings into words.
func inWords(words *text.Text, store *keystore.Store, found []flow.Finding, r flow.Request) []examined {
	all := make([]examined, len(found))
	for i, f := range found {
		e := examined{Part: f.Part, OK: f.Err == nil, Otherwise: f.Otherwise, Detail: keystore.Clean(words.Detail(f.Detail), 200)}
		if f.Part == flow.PartKeychain && e.OK {
			e.Detail = words.StoreName(store.Vault.Kind(), e.Detail)
			if file, is := store.Vault.(*keystore.File); is && file.Keys.KeyFile == "" {
				e.Hint = words.Doctor.KeyFile
			}
		}
		if f.Part == flow.PartKey && e.OK && store.Postgres.Keys.KeyFile == "" {
			e.Hint = words.Doctor.KeyFile
		}
		if f.Err != nil {
			e.Reason, e.Hint = words.Why(f.Err, r), cmp.Or(otherwise(words, f), words.Hint(f.Err, r))
			if f.Part == flow.PartDatabase && e.Detail != "" {
				e.Reason = e.Detail + ": " + e.Reason
			}
		}
		all[i] = e
	}
	return all
}

// otherwise is how sfauth does without a part; empty where it cannot.
func otherwise(words *text.Text, f flow.Finding) string {
	switch {
	case !f.Otherwise:
	case f.Part == flow.PartKeychain:
		return words.Doctor.UseFile
	case f.Part == flow.PartKey:
		return words.Doctor.KeyFile
	case f.Part == flow.PartCallback:
		return words.Doctor.Paste
	case f.Part == flow.PartBrowser:
		return words.Lines.ByHand
	}
	return ""
}

// said is what is known of a part.
func (e examined) said(words *text.Text) string {
	if e.OK {
		return cmp.Or(e.Detail, words.Lines.None)
	}
	return e.Reason
}

// mark is how a part is, as a sign and a tone.
func (e examined) mark(st *page.Styles) (string, page.Tone) {
	switch {
	case e.OK:
		return page.MarkDone, st.Good
	case e.Otherwise:
		return page.MarkCare, st.Warn
	}
	return page.MarkWrong, st.Bad
}

// findings shows a person what works, and below what does not what to do about it.
func (p *paper) findings(words *text.Text, all []examined) error {
	room := 0
	for _, e := range all {
		room = max(room, len(e.Part))
	}
	var lines []string
	for _, e := range all {
		mark, tone := e.mark(&p.style)
		before := tone.Render(mark) + strings.Repeat(" ", page.Between) + p.style.Strong.Render(page.Pad(string(e.Part), room)) + strings.Repeat(" ", page.Between)
		lines = append(lines, p.hanging(before, e.said(words), p.style.Plain)...)
		if e.Hint != "" {
			lines = append(lines, p.hanging(strings.Repeat(" ", ansi.StringWidth(before)), e.Hint, p.style.Dim)...)
		}
	}
	return p.write(lines)
}

// printFindings writes what works and what to do about what does not, a line each, for a
// program.
func printFindings(w io.Writer, words *text.Text, all []examined) error {
	var lines strings.Builder
	for _, e := range all {
		mark, _ := e.mark(new(page.Styles))
		fmt.Fprintf(&lines, "%s %-10s%s\n", mark, e.Part, e.said(words))
		if e.Hint != "" {
			fmt.Fprintf(&lines, "  hint: %s\n", e.Hint)
		}
	}
	_, err := io.WriteString(w, lines.String())
	return err
}
