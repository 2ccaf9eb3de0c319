package flow_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// hold opens n connections to the callback that say something and then nothing more, and
// counts those that are still held at the other end.
func (w *world) hold(n int, says string) *atomic.Int32 {
	held := new(atomic.Int32)
	for range n {
		conn, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
		must(w, err)
		w.Cleanup(func() { conn.Close() })
		held.Add(1)
		go func() {
			io.WriteString(conn, says) // over a net.Pipe this waits until the callback reads it or closes
			io.Copy(io.Discard, conn)
			held.Add(-1)
		}()
		synctest.Wait()
	}
	return held
}

// The beginnings of requests with which a stranger can hold a connection open.
var holding = map[string]string{
	"nothing":        "",
	"half a request": "GET /OauthRedirect HTTP/1.1\r\nHost: loc",
	"an idle one":    "GET /favicon.ico HTTP/1.1\r\nHost: localhost:1717\r\n\r\n",
	"a body to come": "GET /OauthRedirect HTTP/1.1\r\nHost: localhost:1717\r\nContent-Length: 1000\r\n\r\n",
	"more requests":  strings.Repeat("GET /favicon.ico HTTP/1.1\r\nHost: localhost:1717\r\n\r\n", 50) + "GET ",
}

// counted is the network of a callback, which counts the connections it keeps open.
type counted struct {
	net.Listener
	now, most *atomic.Int32
}

func (l counted) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		n := l.now.Add(1)
		l.most.Store(max(l.most.Load(), n))
		conn = &countedConn{Conn: conn, now: l.now}
	}
	return conn, err
}

type countedConn struct {
	net.Conn
	now  *atomic.Int32
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.now.Add(-1) })
	return c.Conn.Close()
}

// counts has the callback count its connections.
func (w *world) counts() (most *atomic.Int32) {
	now, most := new(atomic.Int32), new(atomic.Int32)
	w.Listen = func(ctx context.Context, network, address string) (net.Listener, error) {
		l, err := w.net.Listen(ctx, network, address)
		return counted{l, now, most}, err
	}
	return most
}

const bound = 64 + 2 // at each of the two addresses one more waits for a place

func TestStraysHeldOpenAreBoundedAndKeepNoAnswerOut(t *testing.T) {
	for what, says := range holding {
		t.Run(what, func(t *testing.T) {
			inWorld(t, func(w *world) {
				most := w.counts()
				w.person(func(u string) {
					w.hold(200, says)
					start := time.Now()
					w.visit(u, true)
					if took := time.Since(start); took > 2*time.Second {
						w.Error("the answer came after", took)
					}
				})
				w.loggedIn()
				synctest.Wait()
				if most.Load() > bound {
					w.Error(most.Load(), "connections were held")
				}
			})
		})
	}
}

func TestTenThousandRequestsKeepNoAnswerOut(t *testing.T) {
	inWorld(t, func(w *world) {
		most := w.counts()
		var storm sync.WaitGroup
		w.person(func(u string) {
			for range 100 {
				storm.Go(func() {
					for range 100 {
						if res, err := w.browser.Get(callbackURL + "?code=aPrx&state=evil"); err == nil {
							res.Body.Close()
						}
					}
				})
			}
			w.visit(u, true)
		})
		w.loggedIn()
		if most.Load() > bound {
			w.Error(most.Load(), "connections were held")
		}
		storm.Wait()
	})
}

func TestConnectionThatIsNotReadFromKeepsNoAnswerOut(t *testing.T) {
	inWorld(t, func(w *world) {
		w.person(func(u string) {
			for range 100 {
				conn, err := w.net.Dial(w.Context(), "tcp", "localhost:1717")
				must(w, err)
				w.Cleanup(func() { conn.Close() })
				go io.WriteString(conn, holding["more requests"])
				synctest.Wait()
			}
			w.visit(u, true)
		})
		w.loggedIn()
	})
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	for what, says := range holding {
		t.Run(what, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.person(func(u string) {
					held := w.hold(10, says)
					time.Sleep(11 * time.Second)
					synctest.Wait()
					if n := held.Load(); n != 0 {
						w.Error(n, "connections are held")
					}
					w.visit(u, true)
				})
				w.loggedIn()
			})
		})
	}
}

// The tab that waits for the outcome sends nothing for a while, and is not closed as idle.
func TestTabIsHeldHoweverManyComeAfterIt(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.During = func(string) {
			time.Sleep(time.Second)
			w.hold(300, "")
		}
		w.loggedIn()
	})
}

// While a grant is saved, whoever asks for the address that the tab was sent to waits for the
// outcome, as the tab does.
func TestTabsThatComeForTheOutcomeAreBoundedToo(t *testing.T) {
	inWorld(t, func(w *world) {
		most := w.counts()
		w.saves(func(context.Context) error {
			w.hold(200, "GET /OauthRedirect HTTP/1.1\r\nHost: localhost:1717\r\n\r\n")
			time.Sleep(time.Second)
			return nil
		})
		w.person(func(u string) { w.visit(u, true) })
		w.loggedIn()
		synctest.Wait()
		if most.Load() > bound {
			w.Error(most.Load(), "connections were held")
		}
	})
}
