//go:build unix

package endtoend

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/keystore/cluster"
	"sfauth/tui/text"
)

// estate is a desk with machines, which have a directory each, and the database and the key
// that they share.
type estate struct {
	*desk
	*cluster.Cluster
	database string
}

func newEstate(t *testing.T, settings ...string) *estate {
	t.Helper()
	d := newDesk(t, "allow")
	e := &estate{desk: d, Cluster: cluster.Start(t, settings...)}
	database, env := e.Database(t)
	e.database = database
	d.Set(env...)
	d.Set("SFAUTH_STORE=file", "SFAUTH_KEY_FILE="+d.hidden("key", keystore.NewSealKey().Reveal()), "SECRET="+d.App.ClientSecret)
	return e
}

// on runs a command on a machine: assignments of variables, and then sfauth's arguments.
func (e *estate) on(machine, line string) (stdout, stderr string, code int) {
	e.T.Helper()
	set, args := []string{"SFAUTH_HOME=" + e.desk.Dir + "/" + machine}, strings.Fields(line)
	for len(args) > 0 && strings.Contains(args[0], "=") {
		set, args = append(set, args[0]), args[1:]
	}
	const hands = `printf '%s\n' "$SECRET" | "$0" "$@"`
	return e.Run("env", append(set, append([]string{"sh", "-c", hands, e.Binary()}, args...)...)...)
}

// does is on for a command that works.
func (e *estate) does(machine, line string) (stdout, stderr string) {
	e.T.Helper()
	stdout, stderr, code := e.on(machine, line)
	if code != 0 {
		e.T.Fatalf("%s: sfauth %s: exit code %d\n%s%s", machine, line, code, stdout, stderr)
	}
	return stdout, stderr
}

func (e *estate) connects(machine, name, more string) (stderr string) {
	e.T.Helper()
	_, stderr = e.does(machine, "login "+name+" --plain --client-secret-stdin --domain "+e.Domain+" --client-id "+e.App.ClientID+" --callback "+e.Callback()+" "+more)
	return stderr
}

// says asserts that a text has all of these.
func (e *estate) says(where, text string, all ...string) {
	e.T.Helper()
	for _, one := range all {
		if !strings.Contains(text, one) {
			e.T.Errorf("%s does not say %q:\n%s", where, one, text)
		}
	}
}

func TestTwoMachinesShareAConnectionThroughItsLife(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	doctor := "doctor --domain " + e.Domain + " --callback " + e.Callback()
	out, _ := e.does("laptop", doctor)
	e.says("doctor", out, "✓ database  ", "PostgreSQL 1", "! table     the table of sfauth is not in PostgreSQL", "hint: run sfauth doctor --create-table")
	if _, stderr, code := e.on("laptop", "login acme --store postgres --plain --client-secret-stdin --domain "+e.Domain+" --client-id "+e.App.ClientID); code != 1 {
		t.Errorf("a login without the table ends with %d: %s", code, stderr)
	} else {
		e.says("the login", stderr, "the table of sfauth is not in PostgreSQL")
	}
	e.noBrowser()
	e.does("laptop", "doctor --create-table")
	e.does("laptop", "doctor --create-table")
	out, _ = e.does("laptop", doctor)
	e.says("doctor", out, "✓ table     sfauth", "✓ key       ")

	e.connects("laptop", "acme", "")
	e.does("laptop", "move acme --store postgres")
	out, _ = e.does("laptop", "list")
	e.says("list", out, "  postgres  ")
	token, _ := e.does("worker", "token acme")
	e.Works(strings.TrimSpace(token))
	if again, _ := e.does("laptop", "token acme"); again != token {
		t.Error("the laptop has a token of its own, though one is cached")
	}
	if out, _ = e.does("worker", "check"); !strings.Contains(out, "alive") {
		t.Errorf("check: %s", out)
	}
	out, _ = e.does("worker", "exec acme -- printenv SALESFORCE_ACCESS_TOKEN")
	if out != token {
		t.Error("exec has another token")
	}
	out, _ = e.does("worker", "export acme --format dotenv")
	e.says("export", out, "SALESFORCE_REFRESH_TOKEN=")

	e.does("worker", "rename acme beta")
	if _, _, code := e.on("laptop", "token acme"); code != 3 {
		t.Errorf("the old name is known: %d", code)
	}
	fresh, _ := e.does("laptop", "token beta --fresh")
	if seen, _ := e.does("worker", "token beta"); seen != fresh || fresh == token {
		t.Error("the worker does not see what the laptop has renewed")
	}
	e.does("laptop", "move beta --store file")
	if _, _, code := e.on("worker", "token beta"); code != 3 {
		t.Errorf("what was moved out is known elsewhere: %d", code)
	}
	e.does("laptop", "token beta --fresh")
	e.does("laptop", "move beta --store postgres")
	e.does("worker", "token beta --fresh")
	if !strings.Contains(e.connects("worker", "beta", ""), "Signed in as demo@acme.example") {
		t.Error("the worker does not authorise it again")
	}
	e.does("laptop", "token beta --fresh")
	e.does("worker", "remove beta --yes")
	_, stderr := e.does("laptop", "list")
	e.says("list", stderr, "no connections yet")
	if n := e.SQL(t, e.database, "SELECT count(*) FROM sfauth"); n != "0\n" {
		t.Errorf("%s rows are left", n)
	}

	e.says("the login", e.connects("laptop", "gamma", "--store postgres"), "Saved as gamma in PostgreSQL /")
	e.innocent("the dump", e.Dump(t, e.database))
	e.innocent("the log of the server", e.Logged(t))
	if _, stderr, code := e.on("worker", "SFAUTH_STORE=postgres list"); code != 0 || stderr != "" {
		t.Errorf("list: %d: %s", code, stderr)
	}
}

