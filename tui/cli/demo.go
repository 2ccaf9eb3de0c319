package cli

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/stage"
	"sfauth/keystore"
	"sfauth/tui"
)

func (a *app) demoCommand() *cobra.Command {
	l := &wizard{Text: a.words}
	var fault string
	cmd := a.command("demo", a.atMost(0), func(ctx context.Context, _ []string) error {
		return a.demo(ctx, l, fault)
	})
	cmd.Flags().StringVar(&fault, "fail", "", "")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("fail", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return faultNames(), cobra.ShellCompDirectiveNoFileComp
	}))
	cmd.Flags().BoolVar(&l.NoBrowser, "no-browser", false, "")
	cmd.Flags().BoolVar(&l.Plain, "plain", false, "")
	return cmd
}

// demo is the wizard on a simulated org on loopback, with connections in a store that is gone
// at the end.
func (a *app) demo(ctx context.Context, l *wizard, fault string) error {
	if fault != "" && !slices.Contains(faultNames(), fault) {
		return usageError{Err: hinted{fmt.Errorf("--fail %s: %s", fault, a.words.Usage.NoFault), a.faults()}}
	}
	dir, err := os.MkdirTemp("", "sfauth-demo")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, end, err := stage.Open()
	if err != nil {
		return err
	}
	defer end()
	s.Org.Fail(fault)
	client := &flow.Client{Store: keystore.Fleeting(dir, keystore.NewMemory()), Tab: a.words.Tab}
	s.Costume(client)
	if err := s.Save(ctx, client.Store, time.Now()); err != nil {
		return err
	}
	l.In, l.Out, l.Err = a.in, a.out, a.err
	l.Request = s.Request()
	l.Request.NoBrowser = l.NoBrowser
	defer func() { a.request = l.Request }()
	if fault == demo.OtherUser { // only a connection that is saved has a user already
		l.Open = stage.Ended
	}
	demonstrated := &tui.Demo{Host: stage.Host, Faults: faultNames(), Fault: fault, SetFault: s.Org.Fail, Visit: func(ctx context.Context, url string, allow bool) error {
		return demo.StandIn(ctx, http.DefaultClient, url, allow)
	}}
	return l.runDemo(ctx, client, demonstrated)
}

// runDemo is run on a simulated org, with the Request as it is. The connection Open, if any, is
// what it is about: the screen shows it, and line by line it is authorised again.
func (l *wizard) runDemo(ctx context.Context, client *flow.Client, demo *tui.Demo) error {
	if l.takesScreen() {
		saved, err := client.Store.List()
		if err == nil {
			err = tui.Run(ctx, tui.Options{Text: l.Text, Client: client, Request: l.Request, Saved: saved, Open: l.Open, Demo: demo, Err: l.Err})
		}
		return err
	}
	if l.Name = l.Open; l.Name != "" {
		if _, err := l.prefill(ctx, client); err != nil {
			return err
		}
		l.Request.NoBrowser = l.NoBrowser
	}
	fmt.Fprintln(l.Err, l.Text.Played(demo.Host))
	o := plainOptions{Text: l.Text, Client: client, Request: &l.Request, Out: l.Err, Demo: demo}
	if c := newConsole(l.Text, l.In, l.Err); c.attended() {
		o.In = c
	}
	_, err := lineByLine(ctx, o)
	if err == nil {
		fmt.Fprintln(l.Err, l.Text.Did.Demo)
	}
	return err
}

// faults is a hint that has a line for each.
func (a *app) faults() string {
	var b strings.Builder
	fmt.Fprintln(&b, a.words.Usage.Faults)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, name := range faultNames() {
		fmt.Fprintf(t, "  %s\t%s\n", name, a.words.Faults.Of(name))
	}
	_ = t.Flush() // into memory
	return strings.TrimSuffix(b.String(), "\n")
}

func faultNames() (names []string) {
	for _, f := range demo.Faults() {
		names = append(names, f.Name)
	}
	return names
}
