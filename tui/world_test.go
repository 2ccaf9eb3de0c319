package tui

import (
	"cmp"
	"context"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// screened is a world that the full screen shows.
type screened struct {
	*driver
	*world.World
	wizard *wizard
	end    context.CancelCauseFunc
	said   world.Transcript // after leaving
}

// leave ends the wizard as Run does, for this reason; nil: the person has.
func (w *screened) leave(why error) error {
	w.end(cmp.Or(why, ErrQuit))
	return w.wizard.depart(cmp.Or(why, w.wizard.ended), &w.said)
}

// inWorld runs a test on the wizard; change may alter the options before it starts.
func inWorld(t *testing.T, change func(w *screened, o *Options), test func(w *screened)) {
	t.Helper()
	world.Begin(t, func(ctx context.Context, in *world.World) {
		w := &screened{World: in}
		o := Options{Text: &text.English, Client: w.Client}
		if change != nil {
			change(w, &o)
		}
		defer w.Serve()()
		o.Request.Name = cmp.Or(o.Request.Name, "acme") // an org on loopback has no name to propose
		ctx, cancel := context.WithCancelCause(ctx)
		w.end = cancel
		w.wizard = newWizard(ctx, o)
		w.driver = drive(in.T, w.wizard, 80, 24)
		test(w)
		cancel(nil)
		w.wizard.run.join()
	})
}

func (w *screened) allows() *screened { w.Allows(); return w }

// given is everything a flag can give: the wizard goes straight to step 3.
func given(w *screened, o *Options) { o.Request = w.Given() }

// allowed and refused are given, and a person who does so in the browser.
func allowed(w *screened, o *Options) { given(w, o); w.Allows() }
func refused(w *screened, o *Options) { given(w, o); w.Refuses() }

// hurried is given, with 20 seconds to allow access.
func hurried(w *screened, o *Options) { given(w, o); o.Client.Timeout = 20 * time.Second }

// overSSH is given, where no browser can be opened.
func overSSH(w *screened, o *Options) { given(w, o); w.Fails = flow.ErrSSH }

// demonstrated is `sfauth demo`.
func demonstrated(w *screened, o *Options) {
	s := w.Stage()
	o.Request = s.Request()
	o.Saved, _ = w.Store.List()
	o.Demo = &Demo{Host: o.Request.Domain.String(), SetFault: s.Org.Fail, Visit: func(ctx context.Context, url string, allow bool) error {
		return demo.StandIn(ctx, w.Browser, url, allow)
	}}
	for _, f := range demo.Faults() {
		o.Demo.Faults = append(o.Demo.Faults, f.Name)
	}
}

// fillIn goes through steps 1 and 2 by keystrokes.
func (w *screened) fillIn() *screened {
	w.t.Helper()
	w.typ("http://" + world.LoginHost).wait(time.Second).shows("answers").press("enter")
	w.paste(w.App.ClientID).press("enter").paste(w.App.ClientSecret + "\r\n").press("enter").wait(time.Second)
	return w
}

// redirected is where the browser ends that cannot reach this machine.
func (w *screened) redirected() string {
	w.t.Helper()
	return w.Redirected(w.wizard.run.owner.(*authorise).url)
}
