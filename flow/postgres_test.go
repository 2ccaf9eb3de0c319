//go:build unix

package flow_test

import (
	"bufio"
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	random "crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
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
	worker = "FLOW_TEST_WORKER" // has the name of a process that renews
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
	if os.Getenv("FLOW_TEST_STOPS") != "" {
		c.HTTP.Transport = stopping{signed(name), new(sync.Once)}
	}
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

func TestAThousandReadsOnManyMachinesCostOneRenewal(t *testing.T) {
	e := newEstate(t, 4, "max_connections=20") // fewer than readers
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			for range 10 {
				if a, err := e.machines[i%4].Token(t.Context(), "acme", flow.TokenOptions{}); err != nil || !e.org.AccessValid(a.Token.Reveal()) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := e.renewals(); n != 1 {
		t.Errorf("%d renewals", n)
	}
}

func (e *estate) renewals() (n int) {
	for _, entry := range e.org.Log() {
		if entry.Grant == "refresh_token" {
			n++
		}
	}
	return n
}

// stopping is a transport of a process that stops right before its first renewal is
// written.
type stopping struct {
	signed
	once *sync.Once
}

func (s stopping) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/token") {
		s.once.Do(func() {
			goesOn := make(chan os.Signal, 1)
			signal.Notify(goesOn, syscall.SIGCONT)
			fmt.Println("stops")
			_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
			<-goesOn // The kernel may let this thread run for a while before it stops the process.
		})
	}
	return s.signed.RoundTrip(r)
}

func TestAProcessThatIsStoppedPastItsClaimSendsNothing(t *testing.T) {
	e := newEstate(t, 2)
	cmd := exec.Command(os.Args[0], "-test.run=^TestWorker$")
	cmd.Env = append(os.Environ(), worker+"=stopped", "FLOW_TEST_STOPS=1", "FLOW_TEST_DIR="+e.machines[0].Store.Dir, "FLOW_TEST_URL="+e.url, "FLOW_TEST_KEY="+e.key)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	said := bufio.NewReader(out)
	if line, err := said.ReadString('\n'); line != "stops\n" {
		t.Fatal(line, err)
	}
	stopped := time.Now()
	e.SQL(t, e.database, "UPDATE sfauth SET claim_until = now() - interval '1 s'") // for 45 s have passed
	if _, err := e.machines[1].Token(t.Context(), "acme", fresh); err != nil {
		t.Error(err)
	}
	if n := e.renewals(); n != 1 {
		t.Fatal(n, "renewals")
	}
	time.Sleep(16*time.Second - time.Since(stopped)) // its own clock is the kernel's
	must(t, cmd.Process.Signal(syscall.SIGCONT))
	rest, _ := io.ReadAll(said)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, rest)
	}
	if n := e.renewals(); n != 2 {
		t.Error(n, "renewals")
	}
	for _, entry := range e.org.Log() {
		if entry.Error != "" {
			t.Errorf("%+v", entry)
		}
	}
}

// recorder records all that passes to the database and back.
type recorder struct {
	net.Listener
	mu    sync.Mutex
	bytes []byte
}

func record(t *testing.T, to string) *recorder {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	r := &recorder{Listener: l}
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			onward, err := net.Dial("tcp", to)
			if err != nil {
				from.Close()
				continue
			}
			pass := func(to, from net.Conn) {
				_, _ = io.Copy(io.MultiWriter(to, r), from)
				to.Close()
			}
			go pass(onward, from)
			go pass(from, onward)
		}
	}()
	return r
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes = append(r.bytes, p...)
	return len(p), nil
}

