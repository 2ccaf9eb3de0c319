package flow

import (
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// maxConns bounds the connections that a callbackListener keeps open: a browser makes six to
	// a host, and saving a grant needs file descriptors, too.
	maxConns = 64
	// turn is how long a connection may take to send its request while another one waits for its
	// place.
	turn = 250 * time.Millisecond
)

// callbackConns has the open connections of a callbackListener, the oldest first. Where
// maxConns are open the next one waits until one of them ends, or until the oldest has had
// its turn and is closed, whatever it is doing. A tab that waits for the outcome is never
// closed. So whoever holds many connections open delays the authorization response by a
// turn, and cannot keep it out.
type callbackConns struct {
	loginOver <-chan struct{} // closed when the login is over: no connection is closed for another any more
	placeFree chan struct{}   // gets a value when a connection has ended

	mu        sync.Mutex
	open      []callbackConn
	allClosed sync.WaitGroup // waits for every connection there was
}

type callbackConn struct {
	net.Conn
	since time.Time
	waits bool // a tab, for the outcome
}

// track is the ConnState of an http.Server, which accepts no other connection until it
// returns.
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
		case <-c.loginOver: // the tab may come for the outcome
			if c.admit(conn, 0) > 0 { // others that came for it have all places, and hear it now
				conn.Close()
			}
			return
		}
	}
}

// admit takes conn in and returns 0, or returns how long to wait: until the oldest connection
// has been open for so long, or a turn where tabs that wait for the outcome have all places.
func (c *callbackConns) admit(conn net.Conn, open time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= maxConns {
		oldest := slices.IndexFunc(c.open, func(g callbackConn) bool { return !g.waits })
		if oldest < 0 {
			return turn
		}
		if wait := open - time.Since(c.open[oldest].since); wait > 0 {
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

// keep marks conn as a tab that waits for the outcome.
func (c *callbackConns) keep(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.open {
		c.open[i].waits = c.open[i].waits || c.open[i].Conn == conn
	}
}
