package flow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// serve starts another org of w's network, at a port of 127.0.0.1.
func (w *world) serve(port int, app demo.App) (*demo.Org, string) {
	w.Helper()
	address := fmt.Sprint("127.0.0.1:", port)
	l, err := w.net.Listen(w.Context(), "tcp", address)
	must(w, err)
	org := demo.New(app)
	w.Cleanup(org.Serve(l))
	return org, "http://" + address
}

// saved makes a connection without a browser.
func (w *world) saved(name, domain, secret, token string) keystore.Connection {
	w.Helper()
	c, err := w.Store.Create(w.Context(), keystore.Connection{Name: name, Domain: domain, ClientID: w.request.ClientID, UserID: name, AuthorizedAt: time.Now()},
		keystore.Secrets{ClientSecret: keystore.NewSecret(secret), RefreshToken: keystore.NewSecret(token)})
	must(w, err)
	return c
}

// checked runs CheckAll and holds its promises about done.
func (w *world) checked(conns []keystore.Connection) map[string]flow.Health {
	w.Helper()
	found, over := map[string]flow.Health{}, false
	w.CheckAll(w.Context(), conns, func(i int, h flow.Health) {
		if _, twice := found[conns[i].Name]; twice || over {
			w.Error(conns[i].Name, "was told twice, or too late")
		}
		found[conns[i].Name] = h // CheckAll calls this in sequence; where it did not, the race detector would report it
	})
	over = true
	return found
}

func TestCheckFindsOutWhatIsTheMatterWithEachAndTouchesNoToken(t *testing.T) {
	inWorld(t, func(w *world) {
		app, secret := demo.DefaultApp(), demo.DefaultApp().ClientSecret
		want, conns, port := map[string]flow.Kind{}, []keystore.Connection{}, 8100
		var orgs []*demo.Org
		at := func(name string, kind flow.Kind, app demo.App, break_ func(*demo.Org), credentials string) {
			port++
			org, domain := w.serve(port, app)
			token := org.Approve(app.ClientID)
			break_(org)
			orgs, conns = append(orgs, org), append(conns, w.saved(name, domain, credentials, token))
			want[name] = kind
		}
		failing := func(fault string) func(*demo.Org) { return func(o *demo.Org) { o.Fail(fault) } }
		at("live", "", app, failing(""), secret)
		at("revoked", flow.KindTokenExpired, app, (*demo.Org).RevokeAll, secret)
		at("inactive", flow.KindInactiveOrg, app, failing("inactive_org"), secret)
		at("not-installed", flow.KindAppNotInstalled, app, failing("token_app_not_installed"), secret)
		at("secret-rotated", flow.KindClientCredentials, app, failing(""), "another secret")
		at("maintenance", flow.KindServerBusy, app, failing("html_503"), secret)
		at("hotel", flow.KindBadAnswer, app, failing("html_200"), secret)
		at("elsewhere", flow.KindBadAnswer, app, failing("redirect_with_body"), secret)
		at("cut-off", flow.KindTruncated, app, failing("truncated"), secret)
		at("endless", flow.KindBadAnswer, app, failing("endless"), secret)
		at("hanging", flow.KindNoAnswer, app, failing("hang"), secret)
		at("unheard-of", flow.KindCheckRefused, app, failing("unheard_of"), secret)
		silent, public := app, app
		silent.NoIntrospection = true
		public.ClientSecret, public.RefreshSecretRequired = "", false
		at("not-allowed", flow.KindCheckRefused, silent, failing(""), secret)
		at("public", flow.KindCheckRefused, public, failing(""), "")
		conns = append(conns, w.saved("unreachable", "http://127.0.0.1:9", secret, "5Aep"), w.saved("forgotten", loginHost, secret, "5Aep"))
		want["unreachable"], want["forgotten"] = flow.KindRefused, flow.KindKeychainMissing
		must(w, w.vault.Delete(w.Context(), conns[len(conns)-1].ID))

		start := time.Now()
		found := w.checked(conns)
		if took := time.Since(start); took > 16*time.Second {
			w.Error("it took", took)
		}
		for name, kind := range want {
			h := found[name]
			e, _ := errors.AsType[*flow.Error](h.Err)
			switch {
			case kind == "" && (h.Verdict != flow.Alive || h.Err != nil || h.Reason != ""),
				kind != "" && (e == nil || e.Kind != kind || h.Verdict != kind.Verdict() || h.Reason == ""),
				h.CheckedAt.Before(start):
				w.Errorf("%s: %+v, want %s", name, h, kind)
			}
			c, err := w.Store.Find(name)
			must(w, err)
			if h.Verdict == flow.Unknown {
				h = flow.Health{} // the index keeps nothing of a check that has found out nothing
			}
			if c.Verdict != string(h.Verdict) || c.Reason != h.Reason || (c.CheckedAt == nil) != h.CheckedAt.IsZero() || (c.AliveAt != nil) != (h.Verdict == flow.Alive) {
				w.Errorf("%s: the index says %q %q %v", name, c.Verdict, c.Reason, c.CheckedAt)
			}
		}
		for i, org := range orgs {
			for _, e := range org.Log() {
				if e.Grant != "" || !strings.HasSuffix(e.Path, "/introspect") {
					w.Errorf("%s was asked %+v", conns[i].Name, e)
				}
			}
		}
	})
}

