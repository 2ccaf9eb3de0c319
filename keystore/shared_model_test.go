package keystore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The protocol of shared_renew.go is walked here, as it is compiled: two machines renew one
// connection, in every order of their steps, with a crash of either at any step, an answer
// of the host's that is lost, a statement that fails or whose answer is lost, and a claim
// that runs out. A step is a statement, a durable effect on the disk, the request, or its
// answer; at any moment a third machine may authorise the connection again. What must hold: no token is sent twice, and the one that lives is in the row, in
// an outbox or on its way there, but for an answer that never arrived.
//
// One window no client can close: a claim that runs out between the last look at it and the
// moment when the host handles the request. What happens then is counted and not judged.

// world is one run. The same choices lead to the same state.
type world struct {
	*testing.T
	dir string
	key Secret

	row     row // as the statements leave it (postgres_table.go)
	holder  string
	expired bool

	current int  // the token that lives, at the host
	alive   bool // false: one was sent twice

	machines [2]*machine
	names    map[string]string // who has which claim
	budget   map[string]int    // of what may yet go wrong
	lost     bool              // an answer is lost, or died with the process before it was sealed
	windowed bool
	failed   string
	story    []string
}

// machine has one process at a time, which renews.
type machine struct {
	*world
	name   string
	dir    string
	starts int

	store   *Store
	r       *Renewal
	at      string // the step that the process is about to make
	fault   string // what becomes of that
	told    string // what it was told since it began, or began to wait
	waits   string // it waits until the row is another; "": it does not
	inside  bool   // between the last look at its claim and the host
	handed  bool   // the host has answered, and the answer is not yet in the row
	brought int    // which token that is
	begun   bool   // the next find needs no turn
	over    bool
	dead    bool
	mortal  int // how often it may die

	copied     []byte // what the copy of the row had when it was read last
	copiedFrom int    // and of which generation that is

	step, came chan struct{}
}

type killed struct{}

func newWorld(t *testing.T, dir string, key Secret, w row, budget map[string]int) *world {
	o := &world{T: t, dir: dir, key: key, row: w, current: 1, alive: true, names: map[string]string{},
		budget: maps.Clone(budget)}
	for i := range o.machines {
		o.machines[i] = &machine{world: o, name: strconv.Itoa(i), mortal: 1}
		o.machines[i].begin()
	}
	return o
}

// anew is the first token of the grant that a login brings.
const anew = 100

// login is Replace on a third machine, which waits for no claim: the row has another grant
// then, two generations ahead, and the old one is revoked.
func (o *world) login() {
	s, err := unseal(o.row.sealed, o.key)
	must(o.T, err)
	o.row.AuthorizedAt, o.row.generation, o.row.spender, o.holder, o.expired, o.current = noon.Add(time.Hour), o.row.generation+2, "", "", false, anew
	s.RefreshToken, s.Generation, s.Access = NewSecret(fmt.Sprint(anew)), o.row.generation, AccessToken{}
	o.row.sealed, err = s.seal()
	must(o.T, err)
}

// begin starts a process, with what its machine's disk has.
func (m *machine) begin() {
	fresh := filepath.Join(m.world.dir, fmt.Sprint("m", m.name, ".", m.starts)) // where no dead process has a lock
	must(m.T, os.Mkdir(fresh, 0o700))
	if m.dir != "" {
		for _, sub := range []string{"sealed", "shared"} {
			if err := os.Rename(filepath.Join(m.dir, sub), filepath.Join(fresh, sub)); !os.IsNotExist(err) {
				must(m.T, err)
			}
		}
	}
	ids, err := parseKey(m.key)
	must(m.T, err)
	*m = machine{world: m.world, name: m.name, mortal: m.mortal, dir: fresh, starts: m.starts + 1, step: make(chan struct{}), came: make(chan struct{})}
	m.store = &Store{Dir: m.dir, Vault: NewMemory()}
	m.store.Postgres = &Postgres{Dir: m.dir, opened: ids, instead: &instead{statements{m}, m.rest}}
	m.store.disk.before = func() error {
		if m.r != nil { // What is written before is a copy, and changes nothing.
			m.point("disk")
		}
		return nil
	}
	go m.run()
	<-m.came
}

