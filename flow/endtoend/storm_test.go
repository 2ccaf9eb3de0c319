//go:build unix

package endtoend

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"sfauth/flow/demo"
	"sfauth/flow/endtoend/desk"
)

// storm is a desk with a bad keychain: of twenty writes three fail, and two land late.
// Many processes renew one connection in it, and some of them are killed.
type storm struct {
	*desk.Desk
	atOrg sync.Mutex // one refresh at a time

	mu      sync.Mutex
	dice    *rand.Rand
	fates   []fate
	holder  *process // the last to come to the bus: it has the connection's lock
	started int
	late    []write // not landed yet, oldest first
	newest  int     // generation on its way to the keychain so far

	refreshed, refused, killed, logins, failed, delayed, outdated int
}

// fate is what becomes of a write.
type fate int

const (
	lands fate = iota
	fails
	landsLate
)

// write is a call of the Secret Service that files a secret away.
type write struct {
	collection dbus.ObjectPath
	properties map[string]dbus.Variant
	secret     desk.Master
	generation int
	from       *process
}

// moment is when a process is killed.
type moment int

const (
	never   moment = iota
	unsent         // its refresh has not reached the org
	unheard        // the org has carried it out, and has not answered
	anytime        // within milliseconds of its refresh
	storing        // what came back is on its way to the keychain
)

// process is a script with a way of its own to the bus.
type process struct {
	*script
	storm  *storm
	doom   moment
	ended  chan struct{}
	spent  bool // the org has carried out its refresh
	sealed bool // it came to the bus after that, with the answer sealed
}

