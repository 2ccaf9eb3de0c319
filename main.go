// Command sfauth gets a Salesforce refresh token through a browser, keeps it in
// the OS keychain and hands out working access tokens.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui"
)

func main() {
	os.Unsetenv("TEA_TRACE") // Bubble Tea would log every keystroke, the secret too
	keystore.ForbidDumps()
	ctx, stop := tui.WithSignals(context.Background())
	defer stop()
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr}
	os.Exit(a.run(ctx, os.Args[1:]))
}

// app is one invocation: its streams and what its flags say.
type app struct {
	in       *os.File
	out, err *os.File
	debug    bool
	request  flow.Request // for the words of hints
}

func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = cause
	}
	if err != nil {
		a.report(cmd, err)
	}
	return exitCode(err)
}

// exitCode is the contract with scripts (README, "Exit codes").
func exitCode(err error) int {
	var usage tui.UsageError
	var sig tui.Signalled
	var failure *flow.Error
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
	case errors.As(err, &failure) && failure.Step == flow.StepRefresh && flow.VerdictOf(err) == flow.Reauthorise:
		return 4
	case flow.VerdictOf(err) == flow.Transient:
		return 5
	}
	return 1
}

// report says what failed and why, then what to do.
func (a *app) report(cmd *cobra.Command, err error) {
	if errors.Is(err, tui.ErrQuit) {
		fmt.Fprintln(a.err, "sfauth: interrupted: nothing was saved")
		return
	}
	words := []string{"sfauth:"}
	if cmd.HasParent() {
		words = append(append(words, cmd.Name()), cmd.Flags().Args()...)
		words[len(words)-1] += ":"
	}
	fmt.Fprintln(a.err, keystore.Clean(strings.Join(words, " "), 100), tui.Why(err, a.request))
	hint := tui.Hint(err, a.request)
	if hint == "" && errors.As(err, new(tui.UsageError)) {
		hint = "run " + cmd.CommandPath() + " --help"
	}
	if hint != "" {
		fmt.Fprintln(a.err, "hint:", hint)
	}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "sfauth",
		Short: "Get a Salesforce refresh token, and keep it working",
		Long: `sfauth takes you through a browser to a Salesforce refresh token, keeps it in
your OS keychain, and hands out working access tokens to scripts.`,
		Example: `  sfauth                 set up a connection
  sfauth demo            try it without an org
  sfauth token acme      print a working access token`,
		Version:       version(),
		Args:          usage(cobra.NoArgs),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return a.login(cmd.Context(), &tui.Login{}, 5*time.Minute) },
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetVersionTemplate("sfauth {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return tui.UsageError{Err: err} })
	root.PersistentFlags().BoolVar(&a.debug, "debug", os.Getenv("SFAUTH_DEBUG") == "1", "log requests to stderr, without secrets (SFAUTH_DEBUG=1)")
	root.AddCommand(a.loginCommand(), a.listCommand(), a.tokenCommand(), a.exportCommand(), a.demoCommand(), a.manCommand())
	return root
}

// usage makes the errors of an argument check errors of usage.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return tui.UsageError{Err: err}
		}
		return nil
	}
}

func (a *app) loginCommand() *cobra.Command {
	l := &tui.Login{}
	var timeout time.Duration
	cmd := &cobra.Command{
		Use: "login [NAME]", Short: "Set up a connection, or authorise NAME again", Args: usage(cobra.MaximumNArgs(1)),
		Long:    "Set up a connection, or authorise NAME again. What a flag gives is not asked for.",
		Example: "  sfauth login acme --domain acme --client-id 3MVG9… --client-secret-stdin < secret",
		RunE: func(cmd *cobra.Command, args []string) error {
			l.Name = strings.Join(args, "")
			return a.login(cmd.Context(), l, timeout)
		},
	}
	flags := cmd.Flags() // none for the secret: arguments can be read by every process of the machine
	flags.StringVar(&l.Domain, "domain", "", "login domain: acme, or any address of the org")
	flags.StringVar(&l.ClientID, "client-id", "", "Consumer Key of the app")
	flags.BoolVar(&l.SecretStdin, "client-secret-stdin", false, "read the Consumer Secret from the first line of stdin")
	flags.StringVar(&l.Callback, "callback", "", "callback URL registered in the app (default "+flow.DefaultCallback+")")
	flags.StringVar(&l.Scope, "scope", "", `scopes to ask for (default "`+flow.DefaultScope+`")`)
	flags.StringVar(&l.NewName, "name", "", "name of the new connection")
	flags.BoolVar(&l.NoBrowser, "no-browser", false, "open no browser: show the address")
	flags.BoolVar(&l.Plain, "plain", false, "line by line, without a full screen")
	flags.DurationVar(&timeout, "timeout", 5*time.Minute, "how long to wait for access to be allowed")
	return cmd
}

func (a *app) login(ctx context.Context, l *tui.Login, timeout time.Duration) error {
	if timeout <= 0 {
		return tui.UsageError{Err: fmt.Errorf("--timeout %s: not a time to wait", timeout)}
	}
	l.In, l.Out, l.Err = a.in, a.out, a.err
	client, err := a.client(true, l.FullScreen())
	if err != nil {
		return err
	}
	client.Timeout = timeout
	defer func() { a.request = l.Request }()
	return l.Run(ctx, client)
}

