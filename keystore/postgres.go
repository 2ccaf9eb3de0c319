package keystore

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/jackc/pgx/v5/pgconn"
)

// Postgres is the store of connections that several machines share: a table in a
// PostgreSQL database, one row for each connection. It keeps what the other stores keep in
// three places: the entry of the index (about, without a secret), the vault's item, and the
// sealed file, both encrypted on this side. ROTATION.md has its protocol.
//
// Store asks it beside the index: List, Settled, Named and Find have its rows, and the
// methods that take a Connection whose Store is "postgres" go to the row instead of index,
// vault and lock. A Postgres that is not Wanted is not asked, but for a name that is not
// here. It is a Vault as well, which keeps an item for an account.
//
// A connection to the database lives for a few statements. Between them nothing is kept
// there: no session, no lock, no transaction, so that a pooler may stand between, and none
// is open while a host is asked.
type Postgres struct {
	Dir  string    // of sfauth's files, where the copies are
	URL  string    // of SFAUTH_POSTGRES, as libpq takes it; "": libpq's own variables say it all
	Keys KeySource // what the items are encrypted with; of a passphrase that is scrypt

	// Wanted says that a setting or a command names this store. Otherwise a database that
	// PGHOST happens to name is asked by nobody who never used it.
	Wanted bool

	// Plain is called once, where the connection to another machine is not encrypted although
	// the settings leave room for TLS; nil: nobody wants to know.
	Plain func(host string)

	mu     sync.Mutex
	opened []age.Identity
	under  Secret // the passphrase
	failed error  // why the key could not be had,
	during any    // and the attempt (AskOnce) that found out
	told   sync.Once

	lately map[string]lately // rows that were found by their names, for whoever reads them next

	unreachable error // why no connection came about,
	then        any   // and the attempt (AskOnce) that found out

	before  func()   // is called before and after every statement: tests crash in it
	instead *instead // of the database, in the tests of the protocol
}

// instead is what the tests of the protocol have in place of database and time.
type instead struct {
	rows
	rest func(context.Context, time.Duration)
}

// rows are the statements that the protocol is made of (postgres_table.go).
type rows interface {
	find(ctx context.Context, id string) (row, error)
	list(ctx context.Context) ([]Connection, error)
	named(ctx context.Context, names []string) ([]row, error)
	insert(ctx context.Context, w row) (inserted bool, err error)
	void(ctx context.Context, id string) (bool, error)
	remove(ctx context.Context, id string) error
	take(ctx context.Context, id string, generation int, me string) error
	rename(ctx context.Context, id, name string) (row, error)
	learn(ctx context.Context, id string, authorized time.Time, patch map[string]any) error
	claim(ctx context.Context, id string, generation int, me string) (row, error)
	spend(ctx context.Context, id string, generation int, me, spender string) error
	release(ctx context.Context, id string, generation int, me string, unspent bool) error
	commit(ctx context.Context, from int, w row) error
	annotate(ctx context.Context, from int, w row, me string) error
	replace(ctx context.Context, from int, w row) error
	restore(ctx context.Context, from int, w row) error
}

// rows is session for the statements of the protocol.
func (p *Postgres) rows(ctx context.Context, use func(rows) error) error {
	if p.instead != nil {
		return use(p.instead)
	}
	return p.session(ctx, func(q *session) error { return use(q) })
}

// rest waits for d, or until ctx ends.
func (p *Postgres) rest(ctx context.Context, d time.Duration) {
	if p.instead != nil {
		p.instead.rest(ctx, d)
		return
	}
	rest(ctx, d)
}

// PostgresKind is the kind of a Postgres.
const PostgresKind = "postgres"

// envPostgres names the variable with a connection string.
const envPostgres = "SFAUTH_POSTGRES"

// PostgresFromEnvironment is the store that SFAUTH_POSTGRES and libpq's variables describe.
// It reads none but the first: what PGHOST and the others say is found out by the first
// statement. dir is that of sfauth's files.
func PostgresFromEnvironment(dir string, keys KeySource) *Postgres {
	url := os.Getenv(envPostgres)
	return &Postgres{Dir: dir, URL: url, Keys: keys, Wanted: url != ""}
}

// postgresVariables are those of libpq that say which database is meant.
var postgresVariables = []string{"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"}

// Described tells whether the environment says which database is meant: only then is the
// store offered to a person.
func (p *Postgres) Described() bool {
	return p.Wanted || p.URL != "" || slices.ContainsFunc(postgresVariables, func(name string) bool { return os.Getenv(name) != "" })
}

