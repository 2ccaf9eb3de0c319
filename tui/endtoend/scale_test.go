//go:build linux

package endtoend

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sfauth/flow/demo"
	"sfauth/keystore"
)

// lists has the index list n connections.
func (b *bench) lists(n int) {
	b.T.Helper()
	type entry struct {
		State string `json:"state"`
		keystore.Connection
	}
	all := make([]entry, n)
	for i := range all {
		c := b.connection(i, b.Domain)
		c.ID, c.Store, c.Verdict = c.Name+"-abcdefghij", "keychain", "alive"
		all[i] = entry{"ready", c}
	}
	text, err := json.Marshal(map[string]any{"version": 1, "connections": all})
	if err != nil {
		b.T.Fatal(err)
	}
	if err := os.MkdirAll(b.config(), 0o700); err != nil {
		b.T.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.config(), "index.json"), text, 0o600); err != nil {
		b.T.Fatal(err)
	}
}

func (b *bench) config() string { return filepath.Join(b.Dir, ".config", "sfauth") }

func (b *bench) connection(i int, domain string) keystore.Connection {
	return keystore.Connection{Name: fmt.Sprintf("acme-%05d", i), Domain: domain, ClientID: b.App.ClientID, RedirectURI: b.Callback(),
		Scope: "api refresh_token", Scopes: []string{"api", "refresh_token"}, Username: demo.Username, UserID: demo.UserID, OrgID: demo.OrgID,
		InstanceURL: "https://acme.my.salesforce.com", AuthorizedAt: time.Now()}
}

func benchIdle(t *testing.T) {
	b := newBench(t, "idle", "nothing")
	b.Keyring()
	form := b.open(nil)
	form.see("My Domain")
	b.idle("an idle form", form)
	form.press(ctrlC)
	<-form.ended
	wait := b.login()
	wait.see(waiting)
	b.idle("waiting for the browser", wait)
}

// idle prints what a screen costs on which nothing happens, over half a minute.
func (b *bench) idle(what string, tm *terminal) {
	const span = 30 * time.Second
	time.Sleep(2 * time.Second) // what it began with is done
	written, busy, began := len(tm.bytes()), b.busy(tm.cmd.Process.Pid), time.Now()
	time.Sleep(span)
	took := time.Since(began)
	b.print(what, "%.2f %% of a core, %.1f KB a minute", float64(b.busy(tm.cmd.Process.Pid)-busy)*100/float64(took),
		float64(len(tm.bytes())-written)/1000*float64(time.Minute)/float64(took))
}

// busy is how long the threads of a process have run.
func (b *bench) busy(pid int) (all time.Duration) {
	b.T.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || threads == nil {
		b.T.Fatal("the kernel keeps no schedstat: ", err)
	}
	for _, name := range threads {
		var ran time.Duration
		if text, err := os.ReadFile(name); err == nil {
			fmt.Sscan(string(text), &ran)
		}
		all += ran
	}
	return all
}

// benchCheck compares a check of many connections with the ideal, in which each host is asked four
// things at once and nothing else takes time.
func benchCheck(t *testing.T) {
	const connections, hosts, atOnce, answer = 1_000, 20, 4, 50 * time.Millisecond
	b := newBench(t, "check", "nothing")
	key := filepath.Join(b.Dir, "key")
	if err := os.WriteFile(key, []byte("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Set("SFAUTH_KEY_FILE=" + key)
	s := &keystore.Store{Dir: b.config(), Vault: &keystore.File{Dir: b.config(), Keys: keystore.KeySource{KeyFile: key}}}
	secrets := keystore.Secrets{ClientSecret: keystore.NewSecret(b.App.ClientSecret), RefreshToken: keystore.NewSecret(b.Org.Approve(b.App.ClientID))}
	domains := make([]string, hosts)
	for i := range domains {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.%d:0", i+1))
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(answer)
			b.Org.ServeHTTP(w, r)
		})}
		go server.Serve(l)
		t.Cleanup(func() { server.Close() })
		domains[i] = "http://" + l.Addr().String()
	}
	for i := range connections {
		if _, err := s.Create(t.Context(), b.connection(i, domains[i%hosts]), secrets); err != nil {
			t.Fatal(err)
		}
	}
	ideal := connections * answer / (hosts * atOnce)
	ours, _, _ := inTurn(3, func() time.Duration {
		began := time.Now()
		if said := b.output("", b.Binary(), "check"); strings.Count(said, "alive") < connections {
			t.Fatalf("not all are alive: %s", said)
		}
		return time.Since(began)
	}, func() time.Duration { return ideal })
	b.print("check, 1,000 on 20 hosts", "%s, ideal %s: %.2f x", short(ours), short(ideal), float64(ours)/float64(ideal))
}

// benchCallback has strangers send requests to a login that waits; the person then allows access,
// and the login is saved.
func benchCallback(t *testing.T) {
	const strangers, atOnce = 10_000, 8
	b := newBench(t, "callback", "nothing")
	b.Keyring()
	o, _ := b.opens(b.App.ClientSecret+"\n", append([]string{b.Binary()}, b.LoginArgs("--plain")...)...)
	busy, began := b.busy(o.Process.Pid), time.Now()
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for range strangers / atOnce {
				answer, err := http.Get("http://127.0.0.1:" + b.Port + "/OauthRedirect?code=aPrx&state=wrong")
				if err != nil {
					t.Error(err)
					return
				}
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
		})
	}
	all.Wait()
	took, cost, peak := time.Since(began), b.busy(o.Process.Pid)-busy, o.peak()
	o.ends()
	b.print("10,000 strangers beside a login", "%.0f a second, %d µs of a core each, peak memory %s; the login is saved",
		strangers/took.Seconds(), (cost / strangers).Microseconds(), mib(peak))
}