func (m *machine) run() {
	defer func() {
		if r := recover(); r != nil && r != (killed{}) {
			m.failed = fmt.Sprint(r)
		}
		m.over, m.at = true, ""
		m.came <- struct{}{}
	}()
	m.point("find") // until then nothing happens that anybody can see
	m.begun = true
	for attempt := range 3 {
		m.told = fmt.Sprint("attempt ", attempt, ";")
		err := m.renew()
		if m.r != nil {
			m.r.Close()
			m.r = nil
		}
		if !errors.Is(err, ErrLate) { // as flow does
			return
		}
	}
}

// point is where a process waits until it is its turn.
func (m *machine) point(step string) {
	m.at = step
	m.told += step + ";"
	m.came <- struct{}{}
	<-m.step
	if m.fault == "die" {
		panic(killed{})
	}
}

// goes has a process make its step, which that becomes of, up to the next.
func (m *machine) goes(fault string) {
	m.fault = fault
	m.step <- struct{}{}
	<-m.came
	m.fault = ""
}

func (m *machine) learns(what ...any) { m.told += fmt.Sprint(what...) + ";" }

func (m *machine) renew() error {
	r, err := m.store.Renew(context.Background(), m.row.Connection)
	if err != nil {
		return err
	}
	m.r = r
	m.told = fmt.Sprint("renews ", r.Generation, r.RefreshToken.Reveal(), r.claim.row.generation, r.Doubted() != nil, len(r.Stranded), ";") // All else is forgotten.
	if r.Doubted() != nil {
		m.point("ask")
		active := m.alive && r.RefreshToken.Reveal() == fmt.Sprint(m.current)
		m.learns("active ", active)
		if !active {
			return ErrDoubt
		}
	}
	if err := r.Prepare(context.Background()); err != nil {
		return err
	}
	m.told = fmt.Sprint("sends ", r.RefreshToken.Reveal(), " of ", r.claim.row.generation, ";")
	m.point("look")
	if m.expired || m.holder != r.claim.me {
		r.claim.at -= time.Hour // It was stopped for as long as that takes.
	}
	if err := r.Spend(); err != nil {
		m.learns(err)
		return err
	}
	m.inside = true
	m.point("send")
	m.inside = false
	sent, _ := strconv.Atoi(r.RefreshToken.Reveal())
	switch {
	case !m.alive, sent < anew && m.current >= anew: // of a grant that a login has ended
		r.Refused()
		return nil
	case sent != m.current:
		m.alive = false
		return nil
	}
	m.current++
	m.handed, m.brought = true, m.current
	next := NewSecret(fmt.Sprint(m.current))
	m.learns("rotated ", m.current)
	m.point("answer")
	if m.fault == "lose" {
		m.lost, m.handed = true, false
		m.learns("lost")
		return nil
	}
	_, err = r.Commit(context.Background(), next, AccessToken{Token: next, IssuedAt: noon})
	m.handed = false
	m.learns(err)
	return err
}

// rest waits until the row is another, but where an answer is to be published.
func (m *machine) rest(context.Context, time.Duration) {
	if m.handed {
		return
	}
	m.waits, m.told = m.state(), "waits;"
	m.point("wait")
	m.waits = ""
}

// statements are those of postgres_table.go. Each may fail, or be carried out and not
// answered.
type statements struct{ *machine }

func (q statements) do(what string, does bool, how func()) (row, error) {
	err := ErrLate
	if q.fault == "gone" {
		q.learns(what, " gone")
		return row{}, ErrDatabaseDown
	}
	if does {
		how()
		err = nil
	}
	w := q.row
	if q.fault == "deaf" {
		w, err = row{}, ErrDatabaseDown
	}
	q.learns(what, " ", err, " ", q.seen(q.machine))
	return w, err
}

