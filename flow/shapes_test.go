package flow_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/shapes"
	"sfauth/keystore"
)

// overheard is every secret that is sent anywhere.
type overheard struct {
	mu      sync.Mutex
	secrets map[string]string // what each is, by its text
}

func (w *world) overhear() *overheard {
	o := &overheard{secrets: map[string]string{}}
	w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		o.mu.Lock()
		if r.GetBody != nil {
			body, _ := r.GetBody()
			text, _ := io.ReadAll(body)
			form, _ := url.ParseQuery(string(text))
			for _, name := range []string{"client_secret", "refresh_token", "code", "code_verifier", "token", "subject_token"} {
				if form.Get(name) != "" {
					o.secrets[form.Get(name)] = name
				}
			}
		}
		if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
			o.secrets[bearer] = "access_token"
		}
		o.mu.Unlock()
		return send()
	})
	return o
}

// in names the secrets of which a piece is in a text, in whatever form.
func (o *overheard) in(text string) (names []string) {
	const piece = 12
	text = strings.ToLower(text)
	for secret, name := range o.secrets {
		if _, rest, ok := strings.Cut(secret, "!"); ok { // the org's id stands before the !, and is no secret
			secret = rest
		}
		for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
			form = strings.ToLower(form)
			for i := 0; i+piece <= len(form); i++ {
				if strings.Contains(text, form[i:i+piece]) {
					names = append(names, name)
					break
				}
			}
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// operation is something that a person or a script has sfauth do, and how long it may
// take whatever the network does.
type operation struct {
	name  string
	step  flow.Step
	at    []demo.Endpoint // endpoints that it asks
	limit time.Duration
	do    func(w *world) error
}

var operations = []operation{
	{"login", flow.StepExchange, []demo.Endpoint{demo.TokenEndpoint, demo.IdentityEndpoint}, 90 * time.Second, func(w *world) error {
		w.request.Existing, w.request.Name = nil, "another"
		_, err := w.login()
		return err
	}},
	{"login again", flow.StepExchange, []demo.Endpoint{demo.TokenEndpoint, demo.IdentityEndpoint, demo.RevokeEndpoint}, 90 * time.Second, func(w *world) error {
		_, err := w.login()
		if old, ok := heard[flow.Revoked](w); ok { // the new grant is saved by now, so this alone can have failed
			must(w, err)
			return old.Err
		}
		return err
	}},
	{"token", flow.StepRefresh, []demo.Endpoint{demo.TokenEndpoint}, 40 * time.Second, func(w *world) error {
		_, err := w.Token(w.Context(), "acme", fresh)
		return err
	}},
	{"token for Data 360", flow.StepData360, []demo.Endpoint{demo.Data360Endpoint}, 40 * time.Second, func(w *world) error {
		_, err := w.Token(w.Context(), "acme", flow.TokenOptions{Data360: true})
		return err
	}},
	{"check", flow.StepRefresh, []demo.Endpoint{demo.IntrospectEndpoint}, 16 * time.Second, func(w *world) error {
		c, err := w.Store.Find("acme")
		must(w, err)
		var health flow.Health
		w.CheckAll(w.Context(), []keystore.Connection{c}, func(_ int, h flow.Health) { health = h })
		w.safe("the reason", health.Reason)
		return health.Err
	}},
	{"remove", flow.StepRevoke, []demo.Endpoint{demo.RevokeEndpoint}, 31 * time.Second, func(w *world) error {
		revoked, err := w.Remove(w.Context(), "acme", false)
		must(w, err)
		if _, err := w.Store.Find("acme"); err == nil {
			w.Error("it is still there")
		}
		return revoked
	}},
	{"discover", flow.StepInput, []demo.Endpoint{demo.DiscoveryEndpoint}, 11 * time.Second, func(w *world) error {
		return w.Discover(w.Context(), w.request.Domain)
	}},
}

// safe fails where a text must not be shown: it is raw, or has a secret in it.
func (w *world) safe(what, text string) {
	w.Helper()
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }) {
		w.Errorf("%s has what a terminal acts on: %q", what, text)
	}
}

// Whatever an endpoint answers: it ends in time, is of the one kind whatever was asked,
// loses no token, sends nobody to log in again, and says nothing that is raw or secret.
func TestWhateverAnEndpointAnswersNothingIsLostLeakedOrRaw(t *testing.T) {
	for _, shape := range demo.Shapes() {
		for _, op := range operations {
			for _, at := range op.at {
				t.Run(fmt.Sprintf("%s/%s/%s", op.name, at, shape), func(t *testing.T) {
					t.Parallel()
					inWorld(t, func(w *world) { w.suffers(op, at, shape) }, offered())
				})
			}
		}
	}
}

func (w *world) suffers(op operation, at demo.Endpoint, shape string) {
	var log bytes.Buffer
	w.Debug = &log
	w.request.Name, w.request.Scope = "acme", data360.Scopes
	g := w.loggedIn()
	w.request.Existing = &g.Connection
	heard := w.overhear()
	time.Sleep(time.Hour)
	w.org.FailAt(at, shape)

	began := time.Now()
	err := op.do(w)
	if took := time.Since(began); took > op.limit {
		w.Errorf("it took %v", took)
	}
	w.org.Fail("")

	said := ""
	if err != nil {
		said = err.Error()
	}
	for _, e := range w.events {
		if _, isWait := e.(flow.Waiting); !isWait { // the URL of a Waiting event has the state in it, which Salesforce sees as well
			said += fmt.Sprintf("\n%+v", e)
		}
	}
	index, unread := os.ReadFile(filepath.Join(w.Store.Dir, "index.json"))
	must(w, unread)
	for what, text := range map[string]string{"the error": said, "the list": string(index), "the log": log.String()} {
		w.safe(what, text)
		if secrets := heard.in(text); len(secrets) > 0 {
			w.Errorf("%s tells %v: %s", what, secrets, text)
		}
	}

	switch want := shapes.Kind(op.step, at, shape); {
	case want == "" && err != nil, want != "" && (err == nil || flow.KindOf(err) != want):
		w.Errorf("it is %q, want %q: %v", flow.KindOf(err), want, err)
	case op.step == flow.StepRefresh && flow.VerdictOf(err) == flow.Reauthorise:
		w.Errorf("a person is sent to log in again: %v", err)
	}
	if c, found := w.Store.Find("acme"); found == nil {
		w.keepsWhatItHad(c, g, op, shape)
	}
	w.leftTabs()
}

// keepsWhatItHad: what is stored is what the org takes, unless the org carried out what
// it did not deliver.
func (w *world) keepsWhatItHad(c keystore.Connection, g flow.Grant, op operation, shape string) {
	w.Helper()
	stored := w.stored(c).RefreshToken
	undelivered := op.name == "token" && slices.Contains([]string{"twice", "other_case", "truncated", "silence"}, shape)
	switch {
	case undelivered && !stored.Equal(g.Secrets.RefreshToken):
		w.Error("an answer that was not to be believed took the token's place")
	case !undelivered && !w.org.RefreshValid(stored.Reveal()):
		w.Error("what is stored does not work any more")
	}
}

// leftTabs waits for the browser to show its last page.
func (w *world) leftTabs() {
	for {
		select {
		case <-w.tab:
			continue
		case <-time.After(time.Minute):
		}
		return
	}
}
