package flow_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
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
	"sfauth/keystore/cluster"
)

// estate is a database that machines share, with one connection whose refresh tokens
// rotate.
type estate struct {
	*testing.T
	*cluster.Cluster
	database string
	org      *demo.Org
	domain   string
	key      string
	url      string
	machines []*flow.Client

	mu      sync.Mutex
	victims map[string]*exec.Cmd // to be killed once their refresh is here
	spent   map[string]bool      // whose refresh the org has carried out
	hold    func(name string)    // is called when the org has carried out a refresh
}

const (
	worker     = "FLOW_TEST_WORKER" // has the name of a process that renews
	patienceOf = 2 * time.Minute
)

func newEstate(t *testing.T, machines int, settings ...string) *estate {
	t.Helper()
	e := &estate{T: t, Cluster: cluster.Start(t, settings...), org: demo.New(), key: filepath.Join(t.TempDir(), "key"),
		victims: map[string]*exec.Cmd{}, spent: map[string]bool{}}
	must(t, os.WriteFile(e.key, []byte(keystore.NewSealKey().Reveal()), 0o600))
	e.database, _ = e.Database(t)
	e.url = fmt.Sprintf("host=%s port=%d user=postgres dbname=%s", e.Dir, e.Port, e.database)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server := &http.Server{Handler: e}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	e.domain = "http://" + l.Addr().String()
	for range machines {
		e.machines = append(e.machines, client(t.TempDir(), e.url, e.key, nil))
	}
	must(t, e.machines[0].Store.Postgres.CreateTable(t.Context()))
	e.login()
	return e
}

// client is sfauth on a machine that has that directory.
func client(dir, url, key string, transport http.RoundTripper) *flow.Client {
	keys := keystore.KeySource{KeyFile: key}
	s := &keystore.Store{Dir: dir, Vault: &keystore.File{Dir: dir, Keys: keys},
		Postgres: &keystore.Postgres{Dir: dir, URL: url, Keys: keys, Wanted: true}}
	return &flow.Client{Store: s, HTTP: &http.Client{Transport: transport}}
}

// login has a person allow access on the first machine, anew where there is a connection.
func (e *estate) login() {
	e.Helper()
	app := demo.DefaultApp()
	conn := keystore.Connection{Name: "acme", Domain: e.domain, ClientID: app.ClientID, AuthorizedAt: time.Now().UTC().Truncate(time.Millisecond)}
	sec := keystore.Secrets{ClientSecret: keystore.NewSecret(app.ClientSecret), RefreshToken: keystore.NewSecret(e.org.Approve(app.ClientID))}
	store, err := e.machines[0].Store.In(keystore.PostgresKind)
	must(e.T, err)
	if old, unknown := store.Find("acme"); unknown == nil {
		conn.ID, conn.Store = old.ID, old.Store
		_, _, err = store.Replace(e.Context(), conn, sec)
	} else {
		_, err = store.Create(e.Context(), conn, sec)
	}
	must(e.T, err)
}

