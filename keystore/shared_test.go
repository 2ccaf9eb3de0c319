package keystore

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"sfauth/keystore/cluster"
)

// estate is a database, and a key that all machines have.
type estate struct {
	*testing.T
	*cluster.Cluster
	database string
	url      string
	key      string
}

func newEstate(t *testing.T, settings ...string) *estate {
	t.Helper()
	c := cluster.Start(t, settings...)
	e := &estate{T: t, Cluster: c, key: filepath.Join(t.TempDir(), "key")}
	if err := os.WriteFile(e.key, []byte(NewSealKey().Reveal()), 0o600); err != nil {
		t.Fatal(err)
	}
	e.database, _ = c.Database(t)
	e.url = fmt.Sprintf("host=%s port=%d user=postgres dbname=%s", c.Dir, c.Port, e.database)
	if err := e.machine().Postgres.CreateTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e
}

// machine is a directory of its own that shares the database.
func (e *estate) machine() *Store {
	e.Helper()
	dir, keys := e.TempDir(), KeySource{KeyFile: e.key}
	return &Store{Dir: dir, Vault: &File{Dir: dir, Keys: keys}, Postgres: &Postgres{Dir: dir, URL: e.url, Keys: keys, Wanted: true}}
}

func (e *estate) in(s *Store) *Store {
	e.Helper()
	there, err := s.In(PostgresKind)
	if err != nil {
		e.Fatal(err)
	}
	return there
}

// login keeps a new connection in the database.
func (e *estate) login(s *Store, app string) Connection {
	e.Helper()
	c, sec := grant(app, noon)
	c, err := e.in(s).Create(e.Context(), c, sec)
	if err != nil {
		e.Fatal(err)
	}
	return c
}

func (e *estate) find(s *Store, name string) Connection {
	e.Helper()
	c, err := s.Find(name)
	if err != nil {
		e.Fatal(err)
	}
	return c
}

// rotates is one renewal, which brings that token.
func (e *estate) rotates(s *Store, c Connection, token string) {
	e.Helper()
	r, err := s.Renew(e.Context(), c)
	if err != nil {
		e.Fatal(err)
	}
	defer r.Close()
	e.spends(r)
	if warning, err := r.Commit(e.Context(), NewSecret(token), AccessToken{Token: NewSecret("access of " + token), IssuedAt: time.Now()}); warning != nil || err != nil {
		e.Fatal(warning, err)
	}
}

func (e *estate) spends(r *Renewal) {
	e.Helper()
	if err := errors.Join(r.Prepare(e.Context()), r.Spend()); err != nil {
		e.Fatal(err)
	}
}

// holds checks which refresh token a machine has of a connection.
func (e *estate) holds(s *Store, name, token string) {
	e.Helper()
	k, err := s.Cached(e.Context(), e.find(s, name))
	if err != nil || k.RefreshToken.Reveal() != token {
		e.Errorf("%q, %v, want %q", k.RefreshToken.Reveal(), err, token)
	}
}