// fault is something that a database or its settings have, and what is said of it.
type fault struct {
	name string
	has  func(e *estate) (set string) // is so from now on, with these variables
	kind flow.Kind
	code int
}

func TestWhatIsWrongWithTheDatabaseIsSaidAndHarmsNothingElse(t *testing.T) {
	sql := func(statement, set string) func(*estate) string {
		return func(e *estate) string {
			e.SQL(e.T, e.database, statement)
			return set
		}
	}
	for _, f := range []fault{
		{"down", func(e *estate) string { e.Down(e.T, "fast"); return "" }, flow.KindDatabaseDown, 5},
		{"read only", func(e *estate) string {
			e.SQL(e.T, "postgres", "ALTER DATABASE "+e.database+" SET default_transaction_read_only = on")
			return ""
		}, flow.KindDatabaseReadOnly, 5},
		{"slow", func(e *estate) string {
			held := exec.Command("psql", "-X", "-h", e.Cluster.Dir, "-p", strconv.Itoa(e.Cluster.Port), "-U", "postgres", "-d", e.database,
				"-c", "BEGIN; LOCK TABLE sfauth; SELECT pg_sleep(600)")
			e.Keep(held)
			e.until("the table is locked", func() bool {
				return e.SQL(e.T, "postgres", "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "1\n"
			})
			return ""
		}, flow.KindDatabaseSlow, 5},
		{"full", sql("CREATE ROLE crowd LOGIN SUPERUSER CONNECTION LIMIT 0; ALTER ROLE crowd NOSUPERUSER", "PGUSER=crowd"), flow.KindDatabaseFull, 5},
		{"without the table", sql("ALTER TABLE sfauth RENAME TO elsewhere", ""), flow.KindNoTable, 1},
		{"another version", sql("ALTER TABLE sfauth RENAME COLUMN sealed TO closed", ""), flow.KindOtherTable, 1},
		{"no rights", sql("CREATE ROLE guest LOGIN", "PGUSER=guest"), flow.KindDatabaseRights, 1},
		{"may read alone", sql("CREATE ROLE guest LOGIN; GRANT SELECT ON sfauth TO guest", "PGUSER=guest"), flow.KindDatabaseRights, 1},
		{"no such database", func(*estate) string { return "PGDATABASE=nowhere" }, flow.KindDatabaseMissing, 1},
		{"password refused", func(e *estate) string {
			e.SQL(e.T, e.database, "CREATE ROLE fleet LOGIN PASSWORD 'right'")
			e.Put(e.T, "pg_hba.conf", []byte("local all postgres trust\nlocal all all scram-sha-256\n"))
			e.Reload(e.T)
			return "PGUSER=fleet PGPASSWORD=wrong"
		}, flow.KindDatabasePassword, 1},
		{"no TLS", func(*estate) string { return "PGHOST=127.0.0.1 PGSSLMODE=require" }, flow.KindDatabaseTLS, 1},
		{"expired certificate", func(e *estate) string {
			return "PGHOST=127.0.0.1 PGSSLMODE=verify-full PGSSLROOTCERT=" + e.certified(time.Now().Add(-time.Hour))
		}, flow.KindDatabaseCertificate, 1},
		{"settings are nonsense", func(*estate) string { return "PGPORT=five" }, flow.KindDatabaseSettings, 1},
		{"another key", func(e *estate) string {
			return "SFAUTH_KEY_FILE=" + e.hidden("other-key", keystore.NewSealKey().Reveal())
		}, flow.KindBadSharedKey, 1},
		{"no key", func(e *estate) string { return "SFAUTH_KEY_FILE=/nowhere" }, flow.KindNoSharedKey, 1},
		{"another machine never came back", func(e *estate) string {
			e.SQL(e.T, e.database, "UPDATE sfauth SET spender = 'worker-7 m-1', spending_since = now() - interval '2 minutes'")
			e.Org.RevokeAll()
			return ""
		}, flow.KindNeverCameBack, 4},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t)
			e.does("laptop", "doctor --create-table")
			e.connects("laptop", "acme", "--store postgres")
			e.connects("laptop", "local", "")
			acme, _ := e.does("laptop", "token acme")
			local, _ := e.does("laptop", "token local")
			set := f.has(e)
			for _, words := range []*text.Text{&text.English, &text.Japanese} {
				lang := "SFAUTH_LANG=" + words.Tab.Language + " " + set + " "
				out, stderr, code := e.on("laptop", lang+"token acme --fresh")
				if out != "" || code != f.code || !strings.Contains(stderr, words.Explain(f.kind, flow.Request{Name: "acme"}).Why) || strings.Count(stderr, "\n") != 2 {
					t.Errorf("token --fresh ends with %d, not %d: %s", code, f.code, stderr)
				}
				e.innocent("the error", stderr)
			}
			if strings.Contains(set, "KEY") { // which opens the encrypted file as well
				return
			}
			if out, stderr, code := e.on("laptop", set+" token local"); out != local || code != 0 || stderr != "" {
				t.Errorf("the local connection: %d: %s", code, stderr)
			}
			if out, stderr, code := e.on("laptop", set+" token acme"); out != acme || code != 0 || stderr != "" {
				t.Errorf("the cached token: %d: %s", code, stderr)
			}
			if out, stderr, code := e.on("laptop", set+" export acme --format dotenv"); f.kind == flow.KindDatabaseDown && (out != "" || code != 5) {
				t.Errorf("what another machine may have renewed is exported: %d: %s", code, stderr)
			}
			out, stderr, _ := e.on("laptop", set+" list")
			e.says("list", out, "acme", "local")
			e.innocent("list", stderr)
			out, _, _ = e.on("laptop", set+" check")
			e.says("check", out, "acme", "local")
			out, _, _ = e.on("laptop", set+" doctor --domain "+e.Domain+" --callback "+e.Callback())
			if f.kind != flow.KindNeverCameBack {
				e.says("doctor", out, text.English.Explain(f.kind, flow.Request{}).Why)
			}
		})
	}
}

