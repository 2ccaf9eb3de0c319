package flow

import (
	"context"
	"errors"
	"sync"

	"sfauth/keystore"
)

// How many checks run at once, at most.
const (
	checksPerHost = 4
	checksInAll   = 96
)

// CheckAll checks connections in parallel, 4 on one host and 96 in all. It calls done for
// each as soon as it is known, never concurrently; i is its place in conns. Then it writes
// the verdicts into the index, but for those of connections that could not be checked. When
// ctx ends, it tells and writes what is known by then.
func (c *Client) CheckAll(ctx context.Context, conns []keystore.Connection, done func(i int, h Health)) {
	ctx = keystore.AskOnce(ctx)
	hosts := map[string][]int{}
	for i, conn := range conns {
		hosts[conn.Domain] = append(hosts[conn.Domain], i)
	}
	listed := sync.OnceValue(c.listed)
	found, slots := make(chan finding), make(chan struct{}, checksInAll)
	var all sync.WaitGroup
	for _, host := range hosts {
		all.Go(func() {
			c.checkHost(host, func(i int) Health {
				slots <- struct{}{}
				defer func() { <-slots }()
				return c.checkAmong(ctx, conns[i], listed)
			}, found)
		})
	}
	go func() {
		all.Wait()
		close(found)
	}()

	var known []keystore.Finding
	for f := range found {
		if ctx.Err() != nil && errors.Is(f.Err, context.Cause(ctx)) {
			continue
		}
		if f.Verdict != Unknown {
			known = append(known, f.about(conns[f.i]))
		}
		done(f.i, f.Health)
	}
	if len(known) > 0 {
		_ = c.Store.Learn(context.WithoutCancel(ctx), known...) // the next check finds out the same
	}
}

type finding struct {
	i int
	Health
}

// Of is conn with what the check found out about it.
func (h Health) Of(conn keystore.Connection) keystore.Connection { return h.about(conn).Of(conn) }

// about is h as the index learns it of conn.
func (h Health) about(conn keystore.Connection) keystore.Finding {
	f := keystore.Finding{ID: conn.ID, AuthorizedAt: conn.AuthorizedAt,
		CheckedAt: h.CheckedAt, Alive: h.Verdict == Alive, Verdict: string(h.Verdict), Reason: h.Reason}
	if h.Err != nil {
		f.Kind = string(KindOf(h.Err))
	}
	return f
}

// checkHost checks the connections of one host, a few at a time. When none of the earliest
// few gets an answer, the host is down, and the others are not checked: their health is the
// same.
func (c *Client) checkHost(host []int, check func(i int) Health, found chan<- finding) {
	few := min(checksPerHost, len(host))
	earliest, rest := host[:few], make(chan int, len(host))
	for _, i := range host[few:] {
		rest <- i
	}
	close(rest)
	up, silent := make(chan struct{}), make(chan error, few)
	answered := sync.OnceFunc(func() { close(up) })
	var all sync.WaitGroup
	for _, i := range earliest {
		all.Go(func() {
			h := check(i)
			found <- finding{i, h}
			if KindOf(h.Err).row().silent {
				silent <- h.Err
			} else {
				answered()
			}
			if len(silent) == few { // all of the earliest, of which this is the last
				down := c.Health(<-silent)
				for i := range rest {
					found <- finding{i, down}
				}
				answered() // ends the wait of the others: no connection is left
			}
			<-up
			for i := range rest {
				found <- finding{i, check(i)}
			}
		})
	}
	all.Wait()
}