func (q statements) find(context.Context, string) (row, error) {
	if !q.begun {
		q.point("find")
	}
	q.begun = false
	return q.do("find", true, func() {})
}

func (q statements) claim(_ context.Context, _ string, generation int, me string) (row, error) {
	q.point("claim")
	return q.do("claim", q.row.generation == generation && (q.holder == "" || q.holder == me || q.expired), func() {
		q.holder, q.expired, q.names[me] = me, false, fmt.Sprint(q.name, ".", q.starts)
	})
}

func (q statements) spend(_ context.Context, _ string, generation int, me, spender string) error {
	q.point("spend")
	_, err := q.do("spend", q.row.generation == generation && q.holder == me, func() { q.expired, q.row.spender = false, spender })
	return err
}

func (q statements) release(_ context.Context, _ string, generation int, me string, unspent bool) error {
	q.point("release")
	_, err := q.do("release", q.row.generation == generation && q.holder == me, func() {
		q.holder, q.expired = "", false
		if unspent {
			q.row.spender = ""
		}
	})
	return err
}

func (q statements) commit(_ context.Context, from int, w row) error {
	q.point("commit")
	_, err := q.do("commit", q.row.generation == from, func() {
		q.row.generation, q.row.sealed, q.row.spender, q.holder, q.expired = w.generation, w.sealed, "", "", false
	})
	return err
}

func (q statements) restore(_ context.Context, from int, w row) error {
	q.point("restore")
	_, err := q.do("restore", q.row.generation == from, func() {
		q.row.generation, q.row.sealed, q.row.spender, q.holder, q.expired = w.generation, w.sealed, nobodyKnows, "", false
	})
	return err
}

var errNoStep = errors.New("no step of a renewal")

func (statements) list(context.Context) ([]Connection, error)                     { return nil, errNoStep }
func (statements) named(context.Context, []string) ([]row, error)                 { return nil, errNoStep }
func (statements) insert(context.Context, row) (bool, error)                      { return false, errNoStep }
func (statements) void(context.Context, string) (bool, error)                     { return false, errNoStep }
func (statements) remove(context.Context, string) error                           { return errNoStep }
func (statements) take(context.Context, string, int, string) error                { return errNoStep }
func (statements) rename(context.Context, string, string) (row, error)            { return row{}, errNoStep }
func (statements) annotate(context.Context, int, row, string) error               { return errNoStep }
func (statements) replace(context.Context, int, row) error                        { return errNoStep }
func (statements) learn(context.Context, string, time.Time, map[string]any) error { return errNoStep }

// state is what the statements can see.
func (o *world) state() string {
	return fmt.Sprint(o.row.generation, " ", o.token(o.row.sealed), " ", o.names[o.holder], " ", o.expired, " ", o.row.spender != "")
}

// unsealed has what sealed files have in them, which takes its time.
var unsealed sync.Map

func (o *world) token(sealed []byte) string {
	if is, known := unsealed.Load(string(sealed)); known {
		return is.(string)
	}
	s, err := unseal(sealed, o.key)
	is := s.RefreshToken.Reveal()
	if err != nil {
		is = "torn"
	}
	unsealed.Store(string(sealed), is)
	return is
}

// outboxes are the tokens that a machine has on its disk.
func (m *machine) outboxes() (tokens []string) {
	for _, path := range m.store.outboxes(m.row.ID) {
		data, err := os.ReadFile(path)
		must(m.T, err)
		tokens = append(tokens, filepath.Ext(path)+m.token(data))
	}
	return tokens
}

// copyFrom is the generation of the copy of the row, which takes its time to read.
func (m *machine) copyFrom() int {
	data, _ := os.ReadFile(m.store.copyPath(m.row.ID))
	if !bytes.Equal(data, m.copied) {
		w, _ := m.store.seen(m.row.ID)
		m.copied, m.copiedFrom = data, w.generation
	}
	return m.copiedFrom
}

