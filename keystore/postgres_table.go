package keystore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// table is looked for along the user's search_path.
const table = "sfauth"

// rowFormat is the version of a row that this sfauth reads. A later one that an older
// sfauth must not touch gets a higher number, or loses a column.
const rowFormat = 1

// TableSQL makes the table, for an administrator. sfauth itself needs SELECT, INSERT,
// UPDATE and DELETE on it.
const TableSQL = `CREATE TABLE IF NOT EXISTS ` + table + ` (
  id             text PRIMARY KEY,
  name           text UNIQUE,        -- NULL: no connection
  about          jsonb NOT NULL,     -- what may be shown
  generation     bigint NOT NULL,    -- counts renewals: the fence
  item           bytea,              -- age: client secret, seal key
  sealed         bytea,              -- age, to the seal key: refresh token, access token
  issued_at      timestamptz,        -- of the access token
  claim          text,               -- who renews
  claim_until    timestamptz,
  spender        text,               -- who sent the refresh token, and has not answered yet
  spending_since timestamptz,
  format         integer NOT NULL DEFAULT 1
);
`

// CreateTable makes the table where there is none.
func (p *Postgres) CreateTable(ctx context.Context) error {
	return p.session(ctx, func(q *session) error {
		_, err := q.query(ctx, TableSQL)
		return err
	})
}

// row is a connection in the table.
type row struct {
	Connection
	generation int
	item       []byte
	sealed     []byte
	issued     time.Time // of the access token, by this machine's clock; zero: there is none
	spender    string    // who sent the refresh token, and has not told what came of it; "": nobody
	since      time.Time // when, by the database's clock
}

const columns = `id, coalesce(name, ''), about, generation, item, sealed, format, coalesce(spender, ''), coalesce(extract(epoch FROM spending_since), 0), extract(epoch FROM now() - issued_at)`

// parseRow reads columns. A row that makes no sense is an error: any program with the
// user's rights can write there.
func parseRow(texts []string) (w row, err error) {
	format, _ := strconv.Atoi(texts[6])
	if format > rowFormat {
		return w, fmt.Errorf("%w: row format %d", ErrNewer, format)
	}
	var c Connection
	if json.Unmarshal([]byte(texts[2]), &c) != nil {
		return w, fmt.Errorf("%w: about", errOddRow)
	}
	c.ID, c.Name, c.Store = texts[0], texts[1], PostgresKind
	c.clean()
	w.Connection = c
	w.generation, _ = strconv.Atoi(texts[3])
	if !legal(c.ID, maxAccount) || ValidName(c.Name) != nil || w.generation < 1 {
		return w, fmt.Errorf("%w: name or generation", errOddRow)
	}
	if w.item, err = fromBytea(texts[4]); err == nil {
		w.sealed, err = fromBytea(texts[5])
	}
	if err != nil {
		return w, fmt.Errorf("%w: item", errOddRow)
	}
	w.spender = Clean(texts[7], 200)
	if w.spender != "" {
		w.since = time.Unix(0, 0).Add(seconds(texts[8]).Truncate(time.Second)).UTC()
	}
	if texts[9] != "" {
		w.issued = time.Now().Add(-seconds(texts[9])).UTC().Truncate(time.Millisecond)
	}
	return w, nil
}

var errOddRow = fmt.Errorf("%w: a row of PostgreSQL makes no sense", ErrChanged)

// one is the only row of an answer; ErrNoConnection where there is none.
func one(rows [][]string, err error) (row, error) {
	switch {
	case err != nil:
		return row{}, err
	case len(rows) == 0:
		return row{}, ErrNoConnection
	}
	return parseRow(rows[0])
}

// find is the row with that id. It returns ErrNoConnection.
func (q *session) find(ctx context.Context, id string) (row, error) {
	return one(q.query(ctx, `SELECT `+columns+` FROM `+table+` WHERE id = $1 AND name IS NOT NULL`, id))
}

// list has all connections, without what is secret. Rows that make no sense are left out.
func (q *session) list(ctx context.Context) (all []Connection, err error) {
	without := strings.NewReplacer("item, sealed", "NULL, NULL").Replace(columns)
	rows, err := q.query(ctx, `SELECT `+without+` FROM `+table+` WHERE name IS NOT NULL`)
	for _, texts := range rows {
		if w, odd := parseRow(texts); odd == nil {
			all = append(all, w.Connection)
		}
	}
	return all, err
}

