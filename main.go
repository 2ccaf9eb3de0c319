// Command sfauth gets a Salesforce refresh token through a browser, keeps it in
// the OS keychain and hands out working access tokens.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui"
	"sfauth/tui/text"
)

func main() {
	os.Unsetenv("TEA_TRACE") // Bubble Tea would log every keystroke, the secret too
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, allowDumps: keystore.ForbidDumps(), words: &text.English}
	ctx, stop := tui.WithSignals(context.Background())
	defer stop()
	os.Exit(a.run(ctx, os.Args[1:]))
}

// app is one invocation: its streams and what its flags say.
type app struct {
	in, out, err *os.File
	debug        bool
	allowDumps   func()
	request      flow.Request // for the words of hints
	words        *text.Text
}

func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if cause := context.Cause(ctx); cause != nil && err != nil && !errors.Is(err, cause) && flow.KindOf(err) != flow.KindTokenLost && !errors.As(err, new(flow.Exited)) {
		err = cause
	}
	if err != nil && !errors.As(err, new(flow.Exited)) { // whose program has said why
		a.report(cmd, err)
	}
	return exitCode(err)
}

// exitStatus says what exitCode returns.
const exitStatus = "0 done, 1 failed, 2 wrong usage, 3 no such connection, 4 needs re-authorising: a person must run sfauth login NAME, " +
	"5 Salesforce unreachable or answering nonsense, 128 and the signal's number when interrupted. exec ends with its command's own, " +
	"127 for one that is not there, 126 for one that cannot be executed."

// exitCode is the contract with scripts.
func exitCode(err error) int {
	var usage tui.UsageError
	var sig tui.Signalled
	var failure *flow.Error
	var sick tui.NotAlive
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
		return verdictCode(sick.Worst)
	case errors.As(err, &failure) && failure.Step == flow.StepRefresh:
		return verdictCode(flow.VerdictOf(err))
	case flow.VerdictOf(err) == flow.Transient:
		return 5
	}
	return 1
}

func verdictCode(v flow.Verdict) int {
	switch v {
	case flow.Reauthorise:
		return 4
	case flow.Transient:
		return 5
	}
	return 1
}

// report says what failed and why, then what to do.
func (a *app) report(cmd *cobra.Command, err error) {
	words := []string{"sfauth:"}
	if cmd.HasParent() && !errors.Is(err, tui.ErrQuit) { // who has left knows what it was
		words = append(words, cmd.Name())
		if args := cmd.Flags().Args(); len(args) > 0 { // the others may be a program's own, of exec
			words = append(words, args[0])
		}
		words[len(words)-1] += ":"
	}
	fmt.Fprintln(a.err, keystore.Clean(strings.Join(words, " "), 100), a.words.Why(err, a.request))
	hint := a.words.Hint(err, a.request)
	if hint == "" && errors.As(err, new(tui.UsageError)) {
		hint = "run " + cmd.CommandPath() + " --help"
	}
	if hint != "" {
		fmt.Fprintln(a.err, "hint:", hint)
	}
}

func (a *app) root() *cobra.Command {
	root := command("sfauth", "Get a Salesforce refresh token, and keep it working", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		return a.login(ctx, &tui.Login{Text: a.words, Saved: true}, 5*time.Minute)
	})
	root.Long = `sfauth takes you through a browser to a Salesforce refresh token, keeps it in
your OS keychain, and hands out working access tokens to scripts.`
	root.Example = `  sfauth                 set up a connection, or look after those there are
  sfauth demo            try it without an org
  sfauth token acme      print a working access token`
	root.Version = version()
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetVersionTemplate("sfauth {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return tui.UsageError{Err: err} })
	root.PersistentFlags().BoolVar(&a.debug, "debug", os.Getenv("SFAUTH_DEBUG") == "1", "log requests to stderr, without secrets (SFAUTH_DEBUG=1)")
	root.AddCommand(a.loginCommand(), a.listCommand(), a.checkCommand(), a.tokenCommand(), a.execCommand(), a.exportCommand(),
		a.renameCommand(), a.moveCommand(), a.removeCommand(), a.doctorCommand(), a.demoCommand(), a.manCommand())
	for _, cmd := range root.Commands() {
		if strings.Contains(cmd.Use, "NAME") || strings.Contains(cmd.Use, "OLD") {
			cmd.ValidArgsFunction = a.completeName
		}
	}
	return root
}

