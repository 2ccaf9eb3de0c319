package flow

import (
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// maxConns is what a callback keeps open at once: a browser makes six to a host, and
	// the descriptors that saving needs are not to be used up here.
	maxConns = 64
	// turn is for a connection to bring its request, where others wait for its place.
	turn = 250 * time.Millisecond
)

// callbackConns is the open connections of a callback, the oldest first. Where there are maxConns
// the next one waits until one ends, or the oldest has had its time and is closed, whatever
// it is doing, but for a tab that waits for the outcome. So strays that are held open, or
// come one after the other, hold the answer up and do not keep it out.
type callbackConns struct {
	loginOver <-chan struct{} // the login is: nobody has a turn any more
	placeFree chan struct{}   // one has ended

	mu        sync.Mutex
	open      []callbackConn
	allClosed sync.WaitGroup // all that ever came
}

type callbackConn struct {
	net.Conn
	since time.Time
	kept  bool
}

// track is an http.Server's ConnState. It holds up the server's Accept.
func (c *callbackConns) track(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.allClosed.Add(1)
		c.enter(conn)
	case http.StateClosed:
		c.leave(conn)
		c.allClosed.Done()
	}
}

func (c *callbackConns) enter(conn net.Conn) {
	for {
		wait := c.admit(conn, turn)
		if wait <= 0 {
			return
		}
		select {
		case <-c.placeFree:
		case <-time.After(wait):
		case <-c.loginOver: // the tab may come back for the outcome
			c.admit(conn, 0)
			return
		}
	}
}

// admit takes conn in, or says how long to wait for the place of one that has its turn.
func (c *callbackConns) admit(conn net.Conn, turn time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= maxConns {
		oldest := slices.IndexFunc(c.open, func(g callbackConn) bool { return !g.kept })
		if oldest < 0 {
			return turn
		}
		if wait := turn - time.Since(c.open[oldest].since); wait > 0 {
			return wait
		}
		c.open[oldest].Close()
		c.open = slices.Delete(c.open, oldest, oldest+1)
	}
	c.open = append(c.open, callbackConn{Conn: conn, since: time.Now()})
	return 0
}

func (c *callbackConns) leave(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = slices.DeleteFunc(c.open, func(g callbackConn) bool { return g.Conn == conn })
	select {
	case c.placeFree <- struct{}{}:
	default:
	}
}

// keep says that conn waits for the outcome.
func (c *callbackConns) keep(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.open {
		c.open[i].kept = c.open[i].kept || c.open[i].Conn == conn
	}
}