func TestNeitherTheWireNorTheDatabaseHasASecret(t *testing.T) {
	e := newEstate(t, 1)
	wire := record(t, fmt.Sprint("127.0.0.1:", e.Port))
	url := fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=%s sslmode=disable", wire.Addr().(*net.TCPAddr).Port, e.database)
	other := client(t.TempDir(), url, e.key, nil)
	secrets := []string{demo.DefaultApp().ClientSecret}
	for _, c := range []*flow.Client{other, e.machines[0], other} {
		a, err := c.Token(t.Context(), "acme", fresh)
		must(t, err)
		conn, err := c.Store.Find("acme")
		must(t, err)
		k, err := c.Store.Secrets(t.Context(), conn)
		must(t, err)
		secrets = append(secrets, a.Token.Reveal(), k.RefreshToken.Reveal(), k.SealKey.Reveal())
	}
	must(t, other.Move(t.Context(), "acme", "file"))
	must(t, other.Move(t.Context(), "acme", keystore.PostgresKind))
	wire.mu.Lock()
	defer wire.mu.Unlock()
	if len(wire.bytes) < 20000 {
		t.Error("only", len(wire.bytes), "bytes passed")
	}
	for what, text := range map[string]string{"the wire": string(wire.bytes), "the dump": e.Dump(t, e.database), "the log": e.Logged(t)} {
		for _, secret := range secrets {
			for _, form := range []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret))} {
				if len(secret) < 8 || strings.Contains(text, form[:min(len(form), 40)]) {
					t.Errorf("%s has a secret", what)
				}
			}
		}
	}
}

func TestEachFaultOfPostgreSQLHasItsOwnKindAndSpendsNothing(t *testing.T) {
	e := newEstate(t, 1)
	c := e.machines[0]
	_, err := c.Token(t.Context(), "acme", flow.TokenOptions{})
	must(t, err)
	local := keystore.Connection{Name: "local", Domain: e.domain, ClientID: demo.DefaultApp().ClientID}
	_, err = c.Store.Create(t.Context(), local, keystore.Secrets{ClientSecret: keystore.NewSecret(demo.DefaultApp().ClientSecret), RefreshToken: keystore.NewSecret(e.org.Approve(local.ClientID))})
	must(t, err)
	e.SQL(t, "postgres", "CREATE ROLE nobody LOGIN; CREATE ROLE few LOGIN CONNECTION LIMIT 0; CREATE ROLE secretive LOGIN PASSWORD 'x'")
	e.Put(t, "pg_hba.conf", []byte("local all all trust\nhost all secretive all scram-sha-256\nhost all all all trust\n"))
	e.Reload(t)
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { deaf.Close() })
	over := func(more string) string {
		return fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=%s %s", e.Port, e.database, more)
	}
	for name, row := range map[string]struct {
		url          string
		breaks, mend string
		in           string // another database than that of the estate
		kind         flow.Kind
		reads        bool // what is cached is still read from the row
	}{
		"nobody listens":       {url: "host=127.0.0.1 port=1 user=postgres dbname=x", kind: flow.KindDatabaseDown},
		"no such host":         {url: "host=nowhere.invalid user=postgres dbname=x", kind: flow.KindDatabaseDown},
		"it accepts and waits": {url: fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=x connect_timeout=1", deaf.Addr().(*net.TCPAddr).Port), kind: flow.KindDatabaseSlow},
		"no settings":          {url: "host=127.0.0.1 port=none", kind: flow.KindDatabaseSettings},
		"no such database":     {url: over("dbname=other"), kind: flow.KindDatabaseMissing},
		"no such user":         {url: over("user=stranger"), kind: flow.KindDatabasePassword},
		"another password":     {url: over("user=secretive password=y"), kind: flow.KindDatabasePassword},
		"no password":          {url: over("user=secretive passfile=/nowhere"), kind: flow.KindDatabasePassword},
		"the password":         {url: over("user=secretive password=x"), kind: flow.KindDatabaseRights}, // which the server never hears
		"no rights":            {url: over("user=nobody"), kind: flow.KindDatabaseRights},
		"no connection left":   {url: over("user=few"), kind: flow.KindDatabaseFull},
		"no TLS":               {url: over("sslmode=require"), kind: flow.KindDatabaseTLS},
		"no table":             {breaks: "ALTER TABLE sfauth RENAME TO gone", mend: "ALTER TABLE gone RENAME TO sfauth", kind: flow.KindNoTable},
		"another table":        {breaks: "ALTER TABLE sfauth RENAME COLUMN sealed TO other", mend: "ALTER TABLE sfauth RENAME COLUMN other TO sealed", kind: flow.KindOtherTable},
		"a later row":          {breaks: "UPDATE sfauth SET format = 2", mend: "UPDATE sfauth SET format = 1", kind: flow.KindIndexNewer},
		"read-only": {in: "postgres", breaks: "ALTER DATABASE " + e.database + " SET default_transaction_read_only = on",
			mend: "ALTER DATABASE " + e.database + " RESET default_transaction_read_only", kind: flow.KindDatabaseReadOnly, reads: true},
	} {
		t.Run(name, func(t *testing.T) {
			before := e.renewals()
			row.in = cmp.Or(row.in, e.database)
			if row.breaks != "" {
				e.SQL(t, row.in, row.breaks)
			}
			there := *c.Store
			if there.Postgres = c.Store.Postgres; row.url != "" {
				there.Postgres = &keystore.Postgres{Dir: there.Dir, URL: row.url, Keys: there.Postgres.Keys, Wanted: true}
			}
			c := &flow.Client{Store: &there}
			start := time.Now()
			if _, err := c.Token(t.Context(), "acme", fresh); flow.KindOf(err) != row.kind {
				t.Errorf("%s: %v", flow.KindOf(err), err)
			}
			t.Logf("after %v", time.Since(start).Round(10*time.Millisecond))
			if _, err := c.Token(t.Context(), "acme", flow.TokenOptions{}); err != nil && row.kind != flow.KindIndexNewer {
				t.Error("what is cached:", err)
			}
			if all, err := c.Store.Settled(t.Context()); len(all) < 1 || (err == nil) != row.reads && row.kind != flow.KindIndexNewer && row.kind != flow.KindOtherTable {
				t.Error(all, err)
			}
			if n := e.renewals(); n != before {
				t.Error(n-before, "renewals")
			}
			if _, err := c.Token(t.Context(), "local", fresh); err != nil {
				t.Error("what is on this machine:", err)
			}
			if row.mend != "" {
				e.SQL(t, row.in, row.mend)
			}
			if _, err := e.machines[0].Token(t.Context(), "acme", fresh); err != nil {
				t.Error("mended:", err)
			}
		})
	}
}