// command makes the errors of the argument check errors of usage.
func command(use, short string, args cobra.PositionalArgs, run func(ctx context.Context, args []string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short,
		Args: func(cmd *cobra.Command, given []string) error {
			if err := args(cmd, given); err != nil {
				return tui.UsageError{Err: err}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, given []string) error { return run(cmd.Context(), given) },
	}
}

// stores are the kinds of vault.
var stores = []string{"keychain", "file"}

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
	all, _ := client.Store.List()
	for _, c := range all {
		names = append(names, c.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) loginCommand() *cobra.Command {
	l := &tui.Login{Text: a.words}
	var timeout time.Duration
	cmd := command("login [NAME]", "Set up a connection, or authorise NAME again", cobra.MaximumNArgs(1), func(ctx context.Context, args []string) error {
		l.Name = strings.Join(args, "")
		return a.login(ctx, l, timeout)
	})
	cmd.Long = "Set up a connection, or authorise NAME again. What a flag gives is not asked for."
	cmd.Example = "  sfauth login acme --domain acme --client-id 3MVG9… --client-secret-stdin < secret"
	flags := cmd.Flags() // none for the secret: arguments can be read by every process of the machine
	flags.StringVar(&l.Domain, "domain", "", "login domain: acme, or any address of the org")
	flags.BoolVar(&l.TrustDomain, "trust-domain", false, "the domain is meant although it is none of Salesforce's, as a site's own is, or does not answer as a login host: do not ask")
	flags.StringVar(&l.ClientID, "client-id", "", "Consumer Key of the app")
	flags.BoolVar(&l.SecretStdin, "client-secret-stdin", false, "read the Consumer Secret from the first line of stdin, unseen where that is a terminal")
	flags.StringVar(&l.Callback, "callback", "", "callback URL registered in the app (default "+flow.DefaultCallback+")")
	flags.StringVar(&l.Scope, "scope", "", `scopes to ask for (default "`+flow.DefaultScope+`")`)
	flags.StringVar(&l.NewName, "name", "", "name of the new connection")
	flags.StringVar(&l.Store, "store", "", "where the secret goes: keychain or file (default SFAUTH_STORE, else keychain)")
	flags.BoolVar(&l.NoBrowser, "no-browser", false, "open no browser: show the address")
	flags.BoolVar(&l.Plain, "plain", false, "line by line, without a full screen")
	flags.VarP(duration(&timeout, 5*time.Minute), "timeout", "", "how long to wait for access to be allowed")
	complete(cmd, "store", stores)
	return cmd
}

func (a *app) login(ctx context.Context, l *tui.Login, timeout time.Duration) error {
	if timeout <= 0 {
		return tui.UsageError{Err: fmt.Errorf("--timeout %s: not a time to wait", timeout)}
	}
	l.In, l.Out, l.Err, l.Passphrase = a.in, a.out, a.err, tui.NewPassphrase(tui.AskPassphrase)
	client, err := a.client(l)
	if err != nil {
		return err
	}
	client.Timeout = timeout
	defer func() { a.request = l.Request }()
	return l.Run(ctx, client)
}

func (a *app) demoCommand() *cobra.Command {
	l := &tui.Login{Text: a.words}
	var fault string
	cmd := command("demo", "Try the wizard on a built-in Salesforce: no org, no keychain, no network", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		return a.demo(ctx, l, fault)
	})
	cmd.Flags().StringVar(&fault, "fail", "", "fail as Salesforce does: "+strings.Join(faultNames(), ", "))
	complete(cmd, "fail", faultNames())
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
		Callback: app.Callbacks[0], Scope: flow.DefaultScope, Name: "acme", NoBrowser: l.NoBrowser}
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
	cmd := command("list", "Names and what is known of them; reads no secret", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		client, err := a.client(nil)
		if err != nil {
			return err
		}
		all, err := client.Store.Settled(ctx)
		switch {
		case err != nil:
			return err
		case asJSON:
			return a.printJSON(all)
		case len(all) == 0:
			return tui.NoConnections(a.err)
		}
		return tui.List(a.out, all)
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "an array of objects")
	return cmd
}

