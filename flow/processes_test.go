package flow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// fleet is one connection that many processes renew, on a real disk and network.
type fleet struct {
	*testing.T
	*flow.Client
	org   *demo.Org
	dir   string
	vault *keystore.File

	mu      sync.Mutex
	victims map[string]*exec.Cmd // to be killed as soon as their refresh is here
	reached map[string]bool      // the processes whose refresh the org has seen
}

const renewer = "FLOW_TEST_RENEWER" // names the environment variable that has the name of a process that renews

func launch(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{T: t, org: demo.New(), dir: t.TempDir(), reached: map[string]bool{}, victims: map[string]*exec.Cmd{}}
	must(t, os.WriteFile(filepath.Join(f.dir, "key"), []byte(keystore.NewSealKey().Reveal()), 0o600))
	f.vault = fileVault(f.dir)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server := &http.Server{Handler: f}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	f.Client = &flow.Client{Store: &keystore.Store{Dir: f.dir, Vault: f.vault}}
	app := demo.DefaultApp()
	_, err = f.Store.Create(t.Context(), keystore.Connection{Name: "acme", Domain: "http://" + l.Addr().String(), ClientID: app.ClientID}, f.grant())
	must(t, err)
	return f
}

func fileVault(dir string) *keystore.File {
	return &keystore.File{Dir: dir, Keys: keystore.KeySource{KeyFile: filepath.Join(dir, "key")}}
}

// grant has a person allow access, and is what to save of it.
func (f *fleet) grant() keystore.Secrets {
	app := demo.DefaultApp()
	return keystore.Secrets{ClientSecret: keystore.NewSecret(app.ClientSecret), RefreshToken: keystore.NewSecret(f.org.Approve(app.ClientID))}
}

func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	name := r.Header.Get("X-Process")
	f.reached[name] = true
	if victim := f.victims[name]; victim != nil {
		time.AfterFunc(time.Duration(rand.IntN(8000))*time.Microsecond, func() { _ = victim.Process.Kill() })
	}
	f.mu.Unlock()
	f.org.ServeHTTP(w, r)
}

// process starts a process that renews the connection.
func (f *fleet) process(name string, victim bool) (cmd *exec.Cmd, said *strings.Builder) {
	f.Helper()
	cmd, said = exec.Command(os.Args[0], "-test.run=^TestRenewer$"), new(strings.Builder)
	cmd.Env = append(os.Environ(), renewer+"="+name, "FLOW_TEST_DIR="+f.dir)
	cmd.Stdout, cmd.Stderr = said, said
	f.mu.Lock() // the request of the process may reach the org before Start returns
	defer f.mu.Unlock()
	must(f, cmd.Start())
	if victim {
		f.victims[name] = cmd
	}
	return cmd, said
}

// TestRenewer is the process that fleet.process starts.
func TestRenewer(t *testing.T) {
	name, dir := os.Getenv(renewer), os.Getenv("FLOW_TEST_DIR")
	if name == "" {
		t.Skip("for other tests")
	}
	c := &flow.Client{Store: &keystore.Store{Dir: dir, Vault: stormy{fileVault(dir), dir}}, HTTP: &http.Client{Transport: signed(name)}}
	access, err := c.Token(t.Context(), "acme", fresh)
	must(t, err)
	if access.Token.Empty() {
		t.Error("no token")
	}
}

// signed says in a header which process asks.
type signed string

func (s signed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Process", string(s))
	return http.DefaultTransport.RoundTrip(r)
}

// stormy is a vault that fails three writes in twenty, and delays two in twenty until land is
// called.
type stormy struct {
	keystore.Vault
	dir string
}

func (s stormy) Set(ctx context.Context, account string, secret keystore.Secret) error {
	switch n := rand.IntN(20); {
	case n < 3:
		return keystore.ErrTimeout
	case n < 5:
		late, err := os.CreateTemp(s.dir, "late-")
		if err == nil {
			err = json.NewEncoder(late).Encode([]string{account, secret.Reveal()})
		}
		return errors.Join(keystore.ErrTimeout, err)
	}
	return s.Vault.Set(ctx, account, secret)
}

// land carries out the delayed writes, over whatever has been written since.
func (f *fleet) land() {
	f.Helper()
	late, err := filepath.Glob(filepath.Join(f.dir, "late-*"))
	must(f, err)
	for _, name := range late {
		data, err := os.ReadFile(name)
		var write []string
		if err != nil || json.Unmarshal(data, &write) != nil || os.Remove(name) != nil {
			continue // another process is writing this file, or has carried it out already
		}
		elsewhere := &keystore.File{Dir: f.TempDir(), Keys: f.vault.Keys}
		must(f, elsewhere.Set(f.Context(), write[0], keystore.NewSecret(write[1])))
		item := filepath.Join("vault", write[0]+".age")
		must(f, os.Rename(filepath.Join(elsewhere.Dir, item), filepath.Join(f.dir, item)))
	}
}

func TestManyProcessesRenewInABadKeychainWithoutALogin(t *testing.T) {
	const processes = 40
	f := launch(t)
	var all sync.WaitGroup
	for i := range processes {
		cmd, said := f.process(fmt.Sprint("p", i), false)
		all.Go(func() {
			if err := cmd.Wait(); err != nil {
				t.Error(err, said)
			}
			f.land()
		})
	}
	all.Wait()
	refreshes := 0
	for _, e := range f.org.Log() {
		if e.Grant == "refresh_token" {
			refreshes++
		}
		if e.Error != "" {
			t.Errorf("%+v", e)
		}
	}
	if refreshes != processes || f.org.Approvals() != 1 {
		t.Error(refreshes, "refreshes,", f.org.Approvals(), "approvals")
	}
}

func TestKilledProcessesCostALoginOnlyForAnAnswerThatNeverArrived(t *testing.T) {
	const rounds, processes, victims = 6, 6, 2
	f := launch(t)
	killed, logins := 0, 0
	for round := range rounds {
		before, innocent := killed, 0
		var all sync.WaitGroup
		for i := range processes {
			name := fmt.Sprint("r", round, "p", i)
			cmd, _ := f.process(name, i < victims)
			all.Go(func() {
				err := cmd.Wait()
				f.land()
				f.mu.Lock()
				defer f.mu.Unlock()
				switch {
				case err != nil && f.victims[name] == nil:
					innocent++
				case err != nil && f.reached[name]:
					killed++
				}
			})
		}
		all.Wait()
		_, err := f.Token(t.Context(), "acme", fresh)
		if err == nil {
			if innocent > 0 {
				t.Errorf("round %d: %d failed, and the connection is alive", round, innocent)
			}
			continue
		}
		logins++
		if flow.KindOf(err) != flow.KindTokenExpired || killed == before {
			t.Errorf("round %d: %v, and no answer was lost", round, err)
		}
		f.loginAgain()
	}
	t.Logf("%d killed with a refresh under way, %d logins", killed, logins)
}

func (f *fleet) loginAgain() {
	f.Helper()
	c, err := f.Store.Find("acme")
	must(f, err)
	_, _, err = f.Store.Replace(f.Context(), c, f.grant())
	must(f, err)
}