// named has the rows of those names, whose letters are those of names.
func (q *session) named(ctx context.Context, names []string) (found []row, err error) {
	rows, err := q.query(ctx, `SELECT `+columns+` FROM `+table+` WHERE name = ANY($1::text[])`, "{"+strings.Join(names, ",")+"}")
	for _, texts := range rows {
		w, err := parseRow(texts)
		if err != nil {
			return nil, err
		}
		found = append(found, w)
	}
	return found, err
}

func about(c Connection) string {
	text, _ := json.Marshal(c) // strings and times
	return string(text)
}

// insert makes the row of a new connection, also where a void one has its place. false:
// there is a row with that id. It returns ErrNameTaken for the name of another connection.
func (q *session) insert(ctx context.Context, w row) (inserted bool, err error) {
	rows, err := q.query(ctx, `INSERT INTO `+table+` AS t (id, name, about, generation, item, sealed, issued_at)
		VALUES ($1, $2, $3, $4, $5, $6, now() - nullif($7, '')::interval)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, about = excluded.about, generation = excluded.generation,
			item = excluded.item, sealed = excluded.sealed, issued_at = excluded.issued_at
		WHERE t.name IS NULL RETURNING id`,
		w.ID, w.Name, about(w.Connection), strconv.Itoa(w.generation), bytea(w.item), bytea(w.sealed), w.age())
	return len(rows) == 1, err
}

// age is how old the access token is, "" where there is none.
func (w row) age() string {
	if w.issued.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d milliseconds", time.Since(w.issued).Milliseconds())
}

// void makes sure that no connection with that id is in the table, nor ever will be by a
// statement of this attempt that is still on its way: the row is made without a
// connection. It returns false where there is one.
func (q *session) void(ctx context.Context, id string) (bool, error) {
	if _, err := q.query(ctx, `INSERT INTO `+table+` (id, about, generation) VALUES ($1, '{}', 0) ON CONFLICT (id) DO NOTHING`, id); err != nil {
		return false, err
	}
	rows, err := q.query(ctx, `SELECT id FROM `+table+` WHERE id = $1 AND name IS NULL`, id)
	return len(rows) == 1, err
}

// remove deletes the row.
func (q *session) remove(ctx context.Context, id string) error {
	_, err := q.query(ctx, `DELETE FROM `+table+` WHERE id = $1`, id)
	return err
}

// take is remove by whoever has the claim, at that generation: ErrLate where it is no longer
// so.
func (q *session) take(ctx context.Context, id string, generation int, me string) error {
	rows, err := q.query(ctx, `DELETE FROM `+table+` WHERE id = $1 AND generation = $2 AND claim = $3 RETURNING id`, id, strconv.Itoa(generation), me)
	if err == nil && len(rows) == 0 {
		err = ErrLate
	}
	return err
}

// rename returns ErrNameTaken, and ErrNoConnection.
func (q *session) rename(ctx context.Context, id, name string) (row, error) {
	return one(q.query(ctx, `UPDATE `+table+` SET name = $2 WHERE id = $1 AND name IS NOT NULL RETURNING `+columns, id, name))
}

// learn changes some of about, where the grant is still the one that was authorised then
// and nobody has checked it later.
func (q *session) learn(ctx context.Context, id string, authorized time.Time, patch map[string]any) error {
	changes, err := json.Marshal(patch)
	if err != nil {
		return err
	}
	checked := ""
	if at, is := patch["checked_at"].(time.Time); is {
		checked = at.Format(time.RFC3339Nano)
	}
	_, err = q.query(ctx, `UPDATE `+table+` SET about = about || $3::jsonb WHERE id = $1
		AND (about->>'authorized_at')::timestamptz = $2::timestamptz
		AND ($4 = '' OR coalesce((about->>'checked_at')::timestamptz NOT BETWEEN nullif($4, '')::timestamptz AND now(), true))`,
		id, authorized.Format(time.RFC3339Nano), string(changes), checked)
	return err
}

// The protocol (ROTATION.md). claimFor is longer than the request that is made under a
// claim, with what may come before it.
const claimFor = "45 seconds"

