// Package cli is sfauth without a full screen: its commands, the wizard line by line,
// questions on a terminal, and tables.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// app is one invocation: its streams and what its flags say.
type app struct {
	in, out, err *os.File
	debug        bool
	allowDumps   func()
	request      flow.Request // for the words of hints
	words        *text.Text
	console      *console     // of a login line by line; nil: another command
	ready        *flow.Client // nil: what the environment says makes one
}

// Run carries out a command line, and returns what the process has to exit with.
func Run(in, out, err *os.File, args []string) int {
	words, unknown := wordsFor(os.Getenv, systemLanguage)
	if unknown != "" {
		fmt.Fprintln(err, words.Usage.NoLanguage(keystore.Clean(unknown, 20)))
	}
	a := &app{in: in, out: out, err: err, allowDumps: forbidDumps(), words: words}
	root, stop := a.root(), func() {}
	defer func() { stop() }()
	root.PersistentPreRun = func(cmd *cobra.Command, _ []string) {
		if cmd.Name() == "list" { // What only prints, as --version and --help do, has nothing to give back, and hearing signals starts a thread.
			return
		}
		var ctx context.Context
		ctx, stop = withSignals(cmd.Context())
		cmd.SetContext(ctx)
	}
	return a.run(context.Background(), root, args)
}

func (a *app) run(ctx context.Context, root *cobra.Command, args []string) int {
	root.SetArgs(args)
	cmd, failed := root.ExecuteContextC(ctx)
	if cause := context.Cause(cmd.Context()); cause != nil && failed != nil && !errors.Is(failed, cause) && flow.KindOf(failed) != flow.KindTokenLost && !errors.As(failed, new(flow.Exited)) {
		failed = cause
	}
	if failed != nil && !errors.As(failed, new(flow.Exited)) { // the program that exec ran has said why it failed
		a.report(cmd, failed)
	}
	return exitCode(cmd, failed)
}

func (a *app) root() *cobra.Command {
	l := &wizard{Text: a.words, Saved: true}
	var root *cobra.Command
	root = a.command("sfauth [NAME]", cobra.ArbitraryArgs, func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return a.open(ctx, root, l, args)
		}
		return a.login(ctx, l, waitForAccess)
	})
	root.Flags().BoolVar(&l.Plain, "plain", false, "")
	root.SetHelpCommand(a.helpCommand(root))
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.explain(cmd) })
	root.CompletionOptions.DisableDefaultCmd = true
	root.Version = version()
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{Err: a.flagError(err)} })
	root.PersistentFlags().BoolVar(&a.debug, "debug", os.Getenv("SFAUTH_DEBUG") == "1", "")
	root.AddCommand(a.loginCommand(), a.listCommand(), a.checkCommand(), a.tokenCommand(), a.execCommand(), a.exportCommand(),
		a.renameCommand(), a.moveCommand(), a.removeCommand(), a.doctorCommand(), a.demoCommand(), a.completionCommand(), a.manCommand(), a.versionCommand())
	a.describe(root)
	for _, cmd := range root.Commands() {
		a.describe(cmd)
		if strings.Contains(cmd.Use, "NAME") || strings.Contains(cmd.Use, "OLD") {
			cmd.ValidArgsFunction = a.completeName
		}
	}
	return root
}

// describe gives a command and its flags their words.
func (a *app) describe(cmd *cobra.Command) {
	words := a.words.Command(cmd.Name())
	cmd.Short, cmd.Long, cmd.Example = words.Short, words.Long, words.Example
	for _, flag := range words.Flags {
		cmd.Flag(flag.About).Usage = flag.Says
	}
	cmd.InitDefaultHelpFlag() // cobra would say later, in English, what it is for
	cmd.Flag("help").Usage = a.words.Manual.HelpFlag
	if cmd.Version != "" {
		cmd.InitDefaultVersionFlag()
		cmd.Flag("version").Usage = a.words.Manual.VersionFlag
	}
}

