// Command sfauth gets a Salesforce refresh token through a browser, keeps it in
// the OS keychain and hands out working access tokens.
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// usageError is a command line that cannot be carried out: exit code 2.
type usageError struct{ error }

// exitCode is the contract with scripts (README, "Exit codes").
func exitCode(err error) int {
	var usage usageError
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
	if hint == "" && errors.As(err, new(usageError)) {
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
		RunE:          func(cmd *cobra.Command, _ []string) error { return a.login(cmd.Context(), &loginFlags{}, "") },
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetVersionTemplate("sfauth {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentFlags().BoolVar(&a.debug, "debug", os.Getenv("SFAUTH_DEBUG") == "1", "log requests to stderr, without secrets (SFAUTH_DEBUG=1)")
	root.AddCommand(a.loginCommand(), a.listCommand(), a.tokenCommand(), a.exportCommand(), a.demoCommand(), a.manCommand())
	return root
}

// usage makes the errors of an argument check errors of usage.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// loginFlags are the fields of the wizard as flags. There is none for the secret:
// arguments can be read by every process of the machine.
type loginFlags struct {
	domain, clientID, callback, scope, name string
	secretStdin, noBrowser, plain           bool
	timeout                                 time.Duration
}

func (a *app) loginCommand() *cobra.Command {
	f := &loginFlags{}
	cmd := &cobra.Command{
		Use: "login [NAME]", Short: "Set up a connection, or authorise NAME again", Args: usage(cobra.MaximumNArgs(1)),
		Long:    "Set up a connection, or authorise NAME again. What a flag gives is not asked for.",
		Example: "  sfauth login acme --domain acme --client-id 3MVG9… --client-secret-stdin < secret",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.login(cmd.Context(), f, strings.Join(args, ""))
		},
	}
	cmd.Flags().StringVar(&f.domain, "domain", "", "login domain: acme, or any address of the org")
	cmd.Flags().StringVar(&f.clientID, "client-id", "", "Consumer Key of the app")
	cmd.Flags().BoolVar(&f.secretStdin, "client-secret-stdin", false, "read the Consumer Secret from the first line of stdin")
	cmd.Flags().StringVar(&f.callback, "callback", "", "callback URL registered in the app (default "+flow.DefaultCallback+")")
	cmd.Flags().StringVar(&f.scope, "scope", "", `scopes to ask for (default "`+flow.DefaultScope+`")`)
	cmd.Flags().StringVar(&f.name, "name", "", "name of the new connection")
	cmd.Flags().BoolVar(&f.noBrowser, "no-browser", false, "open no browser: show the address")
	cmd.Flags().BoolVar(&f.plain, "plain", false, "line by line, without a full screen")
	cmd.Flags().DurationVar(&f.timeout, "timeout", 5*time.Minute, "how long to wait for access to be allowed")
	return cmd
}

// login runs the wizard on what flags give and what is saved under the name.
func (a *app) login(ctx context.Context, f *loginFlags, name string) error {
	client, err := a.client(true)
	if err != nil {
		return err
	}
	client.Timeout = f.timeout
	secretGiven, err := a.prefill(ctx, client, cmp.Or(name, f.name))
	if err != nil {
		return err
	}
	if a.request.Existing != nil && name == "" {
		return usageError{fmt.Errorf("--name %s: %w", f.name, keystore.ErrNameTaken)}
	}
	if err := a.override(f); err != nil {
		return usageError{err}
	}
	lines := bufio.NewReader(a.in)
	if f.secretStdin {
		secret, err := lines.ReadString('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("reading the client secret from stdin: %w", err)
		}
		a.request.ClientSecret = keystore.NewSecret(strings.TrimSpace(secret))
	}
	if !f.plain && tui.FullScreen(a.in, a.out, f.secretStdin) {
		return a.wizard(ctx, tui.Options{Client: client, Request: a.request, Given: tui.Given{ClientSecret: secretGiven || f.secretStdin}})
	}
	return a.plain(ctx, tui.PlainOptions{Client: client, Request: a.request, In: lines})
}

// prefill makes the request of what is saved under the name; secretGiven tells
// whether the client secret is known with it.
func (a *app) prefill(ctx context.Context, client *flow.Client, name string) (secretGiven bool, err error) {
	a.request = flow.Request{Callback: flow.DefaultCallback, Scope: flow.DefaultScope, Name: name}
	if name == "" {
		return false, nil
	}
	if err := keystore.ValidName(name); err != nil {
		return false, usageError{err}
	}
	saved, err := client.Store.Find(name)
	if errors.Is(err, keystore.ErrNoConnection) {
		return false, nil
	}
	if err == nil {
		a.request, secretGiven, err = client.Again(ctx, saved)
	}
	return secretGiven, err
}

// override puts what flags say into the request, checked as the wizard checks it.
func (a *app) override(f *loginFlags) (err error) {
	r := &a.request
	r.NoBrowser = f.noBrowser
	r.Callback, r.Scope = cmp.Or(f.callback, r.Callback), cmp.Or(f.scope, r.Scope)
	if _, err = flow.ParseCallback(r.Callback); err != nil {
		return fmt.Errorf("--callback: %w", err)
	}
	if f.domain != "" {
		if r.Domain, err = flow.ParseDomain(f.domain); err != nil {
			return fmt.Errorf("--domain: %w", err)
		}
	}
	if f.clientID != "" {
		if r.ClientID, _, err = flow.CheckClientID(f.clientID); err != nil {
			return fmt.Errorf("--client-id: %w", err)
		}
	}
	return nil
}

func (a *app) wizard(ctx context.Context, o tui.Options) error {
	out, err := tui.Run(ctx, o)
	if c := out.Connection; c != nil && o.Demo == nil {
		fmt.Fprintf(a.err, "saved as %s; next: sfauth token %s\n", c.Name, c.Name)
	}
	return err
}

func (a *app) plain(ctx context.Context, o tui.PlainOptions) error {
	var missing []string
	if o.Request.Domain.IsZero() {
		missing = append(missing, "--domain")
	}
	if o.Request.ClientID == "" {
		missing = append(missing, "--client-id")
	}
	if missing != nil {
		return usageError{fmt.Errorf("nothing can be asked here: missing %s", strings.Join(missing, " and "))}
	}
	o.Out = a.err
	_, err := tui.Plain(ctx, o)
	return err
}

func (a *app) demoCommand() *cobra.Command {
	f := &loginFlags{}
	var fault string
	cmd := &cobra.Command{
		Use: "demo", Short: "Try the wizard on a built-in Salesforce: no org, no keychain, no network", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), f, fault) },
	}
	cmd.Flags().StringVar(&fault, "fail", "", "fail as Salesforce does: "+strings.Join(faultNames(), ", "))
	cmd.Flags().BoolVar(&f.noBrowser, "no-browser", false, "open no browser: sfauth stands in for it")
	cmd.Flags().BoolVar(&f.plain, "plain", false, "line by line, without a full screen")
	return cmd
}