// id is all that decides what can happen from here on.
func (o *world) id() string {
	var parts []string
	for _, m := range o.machines {
		parts = append(parts, fmt.Sprint(strings.HasPrefix(o.names[o.holder], m.name+"."), o.names[o.holder] == fmt.Sprint(m.name, ".", m.starts),
			m.starts, m.outboxes(), m.copyFrom(), m.at, m.told, m.waits != "" && m.waits == o.state(), m.inside, m.handed, m.over, m.dead, m.mortal))
	}
	slices.Sort(parts) // Which is which makes no difference.
	return fmt.Sprint(o.seen(nil), o.current, o.alive, o.lost, o.windowed, o.budget, parts)
}

// seen is state as a machine can tell: of a claim it knows whether it is its own.
func (o *world) seen(m *machine) string {
	whose := "somebody's"
	switch {
	case o.holder == "":
		whose = "nobody's"
	case m != nil && m.r != nil && m.r.claim.me == o.holder:
		whose = "mine"
	}
	return fmt.Sprint(o.row.generation, " ", o.token(o.row.sealed), " ", whose, " ", o.expired, " ", o.row.spender != "")
}

// choices are what can happen next. A process at its disk goes on or dies: nobody sees
// what it does there.
func (o *world) choices() (all []string) {
	for _, m := range o.machines {
		if m.at == "disk" {
			return o.of(m)
		}
	}
	for _, m := range o.machines {
		all = append(all, o.of(m)...)
		if m.over && m.starts < 3 && (m.dead || len(m.outboxes()) > 0) {
			all = append(all, "begin "+m.name)
		}
	}
	if o.budget["login"] > 0 {
		all = append(all, "login")
	}
	if o.holder != "" && !o.expired && o.budget["expire"] > 0 {
		all = append(all, "expire")
	}
	return all
}

func (o *world) of(m *machine) (all []string) {
	if m.over || m.waits != "" && m.waits == o.state() {
		return nil
	}
	all = append(all, "go "+m.name)
	switch m.at {
	case "find", "wait", "ask", "send": // A death here leaves what one before leaves.
	default:
		if o.budget["die"] > 0 && m.mortal > 0 {
			all = append(all, "die "+m.name)
		}
	}
	switch m.at {
	case "answer":
		if o.budget["lose"] > 0 {
			all = append(all, "lose "+m.name)
		}
	case "claim", "spend", "release", "commit", "restore":
		if o.budget["deaf"] > 0 {
			all = append(all, "deaf "+m.name, "gone "+m.name)
		}
	}
	return all
}

// happens makes a choice come true, and returns what is wrong then.
func (o *world) happens(choice string) string {
	what, who, _ := strings.Cut(choice, " ")
	if what == "expire" {
		o.story = append(o.story, "the claim runs out")
		o.budget["expire"]--
		o.expired = true
		for _, m := range o.machines {
			o.windowed = o.windowed || m.inside && m.r.claim.me == o.holder
		}
		return ""
	}
	if what == "login" {
		o.story = append(o.story, "a login")
		o.budget["login"]--
		o.login()
		return ""
	}
	i, _ := strconv.Atoi(who)
	m := o.machines[i]
	o.story = append(o.story, choice+" at "+m.at)
	switch what {
	case "begin":
		m.begin()
	case "go":
		m.goes("")
	case "die":
		o.budget["die"]--
		m.mortal--
		m.goes("die")
		m.dead = true
		if m.handed {
			m.handed = false
			o.lost = o.lost || !o.held()
		}
	case "lose":
		o.budget["lose"]--
		m.goes("lose")
	default:
		o.budget["deaf"]--
		m.goes(what)
	}
	switch {
	case o.failed != "":
		return o.failed
	case !o.alive:
		return "a token was sent twice"
	case o.current >= anew && len(o.token(o.row.sealed)) < len(fmt.Sprint(anew)):
		return "a renewal of the old grant has taken the place of the new one"
	case !o.lost && !o.held():
		return "the token that lives is nowhere"
	}
	return ""
}

