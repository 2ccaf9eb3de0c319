package flow

import (
	"context"
	"errors"
	"slices"
	"sync"

	"sfauth/keystore"
)

// At most so many checks run at once.
const (
	checksPerHost = 4
	checksInAll   = 32
)

// CheckAll checks connections in parallel. done hears of each as it is found out,
// in sequence, with its place in conns; the verdicts are then written to the index,
// but for those of connections that could not be checked. When ctx ends, what is
// known by then is told and written.
func (c *Client) CheckAll(ctx context.Context, conns []keystore.Connection, done func(i int, h Health)) {
	ctx = keystore.AskOnce(ctx)
	hosts := map[string][]int{}
	for i, conn := range conns {
		hosts[conn.Domain] = append(hosts[conn.Domain], i)
	}
	found, slots := make(chan finding), make(chan struct{}, checksInAll)
	var all sync.WaitGroup
	for _, host := range hosts {
		all.Go(func() {
			c.checkHost(host, func(i int) Health {
				slots <- struct{}{}
				defer func() { <-slots }()
				return c.Check(ctx, conns[i])
			}, found)
		})
	}
	go func() {
		all.Wait()
		close(found)
	}()

	var known []keystore.Connection
	for f := range found {
		if ctx.Err() != nil && errors.Is(f.Err, context.Cause(ctx)) {
			continue
		}
		if f.Verdict != Unknown {
			known = append(known, f.Of(conns[f.i]))
		}
		done(f.i, f.Health)
	}
	if len(known) > 0 {
		_ = c.Store.Update(context.WithoutCancel(ctx), known...) // a note: the next check finds out the same
	}
}

type finding struct {
	i int
	Health
}

// Of is conn with what was found out about it.
func (h Health) Of(conn keystore.Connection) keystore.Connection {
	conn.CheckedAt, conn.Verdict, conn.Reason = &h.CheckedAt, string(h.Verdict), h.Reason
	if h.Verdict == Alive {
		conn.AliveAt = &h.CheckedAt
	}
	return conn
}

// checkHost checks the connections of one host, a few at a time. When none of them got
// an answer the host is down, and the rest are not kept waiting for it.
func (c *Client) checkHost(host []int, check func(i int) Health, found chan<- finding) {
	var down error
	for few := range slices.Chunk(host, checksPerHost) {
		silent := make([]error, len(few))
		var all sync.WaitGroup
		for k, i := range few {
			if down != nil {
				found <- finding{i, c.health(down)}
				continue
			}
			all.Go(func() {
				h := check(i)
				silent[k] = silence(h.Err)
				found <- finding{i, h}
			})
		}
		all.Wait()
		if down == nil && !slices.Contains(silent, nil) {
			down = silent[0]
		}
	}
}

// silence is err if it says that no answer came.
func silence(err error) error {
	if KindOf(err).isSilence() {
		return err
	}
	return nil
}
