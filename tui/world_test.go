package tui

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/cryptotest"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// loginHost is where the simulated org answers, on a network in memory.
const loginHost = "127.0.0.1:8080"

// world is the real wizard with the real flow, a simulated org and a store in a
// temporary directory: all but the terminal and the wire.
type world struct {
	*driver
	org     *demo.Org
	app     demo.App
	browser *http.Client
	store   *keystore.Store
	vault   *vault
	wizard  *wizard
	opened  int
	allow   *bool // what the person in the browser does; nil: nothing
	fails   error // of opening the browser
	kept    int   // connections that were saved before
	end     context.CancelCauseFunc
	said    transcript // after leaving
}

// transcript is what was said, by whichever goroutine.
type transcript struct {
	mu   sync.Mutex
	said strings.Builder
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.said.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.said.String()
}

// leave ends the wizard as Run does, for this reason; nil: the person has.
func (w *world) leave(why error) (Outcome, error) {
	w.end(cmp.Or(why, ErrQuit))
	return w.wizard.depart(cmp.Or(why, w.wizard.end), &w.said)
}

// vault is a keychain that can be made to fail.
type vault struct {
	*keystore.Memory
	fail error // of writing
	deaf error // of reading
	gets atomic.Int64
}

func (v *vault) Get(ctx context.Context, account string) (keystore.Secret, error) {
	v.gets.Add(1)
	if v.deaf != nil {
		return keystore.Secret{}, v.deaf
	}
	return v.Memory.Get(ctx, account)
}

func (v *vault) Set(ctx context.Context, account string, s keystore.Secret) error {
	if v.fail != nil {
		return v.fail
	}
	return v.Memory.Set(ctx, account, s)
}

func (*vault) Describe(context.Context) string { return `GNOME Keyring, "Login"` }

// inWorld runs a test on the wizard; change may alter the options before it starts.
func inWorld(t *testing.T, change func(w *world, o *Options), test func(w *world)) {
	t.Helper()
	cryptotest.SetGlobalRandom(t, 1) // state, verifier and tokens are the same every run
	dir := t.TempDir()
	bubble(t, func(t *testing.T, ctx context.Context) {
		network := new(demo.Net)
		w := &world{org: demo.New(), app: demo.DefaultApp(), browser: network.Client(), vault: &vault{Memory: keystore.NewMemory()}}
		l, err := network.Listen(ctx, "tcp", loginHost)
		if err != nil {
			t.Fatal(err)
		}
		w.store = &keystore.Store{Dir: dir, Vault: w.vault}
		o := Options{Client: &flow.Client{Store: w.store, HTTP: network.Client(), Listen: network.Listen, Open: w.open}}
		if change != nil {
			change(w, &o)
		}
		o.Request.Name = cmp.Or(o.Request.Name, "acme") // an org on loopback has no name to propose
		defer w.org.Serve(l)()
		ctx, cancel := context.WithCancelCause(ctx)
		w.end = cancel
		w.wizard = newWizard(ctx, o)
		w.driver = drive(t, w.wizard, 80, 24)
		test(w)
		cancel(nil)
		w.wizard.run.join()
	})
}

// open is the browser: a person who reads the consent page for 20 seconds.
func (w *world) open(_ context.Context, url string) error {
	w.opened++
	if w.fails != nil {
		return w.fails
	}
	if w.allow != nil {
		allow := *w.allow
		go func() {
			time.Sleep(20 * time.Second)
			_, _ = demo.Visit(context.Background(), w.browser, url, allow)
		}()
	}
	return nil
}

func (w *world) allows() *world  { yes := true; w.allow = &yes; return w }
func (w *world) refuses() *world { no := false; w.allow = &no; return w }

// given is everything a flag can give: the wizard goes straight to step 3.
func given(w *world, o *Options) {
	domain, err := flow.ParseDomain("http://" + loginHost)
	if err != nil {
		panic(err)
	}
	o.Request = flow.Request{Domain: domain, ClientID: w.app.ClientID, ClientSecret: keystore.NewSecret(w.app.ClientSecret),
		Callback: w.app.Callbacks[0], Scope: flow.DefaultScope}
}

// allowed and refused are given, and a person who does so in the browser.
func allowed(w *world, o *Options) { given(w, o); w.allows() }
func refused(w *world, o *Options) { given(w, o); w.refuses() }

// hurried is given, with 20 seconds to allow access.
func hurried(w *world, o *Options) { given(w, o); o.Client.Timeout = 20 * time.Second }

// overSSH is given, where no browser can be opened.
func overSSH(w *world, o *Options) { given(w, o); w.fails = flow.ErrSSH }

// demonstrated is `sfauth demo`.
func demonstrated(w *world, o *Options) {
	given(w, o)
	o.Demo = &Demo{SetFault: w.org.Fail, Visit: func(ctx context.Context, url string, allow bool) error {
		return demo.StandIn(ctx, w.browser, url, allow)
	}}
	for _, f := range demo.Faults() {
		o.Demo.Faults = append(o.Demo.Faults, Choice{f.Name, f.Title})
	}
}

// fillIn goes through steps 1 and 2 by keystrokes.
func (w *world) fillIn() *world {
	w.t.Helper()
	w.typ("http://" + loginHost).wait(time.Second).shows("answers").press("enter")
	w.paste(w.app.ClientID).press("enter").paste(w.app.ClientSecret + "\r\n").press("enter").wait(time.Second)
	return w
}

// redirected is the address at which the browser of a person who allows access
// ends, when it cannot reach this machine.
func (w *world) redirected() string {
	w.t.Helper()
	far := farAway{RoundTripper: w.browser.Transport, callback: w.app.Callbacks[0]}
	_, _ = demo.Visit(context.Background(), &http.Client{Transport: &far}, w.wizard.run.owner.(*authorise).url, true)
	if far.ended == "" {
		w.t.Fatal("the org did not redirect")
	}
	return far.ended
}

// farAway is the network of a browser on another machine.
type farAway struct {
	http.RoundTripper
	callback, ended string
}

func (f *farAway) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.String(), f.callback) {
		f.ended = r.URL.String()
		return nil, errors.New("connection refused")
	}
	return f.RoundTripper.RoundTrip(r)
}