func (e *estate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.Header.Get("X-Process")
	renews := strings.HasSuffix(r.URL.Path, "/token")
	e.mu.Lock()
	victim, hold := e.victims[name], e.hold
	e.mu.Unlock()
	if victim != nil && renews {
		time.AfterFunc(time.Duration(rand.IntN(8000))*time.Microsecond, func() { _ = victim.Process.Kill() })
	}
	answer := httptest.NewRecorder()
	e.org.ServeHTTP(answer, r)
	if renews && answer.Code == http.StatusOK {
		e.mu.Lock()
		e.spent[name] = true
		e.mu.Unlock()
		if hold != nil {
			hold(name)
		}
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = answer.Body.WriteTo(w)
}

// process starts a process on a machine that renews.
func (e *estate) process(machine int, name string, victim bool) (cmd *exec.Cmd, said *strings.Builder) {
	e.Helper()
	cmd, said = exec.Command(os.Args[0], "-test.run=^TestWorker$"), new(strings.Builder)
	cmd.Env = append(os.Environ(), worker+"="+name, "FLOW_TEST_DIR="+e.machines[machine].Store.Dir, "FLOW_TEST_URL="+e.url, "FLOW_TEST_KEY="+e.key)
	cmd.Stdout, cmd.Stderr = said, said
	e.mu.Lock()
	defer e.mu.Unlock()
	must(e.T, cmd.Start())
	if victim {
		e.victims[name] = cmd
	}
	return cmd, said
}

// TestWorker is the process that estate.process starts.
func TestWorker(t *testing.T) {
	name := os.Getenv(worker)
	if name == "" {
		t.Skip("for other tests")
	}
	c := client(os.Getenv("FLOW_TEST_DIR"), os.Getenv("FLOW_TEST_URL"), os.Getenv("FLOW_TEST_KEY"), signed(name))
	access, err := c.Token(t.Context(), "acme", fresh)
	if err != nil {
		fmt.Println("kind:", flow.KindOf(err))
		t.Fatal(err)
	}
	if access.Token.Empty() {
		t.Error("no token")
	}
	if access.Warning != nil {
		t.Log(access.Warning)
	}
}

// settle has every machine renew once, so that what a crash left on it is published, and
// tells whether the connection lives.
func (e *estate) settle() (alive bool) {
	e.Helper()
	var last error
	for range 2 {
		for _, c := range e.machines {
			_, last = c.Token(e.Context(), "acme", fresh)
			if last == nil {
				alive = true
			} else if k := flow.KindOf(last); k != flow.KindNeverCameBack && k != flow.KindTokenExpired {
				e.Error(last)
			}
		}
		if last == nil {
			return true
		}
	}
	return false
}

// nowhere checks that no machine has a token that works: the connection's end is nobody's
// fault.
func (e *estate) nowhere() {
	e.Helper()
	for _, c := range e.machines {
		conn, err := c.Store.Find("acme")
		must(e.T, err)
		r, err := c.Store.Renew(e.Context(), conn)
		must(e.T, err)
		r.Close()
		for _, token := range append(r.Stranded, keystore.Stranded{RefreshToken: r.RefreshToken}) {
			if e.org.RefreshValid(token.RefreshToken.Reveal()) {
				e.Error("a token that works was not used")
			}
		}
		left, _ := filepath.Glob(filepath.Join(c.Store.Dir, "sealed", "*.age"))
		if len(left) > 0 {
			e.Error(left)
		}
	}
}

func TestAStormOnManyMachinesCostsALoginOnlyForAnAnswerThatNeverArrived(t *testing.T) {
	const machines, processes, rounds = 3, 13, 6
	e := newEstate(t, machines)
	killed, crashes, logins, unreachable, renewed := 0, 0, 0, 0, 0
	for round := range rounds {
		type run struct {
			*exec.Cmd
			said *strings.Builder
			name string
		}
		var all []run
		for i := range machines * processes {
			name := fmt.Sprint("r", round, "p", i)
			cmd, said := e.process(i%machines, name, round%2 == 1 && i%6 == 0)
			all = append(all, run{cmd, said, name})
		}
		crashed := round >= 2
		var crash sync.WaitGroup
		if crashed {
			crash.Go(func() {
				time.Sleep(time.Duration(500+rand.IntN(1500)) * time.Millisecond)
				e.Down(t, "immediate")
				time.Sleep(time.Duration(rand.IntN(1000)) * time.Millisecond)
				e.Up(t)
			})
			crashes++
		}
		missing := false
		for _, r := range all {
			err := r.Wait()
			e.mu.Lock()
			victim, spent := e.victims[r.name] != nil, e.spent[r.name]
			e.mu.Unlock()
			kind := ""
			if _, after, is := strings.Cut(r.said.String(), "kind: "); is {
				kind, _, _ = strings.Cut(after, "\n")
			}
			switch {
			case err == nil:
				renewed++
			case victim && kind == "":
				killed++
				missing = missing || spent
			case kind == string(flow.KindNeverCameBack) || kind == string(flow.KindTokenExpired) || kind == string(flow.KindStoreBusy):
			case crashed && strings.HasPrefix(kind, "database"):
				unreachable++
			default:
				t.Errorf("%s: %v: %s", r.name, err, r.said)
			}
		}
		crash.Wait()
		if e.settle() {
			continue
		}
		logins++
		if !missing {
			t.Errorf("round %d: a login, and every answer had arrived", round)
		}
		e.nowhere()
		e.login()
	}
	for _, entry := range e.org.Log() {
		if entry.Grant == "refresh_token" && entry.Error != "" {
			t.Errorf("a token was sent twice: %+v", entry)
		}
	}
	t.Logf("%d machines, %d processes: %d renewals, %d killed, %d crashes of the database, %d told that it was gone, %d logins",
		machines, machines*processes*rounds, renewed, killed, crashes, unreachable, logins)
}
