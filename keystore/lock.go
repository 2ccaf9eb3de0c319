package keystore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// How long one holder of a lock is waited for: with each that takes it the time begins
// anew, so that a long queue fails nobody and a holder that is stopped fails everybody.
const (
	lockWait  = 60 * time.Second // another process renews the same connection
	indexWait = 10 * time.Second // another process writes the index
)

// Lock is held around a renewal or a new grant of c, across processes: a refresh
// token is used once (flow/SALESFORCE.md §5.1). It waits for its turn, and for one holder at
// most 60 s, then returns ErrBusy; the cause of ctx when that ends; ErrNoLock where the
// file system has no locks, and ErrFiles where the lock's file cannot be opened: then
// nothing must be renewed.
func (s *Store) Lock(ctx context.Context, c Connection) (unlock func(), err error) {
	return lock(ctx, s.lockPath(c.ID), lockWait)
}

// lockPath names the lock of one connection. Locks are files of their own and
// never deleted: a lock on a deleted file keeps nobody out.
func (s *Store) lockPath(id string) string {
	return filepath.Join(s.Dir, "locks", filepath.Base(id)+".lock")
}

// turns has a place of one for each lock. A goroutine takes it before the file's lock, so
// that of one process one thread at most waits in the kernel for each.
var turns sync.Map // of chan struct{}, by path

// held is the exclusive lock of a file. The kernel releases it when the process dies.
type held struct {
	file *flock.Flock
	turn chan struct{}
}

func lockOf(path string) held {
	turn, _ := turns.LoadOrStore(path, make(chan struct{}, 1))
	return held{flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|noFollow)), turn.(chan struct{})}
}

// taken marks the lock's file, by which those who wait see that it has changed hands. A
// file that somebody else can lock at will is given back.
func (h held) taken() (unlock func(), err error) {
	info, err := h.file.Stat()
	if err == nil {
		err = check(h.file.Path(), info, 0o022)
	}
	if err != nil {
		h.release()
		return nil, own(err)
	}
	now := time.Now()
	_ = os.Chtimes(h.file.Path(), now, now) // unmarked, it is waited for a little less long
	return h.release, nil
}

func (h held) release() {
	_ = h.file.Unlock()
	<-h.turn
}

// lock takes the exclusive lock of a file, waiting for it asleep as long as it changes
// hands within every wait.
func lock(ctx context.Context, path string, wait time.Duration) (unlock func(), err error) {
	if unlock, err = tryLock(path); !errors.Is(err, ErrBusy) {
		return unlock, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	h, mine := lockOf(path), make(chan error)
	go h.await(ctx, mine)
	for last := changed(path); ; {
		select {
		case err := <-mine:
			if err != nil {
				return nil, noLock(path, err)
			}
			return h.taken()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(wait):
			now := changed(path)
			if now.Equal(last) {
				return nil, ErrBusy
			}
			last = now
		}
	}
}

// await waits for both in turn. Nobody can call a thread back from the kernel: when ctx
// has ended meanwhile, it gives back at once what it gets.
func (h held) await(ctx context.Context, mine chan<- error) {
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		return
	}
	if ctx.Err() != nil { // both were ready
		<-h.turn
		return
	}
	err := h.file.Lock()
	select {
	case mine <- err:
		if err != nil {
			<-h.turn
		}
	case <-ctx.Done():
		h.release()
	}
}

// changed is when the lock was last taken, as far as that was marked.
func changed(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// tryLock is lock without waiting: ErrBusy when somebody else holds it.
func tryLock(path string) (unlock func(), err error) {
	h := lockOf(path)
	select {
	case h.turn <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	free, err := false, ownDir(filepath.Dir(path))
	if err == nil {
		free, err = h.file.TryLock()
	}
	switch {
	case free:
		return h.taken()
	case err != nil:
		err = noLock(path, err)
	default:
		err = ErrBusy
	}
	<-h.turn
	return nil, err
}

// noLock tells a lock that the file system does not have from one whose file cannot be
// opened.
func noLock(path string, err error) error {
	if errors.Is(err, errLink) {
		return &ExposedError{Path: path, Why: "it is a link"}
	}
	if _, unopened := errors.AsType[*fs.PathError](err); unopened || errors.Is(err, ErrExposed) {
		return own(err)
	}
	return fmt.Errorf("%w: %s: %w", ErrNoLock, path, err)
}
