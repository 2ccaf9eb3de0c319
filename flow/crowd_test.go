package flow_test

import (
	"io"
	"strings"
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
			io.WriteString(conn, says) // net.Pipe: until it is read, or given up
			for {
				if _, err := conn.Read(make([]byte, 1)); err != nil {
					held.Add(-1)
					return
				}
			}
		}()
		synctest.Wait()
	}
	return held
}

// What a stray can hold a connection open with.
var holding = map[string]string{
	"nothing":        "",
	"half a request": "GET /OauthRedirect HTTP/1.1\r\nHost: loc",
	"an idle one":    "GET /favicon.ico HTTP/1.1\r\nHost: localhost:1717\r\n\r\n",
	"a body to come": "GET /OauthRedirect HTTP/1.1\r\nHost: localhost:1717\r\nContent-Length: 1000\r\n\r\n",
	"more requests":  strings.Repeat("GET /favicon.ico HTTP/1.1\r\nHost: localhost:1717\r\n\r\n", 50) + "GET ",
}

func TestStraysHeldOpenAreBoundedAndKeepNoAnswerOut(t *testing.T) {
	for what, says := range holding {
		t.Run(what, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.person(func(u string) {
					if held := w.hold(300, says).Load(); held > 64 {
						w.Error(held, "connections are held")
					}
					w.visit(u, true)
				})
				w.loggedIn()
			})
		})
	}
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

// The tab that waits for the outcome is not an idle connection.
func TestTabIsHeldHoweverManyComeAfterIt(t *testing.T) {
	inWorld(t, func(w *world) {
		w.org.During = func(string) {
			time.Sleep(time.Second)
			w.hold(300, "")
		}
		w.loggedIn()
	})
}
