package flow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/memnet"
	"sfauth/keystore"
)

// The runtime begins to listen for signals when it is first asked to, which must not be
// inside a bubble: a renewal holds signals.
func init() {
	if os.Getenv("FLOW_TEST_IGNORING") != "" { // a test starts this process with signals ignored, which Notify would undo
		return
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
}

const loginHost = "http://127.0.0.1:8080"

// inTheTab is what the tab shows in these tests.
var inTheTab = flow.TabText{Language: "en", Connection: "Connection", User: "User", Footer: "sfauth",
	Saved: flow.TabPage{Title: "Connected"}, Failed: flow.TabPage{Title: "Go back to the terminal"}, Stray: flow.TabPage{Title: "Not the answer"}}

// world is a client, an org and a person's browser on one network in memory.
type world struct {
	*testing.T
	*flow.Client
	net     *memnet.Network
	org     *demo.Org
	browser *http.Client
	vault   *vault
	request flow.Request

	events []flow.Event
	over   bool
	tab    chan demo.Page // what the visit that Open starts shows in the end
}

// inWorld runs test in a bubble, where waiting takes no time and a goroutine that is
// left behind fails the test by itself.
func inWorld(t *testing.T, test func(w *world), apps ...demo.App) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network, org, v := new(memnet.Network), demo.New(apps...), &vault{Memory: keystore.NewMemory()}
		l, err := network.Listen(t.Context(), "tcp", "127.0.0.1:8080")
		must(t, err)
		t.Cleanup(org.Serve(l))
		domain, err := flow.ParseDomain(loginHost)
		must(t, err)
		app := demo.DefaultApp()
		if len(apps) > 0 {
			app = apps[0]
		}
		w := &world{T: t, net: network, org: org, browser: network.Client(), vault: v,
			request: flow.Request{Domain: domain, ClientID: app.ClientID, ClientSecret: keystore.NewSecret(app.ClientSecret),
				RedirectURI: app.Callbacks[0], Scope: flow.DefaultScope},
			tab: make(chan demo.Page, 8)}
		w.Client = &flow.Client{Store: keystore.Fleeting(t.TempDir(), v), HTTP: network.Client(), Listen: network.Listen, Tab: inTheTab}
		w.person(func(authorizeURL string) { w.visit(authorizeURL, true) })
		test(w)
	})
}

// person is who sits at the browser. What they do takes three seconds to begin.
func (w *world) person(does func(authorizeURL string)) {
	w.Open = func(_ context.Context, u string) error {
		go func() {
			time.Sleep(3 * time.Second)
			does(u)
		}()
		return nil
	}
}

func (w *world) visit(authorizeURL string, allow bool) {
	page, err := demo.Visit(context.Background(), w.browser, authorizeURL, allow)
	if err != nil {
		page.Title = err.Error()
	}
	w.tab <- page
}

// consent allows access with a browser of one's own.
func (w *world) consent(browser *http.Client, authorizeURL string) {
	w.Helper()
	page, err := browser.Get(authorizeURL)
	must(w, err)
	body, _ := io.ReadAll(page.Body)
	page.Body.Close()
	_, handle, _ := strings.Cut(string(body), `name="handle" value="`)
	handle, _, _ = strings.Cut(handle, `"`)
	done, err := browser.PostForm(loginHost+"/services/oauth2/authorize", url.Values{"handle": {handle}, "answer": {"allow"}})
	must(w, err)
	done.Body.Close()
}

// login runs Authorize and holds its promises about events.
func (w *world) login(watch ...func(flow.Event)) (flow.Grant, error) {
	w.Helper()
	return w.loginWith(w.Context(), watch...)
}

func (w *world) loginWith(ctx context.Context, watch ...func(flow.Event)) (flow.Grant, error) {
	w.Helper()
	w.events, w.over = nil, false
	busy := make(chan struct{}, 1)
	g, err := w.Authorize(ctx, w.request, func(e flow.Event) {
		select {
		case busy <- struct{}{}:
		default:
			w.Error("observe was called concurrently")
		}
		if w.over {
			w.Errorf("%T after Authorize returned", e)
		}
		w.events = append(w.events, e)
		for _, f := range watch {
			f(e)
		}
		<-busy
	})
	w.over = true
	return g, err
}