func (a *app) checkCommand() *cobra.Command {
	var asJSON bool
	cmd := command("check [NAME…]", "Ask Salesforce which connections are alive; uses up no token", cobra.ArbitraryArgs, func(ctx context.Context, names []string) error {
		client, all, err := a.saved(ctx, names...)
		if err != nil {
			return err
		}
		found := make([]tui.Checked, len(all))
		client.CheckAll(ctx, all, func(i int, h flow.Health) { found[i] = tui.Checked{Connection: h.Of(all[i]), Err: h.Err} })
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch {
		case asJSON:
			err = a.printJSON(found)
		case len(all) == 0:
			err = tui.NoConnections(a.err)
		default:
			err = tui.Verdicts(a.out, found)
		}
		return cmp.Or(err, tui.Sick(found))
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "an array of objects")
	return cmd
}

func (a *app) tokenCommand() *cobra.Command {
	var o flow.TokenOptions
	var asJSON bool
	cmd := command("token NAME", "Print a working access token", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		access, err := a.access(ctx, args[0], o)
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
	})
	tokenFlags(cmd, &o)
	cmd.Flags().BoolVar(&asJSON, "json", false, "an object: the token, instance URL, user, org, time of issue")
	return cmd
}

// durationFlag is a time.Duration that says what one looks like.
type durationFlag struct{ *time.Duration }

func duration(d *time.Duration, unset time.Duration) durationFlag {
	*d = unset
	return durationFlag{d}
}

func (f durationFlag) Type() string { return "duration" }

func (f durationFlag) Set(text string) (err error) {
	if *f.Duration, err = time.ParseDuration(text); err != nil {
		err = errors.New("a duration has a unit, as 90s, 5m and 1h have")
	}
	return err
}

func tokenFlags(cmd *cobra.Command, o *flow.TokenOptions) {
	cmd.Flags().BoolVar(&o.Fresh, "fresh", false, "renew now, whatever is cached")
	cmd.Flags().VarP(duration(&o.MaxAge, 10*time.Minute), "max-age", "", "how old a cached token may be")
}

// access is a working access token; what could not be written down is told.
func (a *app) access(ctx context.Context, name string, o flow.TokenOptions) (flow.Access, error) {
	if o.MaxAge < 0 {
		return flow.Access{}, tui.UsageError{Err: fmt.Errorf("--max-age %s: not an age", o.MaxAge)}
	}
	o.Fresh = o.Fresh || o.MaxAge == 0
	client, err := a.client(nil)
	if err != nil {
		return flow.Access{}, err
	}
	a.request.Name = name
	defer context.AfterFunc(ctx, func() { tui.Unhurried(a.err) })()
	access, err := client.Token(ctx, name, o)
	if access.Connection.Name != "" {
		a.request = text.RequestOf(access.Connection)
	}
	if access.Warning != nil {
		fmt.Fprintln(a.err, "note:", a.words.Why(access.Warning, a.request))
	}
	return access, cmp.Or(err, context.Cause(ctx)) // who gave up while it was renewed wants no more of it
}

func (a *app) execCommand() *cobra.Command {
	var o flow.TokenOptions
	var prefix string
	cmd := command("exec NAME -- COMMAND…", "Run a command with the connection in its environment", nameThenCommand, func(ctx context.Context, args []string) error {
		if !isVariable(prefix) {
			return tui.UsageError{Err: fmt.Errorf("--prefix %q: no variable begins so", prefix)}
		}
		if err := flow.FindProgram(args[1]); err != nil {
			return err // before a token is renewed for nothing
		}
		access, err := a.access(ctx, args[0], o)
		if err != nil {
			return err
		}
		domain, err := flow.ParseDomain(access.Connection.Domain)
		if err != nil {
			return err
		}
		a.allowDumps()
		return flow.Exec(args[1:], append(flow.WithoutOurs(os.Environ()), flow.Environment(access, domain, prefix)...))
	})
	cmd.Long = `Run a command with SALESFORCE_ACCESS_TOKEN, _INSTANCE_URL, _ORG_ID, _USER_ID, _USERNAME
and _LOGIN_URL in its environment, and without sfauth's own variables. The command takes
sfauth's place: signals and exit code are its own.`
	tokenFlags(cmd, &o)
	cmd.Flags().StringVar(&prefix, "prefix", flow.VariablePrefix, "what the variables' names begin with")
	return cmd
}

