package keystore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// How a connection in PostgreSQL is renewed (ROTATION.md). A Renewal of one has, besides the
// lock of the connection on this machine, a claim on the row.

// claim is what a Renewal has of a row.
type claim struct {
	me      string        // nobody else's, not even another renewal's of this process
	spender string        // this machine
	row     row           // as it was claimed
	held    bool          // it was claimed, and is to be given back
	at      time.Duration // when the claim was asked for, by a clock that suspension does not stop
	written bool          // the refresh token was sent
	refused bool          // the host answered, and has not taken it
}

// Doubt is who sent the refresh token of a connection last, and has not told what came of
// it. The token may be spent: only where the host says that it is not may it be sent.
type Doubt struct {
	Host  string    // "": not known, since the database went back in time
	Since time.Time // by the database's clock
	Here  bool      // it was this machine, where no renewal is under way
}

// The limits of a claim. A request is given up after 30 s (flow), which together with
// freshFor is less than a claim lasts.
const (
	pollEvery = 250 * time.Millisecond
	freshFor  = 15 * time.Second // from the claim to the first byte of the refresh token
	commitFor = 10 * time.Second // a database that is gone when the answer has come
)

// renewShared is RenewUnless of a connection in PostgreSQL.
func (s *Store) renewShared(ctx context.Context, c Connection, seen Secrets, enough func(Secrets) bool) (*Renewal, error) {
	p, err := s.database()
	if err != nil {
		return nil, err
	}
	if seen.SealKey.Empty() {
		if err := p.Unlock(ctx, c.ID); err != nil {
			return nil, err
		}
	}
	unlock, err := s.Lock(ctx, c)
	if err != nil {
		return nil, err
	}
	r := &Renewal{store: s, unlock: unlock, claim: &claim{me: newAccount("claim"), spender: s.machine()}}
	if err := r.claimRow(ctx, c, seen, enough); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// claimRow reads the row, publishes what this machine has that is newer, and claims the row
// unless its access token is enough. Somebody else's claim is waited for, 60 s as long as
// the generation stays: then ErrBusy.
func (r *Renewal) claimRow(ctx context.Context, c Connection, seen Secrets, enough func(Secrets) bool) error {
	for last, since := 0, time.Now(); ; r.store.Postgres.rest(ctx, jittered(pollEvery)) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		w, err := r.catchUp(ctx, c.ID, seen)
		if err != nil {
			return err
		}
		if enough(r.Secrets) {
			return nil
		}
		if w.generation != last {
			last, since = w.generation, time.Now()
		}
		r.claim.at = sinceBoot()
		err = r.store.Postgres.rows(ctx, func(q rows) (err error) {
			w, err = q.claim(ctx, w.ID, w.generation, r.claim.me)
			return err
		})
		switch {
		case err == nil:
			r.claim.row, r.claim.held = w, true
			return nil
		case !errors.Is(err, ErrLate):
			return err
		case time.Since(since) > lockWait:
			return ErrRenewing
		}
	}
}

// catchUp reads the row after what this machine has that is newer is in it.
func (r *Renewal) catchUp(ctx context.Context, id string, seen Secrets) (w row, err error) {
	s := r.store
	for range 10 {
		if w, err = s.sharedNow(ctx, id); err != nil {
			return w, err
		}
		if old, have := s.seen(id); have && old.generation > w.generation { // The database went back in time.
			err := s.Postgres.rows(ctx, func(q rows) error { return q.restore(ctx, w.generation, old) })
			if err == nil || errors.Is(err, ErrLate) {
				continue
			}
			return w, err
		}
		k, err := s.sharedSecrets(ctx, w, seen)
		if err != nil {
			return w, err
		}
		again, err := r.publishOutbox(ctx, w, k)
		if err != nil {
			return w, err
		}
		if again {
			continue
		}
		s.remember(w)
		r.Connection, r.Secrets, r.stored = w.Connection, k, w.generation
		return w, nil
	}
	return w, ErrBusy
}

// Doubted is who may have spent the refresh token; nil: nobody has.
func (r *Renewal) Doubted() *Doubt {
	if r.claim == nil || r.claim.row.spender == "" {
		return nil
	}
	w := r.claim.row
	host, _, _ := strings.Cut(w.spender, " ")
	if w.spender == nobodyKnows {
		host = ""
	}
	return &Doubt{Host: host, Since: w.since, Here: w.spender == r.claim.spender}
}

// Spend is called right before the refresh token is written. With an error it must not be:
// ErrLate says that the claim is too old, since this process was stopped or the network
// slow.
func (r *Renewal) Spend() error {
	if r.claim == nil {
		return nil
	}
	if sinceBoot()-r.claim.at > freshFor {
		return fmt.Errorf("%w: it is older than %v", ErrLate, freshFor)
	}
	r.claim.written = true
	return nil
}

