package cli

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui"
)

func (a *app) demoCommand() *cobra.Command {
	l := &wizard{Text: a.words}
	var fault string
	cmd := a.command("demo", a.atMost(0), func(ctx context.Context, _ []string) error {
		return a.demo(ctx, l, fault)
	})
	cmd.Flags().StringVar(&fault, "fail", "", a.words.Usage.FailAs(strings.Join(faultNames(), ", ")))
	complete(cmd, "fail", faultNames())
	cmd.Flags().BoolVar(&l.NoBrowser, "no-browser", false, "")
	cmd.Flags().BoolVar(&l.Plain, "plain", false, "")
	return cmd
}

// demo is the wizard on a simulated org on loopback, with a store that is gone at
// the end.
func (a *app) demo(ctx context.Context, l *wizard, fault string) error {
	if fault != "" && !slices.Contains(faultNames(), fault) {
		return usageError{Err: fmt.Errorf("--fail %s: %s", fault, a.words.Usage.NoneOf(strings.Join(faultNames(), ", ")))}
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
	client := &flow.Client{Store: &keystore.Store{Dir: dir, Vault: keystore.NewMemory()}, Tab: a.words.Tab}
	return l.runDemo(ctx, client, stage)
}

func faultNames() (names []string) {
	for _, f := range demo.Faults() {
		names = append(names, f.Name)
	}
	return names
}
