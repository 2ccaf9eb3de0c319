package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestALockIsWaitedForAMinuteAndThenBusy(t *testing.T) {
	s, c := store(t), Connection{ID: "acme-1"}
	synctest.Test(t, func(t *testing.T) {
		unlock, err := s.Lock(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := s.Lock(t.Context(), c); !errors.Is(err, ErrBusy) || time.Since(began) != lockWait {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		left := errors.New("the person left")
		cancel(left)
		if _, err := s.Lock(ctx, c); !errors.Is(err, left) {
			t.Error(err)
		}
		time.AfterFunc(time.Second, unlock)
		unlock, err = s.Lock(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		unlock()
	})
	if _, err := os.Stat(s.lockPath(c.ID)); err != nil {
		t.Errorf("the lock's file: %v", err)
	}
}

func TestAQueueIsNotTooLongAsLongAsTheLockChangesHands(t *testing.T) {
	s, c := store(t), Connection{ID: "acme-1"}
	synctest.Test(t, func(t *testing.T) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				unlock, err := s.Lock(t.Context(), c)
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(lockWait - time.Second)
				unlock()
			})
		}
		all.Wait()
	})
}

func TestWhoLeavesIsHeardWhileTheIndexIsWaitedFor(t *testing.T) {
	s := store(t)
	unlock, err := tryLock(filepath.Join(s.Dir, "index.lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	left := errors.New("the person left")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(left)
	for what, err := range map[string]error{
		"note":   s.Learn(ctx),
		"probe":  second(s.Probe(ctx)),
		"rename": second(s.Rename(ctx, "acme", "other")),
		"create": second(s.Create(ctx, Connection{Name: "acme"}, Secrets{RefreshToken: NewSecret("token")})),
	} {
		if !errors.Is(err, left) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestWhereLockingFailsNothingIsRenewed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Store{Dir: file}
	if unlock, err := s.Lock(t.Context(), Connection{ID: "a-1"}); !errors.Is(err, ErrFiles) || errors.Is(err, ErrNoLock) || errors.Is(err, ErrBusy) || unlock != nil {
		t.Error(err)
	}
	if err := noLock("a-1.lock", syscall.ENOSYS); !errors.Is(err, ErrNoLock) || !errors.Is(err, ErrFiles) { // as some file systems say
		t.Error(err)
	}
}

const writes = 10

// helpWriter creates and renames, like one of many sfauth on a machine.
func helpWriter() {
	s := &Store{Dir: os.Getenv("SFAUTH_DIR"), Vault: NewMemory()}
	me := os.Getenv("SFAUTH_ME")
	ctx := context.Background()
	for i := range writes {
		c, sec := grant("app-"+me, noon.Add(time.Duration(i)))
		c, err := s.Create(ctx, c, sec) // everybody wants to be called acme
		if err == nil {
			_, err = s.Rename(ctx, c.Name, "p"+me+"-"+strconv.Itoa(i))
		}
		if err == nil {
			err = s.Heal(ctx) // with a vault that has none of the others' secrets
		}
		if err != nil {
			fmt.Println(err)
		}
	}
}

func TestEightProcessesLoseNothing(t *testing.T) {
	s := store(t)
	var all sync.WaitGroup
	for i := range 8 {
		cmd := helper(t, "writer", "SFAUTH_DIR="+s.Dir, "SFAUTH_ME="+strconv.Itoa(i))
		all.Go(func() {
			if out, err := cmd.Output(); err != nil || len(out) > 0 {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	list, err := s.List()
	if err != nil || len(list) != 8*writes {
		t.Fatalf("%d of %d, %v", len(list), 8*writes, err)
	}
	for i := range 8 {
		for j := range writes {
			if c, err := s.Find(fmt.Sprintf("p%d-%d", i, j)); err != nil || c.ClientID != fmt.Sprint("app-", i) {
				t.Errorf("p%d-%d: %+v, %v", i, j, c, err)
			}
		}
	}
}
