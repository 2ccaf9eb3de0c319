// Package world is what tests of screens and of lines stand in: the real flow, a simulated
// org, a store in a temporary directory, a person with a browser, and no terminal.
package world

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"filippo.io/age"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/memnet"
	"sfauth/flow/stage"
	"sfauth/keystore"
)

// LoginHost is where the simulated org answers, on a network in memory.
const LoginHost = "127.0.0.1:8080"

// World is all but who shows or tells it.
type World struct {
	T       *testing.T
	Org     *demo.Org
	App     demo.App
	Browser *http.Client
	Store   *keystore.Store
	Vault   *Vault
	Client  *flow.Client
	Opened  int    // times, of the browser
	Last    string // that was opened
	Allow   *bool  // what the person in the browser does; nil: nothing
	Fails   error  // of opening the browser

	listener net.Listener
	kept     int // by Keep
}

// The runtime begins to listen for signals when it is first asked to, which must not be
// inside a bubble: a renewal holds signals.
func init() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
}

// Begin runs test in a new world, where time is fake and state, verifier and tokens are
// the same every run.
func Begin(t *testing.T, test func(ctx context.Context, w *World)) {
	t.Helper()
	cryptotest.SetGlobalRandom(t, 1)
	dir := t.TempDir()
	Bubble(t, func(t *testing.T, ctx context.Context) {
		network := new(memnet.Network)
		w := &World{T: t, Org: demo.New(), App: demo.DefaultApp(), Browser: network.Client(), Vault: &Vault{Memory: keystore.NewMemory()}}
		w.listener, _ = network.Listen(ctx, "tcp", LoginHost)
		w.Store = keystore.Fleeting(dir, w.Vault)
		w.Client = &flow.Client{Store: w.Store, HTTP: network.Client(), Listen: network.Listen, Open: w.open}
		test(ctx, w)
	})
}

// Bubble runs f on the fake clock and lets go what a model of Bubble Tea leaves behind.
func Bubble(t *testing.T, f func(t *testing.T, ctx context.Context)) {
	t.Helper()
	resolve()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f(t, ctx)
		cancel()
		time.Sleep(time.Minute) // tea.Tick cannot be cancelled: the last ones go off
	})
}

// Serve has the org answer until stop.
func (w *World) Serve() (stop func()) { return w.Org.Serve(w.listener) }

// Given is everything that flags can give.
func (w *World) Given() flow.Request {
	domain, err := flow.ParseDomain("http://" + LoginHost)
	if err != nil {
		w.T.Fatal(err)
	}
	return flow.Request{Domain: domain, ClientID: w.App.ClientID, ClientSecret: keystore.NewSecret(w.App.ClientSecret),
		RedirectURI: w.App.Callbacks[0], Scope: flow.DefaultScope}
}

// Stage puts that of `sfauth demo` in the place of the org, with its five connections saved.
func (w *World) Stage() *stage.Stage {
	s := stage.New(LoginHost, w.App.Callbacks[0], w.Browser.Transport)
	w.Org = s.Org
	s.Costume(w.Client)
	if err := s.Save(context.Background(), w.Store, time.Now()); err != nil {
		w.T.Fatal(err)
	}
	return s
}

// open is the browser: a person who reads the consent page for 20 seconds.
func (w *World) open(_ context.Context, url string) error {
	w.Opened++
	w.Last = url
	if w.Fails != nil {
		return w.Fails
	}
	if w.Allow != nil {
		allow := *w.Allow
		go func() {
			time.Sleep(20 * time.Second)
			_, _ = demo.Visit(context.Background(), w.Browser, url, allow)
		}()
	}
	return nil
}

// Allows has the person in the browser allow access.
func (w *World) Allows() { yes := true; w.Allow = &yes }

// Refuses has them deny it.
func (w *World) Refuses() { no := false; w.Allow = &no }

// Redirected is the address at which the browser of a person ends who allows access at url,
// when it cannot reach this machine.
func (w *World) Redirected(url string) string {
	w.T.Helper()
	far := farAway{RoundTripper: w.Browser.Transport, callback: w.App.Callbacks[0]}
	_, _ = demo.Visit(context.Background(), &http.Client{Transport: &far}, url, true)
	if far.ended == "" {
		w.T.Fatal("the org did not redirect")
	}
	return far.ended
}

// Everywhere has the simulated org answer at every host.
func (w *World) Everywhere() { w.Client.HTTP = &http.Client{Transport: everywhere{w.Org}} }

type everywhere struct{ http.Handler }

func (e everywhere) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w.Result(), nil
}

// Complains has the token endpoint refuse in these words.
func (w *World) Complains(words string) {
	w.Client.HTTP = &http.Client{Transport: complaining{w.Client.HTTP.Transport, words}}
}