func TestATableThatSomebodyHasLockedIsWaitedForFiveSecondsAndNothingIsSpent(t *testing.T) {
	e := newEstate(t, 1)
	c := e.machines[0]
	_, err := c.Token(t.Context(), "acme", flow.TokenOptions{})
	must(t, err)
	var other sync.WaitGroup
	defer other.Wait()
	other.Go(func() { e.SQL(t, e.database, "BEGIN; LOCK TABLE sfauth; SELECT pg_sleep(25); COMMIT") })
	for e.SQL(t, e.database, "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'sfauth'::regclass") != "1\n" {
		time.Sleep(50 * time.Millisecond)
	}
	start := time.Now()
	if _, err := c.Token(t.Context(), "acme", fresh); flow.KindOf(err) != flow.KindDatabaseSlow || flow.VerdictOf(err) != flow.Transient {
		t.Error(flow.KindOf(err), err)
	}
	if _, err := c.Token(t.Context(), "acme", flow.TokenOptions{}); err != nil {
		t.Error("what is cached:", err)
	}
	if took := time.Since(start); took > 22*time.Second {
		t.Error(took)
	}
	if n := e.renewals(); n != 1 {
		t.Error(n, "renewals")
	}
}

func TestAReplicaIsReadAndNeverRenewedFrom(t *testing.T) {
	e := newEstate(t, 1)
	_, err := e.machines[0].Token(t.Context(), "acme", flow.TokenOptions{})
	must(t, err)
	r := e.Replica(t)
	at := func(more string) *flow.Client {
		return client(t.TempDir(), fmt.Sprintf("user=postgres dbname=%s %s", e.database, more), e.key, nil)
	}
	replica := at(fmt.Sprintf("host=127.0.0.1 port=%d", r.Port))
	if a, err := replica.Token(t.Context(), "acme", flow.TokenOptions{}); err != nil || !e.org.AccessValid(a.Token.Reveal()) {
		t.Error(err)
	}
	if _, err := replica.Token(t.Context(), "acme", fresh); flow.KindOf(err) != flow.KindDatabaseReadOnly {
		t.Error(err)
	}
	if n := e.renewals(); n != 1 {
		t.Error(n, "renewals")
	}
	either := at(fmt.Sprintf("host=127.0.0.1,127.0.0.1 port=%d,%d target_session_attrs=read-write", r.Port, e.Port))
	if _, err := either.Token(t.Context(), "acme", fresh); err != nil {
		t.Error(err)
	}
}