// held tells whether the token that lives is somewhere.
func (o *world) held() bool {
	now := fmt.Sprint(o.current)
	if o.token(o.row.sealed) == now {
		return true
	}
	for _, m := range o.machines {
		if m.handed && m.brought == o.current || strings.Contains(fmt.Sprint(m.outboxes())+" ", now) {
			return true
		}
	}
	return false
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoOrderOfStepsOfTwoMachinesSpendsATokenTwiceOrLosesOne(t *testing.T) {
	root := t.TempDir()
	if memory, err := os.MkdirTemp("/dev/shm", "sfauth"); err == nil { // where a sync takes no time
		root = memory
		t.Cleanup(func() { os.RemoveAll(memory) })
	}
	key := NewSealKey()
	c, sec := grant("app", noon)
	c.ID, c.Name, c.Store = "app-1", "app", PostgresKind
	sec.RefreshToken, sec.Generation, sec.SealKey, sec.For = NewSecret("1"), 1, key, c.purpose()
	packed, err := sec.pack()
	must(t, err)
	ids, err := parseKey(key)
	must(t, err)
	to, err := recipient(ids[0])
	must(t, err)
	item, err := encrypt([]byte(packed.Reveal()), to)
	must(t, err)
	sealed, err := sec.seal()
	must(t, err)
	first := row{Connection: c, generation: 1, item: item, sealed: sealed}

	budgets := []map[string]int{{"lose": 1, "expire": 1}}
	if os.Getenv("SFAUTH_TEST") == "all" && !racing {
		budgets = append(budgets, []map[string]int{{"die": 1}, {"die": 1, "expire": 1}, {"die": 2}, {"die": 1, "deaf": 1}, {"die": 1, "lose": 1}, {"deaf": 1, "expire": 1}, {"deaf": 1, "lose": 1}, {"expire": 2}, {"login": 1}}...)
	}
	for _, budget := range budgets {
		t.Run(fmt.Sprint(budget), func(t *testing.T) {
			t.Parallel()
			walk(t, filepath.Join(root, fmt.Sprint(budget)), key, first, budget)
		})
	}
}

// walk goes every way that the budget of faults allows.
func walk(t *testing.T, root string, key Secret, first row, budget map[string]int) {
	must(t, os.Mkdir(root, 0o700))
	began, seen, windows, runs, deepest := time.Now(), map[string]bool{}, 0, 0, 0
	todo := [][]string{{}}
	for len(todo) > 0 {
		path := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		dir := filepath.Join(root, strconv.Itoa(runs)) // not that of another run, whose dead hold its locks
		must(t, os.Mkdir(dir, 0o700))
		o := newWorld(t, dir, key, first, budget)
		wrong := ""
		for _, choice := range path {
			wrong = o.happens(choice)
		}
		runs, deepest = runs+1, max(deepest, len(path))
		for wrong == "" { // on, along one way, with the others to be walked later
			id := o.id()
			if seen[id] {
				break
			}
			seen[id] = true
			next := o.choices()
			if len(next) == 0 {
				break
			}
			for _, other := range next[1:] {
				todo = append(todo, append(path[:len(path):len(path)], other))
			}
			path = append(path[:len(path):len(path)], next[0])
			wrong = o.happens(next[0])
		}
		switch {
		case wrong != "" && o.windowed:
			windows++
		case wrong != "":
			t.Fatalf("%s: %s", wrong, strings.Join(o.story, ", "))
		}
		o.abandon()
		must(t, os.RemoveAll(dir))
	}
	t.Logf("%v: %d states, %d runs of up to %d steps in %v; %d ways through the window", budget, len(seen), runs, deepest, time.Since(began).Round(time.Second), windows)
}

// abandon lets all processes end.
func (o *world) abandon() {
	for _, m := range o.machines {
		if !m.over {
			m.goes("die")
		}
	}
}
