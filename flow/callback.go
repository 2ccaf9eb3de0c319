package flow

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// callbackListener is the loopback listener of one login (RFC 8252 §7.3). It offers what it
// hears as an answer, keeps the browser's tab until the outcome is known, and tells
// it the truth. Whatever else comes is answered fitly and changes nothing.
type callbackListener struct {
	request  authorizationRequest
	text     *TabText
	response *firstResponse
	strays   *strays

	server  http.Server
	serving sync.WaitGroup
	conns   callbackConns

	redirected  atomic.Bool   // a tab was sent to the clean address
	outcomeRead chan struct{} // and has read the outcome there
	outcome     chan struct{} // closed when page is known
	page        page
}

// How long a connection may stay open for the rest of a request, and for the next one.
const headTimeout, idleTimeout = 5 * time.Second, 10 * time.Second

// serveCallback starts to listen for the answer to q. Without listeners it hears nothing,
// and is closed all the same.
func serveCallback(q authorizationRequest, listeners []net.Listener, text *TabText) *callbackListener {
	cb := &callbackListener{request: q, text: text, response: newFirstResponse(), strays: newStrays(),
		outcomeRead: make(chan struct{}, 1), outcome: make(chan struct{})}
	cb.conns.loginOver, cb.conns.placeFree = cb.outcome, make(chan struct{}, 1)
	cb.server = http.Server{
		Handler:                      cb,
		ConnState:                    cb.conns.track,
		ConnContext:                  func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) },
		ReadHeaderTimeout:            headTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               16<<10 - 4096, // net/http adds 4096
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(io.Discard, "", 0), // it would write over the screen
	}
	for _, l := range listeners {
		l = plainListener{l, func() { cb.strays.add(strayTLS) }}
		cb.serving.Go(func() { cb.server.Serve(l) })
	}
	return cb
}

// connKey is where the context of a request holds its connection.
type connKey struct{}

func connOf(r *http.Request) net.Conn {
	conn, _ := r.Context().Value(connKey{}).(net.Conn)
	return conn
}

// close tells the tab the outcome, frees the port and waits for every goroutine.
// It takes less than a second whoever is still connected. Of two outcomes the first is told.
func (cb *callbackListener) close(p page) {
	select {
	case <-cb.outcome:
		return
	default:
	}
	const toBeRead, toBeSent = 600 * time.Millisecond, 250 * time.Millisecond
	cb.page = p
	close(cb.outcome)
	if cb.redirected.Load() {
		select {
		case <-cb.outcomeRead:
		case <-time.After(toBeRead):
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), toBeSent)
	defer cancel()
	cb.server.Shutdown(ctx)
	cb.serving.Wait()
	cb.server.Close() // also a connection accepted while shutting down
	cb.conns.allClosed.Wait()
}

// ServeHTTP counts nothing but a GET of the exact path on our own host as an answer.
func (cb *callbackListener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	if r.Body != http.NoBody { // nobody looks at it, and it may never come
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(headTimeout))
	}
	switch {
	case !cb.request.callback.isHost(r.Host):
		cb.stray(w, http.StatusMisdirectedRequest, strayHost)
	case r.URL.EscapedPath() != cb.request.callback.path:
		cb.answerOtherPath(w, r)
	case r.Method == http.MethodOptions: // Private Network Access preflight (SALESFORCE.md §6.2)
		w.Header().Set("Access-Control-Allow-Private-Network", "true")
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		cb.stray(w, http.StatusMethodNotAllowed, strayMethod)
	case isSpeculative(r.Header):
		w.WriteHeader(http.StatusNoContent)
	case r.URL.RawQuery == "" && cb.response.taken.Load():
		cb.showOutcome(w, r)
	default:
		cb.receive(w, r)
	}
}

// answerOtherPath answers other paths. An icon is the browser's own idea: it is not counted.
func (cb *callbackListener) answerOtherPath(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/favicon") || strings.HasPrefix(r.URL.Path, "/apple-touch-icon") {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	cb.stray(w, http.StatusNotFound, strayPath)
}

// receive takes a redirect of Salesforce's. The browser is sent on at once to the same
// address without a query, so that the code leaves the address bar, the history and
// the Referer. A repeat of the answer gets the same page, and no second exchange.
func (cb *callbackListener) receive(w http.ResponseWriter, r *http.Request) {
	a, stray := cb.request.parseResponse(r.URL.Query())
	switch {
	case stray != "":
		cb.stray(w, http.StatusBadRequest, stray)
		return
	case isFromOtherUser(r): // who read the address elsewhere, and allowed access as somebody else
		cb.stray(w, http.StatusForbidden, strayUser)
		return
	}
	cb.redirected.Store(true) // before the answer can end the login
	cb.response.offer(a)
	w.Header().Set("Location", "http://"+r.Host+cb.request.callback.path)
	w.WriteHeader(http.StatusSeeOther)
}

// showOutcome holds the tab until the outcome is known, which names a user.
func (cb *callbackListener) showOutcome(w http.ResponseWriter, r *http.Request) {
	if isFromOtherUser(r) {
		cb.stray(w, http.StatusForbidden, strayUser)
		return
	}
	cb.conns.keep(connOf(r))
	select {
	case <-cb.outcome:
		cb.page.write(w, http.StatusOK)
	case <-r.Context().Done():
		return
	}
	select {
	case cb.outcomeRead <- struct{}{}:
	default:
	}
}

func isFromOtherUser(r *http.Request) bool {
	conn, ok := connOf(r).(*plainConn)
	return ok && isForeignPeer(conn.Conn)
}

func (cb *callbackListener) stray(w http.ResponseWriter, status int, reason string) {
	cb.strays.add(reason)
	cb.text.stray().write(w, status)
}

// isSpeculative requests are made by a browser before anybody asks for the page.
func isSpeculative(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}
