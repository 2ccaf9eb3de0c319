//go:build unix

package keystore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// rotating is a token endpoint that takes each refresh token once and answers with the
// next one. Any other would force the person to log in again: that is counted.
type rotating struct {
	net.Listener
	mu     sync.Mutex
	spent  int
	reused int
}

func startRotating(t *testing.T) *rotating {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	r := &rotating{Listener: l}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go r.answer(c)
		}
	}()
	return r
}

func (r *rotating) answer(c net.Conn) {
	defer c.Close()
	token, _ := bufio.NewReader(c).ReadString('\n')
	r.mu.Lock()
	defer r.mu.Unlock()
	if token != fmt.Sprintln("token", r.spent) {
		r.reused++
	}
	r.spent++
	fmt.Fprintln(c, "token", r.spent)
}

// moodyVault is a keychain in a directory, of which some writes fail and some that
// failed land later: when this process next reads.
type moodyVault struct {
	dir  string
	rand *rand.Rand
	late func()
}

func (*moodyVault) Kind() string                    { return "keychain" }
func (*moodyVault) Describe(context.Context) string { return "moody" }

func (v *moodyVault) Get(_ context.Context, account string) (Secret, error) {
	if v.late != nil {
		v.late()
		v.late = nil
	}
	data, err := os.ReadFile(filepath.Join(v.dir, account))
	return NewSecret(string(data)), err
}

func (v *moodyVault) Set(_ context.Context, account string, s Secret) error {
	write := func() {
		fresh, err := os.CreateTemp(v.dir, "")
		if err == nil {
			_, err = fresh.WriteString(s.Reveal())
		}
		if err = errors.Join(err, fresh.Close(), os.Rename(fresh.Name(), filepath.Join(v.dir, account))); err != nil {
			panic(err)
		}
	}
	switch mood := v.rand.IntN(100); {
	case mood < 15:
		return ErrUnavailable
	case mood < 30:
		v.late = write
		return ErrTimeout
	}
	write()
	return nil
}

func (v *moodyVault) Delete(_ context.Context, account string) error {
	return os.Remove(filepath.Join(v.dir, account))
}

const renewals = 10

func init() { helpers["renewer"] = helpRenewer }

// helpRenewer renews, and dies of SIGKILL at some durable step, but for the one between
// the answer and the disk, where nobody could help.
func helpRenewer() {
	seed, _ := strconv.ParseUint(os.Getenv("SFAUTH_SEED"), 10, 64)
	dice := rand.New(rand.NewPCG(seed, 1))
	s := &Store{Dir: os.Getenv("SFAUTH_DIR"), Vault: &moodyVault{dir: os.Getenv("SFAUTH_VAULT"), rand: dice}}
	c, err := s.Find("acme")
	if err != nil {
		panic(err)
	}
	answered := false
	s.disk.before = func() error {
		if !answered && dice.IntN(60) == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		answered = false
		return nil
	}
	for range renewals {
		r, err := s.Renew(context.Background(), c)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := r.Prepare(context.Background()); err != nil {
			fmt.Println(err)
			return
		}
		token := spend(r.RefreshToken)
		answered = true
		if _, err := r.Commit(context.Background(), token, AccessToken{}); err != nil {
			fmt.Println(err)
		}
		r.Close()
	}
}

func spend(token Secret) Secret {
	c, err := net.Dial("tcp", os.Getenv("SFAUTH_ADDRESS"))
	if err != nil {
		panic(err)
	}
	defer c.Close()
	fmt.Fprintln(c, token.Reveal())
	next, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		panic(err)
	}
	return NewSecret(strings.TrimSpace(next))
}

func TestParallelRenewalsKillsAndAMoodyKeychainForceNoLogin(t *testing.T) {
	endpoint, s, vault := startRotating(t), &Store{Dir: t.TempDir()}, t.TempDir()
	calm := &moodyVault{dir: vault, rand: rand.New(lucky{})}
	s.Vault = calm
	c, sec := grant("app", noon)
	sec.RefreshToken = NewSecret("token 0")
	if _, err := s.Create(t.Context(), c, sec); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	killed := 0
	for process := range 8 {
		all.Go(func() {
			for round := range 3 {
				cmd := helper(t, "renewer", "SFAUTH_DIR="+s.Dir, "SFAUTH_VAULT="+vault, "SFAUTH_ADDRESS="+endpoint.Addr().String(),
					fmt.Sprint("SFAUTH_SEED=", process*100+round))
				out, err := cmd.Output()
				if len(out) > 0 {
					t.Errorf("%s", out)
				}
				if err != nil {
					mu.Lock()
					killed++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if endpoint.reused > 0 || killed == 0 || endpoint.spent < 50 {
		t.Errorf("%d of %d renewals used an old token; %d of 24 processes were killed", endpoint.reused, endpoint.spent, killed)
	}
	k, err := s.newest(t.Context(), calm, mustFind(t, s))
	if err != nil || !k.RefreshToken.Equal(NewSecret(fmt.Sprint("token ", endpoint.spent))) {
		t.Errorf("the last token is not the one that is kept: %v", err)
	}
}

// lucky is a source of chance with which the moody vault never fails a write.
type lucky struct{}

func (lucky) Uint64() uint64 { return ^uint64(0) }
