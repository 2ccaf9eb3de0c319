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

// Lock takes the lock of c, which all processes of the user share. It is held around a
// renewal and around a new grant, since a refresh token may be used once
// (flow/SALESFORCE.md §5.1). It waits for its turn, and returns ErrBusy when one holder has
// had it for 60 s, the cause of ctx when that ends, ErrNoLock where the file system has no
// locks, and ErrFiles or an *ExposedError where the lock's file cannot be used. With an
// error nothing must be renewed.
func (s *Store) Lock(ctx context.Context, c Connection) (unlock func(), err error) {
	return lock(ctx, s.lockPath(c.ID), lockWait)
}

// lockPath names the lock of one connection. Locks are files of their own that are never
// deleted: a process that waits for the lock of a deleted file, and one that makes the
// file anew, would both get it.
func (s *Store) lockPath(id string) string {
	return filepath.Join(s.Dir, "locks", filepath.Base(id)+".lock")
}

// turns has a channel with one place for each lock. A goroutine takes the place before it
// asks for the file's lock, so that at most one thread of a process waits in the kernel
// for each lock.
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

// taken sets the time of the lock's file, by which other processes that wait see that the
// lock has changed hands. A lock whose file another user can write is released, with an
// *ExposedError: that user could hold it for ever.
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
	_ = os.Chtimes(h.file.Path(), now, now) // Where it fails, other processes wait a little less long.
	return h.release, nil
}

func (h held) release() {
	_ = h.file.Unlock()
	<-h.turn
}

// lock takes the exclusive lock of a file. It waits asleep, as long as the lock changes
// hands at least once in every wait. It returns what Lock does.
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

// await waits for the turn and then for the file's lock, and reports to mine. Nobody can
// call a thread back from the kernel: where ctx has ended by the time that it gets the
// lock, it releases that at once.
func (h held) await(ctx context.Context, mine chan<- error) {
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		return
	}
	if ctx.Err() != nil { // Of two cases that are ready, select takes either.
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

// changed is when the lock was last taken, by the time of its file.
func changed(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// tryLock is lock without waiting: it returns ErrBusy where another process, or another
// goroutine of this one, holds the lock.
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

// noLock turns what failed at the lock of path into ErrNoLock, ErrFiles or an
// *ExposedError.
func noLock(path string, err error) error {
	if errors.Is(err, errLink) {
		return &ExposedError{Path: path, Why: "it is a link"}
	}
	if _, unopened := errors.AsType[*fs.PathError](err); unopened || errors.Is(err, ErrExposed) {
		return own(err)
	}
	return fmt.Errorf("%w: %s: %w", ErrNoLock, path, err)
}