// isVariable tells whether a name of letters, digits and _ can begin with the text.
func isVariable(text string) bool {
	return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(text)
}

func nameThenCommand(cmd *cobra.Command, args []string) error {
	if cmd.ArgsLenAtDash() != 1 || len(args) < 2 {
		return errors.New("needs a NAME, then --, then a command")
	}
	return nil
}

func (a *app) exportCommand() *cobra.Command {
	var format, output string
	cmd := command("export NAME", "Print the refresh token and what belongs to it", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		if !slices.Contains(keystore.ExportFormats(), format) {
			return tui.UsageError{Err: fmt.Errorf("--format %s: not one of %s", format, strings.Join(keystore.ExportFormats(), ", "))}
		}
		client, _, err := a.saved(ctx, args[0])
		if err != nil {
			return err
		}
		text, err := client.Export(ctx, args[0], format)
		if err != nil {
			return err
		}
		fmt.Fprintln(a.err, "note: with refresh token rotation, a token used in two places stops working in both; give each tool its own")
		if output != "" {
			return keystore.WritePrivate(output, []byte(text))
		}
		_, err = fmt.Fprint(a.out, text)
		return err
	})
	cmd.Flags().StringVar(&format, "format", "", "one of "+strings.Join(keystore.ExportFormats(), ", "))
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this file, which only you may read")
	complete(cmd, "format", keystore.ExportFormats())
	return cmd
}

func (a *app) renameCommand() *cobra.Command {
	return command("rename OLD NEW", "Change a connection's name", cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
		client, _, err := a.saved(ctx, args[0])
		if err != nil {
			return err
		}
		_, err = client.Store.Rename(ctx, args[0], args[1])
		if errors.Is(err, keystore.ErrNameTaken) || errors.Is(err, keystore.ErrBadName) {
			a.request.Name = args[1]
			return tui.UsageError{Err: err}
		}
		return err
	})
}

func (a *app) moveCommand() *cobra.Command {
	var kind string
	cmd := command("move NAME", "Change where a connection's secret lives", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		if !slices.Contains(stores, kind) {
			return tui.UsageError{Err: fmt.Errorf("--store %s: not keychain or file", kind)}
		}
		client, all, err := a.saved(ctx, args...)
		if err != nil {
			return err
		}
		return client.Move(ctx, all[0].Name, kind)
	})
	cmd.Flags().StringVar(&kind, "store", "", "keychain or file")
	complete(cmd, "store", stores)
	return cmd
}

func (a *app) removeCommand() *cobra.Command {
	var yes, keepGrant bool
	cmd := command("remove NAME", "Revoke a connection at Salesforce, then forget it", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		client, all, err := a.saved(ctx, args...)
		if err != nil {
			return err
		}
		if !yes {
			if err := tui.ConfirmRemoval(ctx, a.in, a.err, all[0].Name); err != nil {
				return err
			}
		}
		revoked, err := client.Remove(ctx, all[0].Name, keepGrant)
		if revoked != nil && err == nil {
			fmt.Fprintln(a.err, "note: forgotten, but not revoked at Salesforce:", a.words.Why(revoked, a.request))
			fmt.Fprintln(a.err, "hint:", a.words.Line(a.words.Remove.RevokeByHand))
		}
		return err
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.Flags().BoolVar(&keepGrant, "keep-grant", false, "forget only: the token stays valid at Salesforce")
	return cmd
}

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	var callback, domain string
	cmd := command("doctor", "What works on this machine, and what to do about what does not", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		d, err := flow.ParseDomain(domain)
		if err != nil {
			return tui.UsageError{Err: fmt.Errorf("--domain: %w", err)}
		}
		client, err := a.client(nil)
		if err != nil {
			return err
		}
		a.request = flow.Request{Domain: d, Callback: callback}
		found := tui.Examine(client.Examine(ctx, callback, d), a.request)
		if asJSON {
			err = a.printJSON(found)
		} else {
			err = tui.Doctor(a.out, found)
		}
		if err == nil && slices.ContainsFunc(found, func(e tui.Examined) bool { return !e.OK }) {
			err = errors.New("not everything works here")
		}
		return err
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "an array of objects")
	cmd.Flags().StringVar(&callback, "callback", flow.DefaultCallback, "callback URL to try")
	cmd.Flags().StringVar(&domain, "domain", "login.salesforce.com", "login host to try")
	return cmd
}