// demo is the wizard on a simulated org on loopback, with a store that is gone at
// the end.
func (a *app) demo(ctx context.Context, f *loginFlags, fault string) error {
	if fault != "" && !slices.Contains(faultNames(), fault) {
		return usageError{fmt.Errorf("--fail %s: not one of %s", fault, strings.Join(faultNames(), ", "))}
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
	a.request = flow.Request{Domain: domain, ClientID: app.ClientID, ClientSecret: keystore.NewSecret(app.ClientSecret),
		Callback: app.Callbacks[0], Scope: flow.DefaultScope, NoBrowser: f.noBrowser}
	client := &flow.Client{Store: &keystore.Store{Dir: dir, Vault: keystore.NewMemory()}}
	stage := &tui.Demo{SetFault: org.Fail, Visit: func(ctx context.Context, url string, allow bool) error {
		return demo.StandIn(ctx, http.DefaultClient, url, allow)
	}}
	for _, f := range demo.Faults() {
		stage.Faults = append(stage.Faults, tui.Choice{Name: f.Name, Title: f.Title})
	}
	if !f.plain && tui.FullScreen(a.in, a.out, false) {
		return a.wizard(ctx, tui.Options{Client: client, Request: a.request, Demo: stage})
	}
	o := tui.PlainOptions{Client: client, Request: a.request, Demo: stage}
	if tui.IsTerminal(a.in) {
		o.In = a.in
	}
	return a.plain(ctx, o)
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
			store, err := a.store(false)
			if err != nil {
				return err
			}
			all, err := store.List()
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
			client, err := a.client(false)
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
				return usageError{fmt.Errorf("--format %s: not one of %s", format, strings.Join(keystore.ExportFormats(), ", "))}
			}
			store, err := a.store(false)
			if err != nil {
				return err
			}
			c, err := store.Find(args[0])
			if err != nil {
				return err
			}
			secrets, err := store.Secrets(cmd.Context(), c)
			if err != nil {
				return err
			}
			domain, err := flow.ParseDomain(c.Domain)
			if err != nil {
				return err
			}
			text, err := keystore.Export(format, c, secrets, domain.URL(""))
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

// store opens the connections; a script's keychain never prompts and gets 5 s.
func (a *app) store(person bool) (*keystore.Store, error) {
	dir, err := keystore.Dir()
	if err != nil {
		return nil, err
	}
	limit := 5 * time.Second
	if person {
		limit = time.Minute
	}
	return &keystore.Store{Dir: dir, Vault: &keystore.Keychain{Prompt: person, Limit: limit}}, nil
}

// client is what logs in and renews. Its log goes to stderr, and for a person, whose
// screen that may be, to a file.
func (a *app) client(person bool) (*flow.Client, error) {
	store, err := a.store(person)
	if err != nil || !a.debug {
		return &flow.Client{Store: store}, err
	}
	log := a.err
	if person {
		if log, err = os.CreateTemp("", "sfauth-*.log"); err != nil {
			return nil, err
		}
		fmt.Fprintln(a.err, "logging to", log.Name())
	}
	return &flow.Client{Store: store, HTTP: flow.Logged(log)}, nil
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