type complaining struct {
	http.RoundTripper
	words string
}

func (c complaining) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/token") {
		return c.RoundTripper.RoundTrip(r)
	}
	w := httptest.NewRecorder()
	w.WriteHeader(http.StatusBadRequest)
	err := json.NewEncoder(w).Encode(map[string]string{"error": "odd_error", "error_description": c.words})
	return w.Result(), err
}

// Odd are texts that are not one cell a rune.
var Odd = []string{
	"", "acme", strings.Repeat("か\u3099", 50), strings.Repeat("e\u0301\u0302", 50), "\u0301\u0301\u0301", strings.Repeat("漢字", 40),
	strings.Repeat("👩‍👩‍👧‍👦", 30), strings.Repeat("🇯🇵", 40), strings.Repeat("ก็็็็", 40), strings.Repeat("x\u200d", 60), strings.Repeat("x\u200b", 60),
	"a" + strings.Repeat("\u0300", 500), strings.Repeat("שלום ", 30),
}

// Hostile are texts that a terminal would obey.
var Hostile = []string{
	"\x1b]0;title\x07\x1b[31mred", "\u009b2J\u009b31m", "one\ttwo\r\nthree\bfour", "\u202egpj.exe\u2066", "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\", "\x1b[", "\x00\x7f",
}

// Hosts that are none of Salesforce's.
const (
	Foreign  = "shop.example.com"
	Imitator = "acme.my.salesforce.com.evil.example"
)

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

// Vault is a keychain that can be made to fail.
type Vault struct {
	*keystore.Memory
	Fail error // of writing
	Deaf error // of reading
	Gets atomic.Int64
}

func (v *Vault) Get(ctx context.Context, account string) (keystore.Secret, error) {
	v.Gets.Add(1)
	if v.Deaf != nil {
		return keystore.Secret{}, v.Deaf
	}
	return v.Memory.Get(ctx, account)
}

func (v *Vault) Set(ctx context.Context, account string, s keystore.Secret) error {
	if v.Fail != nil {
		return v.Fail
	}
	return v.Memory.Set(ctx, account, s)
}

// Describe is what a real one says of itself.
func (*Vault) Describe(context.Context) string { return `GNOME Keyring, "Login"` }

// Transcript is what was said, by whichever goroutine.
type Transcript struct {
	mu   sync.Mutex
	said strings.Builder
}

func (t *Transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.said.Write(p)
}

func (t *Transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.said.String()
}

// Keep saves a connection as a login some days ago would have; change may alter it.
func (w *World) Keep(name string, change func(*keystore.Connection, *keystore.Secrets)) keystore.Connection {
	w.kept++ // no two grants are of the same moment
	c := keystore.Connection{
		Name: name, Domain: "http://" + LoginHost, ClientID: w.App.ClientID, RedirectURI: w.App.Callbacks[0], Scope: flow.DefaultScope,
		Username: demo.Username, UserID: demo.UserID, OrgID: demo.OrgID, InstanceURL: "http://" + LoginHost,
		Scopes: []string{"api", "refresh_token"}, AuthorizedAt: time.Now().Add(time.Duration(w.kept) - 72*time.Hour).UTC(),
	}
	s := keystore.Secrets{ClientSecret: keystore.NewSecret(w.App.ClientSecret), RefreshToken: keystore.NewSecret(w.Org.Approve(w.App.ClientID))}
	if change != nil {
		change(&c, &s)
	}
	saved, err := w.Store.Create(context.Background(), c, s)
	if err != nil {
		panic(err)
	}
	return saved
}

// File is an encrypted file that passphrase opens. Its key is there already, as from a login
// that was given up: to derive it takes no time, which it does of a key that the vault makes.
func (w *World) File(keys keystore.KeySource, passphrase string) *keystore.File {
	w.T.Helper()
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		w.T.Fatal(err)
	}
	to.SetWorkFactor(1)
	var key bytes.Buffer
	sealed, err := age.Encrypt(&key, to)
	if err != nil {
		w.T.Fatal(err)
	}
	_, err = io.WriteString(sealed, keystore.NewSealKey().Reveal()+"\n")
	if err = errors.Join(err, sealed.Close(), os.WriteFile(filepath.Join(w.Store.Dir, "vault-key.age"), key.Bytes(), 0o600)); err != nil {
		w.T.Fatal(err)
	}
	return &keystore.File{Dir: w.Store.Dir, Keys: keys}
}

// resolve has Go read the machine's resolver settings before any bubble: the channel that it
// makes then would belong to the bubble, and end the process that resolves a name elsewhere.
var resolve = sync.OnceFunc(func() { _, _ = net.LookupHost("localhost") })