func (a *app) demoCommand() *cobra.Command {
	l := &tui.Login{}
	var fault string
	cmd := &cobra.Command{
		Use: "demo", Short: "Try the wizard on a built-in Salesforce: no org, no keychain, no network", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), l, fault) },
	}
	cmd.Flags().StringVar(&fault, "fail", "", "fail as Salesforce does: "+strings.Join(faultNames(), ", "))
	cmd.Flags().BoolVar(&l.NoBrowser, "no-browser", false, "open no browser: sfauth stands in for it")
	cmd.Flags().BoolVar(&l.Plain, "plain", false, "line by line, without a full screen")
	return cmd
}

// demo is the wizard on a simulated org on loopback, with a store that is gone at
// the end.
func (a *app) demo(ctx context.Context, l *tui.Login, fault string) error {
	if fault != "" && !slices.Contains(faultNames(), fault) {
		return tui.UsageError{Err: fmt.Errorf("--fail %s: not one of %s", fault, strings.Join(faultNames(), ", "))}
	}
	dir, err := os.MkdirTemp("", "sfauth-demo")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	org, url, app, stop, err := demo.Start()
	if err != nil {
		return err
	}
	defer stop()
	org.Fail(fault)
	domain, err := flow.ParseDomain(url)
	if err != nil {
		return err
	}
	l.In, l.Out, l.Err = a.in, a.out, a.err
	l.Request = flow.Request{Domain: domain, ClientID: app.ClientID, ClientSecret: keystore.NewSecret(app.ClientSecret),
		Callback: app.Callbacks[0], Scope: flow.DefaultScope, NoBrowser: l.NoBrowser}
	a.request = l.Request
	stage := &tui.Demo{SetFault: org.Fail, Visit: func(ctx context.Context, url string, allow bool) error {
		return demo.StandIn(ctx, http.DefaultClient, url, allow)
	}}
	for _, f := range demo.Faults() {
		stage.Faults = append(stage.Faults, tui.Choice{Name: f.Name, Title: f.Title})
	}
	client := &flow.Client{Store: &keystore.Store{Dir: dir, Vault: keystore.NewMemory()}}
	return l.RunDemo(ctx, client, stage)
}

func faultNames() (names []string) {
	for _, f := range demo.Faults() {
		names = append(names, f.Name)
	}
	return names
}

func (a *app) listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "Names and what is known of them; reads no secret", Args: usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			client, err := a.client(false, false)
			if err != nil {
				return err
			}
			all, err := client.Store.List()
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(all)
			}
			if len(all) == 0 {
				fmt.Fprintln(a.err, "no connections yet: run sfauth")
				return nil
			}
			return tui.List(a.out, all)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "an array of objects")
	return cmd
}

func (a *app) tokenCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "token NAME", Short: "Print a working access token", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := a.client(false, false)
			if err != nil {
				return err
			}
			a.request.Name = args[0]
			access, err := client.Token(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if !asJSON {
				_, err = fmt.Fprintln(a.out, access.Token.Reveal())
				return err
			}
			c := access.Connection
			return a.printJSON(map[string]any{
				"name": c.Name, "access_token": access.Token.Reveal(), "instance_url": c.InstanceURL,
				"username": c.Username, "user_id": c.UserID, "org_id": c.OrgID, "issued_at": access.IssuedAt.UTC(),
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "an object: the token, instance URL, user, org, time of issue")
	return cmd
}

func (a *app) exportCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "export NAME", Short: "Print the refresh token and what belongs to it", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(keystore.ExportFormats(), format) {
				return tui.UsageError{Err: fmt.Errorf("--format %s: not one of %s", format, strings.Join(keystore.ExportFormats(), ", "))}
			}
			client, err := a.client(false, false)
			if err != nil {
				return err
			}
			a.request.Name = args[0]
			text, err := client.Export(cmd.Context(), args[0], format)
			if err != nil {
				return err
			}
			fmt.Fprintln(a.err, "note: with refresh token rotation, a token used in two places stops working in both; give each tool its own")
			_, err = fmt.Fprint(a.out, text)
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "one of "+strings.Join(keystore.ExportFormats(), ", "))
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(keystore.ExportFormats(), cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use: "man", Short: "Print the manual page", Args: usage(cobra.NoArgs), Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			page, err := mango.NewManPage(1, cmd.Root())
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.out, page.Build(roff.NewDocument()))
			return err
		},
	}
}

func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// client works on the saved connections. The keychain may ask a person, and has a
// minute then; a script's never asks. Requests are logged to stderr, or to a file
// where the screen is taken.
func (a *app) client(person, fullScreen bool) (*flow.Client, error) {
	dir, err := keystore.Dir()
	if err != nil {
		return nil, err
	}
	c := &flow.Client{Store: &keystore.Store{Dir: dir, Vault: keystore.Keychain{Prompt: person}}}
	if !a.debug {
		return c, nil
	}
	log := a.err
	if fullScreen {
		if log, err = os.CreateTemp("", "sfauth-*.log"); err != nil {
			return nil, err
		}
		fmt.Fprintln(a.err, "logging to", log.Name())
	}
	c.HTTP = flow.Logged(log)
	return c, nil
}

// version is that of the module, or the commit of a build from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && info.Main.Version == "(devel)" {
			return "devel " + s.Value[:min(12, len(s.Value))]
		}
	}
	return info.Main.Version
}