func (w *world) loggedIn() flow.Grant {
	w.Helper()
	g, err := w.login()
	must(w, err)
	<-w.tab
	return g
}

// waiting does something with the wait as soon as there is one.
func waiting(do func(flow.Waiting)) func(flow.Event) {
	return func(e flow.Event) {
		if e, ok := e.(flow.Waiting); ok {
			do(e)
		}
	}
}

// heard is the last event of its type, if there is one.
func heard[E flow.Event](w *world) (e E, ok bool) {
	for _, event := range w.events {
		if found, is := event.(E); is {
			e, ok = found, true
		}
	}
	return e, ok
}

// posts counts the token requests that reached the org.
func (w *world) posts() (n int) {
	for _, e := range w.org.Log() {
		if strings.HasSuffix(e.Path, "/token") {
			n++
		}
	}
	return n
}

// refreshes counts the refresh tokens that reached the org.
func (w *world) refreshes() (n int) {
	for _, e := range w.org.Log() {
		if e.Grant == "refresh_token" {
			n++
		}
	}
	return n
}

// through has a transport of the test stand between the client and the network.
type through func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error)

type middle struct {
	through
	next http.RoundTripper
}

func (m middle) RoundTrip(r *http.Request) (*http.Response, error) {
	return m.through(r, func() (*http.Response, error) { return m.next.RoundTrip(r) })
}

func (w *world) between(t through) { w.HTTP.Transport = middle{t, w.HTTP.Transport} }

func (w *world) get(address string, header ...string) *http.Response {
	w.Helper()
	return w.do(http.MethodGet, address, header...)
}

// do sends a request and follows no redirect. A header named Host sets the host of the
// request.
func (w *world) do(method, address string, header ...string) *http.Response {
	w.Helper()
	req, err := http.NewRequest(method, address, nil)
	must(w, err)
	for i := 0; i < len(header); i += 2 {
		if req.Header.Set(header[i], header[i+1]); header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	res, err := (&http.Client{Transport: w.browser.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		w.Error(err)
		return &http.Response{Body: http.NoBody, Header: http.Header{}}
	}
	w.Cleanup(func() { res.Body.Close() })
	return res
}

// isFree tells whether somebody else can listen on the callback's port.
func (w *world) isFree() bool {
	for _, address := range []string{"127.0.0.1:1717", "[::1]:1717"} {
		l, err := w.net.Listen(context.Background(), "tcp", address)
		if err != nil {
			return false
		}
		l.Close()
	}
	return true
}

// state and parsed read an authorize URL as Salesforce does.
func state(authorizeURL string) string { return parsed(authorizeURL).Get("state") }

func parsed(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return u.Query()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, step flow.Step, kind flow.Kind) {
	t.Helper()
	e, ok := errors.AsType[*flow.Error](err)
	if !ok || e.Step != step || e.Kind != kind {
		t.Errorf("error %#v %v, want %s at %s", e, err, kind, step)
	}
}

// vault is a vault in memory that a test can tell to fail.
type vault struct {
	*keystore.Memory
	failSet func(account string) error
	onSet   func(account string, s keystore.Secret) error
	onGet   func() (keystore.Secret, error)
}

func (v *vault) Get(ctx context.Context, account string) (keystore.Secret, error) {
	if v.onGet != nil {
		return v.onGet()
	}
	return v.Memory.Get(ctx, account)
}

func (v *vault) Set(ctx context.Context, account string, s keystore.Secret) error {
	if v.failSet != nil {
		if err := v.failSet(account); err != nil {
			return err
		}
	}
	if v.onSet != nil {
		if err := v.onSet(account, s); err != nil {
			return err
		}
	}
	if ctx.Err() != nil { // a keychain does nothing for a caller whose context has ended
		return context.Cause(ctx)
	}
	return v.Memory.Set(ctx, account, s)
}

// failSaves has the vault accept the write of Probe and fail every other.
func (v *vault) failSaves(err error) {
	v.failSet = func(account string) error {
		if strings.HasPrefix(account, "probe") {
			return nil
		}
		return fmt.Errorf("set: %w", err)
	}
}