// certified has the server show a certificate that is valid until then, and returns the file
// of the authority.
func (e *estate) certified(until time.Time) string {
	e.T.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		e.T.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "db"}, NotBefore: until.Add(-24 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	made, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		e.T.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		e.T.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made})
	e.Put(e.T, "server.crt", certificate)
	e.Put(e.T, "server.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	e.SQL(e.T, "postgres", "ALTER SYSTEM SET ssl = on")
	e.Reload(e.T)
	return e.hidden("authority", string(certificate))
}

// The server is reached at an address of this machine that is none of the loopback's, as
// another machine's would be.
func TestAConnectionToADatabaseElsewhereThatIsNotEncryptedIsWarnedOf(t *testing.T) {
	t.Parallel()
	e := newEstate(t, "listen_addresses='*'")
	at := ""
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if n, is := a.(*net.IPNet); is && n.IP.To4() != nil && !n.IP.IsLoopback() {
			at = n.IP.String()
		}
	}
	if at == "" {
		t.Fatal("needs an address that is none of the loopback's")
	}
	e.Put(t, "pg_hba.conf", []byte("local all all trust\nhost all all samehost trust\n"))
	e.Reload(t)
	e.does("laptop", "doctor --create-table")
	e.connects("laptop", "acme", "--store postgres")
	elsewhere := "PGHOST=" + at + " "
	out, stderr := e.does("laptop", elsewhere+"doctor --domain "+e.Domain+" --callback "+e.Callback())
	e.says("doctor", out, "! database  "+at+"/"+e.database+", PostgreSQL 1", ": the connection to PostgreSQL is not encrypted\n", "✓ table ")
	if stderr != "" {
		t.Errorf("doctor says it twice: %s", stderr)
	}
	for lang, words := range map[string]*text.Text{"en": &text.English, "ja": &text.Japanese} {
		_, stderr := e.does("laptop", elsewhere+"SFAUTH_LANG="+lang+" token acme --fresh")
		if want := words.Usage.PlainDatabase(at) + "\n"; stderr != want {
			t.Errorf("it is warned %q, not %q", stderr, want)
		}
	}
	if _, stderr := e.does("laptop", elsewhere+"PGSSLMODE=disable token acme --fresh"); stderr != "" {
		t.Errorf("who chose it is warned: %s", stderr)
	}
}