// Refused says that the host has answered, and has not taken the refresh token.
func (r *Renewal) Refused() {
	if r.claim != nil {
		r.claim.refused = true
	}
}

// Await waits until the machine that has spent the refresh token has put what came of it
// into the row, 60 s at most. It returns ErrLate once it has: begin anew.
func (r *Renewal) Await(ctx context.Context) error {
	if r.claim == nil {
		return nil
	}
	for began := time.Now(); time.Since(began) < lockWait && ctx.Err() == nil; r.store.Postgres.rest(ctx, jittered(pollEvery)) {
		w, err := r.store.sharedNow(ctx, r.ID)
		if err != nil {
			return err
		}
		if w.generation != r.claim.row.generation {
			return ErrLate
		}
	}
	return context.Cause(ctx)
}

// intend writes into the row that the refresh token is about to be sent.
func (r *Renewal) intend(ctx context.Context) error {
	c := r.claim
	c.at = sinceBoot()
	return r.store.Postgres.rows(ctx, func(q rows) error {
		return q.spend(ctx, r.ID, c.row.generation, c.me, c.spender)
	})
}

// publish puts next, which is in the outbox, into the row. A database that is just being
// started is asked again for 10 s: whoever waits for this claim cannot go on either. It
// returns ErrLate where the row has another generation: next has no place.
func (r *Renewal) publish(ctx context.Context, next Secrets) error {
	sealed, err := next.seal()
	if err != nil {
		return err
	}
	from := r.claim.row.generation
	w := row{Connection: r.Connection, generation: next.Generation, item: r.claim.row.item, sealed: sealed, issued: next.Access.IssuedAt}
	for began := time.Now(); ; r.store.Postgres.rest(ctx, jittered(pollEvery)) {
		err = r.store.Postgres.rows(ctx, func(q rows) error {
			err := q.commit(ctx, from, w)
			if errors.Is(err, ErrLate) {
				now, unread := q.find(ctx, w.ID)
				if unread == nil && now.generation == w.generation && string(now.sealed) == string(w.sealed) {
					return nil // An attempt that was not answered was carried out.
				}
			}
			return err
		})
		if !isUnanswered(err) || time.Since(began) > commitFor || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return err
	}
	r.claim.held, r.stored = false, next.Generation
	_ = os.Remove(r.outboxPath()) // A crash before this leaves what the row has, too.
	r.store.remember(w)
	return nil
}

// cache puts next, in which no refresh token is new, into the row: a generation further, so
// that whoever reads sees it. It must not come between another machine's request and its
// answer: a row that somebody else has claimed, or may have spent the token of, stays.
func (r *Renewal) cache(next Secrets) error {
	next.Generation = r.Generation + 1
	sealed, err := next.seal()
	if err != nil {
		return err
	}
	w := row{Connection: r.Connection, generation: next.Generation, item: r.claim.row.item, sealed: sealed, issued: next.Access.IssuedAt}
	ctx, cancel := context.WithTimeout(context.Background(), statementLimit)
	defer cancel()
	err = r.store.Postgres.rows(ctx, func(q rows) error { return q.annotate(ctx, r.Generation, w, r.claim.me) })
	if err == nil {
		r.Secrets, r.stored, r.claim.held = next, next.Generation, false
		r.store.remember(w)
	}
	return err
}

// overtaken says what becomes of an answer whose place in the row another generation has. A
// new grant leaves it a token that nobody will use; the same grant has moved on, and the
// token is nobody's any more.
func (r *Renewal) overtaken(ctx context.Context, next Secrets) error {
	r.claim.held = false
	path := r.outboxPath()
	w, err := r.store.sharedNow(ctx, r.ID)
	switch {
	case err == nil && w.SameGrant(r.Connection):
		_ = os.Remove(path)
	case err == nil, errors.Is(err, ErrNoConnection): // authorised again, or removed
		r.Stranded = append(r.Stranded, Stranded{next.RefreshToken, path})
	}
	return ErrLate
}

// reread is Reread of a connection in PostgreSQL: ErrLate where the row has another
// generation.
func (r *Renewal) reread(ctx context.Context) error {
	w, err := r.store.sharedNow(ctx, r.ID)
	if err == nil && w.generation != r.claim.row.generation {
		err = ErrLate
	}
	return err
}

// giveBack releases the claim. Where the database does not answer, it runs out.
func (r *Renewal) giveBack() {
	c := r.claim
	if !c.held {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), statementLimit)
	defer cancel()
	unspent := c.row.spender == "" && (!c.written || c.refused)
	_ = r.store.Postgres.rows(ctx, func(q rows) error {
		return q.release(ctx, r.ID, c.row.generation, c.me, unspent)
	})
}