// claim takes the row for me, at that generation, unless somebody else has it. It returns
// ErrLate where it cannot.
func (q *session) claim(ctx context.Context, id string, generation int, me string) (row, error) {
	return orLate(one(q.query(ctx, `UPDATE `+table+` SET claim = $3, claim_until = now() + $4::interval
		WHERE id = $1 AND generation = $2 AND (claim IS NULL OR claim = $3 OR claim_until < now()) RETURNING `+columns,
		id, strconv.Itoa(generation), me, claimFor)))
}

// spend notes that the refresh token is about to be sent, and begins the claim anew. It
// returns ErrLate where the claim is no longer mine.
func (q *session) spend(ctx context.Context, id string, generation int, me, spender string) error {
	_, err := orLate(one(q.query(ctx, `UPDATE `+table+` SET claim_until = now() + $4::interval, spender = $5, spending_since = now()
		WHERE id = $1 AND generation = $2 AND claim = $3 RETURNING `+columns,
		id, strconv.Itoa(generation), me, claimFor, spender)))
	return err
}

// release gives the claim back. unspent: no refresh token was sent, or the host has
// refused it.
func (q *session) release(ctx context.Context, id string, generation int, me string, unspent bool) error {
	set := `claim = NULL, claim_until = NULL`
	if unspent {
		set += `, spender = NULL, spending_since = NULL`
	}
	_, err := q.query(ctx, `UPDATE `+table+` SET `+set+` WHERE id = $1 AND generation = $2 AND claim = $3`, id, strconv.Itoa(generation), me)
	return err
}

// commit puts w into the place of the generation that it was made from, whoever has the
// claim by then: the late writer holds the only token that lives. It returns ErrLate where
// the row is at another generation. The access token, where there is one, was issued when
// it was said that the refresh token would be sent.
func (q *session) commit(ctx context.Context, from int, w row) error {
	issued := `NULL`
	if !w.issued.IsZero() {
		issued = `coalesce(spending_since, now())`
	}
	return q.advance(ctx, from, w, `issued_at = `+issued+`, spender = NULL, spending_since = NULL`)
}

// replace is commit with a new item and all that may be shown, of a new grant.
func (q *session) replace(ctx context.Context, from int, w row) error {
	return q.advance(ctx, from, w, `about = $5, item = $6, issued_at = now() - nullif($7, '')::interval, spender = NULL, spending_since = NULL`,
		about(w.Connection), bytea(w.item), w.age())
}

// restore is replace of a row that went back by one that this machine has seen. Whether its
// token is still the newest nobody knows, so that it counts as perhaps spent.
func (q *session) restore(ctx context.Context, from int, w row) error {
	return q.advance(ctx, from, w, `about = $5, item = $6, issued_at = now() - nullif($7, '')::interval, spender = '`+nobodyKnows+`', spending_since = now()`,
		about(w.Connection), bytea(w.item), w.age())
}

// annotate is commit of what came without the refresh token. It returns ErrLate where
// anybody but me has claimed the row, or may have spent its token.
func (q *session) annotate(ctx context.Context, from int, w row, me string) error {
	rows, err := q.query(ctx, `UPDATE `+table+` SET generation = $3, sealed = $4, claim = NULL, claim_until = NULL
		WHERE id = $1 AND generation = $2 AND name IS NOT NULL AND (claim IS NULL OR claim = $5) AND spending_since IS NULL RETURNING id`,
		w.ID, strconv.Itoa(from), strconv.Itoa(w.generation), bytea(w.sealed), me)
	if err == nil && len(rows) == 0 {
		err = ErrLate
	}
	return err
}

// nobodyKnows is the spender of a row that was restored.
const nobodyKnows = "?"

func (q *session) advance(ctx context.Context, from int, w row, set string, more ...string) error {
	rows, err := q.query(ctx, `UPDATE `+table+` SET generation = $3, sealed = $4, claim = NULL, claim_until = NULL, `+set+`
		WHERE id = $1 AND generation = $2 AND name IS NOT NULL RETURNING id`,
		append([]string{w.ID, strconv.Itoa(from), strconv.Itoa(w.generation), bytea(w.sealed)}, more...)...)
	if err == nil && len(rows) == 0 {
		err = ErrLate
	}
	return err
}

func orLate(w row, err error) (row, error) {
	if errors.Is(err, ErrNoConnection) {
		err = ErrLate
	}
	return w, err
}