func TestAPassphraseThatIsTypedSlowlyIsNoSilenceOfSalesforces(t *testing.T) {
	inWorld(t, func(w *world) {
		c := w.loggedIn().Connection
		w.vault.onGet = func() (keystore.Secret, error) {
			time.Sleep(time.Minute)
			return w.vault.Memory.Get(context.Background(), c.ID)
		}
		if h := w.Check(w.Context(), c); h.Verdict != flow.Alive {
			w.Errorf("%+v", h)
		}
		w.vault.onGet = func() (keystore.Secret, error) { return keystore.Secret{}, context.DeadlineExceeded }
		if h := w.Check(w.Context(), c); h.Verdict != flow.Unknown {
			w.Errorf("%+v", h)
		}
	})
}

func TestARefusedCheckSaysThatItIsTheCheckAndWhy(t *testing.T) {
	app := demo.DefaultApp()
	app.NoIntrospection = true
	inWorld(t, func(w *world) {
		h := w.Check(w.Context(), w.loggedIn().Connection)
		if flow.KindOf(h.Err) != flow.KindCheckRefused || h.Verdict != flow.Unknown || !strings.HasPrefix(h.Reason, "unauthorized_client: ") {
			w.Errorf("%+v", h)
		}
	}, app)
}

func TestEveryFaultOfTheOrgsLeavesOnlyADeadTokenToAPerson(t *testing.T) {
	for _, fault := range demo.Faults() {
		inWorld(t, func(w *world) {
			c := w.loggedIn().Connection
			w.org.Fail(fault.Name)
			h := w.Check(w.Context(), c)
			if (h.Verdict == flow.Reauthorise) != (fault.Name == "expired_token") || w.refreshes() != 0 {
				w.Error(fault.Name, h)
			}
		})
	}
}

func TestChecksAreBoundedPerHostAndInAll(t *testing.T) {
	inWorld(t, func(w *world) {
		var mu sync.Mutex
		busy, most, inAll, mostInAll := map[string]int{}, 0, 0, 0
		count := func(host string, d int) {
			mu.Lock()
			defer mu.Unlock()
			busy[host] += d
			inAll += d
			most, mostInAll = max(most, busy[host]), max(mostInAll, inAll)
		}
		w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			count(r.URL.Host, 1)
			time.Sleep(time.Second)
			count(r.URL.Host, -1)
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(`{"active":true}`))}, nil
		})
		var conns []keystore.Connection
		for i := range 150 {
			conns = append(conns, w.saved(fmt.Sprint("c", i), fmt.Sprint("http://127.0.0.1:", 9000+i%30), "", "5Aep"))
		}
		start := time.Now()
		if found := w.checked(conns); len(found) != 150 || most != 4 || mostInAll != 96 {
			w.Error(len(found), "checked,", most, "at once per host,", mostInAll, "in all")
		}
		if took := time.Since(start); took > 3*time.Second {
			w.Error("it took", took)
		}
	})
}

// The shortest time that the bound per host allows is that of 50 checks of a host, four at a time.
func TestChecksTakeLittleMoreThanTheIdeal(t *testing.T) {
	const answer, slow = 50 * time.Millisecond, 500 * time.Millisecond
	inWorld(t, func(w *world) {
		var mu sync.Mutex
		asked, stragglers := map[string]int{}, false
		w.between(func(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
			mu.Lock()
			asked[r.URL.Host]++
			late := stragglers && asked[r.URL.Host] == 7
			mu.Unlock()
			if time.Sleep(answer); late { // a late answer keeps one of the four checks of its host busy, and none of another host
				time.Sleep(slow - answer)
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(`{"active":true}`))}, nil
		})
		var conns []keystore.Connection
		for i := range 200 {
			conns = append(conns, w.saved(fmt.Sprint("c", i), fmt.Sprint("http://127.0.0.1:", 9000+i%4), "", "5Aep"))
		}
		for _, stragglers = range []bool{false, true} {
			clear(asked)
			start := time.Now()
			found := w.checked(conns)
			ideal := 50 * answer / 4
			if took := time.Since(start); len(found) != 200 || took > ideal*13/10+slow/4 {
				w.Errorf("%d checked in %v, ideal %v", len(found), took, ideal)
			}
		}
	})
}

func TestSecretsThatAreNotThereCostNoLookAtTheListEach(t *testing.T) {
	inWorld(t, func(w *world) {
		var conns []keystore.Connection
		for i := range 20 {
			c := w.saved(fmt.Sprint("c", i), loginHost, "", "5Aep")
			must(w, w.vault.Delete(w.Context(), c.ID))
			conns = append(conns, c)
		}
		var reads atomic.Int32
		w.vault.onGet = func() (keystore.Secret, error) {
			reads.Add(1)
			return keystore.Secret{}, keystore.ErrNotFound
		}
		for name, h := range w.checked(conns) {
			if flow.KindOf(h.Err) != flow.KindKeychainMissing {
				w.Errorf("%s: %v", name, h.Err)
			}
		}
		if reads.Load() != 20 {
			w.Error(reads.Load(), "reads of the vault for 20 connections")
		}
	})
}

