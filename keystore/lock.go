package keystore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockWait  = 60 * time.Second // for another process that renews the same connection
	indexWait = 10 * time.Second // for another process that writes the index
	lockPoll  = 10 * time.Millisecond
)

// Lock is held around a renewal or a new grant of c, across processes: a refresh
// token is used once (SALESFORCE.md §5.1). It waits at most 60 s, then returns
// ErrBusy; if locking itself fails, ErrNoLock, and nothing must be renewed.
func (s *Store) Lock(ctx context.Context, c Connection) (unlock func(), err error) {
	return lock(ctx, s.lockPath(c.ID), lockWait)
}

// lockPath names the lock of one connection. Locks are files of their own and
// never deleted: a lock on a deleted file keeps nobody out.
func (s *Store) lockPath(id string) string {
	return filepath.Join(s.Dir, "locks", filepath.Base(id)+".lock")
}

// lock takes the exclusive lock of a file, waiting for it. The kernel releases
// it when the process dies.
func lock(ctx context.Context, path string, wait time.Duration) (unlock func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, wait, ErrBusy)
	defer cancel()
	for {
		unlock, err = tryLock(path)
		if !errors.Is(err, ErrBusy) {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(lockPoll):
		}
	}
}

// tryLock is lock without waiting: ErrBusy when somebody else holds it.
func tryLock(path string) (unlock func(), err error) {
	l, held := flock.New(path), false
	err = makeDir(filepath.Dir(path))
	if err == nil {
		held, err = l.TryLock()
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %s: %w", ErrNoLock, path, err)
	case !held:
		return nil, ErrBusy
	}
	return func() { _ = l.Unlock() }, nil
}
