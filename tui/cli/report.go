package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui"
	"sfauth/tui/page"
)

// needGrant are the commands that a person makes work again with sfauth login, where the
// grant of their connection has ended; login itself, too, of a grant that is to be taken over.
var needGrant = []string{"token", "exec", "export", "move"}

// exitCode is the contract with scripts: how cmd, which ended with err, is to end.
func exitCode(cmd *cobra.Command, err error) int {
	var usage usageError
	var sig Signalled
	var sick notAlive
	var program flow.Exited
	var cannot flow.CannotRun
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		return 2
	case errors.As(err, &sig):
		return 128 + int(sig.Signal)
	case errors.Is(err, tui.ErrQuit):
		return 130
	case errors.Is(err, keystore.ErrNoConnection):
		return 3
	case errors.As(err, &program):
		return int(program)
	case errors.As(err, &cannot):
		return cannot.ExitCode()
	case errors.As(err, &sick):
		return verdictCode(sick.Worst, true)
	}
	return verdictCode(flow.VerdictOf(err), slices.Contains(needGrant, cmd.Name()) || cmd.Flags().Changed("from"))
}

func verdictCode(v flow.Verdict, needsGrant bool) int {
	switch {
	case v == flow.Reauthorise && needsGrant, v == expiring:
		return 4
	case v == flow.Transient:
		return 5
	}
	return 1
}

// did says what was done, to a person: a program knows it from the exit code.
func (a *app) did(sentence string) {
	if p := paperOn(a.err); p != nil {
		fmt.Fprintln(p.out, p.style.Good.Render(page.MarkDone), keystore.Clean(sentence, 0))
	}
}

// tokens match what a person may have given by mistake where a name or the value of a flag
// belongs: a refresh token of Salesforce's, and an sfdx-url (SALESFORCE.md §7.1).
const tokens = `force://\S+|5Aep[0-9A-Za-z._=!-]{12,}`

// report says what failed and why, then what to do, and of what was given no token.
func (a *app) report(cmd *cobra.Command, err error) {
	words := []string{"sfauth:"}
	if cmd.HasParent() && !errors.Is(err, tui.ErrQuit) { // the person who has left the wizard knows what they left
		words = append(words, cmd.Name())
		if args := cmd.Flags().Args(); len(args) > 0 && args[0] != "" { // exec's further arguments are those of its program, and may be secret
			words = append(words, args[0])
		}
		words[len(words)-1] += ":"
	}
	without := func(text string) string {
		return regexp.MustCompile(tokens).ReplaceAllString(text, keystore.Secret{}.String())
	}
	fmt.Fprintln(a.err, keystore.Clean(without(strings.Join(words, " ")), 100), without(a.words.Why(err, a.request)))
	hint := a.words.Hint(err, a.request)
	if hint == "" && errors.As(err, new(usageError)) {
		hint = a.words.Usage.Help(cmd.CommandPath())
	}
	if hint != "" {
		fmt.Fprintln(a.err, "hint:", without(hint))
	}
}
