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

// callbackListener listens on loopback for the authorization response of one login (RFC 8252
// §7.3). It offers the response to the login, keeps the tab of the browser waiting until the
// outcome of the login is known, and shows it there. Any other request is answered, counted,
// and changes nothing.
type callbackListener struct {
	request  authorizationRequest
	text     *TabText
	response *firstResponse
	strays   *strays

	server  http.Server
	serving sync.WaitGroup
	conns   callbackConns

	redirected  atomic.Bool   // a tab was sent to the address without the code
	outcomeRead chan struct{} // a tab has read the outcome there
	outcome     chan struct{} // closed when page is known
	page        page
}

// A connection is closed when the rest of a request, or the next request, takes longer.
const headTimeout, idleTimeout = 5 * time.Second, 10 * time.Second

// serveCallback starts to listen for the authorization response to q. Without listeners it
// receives nothing, and has to be closed all the same.
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
		ErrorLog:                     log.New(io.Discard, "", 0), // net/http would write over the screen
	}
	for _, l := range listeners {
		l = plainListener{l, func() { cb.strays.add(StrayTLS) }}
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

// close shows the outcome p to the tab, frees the port and waits for every goroutine, in
// less than a second whoever is still connected. When it is called again it does nothing.
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
	cb.server.Close() // also a connection that was accepted during Shutdown
	cb.conns.allClosed.Wait()
}

// ServeHTTP takes only a GET of the path of the redirect URI, on one of our own hosts, for
// an authorization response.
func (cb *callbackListener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	if r.Body != http.NoBody { // it is not read, and it may never come
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(headTimeout))
	}
	switch {
	case !cb.request.callback.isHost(r.Host):
		cb.stray(w, http.StatusMisdirectedRequest, StrayHost)
	case r.URL.EscapedPath() != cb.request.callback.path:
		cb.answerOtherPath(w, r)
	case r.Method == http.MethodOptions: // Private Network Access preflight (SALESFORCE.md §6.2)
		w.Header().Set("Access-Control-Allow-Private-Network", "true")
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		cb.stray(w, http.StatusMethodNotAllowed, StrayMethod)
	case isSpeculative(r.Header):
		w.WriteHeader(http.StatusNoContent)
	case r.URL.RawQuery == "" && cb.response.taken.Load():
		cb.showOutcome(w, r)
	default:
		cb.receive(w, r)
	}
}

// answerOtherPath answers requests for other paths. A browser asks for icons by itself:
// those are not counted.
func (cb *callbackListener) answerOtherPath(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/favicon") || strings.HasPrefix(r.URL.Path, "/apple-touch-icon") {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	cb.stray(w, http.StatusNotFound, StrayPath)
}

// receive takes an authorization response. It sends the browser on at once to the same
// address without a query, so that the authorization code leaves the address bar, the
// history and the Referer. When the browser repeats the response it gets the same page, and
// the code is not exchanged again.
func (cb *callbackListener) receive(w http.ResponseWriter, r *http.Request) {
	a, stray := cb.request.parseResponse(r.URL.Query())
	switch {
	case stray != "":
		cb.stray(w, http.StatusBadRequest, stray)
		return
	case isFromOtherUser(r): // who read the authorize URL in the list of processes, and allowed access as somebody else
		cb.stray(w, http.StatusForbidden, StrayUser)
		return
	}
	cb.redirected.Store(true) // before the login can end and close this listener
	cb.response.offer(a)
	w.Header().Set("Location", "http://"+r.Host+cb.request.callback.path)
	w.WriteHeader(http.StatusSeeOther)
}

// showOutcome keeps the tab waiting until the outcome is known. The outcome names a user:
// another user of this machine is not told.
func (cb *callbackListener) showOutcome(w http.ResponseWriter, r *http.Request) {
	if isFromOtherUser(r) {
		cb.stray(w, http.StatusForbidden, StrayUser)
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

// isSpeculative tells a request that a browser makes before anybody asks for the page.
func isSpeculative(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}