func names(t *testing.T, s *Store) string {
	t.Helper()
	all, err := s.Settled(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, c := range all {
		list = append(list, c.Name+" "+c.Store)
	}
	return strings.Join(list, ", ")
}

func TestAConnectionInPostgreSQLIsOnEveryMachine(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	c := e.login(one, "app")
	if got := names(t, two); got != c.Name+" postgres" {
		t.Fatal(got)
	}
	e.rotates(two, e.find(two, c.Name), "second")
	e.rotates(one, c, "third")
	e.holds(two, c.Name, "third")
	k, err := two.Cached(t.Context(), e.find(two, c.Name))
	if age := time.Since(k.Access.IssuedAt); err != nil || k.Access.Token.Reveal() != "access of third" || age < 0 || age > time.Minute {
		t.Error(k.Access.IssuedAt, err)
	}
	if _, err := two.Rename(t.Context(), c.Name, "other"); err != nil {
		t.Fatal(err)
	}
	if got := names(t, one); got != "other postgres" {
		t.Error(got)
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	if err := one.Learn(t.Context(), Finding{ID: c.ID, AuthorizedAt: c.AuthorizedAt, CheckedAt: now, Verdict: "alive", Alive: true}); err != nil {
		t.Fatal(err)
	}
	if c := e.find(two, "other"); c.Verdict != "alive" || c.AliveAt == nil || !c.AliveAt.Equal(now) {
		t.Errorf("%+v", c)
	}
	if err := two.Remove(t.Context(), e.find(two, "other")); err != nil {
		t.Fatal(err)
	}
	if got := names(t, one); got != "" {
		t.Error(got)
	}
	for _, s := range []*Store{one, two} {
		copies, _ := filepath.Glob(filepath.Join(s.Dir, "shared", "*.json"))
		if left := append(sealedFiles(t, s), copies...); len(left) > 0 {
			t.Error(left)
		}
	}
}

func TestACopyThatCannotBeReadGoesWithItsRow(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	kept, removed := e.login(one, "kept"), e.login(one, "removed")
	for _, c := range []Connection{kept, removed} {
		if err := os.WriteFile(one.copyPath(c.ID), []byte("torn"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := two.Remove(t.Context(), e.find(two, removed.Name)); err != nil {
		t.Fatal(err)
	}
	if got := names(t, one); got != kept.Name+" postgres" {
		t.Error(got)
	}
	if left := one.copiedIDs(); len(left) != 1 || left[0] != kept.ID {
		t.Error(left)
	}
}

func TestAMoveIntoPostgreSQLAndOut(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	c := create(t, one, "app")
	if err := renew(t, one, c, "token two"); err != nil {
		t.Fatal(err)
	}
	if err := one.Move(t.Context(), c, PostgresKind); err != nil {
		t.Fatal(err)
	}
	if got := names(t, one); got != c.Name+" postgres" {
		t.Error(got)
	}
	if left := append(sealedFiles(t, one), vaultFiles(t, one)...); len(left) > 0 {
		t.Error(left)
	}
	e.holds(two, c.Name, "token two")
	e.rotates(two, e.find(two, c.Name), "token three")
	if err := one.Move(t.Context(), e.find(one, c.Name), "file"); err != nil {
		t.Fatal(err)
	}
	if got := names(t, one); got != c.Name+" file" {
		t.Error(got)
	}
	if got := names(t, two); got != "" {
		t.Error(got)
	}
	e.holds(one, c.Name, "token three")
	if err := renew(t, one, e.find(one, c.Name), "token four"); err != nil {
		t.Error(err)
	}
}

func vaultFiles(t *testing.T, s *Store) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.Dir, "vault", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestANameThatIsTakenInPostgreSQLIsNotTakenTwice(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	local := create(t, two, "app") // before it was shared
	c := e.login(one, "app")
	if err := two.Move(t.Context(), local, PostgresKind); !errors.Is(err, ErrNameTaken) {
		t.Error(err)
	}
	if e := mustFind(t, two); e.Store != "file" {
		t.Errorf("%+v", e)
	}
	third := e.machine()
	beside := create(t, third, "app")
	if beside.Name == c.Name {
		t.Errorf("a new connection of one machine hides that of all: %s", beside.Name)
	}
	if _, err := third.Rename(t.Context(), beside.Name, c.Name); !errors.Is(err, ErrNameTaken) {
		t.Error(err)
	}
	if _, err := third.Rename(t.Context(), beside.Name, "other"); err != nil {
		t.Error(err)
	}
	other, sec := grant("app", noon.Add(time.Hour))
	if other, err := e.in(two).Create(t.Context(), other, sec); err != nil || other.Name == c.Name {
		t.Error(other.Name, err)
	}
	again, err := e.in(e.machine()).Create(t.Context(), c, sec) // which an earlier attempt has saved
	if err != nil || again.ID != c.ID {
		t.Error(again.ID, err)
	}
}

func TestANewGrantInPostgreSQLBeatsALateRenewalOfTheOld(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	c := e.login(one, "app")
	r, err := one.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	e.spends(r)
	anew, sec := grant("app", noon.Add(time.Hour))
	anew.ID, sec.RefreshToken = c.ID, NewSecret("of the new grant")
	saved, old, err := two.Replace(t.Context(), func() Connection { anew.Store = PostgresKind; return anew }(), sec)
	if err != nil || old == nil || old.RefreshToken.Reveal() != "token of app" {
		t.Fatal(saved, old, err)
	}
	if _, err := r.Commit(t.Context(), NewSecret("late"), AccessToken{}); !errors.Is(err, ErrLate) {
		t.Error(err)
	}
	if len(r.Stranded) != 1 || r.Stranded[0].RefreshToken.Reveal() != "late" {
		t.Error(r.Stranded)
	}
	r.Close()
	e.holds(one, c.Name, "of the new grant")
	again, err := one.Renew(t.Context(), e.find(one, c.Name)) // It was not revoked: the next renewal says it again.
	if err != nil || len(again.Stranded) != 1 || again.Stranded[0].RefreshToken.Reveal() != "late" {
		t.Fatal(again, err)
	}
	again.Stranded[0].Drop()
	again.Close()
	if left := sealedFiles(t, one); len(left) > 0 {
		t.Error(left)
	}
	e.rotates(two, e.find(two, c.Name), "and on")
}

// claimers is how many claim one row at once.
func TestOfManyWhoClaimOneWins(t *testing.T) {
	e := newEstate(t)
	c := e.login(e.machine(), "app")
	var won, lost, wrong int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 30 {
		s := e.machine()
		all.Go(func() {
			err := s.Postgres.rows(t.Context(), func(q rows) error {
				_, err := q.claim(t.Context(), c.ID, 1, newAccount("me"))
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case errors.Is(err, ErrLate):
				lost++
			default:
				wrong++
				t.Error(err)
			}
		})
	}
	if all.Wait(); won != 1 || lost != 29 {
		t.Error(won, lost, wrong)
	}
}

// expire has all claims run out.
func (e *estate) expire() {
	e.SQL(e.T, e.database, "UPDATE sfauth SET claim_until = now() - interval '1 s'")
}

func TestAClaimThatRanOutIsTakenOverInDoubtOnlyOnceTheTokenWasToBeSent(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	c := e.login(one, "app")
	for _, sent := range []bool{false, true} {
		first, err := one.Renew(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if sent {
			e.spends(first)
		}
		e.expire()
		second, err := two.Renew(t.Context(), e.find(two, c.Name))
		if err != nil {
			t.Fatal(err)
		}
		if d := second.Doubted(); (d != nil) != sent || sent && (d.Here || d.Host == "" || time.Since(d.Since).Abs() > time.Minute) {
			t.Errorf("sent %v: %+v", sent, d)
		}
		if !sent { // It was stopped, and goes on: the claim is another's.
			if err := first.Prepare(t.Context()); !errors.Is(err, ErrLate) {
				t.Error(err)
			}
		}
		second.Close()
		first.Close()
	}
	if d, _ := one.Renew(t.Context(), c); d == nil || d.Doubted() == nil || !d.Doubted().Here {
		t.Error("the doubt has gone with the claim of another")
	} else {
		d.Close()
	}
}

func TestALateAnswerIsKeptWhoeverHasTheClaim(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	c := e.login(one, "app")
	first, err := one.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	e.spends(first)
	e.expire()
	second, err := two.Renew(t.Context(), e.find(two, c.Name))
	if err != nil || second.Doubted() == nil {
		t.Fatal(err)
	}
	if warning, err := first.Commit(t.Context(), NewSecret("late"), AccessToken{}); warning != nil || err != nil {
		t.Error(warning, err)
	}
	first.Close()
	if err := second.Await(t.Context()); !errors.Is(err, ErrLate) {
		t.Error(err)
	}
	if err := second.Prepare(t.Context()); !errors.Is(err, ErrLate) {
		t.Error(err)
	}
	second.Close()
	e.holds(two, c.Name, "late")
}

func TestAnAnswerIsPublishedWhenTheDatabaseIsBack(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	c := e.login(one, "app")
	r, err := one.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	e.spends(r)
	e.Down(t, "immediate")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	warning, err := r.Commit(ctx, NewSecret("second"), AccessToken{Token: NewSecret("access"), IssuedAt: time.Now()})
	if warning == nil || err != nil {
		t.Error(warning, err)
	}
	r.Close()
	if k, err := one.Cached(t.Context(), c); err == nil {
		e.T.Log("cached:", k.Access.IssuedAt)
	}
	if got, err := one.Find(c.Name); err != nil || got.ID != c.ID { // as this machine knows it
		t.Error(got, err)
	}
	e.Up(t)
	e.expire()
	other, err := two.Renew(t.Context(), e.find(two, c.Name))
	if err != nil || other.Doubted() == nil {
		t.Fatal(err)
	}
	other.Close()
	r, err = one.Renew(t.Context(), c)
	if err != nil || r.Doubted() != nil || r.RefreshToken.Reveal() != "second" || r.Access.Token.Reveal() != "access" {
		t.Fatal(r, err)
	}
	r.Close()
	e.holds(two, c.Name, "second")
	if left := sealedFiles(t, one); len(left) > 0 {
		t.Error(left)
	}
}

func TestARowThatWentBackIsNotSpent(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	c := e.login(one, "app")
	e.rotates(one, c, "second")
	e.SQL(t, e.database, "CREATE TABLE backup AS SELECT * FROM sfauth")
	e.rotates(two, e.find(two, c.Name), "third")
	e.SQL(t, e.database, "DELETE FROM sfauth; INSERT INTO sfauth SELECT * FROM backup")
	e.holds(two, c.Name, "third")
	r, err := two.Renew(t.Context(), c)
	if err != nil || r.RefreshToken.Reveal() != "third" || r.Doubted() == nil || r.Doubted().Host != "" {
		t.Fatal(r, err)
	}
	r.Close()
	e.holds(one, c.Name, "third")
}

func TestAPersonsPassphraseOpensWhatIsInPostgreSQL(t *testing.T) {
	e := newEstate(t)
	asked := []bool{}
	typed := "right"
	with := func() *Store {
		s := e.machine()
		s.Postgres.Keys = KeySource{Prompt: func(_ context.Context, fresh bool) (Secret, error) {
			asked = append(asked, fresh)
			return NewSecret(typed), nil
		}}
		return s
	}
	one, two := with(), with()
	c := e.login(one, "app")
	e.holds(two, c.Name, "token of app")
	if !slices.Equal(asked, []bool{true, false}) {
		t.Error(asked)
	}
	typed = "wrong"
	three := with()
	if _, err := three.Cached(t.Context(), c); !errors.Is(err, ErrWrongKey) {
		t.Error(err)
	}
	other, sec := grant("app2", noon)
	if _, err := e.in(three).Create(t.Context(), other, sec); !errors.Is(err, ErrWrongKey) {
		t.Error(err)
	}
	if _, err := e.in(with()).ProbeVault(t.Context()); !errors.Is(err, ErrWrongKey) {
		t.Error(err)
	}
	typed = "right"
	if _, err := e.in(with()).ProbeVault(t.Context()); err != nil {
		t.Error(err)
	}
	if got := names(t, one); got != c.Name+" postgres" {
		t.Error(got)
	}
}

func TestAnAccessTokenIsAsOldAsTheDatabaseSaysWhoeversClockIsWrong(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	c := e.login(one, "app")
	for _, wrong := range []time.Duration{-5 * time.Hour, 5 * time.Hour} {
		r, err := one.Renew(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		e.spends(r)
		issued := time.Now().Add(wrong)
		if warning, err := r.Commit(t.Context(), NewSecret(wrong.String()), AccessToken{Token: NewSecret("access"), IssuedAt: issued, ExpiresAt: issued.Add(time.Hour)}); warning != nil || err != nil {
			t.Fatal(warning, err)
		}
		r.Close()
		k, err := two.Cached(t.Context(), e.find(two, c.Name))
		if age := time.Since(k.Access.IssuedAt); err != nil || age < -time.Second || age > time.Minute || k.Access.ExpiresAt.Sub(k.Access.IssuedAt) != time.Hour {
			t.Errorf("%v old, until %v, %v", age, k.Access.ExpiresAt, err)
		}
	}
}

func TestWhatAnAccessTokenWasExchangedForIsSharedAndCutsNoRenewalOff(t *testing.T) {
	e := newEstate(t)
	one, two := e.machine(), e.machine()
	c := e.login(one, "app")
	e.rotates(one, c, "second")
	r, err := one.Renew(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	exchanged := AccessToken{Token: NewSecret("exchanged"), IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour)}
	if err := r.Cache(exchanged); err != nil {
		t.Error(err)
	}
	r.Close()
	k, err := two.Cached(t.Context(), e.find(two, c.Name))
	if left := time.Until(k.Exchanged.ExpiresAt); err != nil || k.Exchanged.Token.Reveal() != "exchanged" || left < 58*time.Minute || left > time.Hour || k.RefreshToken.Reveal() != "second" {
		t.Error(left, err)
	}
	if r, err = one.Renew(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	e.expire()
	sender, err := two.Renew(t.Context(), e.find(two, c.Name))
	if err != nil {
		t.Fatal(err)
	}
	e.spends(sender)
	if err := r.Cache(exchanged); !errors.Is(err, ErrLate) {
		t.Error(err)
	}
	r.Close()
	if warning, err := sender.Commit(t.Context(), NewSecret("third"), AccessToken{}); warning != nil || err != nil {
		t.Error(warning, err)
	}
	sender.Close()
	e.holds(one, c.Name, "third")
}

// at is a connection of TCP that leads there.
type at struct {
	net.Conn
	ip string
}

func (a at) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(a.ip), Port: 5432} }

func TestPlainTextToAnotherMachineIsToldOnceAndNotToWhoChoseIt(t *testing.T) {
	told := 0
	p := &Postgres{Plain: func(host string) {
		if told++; host != "db.example.com" {
			t.Error(host)
		}
	}}
	for mode, want := range map[string]int{"disable": 0, "prefer": 1} {
		p.URL, p.told, told = "postgres://db.example.com/sfauth?sslmode="+mode, sync.Once{}, 0
		c, err := p.config()
		if err != nil {
			t.Fatal(err)
		}
		for _, conn := range []net.Conn{at{ip: "127.0.0.1"}, at{ip: "::1"}, tls.Client(at{ip: "192.0.2.1"}, nil), at{ip: "192.0.2.1"}, at{ip: "192.0.2.1"}} {
			p.tellPlain(conn, c)
		}
		if told != want {
			t.Errorf("%s: told %d times", mode, told)
		}
	}
}

func TestADatabaseThatNobodyNamedIsAskedOnlyForANameThatIsNotHere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var asked atomic.Int32
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			conn.Close()
		}
	}()
	for _, name := range []string{"PGHOSTADDR", "PGSERVICE", "PGDATABASE", "PGPASSWORD", "PGSSLMODE"} {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
	t.Setenv("PGHOST", "127.0.0.1")
	t.Setenv("PGPORT", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	t.Setenv(envPostgres, "")
	s := store(t)
	s.Postgres = PostgresFromEnvironment(s.Dir, KeySource{})
	c := create(t, s, "app")
	if all, err := s.Settled(t.Context()); err != nil || len(all) != 1 {
		t.Error(all, err)
	}
	if _, err := s.Named(t.Context(), c.Name); err != nil {
		t.Error(err)
	}
	if err := errors.Join(renew(t, s, c, "second"), s.Learn(t.Context(), Finding{ID: "gone"}), s.Remove(t.Context(), c)); err != nil {
		t.Error(err)
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("it was asked %d times", n)
	}
	if _, err := s.Named(t.Context(), "elsewhere"); !errors.Is(err, ErrUnasked) || asked.Load() == 0 {
		t.Error(err)
	}
}

// A job of cron's has none of the variables that the shell of its user has.
func TestWhereTheEnvironmentNamesNoDatabaseThatIsSaid(t *testing.T) {
	for _, name := range append(slices.Clone(postgresVariables), envPostgres, "PGPASSWORD", "PGSSLMODE") {
		t.Setenv(name, "")
	}
	t.Setenv("PGPORT", "1") // the default is a socket of this machine, where a server may listen
	s := store(t)
	s.Postgres = PostgresFromEnvironment(s.Dir, KeySource{})
	if s.machine(); !s.usedHere() {
		t.Fatal("it was not used here")
	}
	if _, err := s.Settled(t.Context()); !errors.Is(err, ErrDatabaseUnnamed) || errors.Is(err, ErrDatabaseDown) {
		t.Error(err)
	}
}

func TestSettingsThatMakeNoSenseAreToldWithoutTheirPassword(t *testing.T) {
	for _, url := range []string{"postgres://me:hunter2@host:port/db", "host=x password=hunter2 sslmode=maybe", "host='x password=hunter2", "postgres://me:hunter2@[::1/db"} {
		s := &Store{Postgres: &Postgres{URL: url, Wanted: true}, Dir: t.TempDir(), Vault: NewMemory()}
		_, err := s.Named(t.Context(), "app")
		if !errors.Is(err, ErrDatabaseSettings) || strings.Contains(err.Error(), "hunter2") {
			t.Error(err)
		}
	}
}

func TestEveryAnswerOfAServerIsOneOfItsFaults(t *testing.T) {
	for code, want := range map[string]error{
		"53100": ErrDatabaseFull, "53200": ErrDatabaseFull, "53300": ErrDatabaseFull, "25006": ErrDatabaseReadOnly, "57014": ErrDatabaseSlow,
		"28P01": ErrDatabasePassword, "28000": ErrDatabasePassword, "3D000": ErrDatabaseMissing, "42501": ErrDatabaseRights, "42P01": ErrNoTable,
		"42703": ErrOtherTable, "22P02": ErrOtherTable, "57P01": ErrDatabaseDown, "57P03": ErrDatabaseDown, "08006": ErrDatabaseDown, "XX000": ErrDatabase,
		"23505": ErrNameTaken,
	} {
		said := &pgconn.PgError{Code: code, Message: "in any language\x1b[2J", Detail: "Key (item)=(secret)"}
		for _, err := range []error{connectFault(said, true), connectFault(said, false), statementFault(fmt.Errorf("wrapped: %w", said))} {
			if !errors.Is(err, want) || strings.ContainsAny(err.Error(), "\x1b") || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: %v", code, err)
			}
		}
	}
}

// The messages of a server are in its own language.
func TestAServerThatHasNoRuleForWhoComesWithoutTLSWantsTLS(t *testing.T) {
	rule := &pgconn.PgError{Code: "28000", Routine: "ClientAuthentication", Message: "kein pg_hba.conf-Eintrag für Host »10.0.0.1«"}
	role := &pgconn.PgError{Code: "28000", Routine: "InitializeSessionUserId", Message: "Rolle »encryption« existiert nicht"}
	for _, row := range []struct {
		said *pgconn.PgError
		url  string
		want error
	}{
		{rule, "postgres://ana@db.example/sfauth?sslmode=disable", ErrDatabaseTLS},
		{role, "postgres://ana@db.example/sfauth?sslmode=disable", ErrDatabasePassword},
		{rule, "postgres://ana@db.example/sfauth?sslmode=allow", ErrDatabasePassword},
		{rule, "postgres://ana@db.example/sfauth?sslmode=prefer", ErrDatabasePassword},
		{rule, "postgres://ana@db.example/sfauth?sslmode=require", ErrDatabasePassword},
		{rule, "host=/run/postgresql user=ana sslmode=disable", ErrDatabasePassword},
	} {
		c, err := (&Postgres{URL: row.url}).config()
		if err != nil {
			t.Fatal(err)
		}
		if err := connectFault(row.said, isPlainByChoice(c)); !errors.Is(err, row.want) || !strings.Contains(err.Error(), row.said.Message) {
			t.Errorf("%s: %v, want %v", row.url, err, row.want)
		}
	}
}

func TestACachedTokenIsOneConnectionAndOneStatement(t *testing.T) {
	e := newEstate(t, "log_connections=on")
	one, two := e.machine(), e.machine()
	c := e.login(one, "app")
	e.rotates(one, c, "second")
	before := e.Logged(t)
	found, err := two.Named(t.Context(), c.Name)
	if err != nil {
		t.Fatal(err)
	}
	if k, err := two.Cached(t.Context(), found[0]); err != nil || k.Access.Token.Reveal() != "access of second" {
		t.Error(err)
	}
	log := strings.TrimPrefix(e.Logged(t), before)
	if connections, statements := strings.Count(log, "connection authorized"), strings.Count(log, "execute"); connections != 1 || statements != 1 {
		t.Errorf("%d connections, %d statements:\n%s", connections, statements, log)
	}
	e.rotates(one, c, "third")
	e.holds(two, c.Name, "third")
}

func TestAnOutboxIsFoundWhateverTheDirectoryIsCalled(t *testing.T) {
	s := &Store{Dir: filepath.Join(t.TempDir(), "a [b] *")}
	c := Connection{ID: "app-1", AuthorizedAt: noon}
	for _, path := range []string{s.outboxPath(c), s.outboxPath(c) + ".new", s.sealedPath("app-1"), s.sealedPath("app-12"), s.sealedPath("app-1") + ".new"} {
		if err := s.disk.replaceFile(path, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.outboxes("app-1"); !slices.Equal(got, []string{s.outboxPath(c), s.outboxPath(c) + ".new"}) {
		t.Error(got)
	}
}