// command makes the errors of the argument check errors of usage.
func (a *app) command(use string, args cobra.PositionalArgs, run func(ctx context.Context, args []string) error) *cobra.Command {
	return &cobra.Command{
		Use: use,
		Args: func(cmd *cobra.Command, given []string) error {
			err := args(cmd, given)
			if err == nil && len(given) > 0 && given[0] == "" { // the variable of a script is not set
				err = errors.New(a.words.Usage.EmptyName)
			}
			if err != nil {
				return usageError{Err: err}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, given []string) error { return run(cmd.Context(), given) },
	}
}

func init() { cobra.EnableCommandSorting = false } // they are listed in the order of use

// completionCommand prints what a shell has to be told to complete sfauth's words.
func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	cmd := a.command("completion SHELL", a.atMost(1), nil)
	cmd.ValidArgs = shells
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		root, shell := cmd.Root(), strings.Join(args, "")
		switch shell {
		case "bash":
			return root.GenBashCompletionV2(a.out, true)
		case "zsh":
			return root.GenZshCompletion(a.out)
		case "fish":
			return root.GenFishCompletion(a.out, true)
		case "powershell":
			return root.GenPowerShellCompletionWithDesc(a.out)
		}
		return usageError{Err: errors.New(a.words.Usage.WhichShell(strings.Join(shells, ", ")))}
	}
	return cmd
}

// waitForAccess is how long a person may take to allow access where no flag says it.
const waitForAccess = 5 * time.Minute

// versionCommand is what people type for --version.
func (a *app) versionCommand() *cobra.Command {
	cmd := a.command("version", a.atMost(0), func(context.Context, []string) error {
		_, err := fmt.Fprintln(a.out, "sfauth version", version())
		return err
	})
	cmd.Hidden = true
	return cmd
}

// stores are the kinds of vault.
var stores = []string{"keychain", "file", keystore.PostgresKind}

// completeStore offers the shell those kinds, and PostgreSQL only where the environment
// describes one.
func completeStore(cmd *cobra.Command) {
	offered := stores
	if !keystore.PostgresFromEnvironment("", keystore.KeySource{}).Described() {
		offered = offered[:2]
	}
	complete(cmd, "store", offered)
}

// complete offers the shell what a flag can be.
func complete(cmd *cobra.Command, flag string, values []string) {
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)))
}

// completeName offers the shell the names that there are, to commands that take one.
func (a *app) completeName(cmd *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	client, err := a.client(nil)
	if err != nil || len(args) > 0 && cmd.Name() != "check" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	all, _ := client.Store.ListWithin(cmd.Context(), time.Second)
	for _, c := range all {
		names = append(names, c.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// durationFlag is a time.Duration that says what one looks like.
type durationFlag struct {
	d       *time.Duration
	given   string // as it was typed; empty: it was not
	refused string
}

func (a *app) duration(d *time.Duration, unset time.Duration) *durationFlag {
	f := &durationFlag{d: d, refused: a.words.Usage.NoDuration}
	if *d = unset; unset != 0 {
		f.given = unset.String()
	}
	return f
}

func (f *durationFlag) Type() string   { return "duration" }
func (f *durationFlag) String() string { return f.given }

func (f *durationFlag) Set(text string) (err error) {
	if *f.d, err = parseDuration(text); err != nil {
		return errors.New(f.refused)
	}
	f.given = text
	return nil
}

// parseDuration is time.ParseDuration, which knows no days.
func parseDuration(text string) (time.Duration, error) {
	days, rest, has := strings.Cut(text, "d")
	if !has {
		return time.ParseDuration(text)
	}
	n, err := strconv.ParseUint(days, 10, 16)
	d := time.Duration(n) * 24 * time.Hour
	if err != nil || rest == "" {
		return d, err
	}
	more, err := time.ParseDuration(rest)
	if more < 0 {
		err = errors.New("a day has no negative hours")
	}
	return d + more, err
}

// flagError is an error of cobra's about a flag in sfauth's words.
func (a *app) flagError(err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return fmt.Errorf("--%s %s: %w", invalid.GetFlag().Name, invalid.GetValue(), invalid.Unwrap())
	}
	if lacks, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return errors.New(a.words.Usage.NoValue("--" + lacks.GetFlag().Name))
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			name = name[1:]
		}
		return errors.New(a.words.Usage.NoFlag(name))
	}
	return err
}

// versionOf is the version that a program was built as and, where Git stamped it, the commit:
// "1.2.3 (e4e9ea57b3a1)". Between two tags the version has the commit in it. "-dirty" is what
// was changed and not committed, "devel" what was built without Git, as by go run.
func versionOf(info *debug.BuildInfo) string {
	version, changed := strings.CutSuffix(info.Main.Version, "+dirty")
	version = strings.TrimPrefix(strings.Trim(version, "()"), "v")
	mark := ""
	if changed {
		mark = "-dirty"
	}
	for _, s := range info.Settings {
		if s.Key != "vcs.revision" {
			continue
		}
		if commit := s.Value[:min(12, len(s.Value))]; !strings.Contains(version, commit) {
			return version + " (" + commit + mark + ")"
		}
	}
	return cmp.Or(version, "devel") + mark
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = new(debug.BuildInfo)
	}
	return versionOf(info)
}