func TestAPoolerThatGivesEachTransactionAnotherConnectionIsNoTrouble(t *testing.T) {
	e := newEstate(t, 1)
	url := fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=%s sslmode=disable", e.Pooler(t), e.database)
	e.machines = nil
	for range 4 {
		e.machines = append(e.machines, client(t.TempDir(), url, e.key, nil))
	}
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			if _, err := e.machines[i%4].Token(t.Context(), "acme", fresh); err != nil {
				t.Error(err)
			}
		})
	}
	if all.Wait(); e.renewals() != 12 {
		t.Error(e.renewals(), "renewals")
	}
	for _, entry := range e.org.Log() {
		if entry.Error != "" {
			t.Errorf("%+v", entry)
		}
	}
}

// certificate is one for localhost that is its own authority, until that time.
func certificate(t *testing.T, until time.Time) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), random.Reader)
	must(t, err)
	about := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	cert, err = x509.CreateCertificate(random.Reader, about, about, &private.PublicKey, private)
	must(t, err)
	key, err = x509.MarshalECPrivateKey(private)
	must(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key})
}

func TestSSLModeMeansWhatLibpqSays(t *testing.T) {
	e := newEstate(t, 1)
	root := filepath.Join(t.TempDir(), "root.crt")
	serve := func(until time.Time) {
		cert, key := certificate(t, until)
		e.Put(t, "server.crt", cert)
		e.Put(t, "server.key", key)
		must(t, os.WriteFile(root, cert, 0o600))
		e.Append(t, "postgresql.conf", "ssl=on\n")
		e.Reload(t)
	}
	for _, row := range []struct {
		until   time.Duration
		options string
		kind    flow.Kind
	}{
		{time.Hour, "host=localhost sslmode=verify-full sslrootcert=" + root, ""},
		{time.Hour, "host=127.0.0.1 sslmode=verify-full sslrootcert=" + root, flow.KindDatabaseCertificate},
		{time.Hour, "host=127.0.0.1 sslmode=verify-ca sslrootcert=" + root, ""},
		{time.Hour, "host=localhost sslmode=verify-full", flow.KindDatabaseCertificate}, // no authority is known
		{time.Hour, "host=localhost sslmode=require", ""},
		{-time.Hour, "host=localhost sslmode=verify-full sslrootcert=" + root, flow.KindDatabaseCertificate},
		{-time.Hour, "host=localhost sslmode=prefer", ""},
	} {
		serve(time.Now().Add(row.until))
		c := client(t.TempDir(), fmt.Sprintf("port=%d user=postgres dbname=%s %s", e.Port, e.database, row.options), e.key, nil)
		_, err := c.Token(t.Context(), "acme", flow.TokenOptions{})
		if kind := flow.KindOf(err); err == nil && row.kind != "" || err != nil && kind != row.kind {
			t.Errorf("%s, ends in %v: %v", row.options, row.until, err)
		}
		t.Log(row.options, err)
	}
	e.Put(t, "pg_hba.conf", []byte("local all all trust\nhostssl all all all trust\n"))
	e.Reload(t)
	c := client(t.TempDir(), fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=%s sslmode=disable", e.Port, e.database), e.key, nil)
	if _, err := c.Token(t.Context(), "acme", flow.TokenOptions{}); flow.KindOf(err) != flow.KindDatabaseTLS {
		t.Error("a server that demands TLS:", flow.KindOf(err), err)
	}
}
