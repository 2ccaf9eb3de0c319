package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sfauth/tui/page"
)

// helpWidth is the columns of a terminal that help is written for.
const helpWidth = 80

// explain prints what a command is for, examples, its flags, and what it ends with. What is
// printed of sfauth itself is its commands, and fits a screen.
func (a *app) explain(cmd *cobra.Command) {
	t, words, out := a.words.Manual, a.words.Command(cmd.Name()), cmd.OutOrStdout()
	heading := func(h string) {
		if fmt.Fprintln(out); cmd.HasParent() {
			fmt.Fprintln(out, h)
		}
	}
	wrapped(out, "", about(cmd))
	if cmd.HasParent() {
		heading(t.Usage)
		fmt.Fprintln(out, "  "+synopsis(cmd))
	}
	if words.Example != "" {
		heading(t.Examples)
		fmt.Fprintln(out, words.Example)
	}
	if !cmd.HasParent() {
		fmt.Fprintln(out)
		for _, c := range offered(cmd) {
			wrapped(out, fmt.Sprintf("  %-*s", cmd.NamePadding()+2, c.Name()), c.Short)
		}
	}
	all, widest := flags(cmd), 0
	for _, f := range all {
		widest = max(widest, len(spelt(f)))
	}
	heading(t.Flags)
	for _, f := range all {
		wrapped(out, fmt.Sprintf("  %-*s", widest+2, spelt(f)), a.meaning(f))
	}
	if words.ExitCodes != "" {
		fmt.Fprintln(out)
		wrapped(out, "", words.ExitCodes)
	}
	if words.Environment != "" {
		wrapped(out, "", words.Environment)
	}
}

// about is what a command is for.
func about(cmd *cobra.Command) string { return cmp.Or(cmd.Long, cmd.Short) }

// synopsis is a command line with the place of everything that can be given.
func synopsis(cmd *cobra.Command) string {
	path, use := cmd.CommandPath(), strings.TrimPrefix(cmd.Use, cmd.Name())
	return path + " [FLAGS]" + use
}

// offered are the commands that help lists.
func offered(cmd *cobra.Command) (all []*cobra.Command) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			all = append(all, c)
		}
	}
	return all
}

// flags are those of a command, then those of all commands; what everybody knows is left out.
func flags(cmd *cobra.Command) (all []*pflag.Flag) {
	for _, set := range []*pflag.FlagSet{cmd.LocalNonPersistentFlags(), cmd.InheritedFlags(), cmd.PersistentFlags()} {
		set.VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && f.Name != "help" && f.Name != "version" {
				all = append(all, f)
			}
		})
	}
	return all
}

// spelt is a flag as it is typed, with the place of its value: the last word of its name.
func spelt(f *pflag.Flag) string {
	s := "--" + f.Name
	if f.Shorthand != "" {
		s = "-" + f.Shorthand + ", " + s
	}
	if f.Value.Type() == "bool" {
		return s
	}
	place := f.Name[strings.LastIndex(f.Name, "-")+1:]
	if place == "for" { // which names nothing
		place = "purpose"
	}
	return s + " " + strings.ToUpper(place)
}

// meaning is what a flag is for, and what it is when it is not given.
func (a *app) meaning(f *pflag.Flag) string {
	if f.Value.Type() == "bool" || f.DefValue == "" {
		return f.Usage
	}
	return a.words.Manual.Default(f.Usage, strings.Replace(f.DefValue, "m0s", "m", 1))
}

// wrapped prints a text beside what stands before its first line.
func wrapped(out io.Writer, before, text string) {
	width := ansi.StringWidth(before)
	for _, line := range page.Wrap(text, helpWidth-width) {
		fmt.Fprintln(out, before+strings.TrimRight(line, " "))
		before = strings.Repeat(" ", width)
	}
}