func TestDeadTokensCostNoLookAtTheListEach(t *testing.T) {
	inWorld(t, func(w *world) {
		var conns []keystore.Connection
		for i := range 20 {
			conns = append(conns, w.saved(fmt.Sprint("c", i), loginHost, w.request.ClientSecret.Reveal(), "5Aep"))
		}
		must(w, os.WriteFile(filepath.Join(w.Store.Dir, "index.json"), []byte("nobody reads this"), 0o600))
		for name, h := range w.checked(conns) {
			if h.Verdict != flow.Reauthorise {
				w.Errorf("%s: %v", name, h.Err)
			}
		}
	})
}

func TestAHostThatIsDownKeepsNobodyWaiting(t *testing.T) {
	inWorld(t, func(w *world) {
		org, domain := w.serve(8101, demo.DefaultApp())
		org.Fail("hang")
		var conns []keystore.Connection
		for i := range 50 {
			conns = append(conns, w.saved(fmt.Sprint("down", i), domain, w.request.ClientSecret.Reveal(), "5Aep"))
		}
		start := time.Now()
		found := w.checked(conns)
		if took := time.Since(start); took > 16*time.Second || len(org.Log()) != 4 {
			w.Error("it took", took, "and", len(org.Log()), "requests")
		}
		for name, h := range found {
			if h.Verdict != flow.Transient || h.Reason == "" || flow.KindOf(h.Err) != flow.KindNoAnswer {
				w.Errorf("%s: %+v", name, h)
			}
		}
	})
}

func TestATokenRotatedWhileItIsCheckedIsNotDead(t *testing.T) {
	inWorld(t, func(w *world) {
		c := w.loggedIn().Connection
		w.between(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			res, err := send()
			if strings.HasSuffix(r.URL.Path, "/token") {
				time.Sleep(5 * time.Second) // the org has rotated the token, and the process that asked for it has not saved it yet
			}
			return res, err
		})
		go func() {
			if _, err := w.Token(w.Context(), c.Name, fresh); err != nil {
				w.Error(err)
			}
		}()
		time.Sleep(time.Second)
		if h := w.Check(w.Context(), c); h.Verdict != flow.Alive {
			w.Errorf("%+v", h)
		}
		synctest.Wait()
	})
}

func TestAConnectionInUseElsewhereIsNotJudged(t *testing.T) {
	inWorld(t, func(w *world) {
		c := w.loggedIn().Connection
		w.org.RevokeAll()
		unlock, err := w.Store.Lock(w.Context(), c)
		must(w, err)
		defer unlock()
		start := time.Now()
		h := w.Check(w.Context(), c)
		if took := time.Since(start); flow.KindOf(h.Err) != flow.KindStoreBusy || h.Verdict != flow.Unknown || took > 16*time.Second {
			w.Errorf("%+v after %v", h, took)
		}
	})
}

func TestWhoLeavesWaitsForNoCheckThatHasNotBegun(t *testing.T) {
	inWorld(t, func(w *world) {
		var conns []keystore.Connection
		for i := range 20 {
			conns = append(conns, w.saved(fmt.Sprint("c", i), loginHost, "", "5Aep"))
		}
		var reads atomic.Int32
		w.vault.onGet = func() (keystore.Secret, error) {
			reads.Add(1)
			return keystore.Secret{}, keystore.ErrLocked
		}
		ctx, cancel := context.WithCancel(w.Context())
		w.CheckAll(ctx, conns, func(int, flow.Health) { cancel() })
		if n := reads.Load(); n > 8 { // those of the four that were under way, and of the four after them
			w.Error(n, "of 20 secrets were read")
		}
	})
}

func TestGivingUpAChecksTellsWhatIsKnown(t *testing.T) {
	inWorld(t, func(w *world) {
		live := w.loggedIn().Connection
		org, domain := w.serve(8101, demo.DefaultApp())
		org.Fail("hang")
		hanging := w.saved("hanging", domain, w.request.ClientSecret.Reveal(), "5Aep")
		w.org.RevokeAll()
		ctx, cancel := context.WithCancel(w.Context())
		time.AfterFunc(2*time.Second, cancel)
		start := time.Now()
		var told []int
		w.CheckAll(ctx, []keystore.Connection{hanging, live}, func(i int, _ flow.Health) { told = append(told, i) })
		if took := time.Since(start); !slices.Equal(told, []int{1}) || took > 3*time.Second {
			w.Error(told, took)
		}
		for name, want := range map[string]flow.Verdict{live.Name: flow.Reauthorise, "hanging": ""} {
			c, err := w.Store.Find(name)
			must(w, err)
			if c.Verdict != string(want) {
				w.Errorf("%s: %q", name, c.Verdict)
			}
		}
		if h := w.Check(ctx, live); h.Err != context.Canceled {
			w.Error(h)
		}
	})
}
