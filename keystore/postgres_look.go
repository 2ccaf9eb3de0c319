package keystore

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// What doctor looks at. Each of these is one session, which leaves nothing behind.

// Server is what a connection to the database shows.
type Server struct {
	Where   string // as Describe
	Version string // "15.14"
	TLS     string // "TLS 1.3"; "": it is not encrypted,
	Plain   bool   // and leads to another machine
}

// Look connects, and asks the server for nothing. It returns ErrDatabase, or the cause of
// ctx; with them too Where is known, unless the settings make no sense.
func (p *Postgres) Look(ctx context.Context) (Server, error) {
	s := Server{Where: p.Describe(ctx)}
	err := p.session(ctx, func(q *session) error {
		version, _, _ := strings.Cut(q.ParameterStatus("server_version"), " ") // Debian and others add their own to it
		s.Version, s.Plain = Clean(version, 20), isPlain(q.Conn())
		if over, is := q.Conn().(*tls.Conn); is {
			s.TLS = tls.VersionName(over.ConnectionState().Version)
		}
		return nil
	})
	return s, err
}

// isPlain tells whether a connection leads to another machine and is not encrypted.
func isPlain(conn net.Conn) bool {
	_, encrypted := conn.(*tls.Conn)
	at, is := conn.RemoteAddr().(*net.TCPAddr)
	return !encrypted && is && !at.IP.IsLoopback()
}

// ProbeTable proves that the table is there, that it has what this sfauth knows, and that
// the user may read and write it. It returns ErrDatabase, or the cause of ctx.
func (p *Postgres) ProbeTable(ctx context.Context) error {
	probe := newAccount("probe")
	return p.session(ctx, func(q *session) error {
		_, err := q.query(ctx, `SELECT `+columns+`, claim FROM `+table+` LIMIT 0`)
		if err == nil {
			_, err = q.void(ctx, probe)
		}
		if err != nil {
			return err
		}
		_, err = q.query(ctx, `UPDATE `+table+` SET generation = 0 WHERE id = $1`, probe)
		return cmp.Or(q.remove(context.WithoutCancel(ctx), probe), err)
	})
}

// ProbeKey proves that the key is there, and opens what is kept. Where nothing is kept yet
// it asks no person for the passphrase that there will be, and returns ErrNoKey. It returns
// the errors of KeySource besides, and ErrWrongKey.
func (p *Postgres) ProbeKey(ctx context.Context) error {
	item, err := p.sample(ctx)
	switch {
	case err != nil:
		return err
	case item != nil:
		_, err = p.open(ctx, item)
		return err
	}
	_, err = p.Quiet().(*Postgres).identities(ctx, false)
	return err
}

// TableName is what the table is called.
const TableName = table

// Concerned tells whether this machine has to do with PostgreSQL: the environment describes
// a database, or one was used here.
func (s *Store) Concerned() bool { return s.shares() || s.Postgres != nil && s.Postgres.Described() }

// Shares tells whether connections are kept there, or are to be: what is wrong with it
// concerns somebody.
func (s *Store) Shares() bool { return s.shares() }

// lacking says of ErrNoKey which key it is. What a person has said to a Prompt is theirs.
func (p *Postgres) lacking(err error) error {
	switch {
	case err == ErrNoKey:
		return ErrNoSharedKey
	case p.Keys.Unattended() && errors.Is(err, ErrNoKey):
		return fmt.Errorf("%w%s", ErrNoSharedKey, strings.TrimPrefix(err.Error(), ErrNoKey.Error()))
	}
	return err
}

type asksForPostgres struct{}

func forPostgres(ctx context.Context) context.Context {
	return context.WithValue(ctx, asksForPostgres{}, true)
}

// IsForPostgres tells a KeySource's Prompt that the passphrase is that of the connections in
// PostgreSQL, and not of the encrypted file.
func IsForPostgres(ctx context.Context) bool { return ctx.Value(asksForPostgres{}) != nil }

// isElsewhere tells of a grant that has just come, and does not know the store of the
// connection that it renews, whether that is none of the index.
func (s *Store) isElsewhere(c Connection) bool {
	if c.Store != "" || !s.shares() {
		return false
	}
	ix, err := s.load()
	return err == nil && ix.byID(c.ID) == nil
}

// ListWithin is List for what must not wait longer for a database.
func (s *Store) ListWithin(ctx context.Context, limit time.Duration) ([]Connection, error) {
	ix, err := s.load()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrDatabaseSlow)
	defer cancel()
	return s.withShared(ctx, ix.ready())
}

// SettledSoon is Settled for a screen: where this machine knows connections, it waits 2 s
// for a database that may have more.
func (s *Store) SettledSoon(ctx context.Context) ([]Connection, error) {
	ix, err := s.settled(ctx, func(*entry) bool { return true })
	if err != nil {
		return nil, err
	}
	soon, cancel := context.WithTimeoutCause(ctx, 2*time.Second, ErrDatabaseSlow)
	defer cancel()
	all, err := s.withShared(soon, ix.ready())
	if len(all) == 0 && errors.Is(err, ErrDatabaseSlow) {
		return s.withShared(ctx, ix.ready())
	}
	return all, err
}

// gone keeps in mind why no connection came about, and returns it: of many statements of one
// attempt the others do not wait as long for a server that does not answer.
func (p *Postgres) gone(ctx context.Context, err error) error {
	this := ctx.Value(attempt{})
	if this == nil || ctx.Err() != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case err != nil:
		p.unreachable, p.then = err, this
	case p.then == this:
		return p.unreachable
	}
	return err
}

// AdminSQL is TableSQL, and what gives the user of the settings the rights to the table.
func (p *Postgres) AdminSQL() string {
	user := "sfauth"
	if c, err := p.config(); err == nil && p.Described() {
		user = c.User
	}
	return TableSQL + `GRANT SELECT, INSERT, UPDATE, DELETE ON ` + table + ` TO "` + strings.ReplaceAll(Clean(user, 64), `"`, `""`) + "\";\n"
}