// Kind is "postgres".
func (*Postgres) Kind() string { return PostgresKind }

// Describe is the server and the database, as in "db.example.com/sfauth". It asks neither.
func (p *Postgres) Describe(context.Context) string {
	c, err := p.config()
	if err != nil {
		return ""
	}
	return Clean(c.Host+"/"+cmp.Or(c.Database, c.User), 200)
}

// The limits of the database.
const (
	connectLimit   = 10 * time.Second // to a connection, where PGCONNECT_TIMEOUT says nothing
	statementLimit = 5 * time.Second
	openAtOnce     = 4 // connections of one process
)

// config reads the settings. It returns ErrDatabaseSettings, without pgconn's own words,
// which may quote a password.
func (p *Postgres) config() (*pgconn.Config, error) {
	c, err := pgconn.ParseConfig(p.URL)
	if err != nil {
		return nil, settingsFault(err)
	}
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, connectLimit)
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "sfauth"
	}
	return c, nil
}

// places keeps a process that checks a thousand connections from taking all that the
// server has.
var places = make(chan struct{}, openAtOnce)

// session opens a connection to the database for the statements of use, and closes it. It
// returns ErrDatabase, or the cause of ctx.
func (p *Postgres) session(ctx context.Context, use func(*session) error) error {
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	config, err := p.config()
	if err != nil {
		return err
	}
	if err := p.gone(ctx, nil); err != nil {
		return err
	}
	conn, err := p.connect(ctx, config)
	switch {
	case err != nil && !p.Described() && errors.Is(err, ErrDatabase):
		return p.gone(ctx, ErrDatabaseUnnamed)
	case err != nil:
		return p.gone(ctx, err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing)
	}()
	p.tellPlain(conn.Conn(), config)
	return use(&session{conn, p.before})
}

// crowded is how long a server that has no connection left, or is starting, is asked again.
const crowded = 5 * time.Second

func (p *Postgres) connect(ctx context.Context, config *pgconn.Config) (*pgconn.PgConn, error) {
	for began, wait := time.Now(), 50*time.Millisecond; ; wait = min(2*wait, time.Second) {
		conn, err := pgconn.ConnectConfig(ctx, config)
		if err == nil {
			return conn, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if !isCrowded(err) || time.Since(began) > crowded {
			return nil, connectFault(err, isPlainByChoice(config))
		}
		rest(ctx, jittered(wait))
	}
}

// tellPlain tells of a connection to another machine that is not encrypted. Its own user's
// database cannot read a secret there, but whoever is between can read names and change
// what is written. Who has written sslmode=disable knows, and is told by doctor alone.
func (p *Postgres) tellPlain(conn net.Conn, c *pgconn.Config) {
	if p.Plain != nil && isPlain(conn) && !isPlainByChoice(c) {
		p.told.Do(func() { p.Plain(Clean(c.Host, 200)) })
	}
}

// isPlainByChoice tells whether the settings keep TLS out, on the way to a machine.
func isPlainByChoice(c *pgconn.Config) bool {
	network, _ := pgconn.NetworkAddress(c.Host, c.Port)
	return network == "tcp" && c.TLSConfig == nil &&
		!slices.ContainsFunc(c.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.TLSConfig != nil })
}

// session is a connection to the database.
type session struct {
	*pgconn.PgConn
	before func() // nil: nothing is called
}

// query runs one statement, with parameters as text, under a limit. Nothing is prepared by
// name, which a pooler might hand to somebody else. Each row has the texts of its columns,
// "" for NULL.
func (q *session) query(ctx context.Context, statement string, parameters ...string) (rows [][]string, err error) {
	if q.before != nil {
		q.before()
		defer q.before()
	}
	limited, cancel := context.WithTimeout(ctx, statementLimit)
	defer cancel()
	values := make([][]byte, len(parameters))
	for i, text := range parameters {
		values[i] = []byte(text)
	}
	r := q.ExecParams(limited, statement, values, nil, nil, nil).Read()
	if r.Err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, statementFault(r.Err)
	}
	for _, values := range r.Rows {
		row := make([]string, len(values))
		for i, v := range values {
			row[i] = string(v)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Text forms of values.

func bytea(data []byte) string { return `\x` + hex.EncodeToString(data) }

func fromBytea(text string) ([]byte, error) { return hex.DecodeString(strings.TrimPrefix(text, `\x`)) }

// seconds reads what extract(epoch from …) wrote.
func seconds(text string) time.Duration {
	s, _ := strconv.ParseFloat(text, 64)
	return time.Duration(s * float64(time.Second))
}