func (a *app) manCommand() *cobra.Command {
	cmd := command("man", "Print the manual page", cobra.NoArgs, nil)
	cmd.Hidden = true
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		page, err := mango.NewManPage(1, cmd.Root())
		if err != nil {
			return err
		}
		page.WithLongDescription(strings.ReplaceAll(cmd.Root().Long, "\n", " ")).WithSection("Exit status", exitStatus)
		_, err = fmt.Fprint(a.out, page.Build(roff.NewDocument()))
		return err
	}
	return cmd
}

// printJSON writes what a terminal would act on, or would hide, as an escape.
func (a *app) printJSON(v any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	var escaped bytes.Buffer
	for _, r := range text.String() {
		if r != '\n' && !unicode.IsGraphic(r) {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&escaped, "\\u%04x", unit)
			}
			continue
		}
		escaped.WriteRune(r)
	}
	_, err := a.out.Write(escaped.Bytes())
	return err
}

// saved is the connections of these names, with what a crash has left of them healed as
// far as it can be, or all there are.
func (a *app) saved(ctx context.Context, names ...string) (*flow.Client, []keystore.Connection, error) {
	client, err := a.client(nil)
	if err != nil {
		return nil, nil, err
	}
	if len(names) == 0 {
		all, err := client.Store.List()
		return client, all, err
	}
	some, err := client.Store.Named(ctx, names...)
	switch {
	case err == nil:
		a.request = text.RequestOf(some[len(some)-1])
	case errors.Is(err, keystore.ErrNoConnection):
		a.request.Name = names[len(some)]
	}
	return client, some, err
}

// client works on the saved connections. In a login the keychain may ask a person who is there,
// and the wizard asks for a passphrase; a script's keychain never asks. Requests are
// logged to stderr, or to a file where the screen is taken.
func (a *app) client(login *tui.Login) (*flow.Client, error) {
	dir, err := keystore.Dir()
	if err != nil {
		return nil, err
	}
	keys, kind, fullScreen := keystore.KeysFromEnvironment(), os.Getenv("SFAUTH_STORE"), false
	keys.Prompt = tui.AskPassphrase
	if login != nil {
		kind, fullScreen = cmp.Or(login.Store, kind), login.FullScreen()
	}
	if fullScreen {
		keys.Prompt = login.Passphrase.Ask
	}
	store := &keystore.Store{Dir: dir, Vault: keystore.Keychain{Prompt: login != nil && a.attended()}, Others: []keystore.Vault{&keystore.File{Dir: dir, Keys: keys}}}
	if kind != "" {
		if store, err = store.In(kind); err != nil {
			return nil, tui.UsageError{Err: fmt.Errorf("the store is keychain or file, not %q", kind)}
		}
	}
	c := &flow.Client{Store: store}
	if a.debug {
		log := a.err
		if fullScreen {
			if log, err = os.CreateTemp("", "sfauth-*.log"); err != nil {
				return nil, err
			}
			fmt.Fprintln(a.err, "logging to", log.Name())
		}
		c.Debug = log
	}
	return c, nil
}

// attended tells whether there is a person who would see a window of the keychain's.
func (a *app) attended() bool { return tui.IsTerminal(a.in) || tui.IsTerminal(a.err) }

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