// newStorm takes its chances from SFAUTH_TEST_SEED where that is set, so that a run can be repeated.
func newStorm(t *testing.T) *storm {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("SFAUTH_TEST_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("SFAUTH_TEST_SEED=%d", seed)
	s := &storm{Desk: desk.New(t, "allow"), dice: rand.New(rand.NewPCG(seed, 0)), holder: &process{}}
	s.Post.Org = s
	s.Keyring()
	s.Connect()
	return s
}

// ServeHTTP is the org, which kills those whose time has come.
func (s *storm) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.PostForm.Get("grant_type") != "refresh_token" {
		s.Org.ServeHTTP(w, r)
		return
	}
	s.atOrg.Lock()
	defer s.atOrg.Unlock()
	s.mu.Lock()
	p, late := s.holder, len(s.late) > 0
	after := 500 * time.Microsecond << s.dice.IntN(8)
	s.mu.Unlock()
	if p.doom == unsent {
		p.kill()
		return
	}
	if p.doom == anytime {
		time.AfterFunc(after, p.kill)
	}
	answer := httptest.NewRecorder()
	s.Org.ServeHTTP(answer, r)
	s.mu.Lock()
	p.spent = answer.Code == http.StatusOK
	s.mu.Unlock()
	if p.doom == unheard && late { // what is late outlives its grant
		p.kill()
		return
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = answer.Body.WriteTo(w) // to whoever is still there
}

// kill returns when the process has gone.
func (p *process) kill() {
	p.storm.mu.Lock()
	_ = p.Process.Kill() // it may have ended of its own accord
	p.storm.mu.Unlock()
	<-p.ended
}

// start starts a process that renews.
func (s *storm) start(doom moment) *process {
	s.T.Helper()
	s.mu.Lock() // it may be at the bus before keep returns
	defer s.mu.Unlock()
	s.started++
	address := filepath.Join(s.Dir, fmt.Sprint("bus", s.started))
	l, err := net.Listen("unix", address)
	if err != nil {
		s.T.Fatal(err)
	}
	s.T.Cleanup(func() { l.Close() })
	p := &process{script: newScript(s.Desk, "--fresh"), storm: s, doom: doom, ended: make(chan struct{})}
	p.Env = slices.Concat(s.Env, []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=" + address})
	go p.listen(l)
	s.Keep(p.Cmd)
	return p
}

func (p *process) listen(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		p.storm.mu.Lock()
		p.storm.holder, p.sealed = p, p.spent
		p.storm.mu.Unlock()
		go p.serve(client)
	}
}

// serve takes a connection on to the real bus, message by message.
func (p *process) serve(client net.Conn) {
	defer client.Close()
	bus, err := net.Dial("unix", p.storm.Socket())
	if err != nil {
		return
	}
	defer bus.Close()
	calls, answers := bufio.NewReader(client), bufio.NewReader(bus)
	if introduce(client, bus, calls, answers) != nil {
		return
	}
	var mu sync.Mutex // of what the client is told
	tell := func(message []byte) error {
		mu.Lock()
		defer mu.Unlock()
		_, err := client.Write(message)
		return err
	}
	go func() {
		for {
			_, raw, err := read(answers)
			if err != nil || tell(raw) != nil {
				client.Close()
				return
			}
		}
	}()
	for {
		call, raw, err := read(calls)
		if err != nil {
			return
		}
		onward, answer := p.meet(call)
		if onward {
			_, err = bus.Write(raw)
		} else {
			err = tell(answer)
		}
		if err != nil {
			return
		}
	}
}

// introduce passes the authentication on: a line of the client's, a line of the bus's,
// until the client begins.
func introduce(client, bus io.Writer, calls, answers *bufio.Reader) error {
	for {
		line, err := calls.ReadBytes('\n')
		if err == nil {
			_, err = bus.Write(line)
		}
		if err != nil || string(line) == "BEGIN\r\n" {
			return err
		}
		if line, err = answers.ReadBytes('\n'); err == nil {
			_, err = client.Write(line)
		}
		if err != nil {
			return err
		}
	}
}

// read returns one message, understood and as it came.
func read(r io.Reader) (*dbus.Message, []byte, error) {
	var raw bytes.Buffer
	m, err := dbus.DecodeMessage(io.TeeReader(r, &raw))
	return m, raw.Bytes(), err
}

// meet lets a call meet its fate: it goes on to the bus, or this is the answer.
func (p *process) meet(call *dbus.Message) (onward bool, answer []byte) {
	if call.Type != dbus.TypeMethodCall || call.Headers[dbus.FieldMember].Value() != createItem {
		return true, nil
	}
	if p.doom == storing {
		p.kill()
	}
	s := p.storm
	s.mu.Lock()
	defer s.mu.Unlock()
	w := write{from: p}
	w.collection, _ = call.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	var kept struct{ Generation int }
	if dbus.Store(call.Body[:2], &w.properties, &w.secret) != nil || json.Unmarshal(w.secret.Value, &kept) != nil {
		return true, nil
	}
	w.generation = kept.Generation
	s.newest = max(s.newest, w.generation)
	switch s.fate() {
	case fails:
		s.failed++
		return false, refusal(call, "Failed")
	case landsLate:
		s.late = append(s.late, w)
		s.delayed++
		return false, refusal(call, "NoReply")
	}
	return true, nil
}

const createItem = "CreateItem"

func (s *storm) fate() fate {
	if len(s.fates) == 0 {
		s.fates = make([]fate, 20)
		copy(s.fates, []fate{fails, fails, fails, landsLate, landsLate})
		s.dice.Shuffle(len(s.fates), func(i, j int) { s.fates[i], s.fates[j] = s.fates[j], s.fates[i] })
	}
	next := s.fates[0]
	s.fates = s.fates[1:]
	return next
}

// refusal is an error that the Secret Service might have answered.
func refusal(call *dbus.Message, name string) []byte {
	e := *call // with its serial: a message must have one
	e.Type, e.Flags, e.Body = dbus.TypeError, 0, nil
	e.Headers = map[dbus.HeaderField]dbus.Variant{
		dbus.FieldErrorName:   dbus.MakeVariant("org.freedesktop.DBus.Error." + name),
		dbus.FieldReplySerial: dbus.MakeVariant(call.Serial()),
	}
	var b bytes.Buffer
	_ = e.EncodeTo(&b, binary.LittleEndian) // to memory
	return b.Bytes()
}

// land lets late writes land once their processes have ended: all of them, the oldest
// last, or each but the oldest with a chance of one in four. It returns their number.
func (s *storm) land(all bool) int {
	s.T.Helper()
	s.mu.Lock()
	var now, later []write
	for i, w := range s.late {
		if all || i > 0 && w.from.hasEnded() && s.dice.IntN(4) == 0 {
			now = append(now, w)
		} else {
			later = append(later, w)
		}
	}
	s.late = later
	s.mu.Unlock()
	slices.Reverse(now)
	for _, w := range now {
		secret := s.Master() // with a session of the desk's own
		secret.Value, secret.ContentType = w.secret.Value, w.secret.ContentType
		s.Call(w.collection, "org.freedesktop.Secret.Collection."+createItem, w.properties, secret, true)
		s.mu.Lock()
		if all || w.generation < s.newest {
			s.outdated++
		}
		s.mu.Unlock()
	}
	return len(now)
}

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// blow lets processes renew, every third of them doomed, and sees what is left.
func (s *storm) blow(processes int, doom moment) {
	s.T.Helper()
	calm := len(s.Org.Log())
	all, ended := make([]*process, processes), make(chan *process, processes)
	s.atOrg.Lock() // nobody is answered before all are there
	for i := range all {
		p := s.start([]moment{doom, never, never}[i%3])
		all[i] = p
		go func() { _ = p.Wait(); close(p.ended); ended <- p }()
	}
	s.atOrg.Unlock()
	for range all {
		<-ended
		s.land(false)
	}
	s.atOrg.Lock() // what the org was doing for the dead is done
	s.mu.Lock()
	s.holder = &process{}
	s.mu.Unlock()
	s.atOrg.Unlock()
	s.judge(all, s.Org.Log()[calm:])
	if s.land(true) > 0 && s.Org.RefreshValid(s.Stored().RefreshToken) {
		s.T.Error("no old token has come back to the keychain")
	}
	s.Works(s.Token("--fresh"))
	if n := s.Org.Approvals(); n != 1 {
		s.T.Errorf("%d approvals", n)
	}
}

// judge holds what became of the processes against what became of the connection,
// and authorises a dead one again.
func (s *storm) judge(all []*process, log []demo.Entry) {
	s.T.Helper()
	done, gaveUp, spent := map[string]bool{}, 0, 0
	missing, lost := false, false // an answer that may not have arrived, and one that has not
	for _, p := range all {
		switch code := p.ProcessState.ExitCode(); {
		case code == 0:
			done[p.token()] = true
		case code == 4:
			gaveUp++
		case code > 0 || p.doom == never:
			s.T.Errorf("token: %v: %s", p.ProcessState, &p.errs)
		default:
			s.killed++
			if p.spent {
				spent++
				missing = missing || !p.sealed
				lost = lost || p.doom == unheard
			}
		}
	}
	refreshed, refused := 0, 0
	for _, e := range log {
		switch {
		case e.Grant != "refresh_token":
		case e.Status == http.StatusOK:
			refreshed++
		default:
			refused++
		}
	}
	s.refreshed += refreshed
	s.refused += refused
	_, stderr, code := s.Sfauth("token", "acme", "--fresh")
	if code != 0 {
		if code != 4 || !missing {
			s.T.Fatalf("exit %d, and every answer had arrived: %s", code, stderr)
		}
		s.logins++
		s.Connect()
		return
	}
	if lost || gaveUp > 0 || refused > 0 || refreshed != len(done)+spent {
		s.T.Errorf("an answer was lost: %t; %d gave up, %d refreshes were refused, %d brought %d tokens: and the connection is alive",
			lost, gaveUp, refused, refreshed, len(done)+spent)
	}
	for token := range done {
		if !s.Org.AccessValid(token) {
			s.T.Error("an access token does not work")
		}
	}
}

func TestAStormCostsALoginOnlyForAnAnswerThatNeverArrived(t *testing.T) {
	for name, row := range map[string]struct {
		rounds, processes int
		doom              moment
	}{
		"nobody is killed":               {1, 40, never},
		"killed before the org is asked": {1, 40, unsent},
		"killed before the org answers":  {1, 40, unheard},
		"killed at any moment":           {5, 12, anytime},
		"killed with the token sealed":   {1, 40, storing},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStorm(t)
			for range row.rounds {
				s.blow(row.processes, row.doom)
			}
			t.Logf("%d processes: %d refreshes, %d refused; %d killed with a refresh under way; %d writes failed, %d landed late, %d of them outdated; %d logins",
				s.started, s.refreshed, s.refused, s.killed, s.failed, s.delayed, s.outdated, s.logins)
			if row.doom == never && (s.failed == 0 || s.delayed == 0) {
				t.Error("there was no storm")
			}
		})
	}
}
