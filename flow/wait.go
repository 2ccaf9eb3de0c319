package flow

import (
	"context"
	"sync"
	"time"
)

// Wait is a login that waits for a person. Its methods may be called from any goroutine;
// when the wait is over they do nothing.
type Wait struct {
	request  authorizationRequest
	address  string // at which the person allows access
	response *firstResponse
	open     func(ctx context.Context, url string) error

	pasted bool // the latest code was; only awaitCode and waitForWholeCode use it

	mu       sync.Mutex
	now      func() time.Time
	deadline time.Time
	timer    *time.Timer
}

func (c *Client) newWait(q authorizationRequest, address string, a *firstResponse) *Wait {
	limit := c.Timeout
	if limit == 0 {
		limit = 5 * time.Minute
	}
	return &Wait{request: q, address: address, response: a, open: c.browser(), now: c.now,
		deadline: c.now().Add(limit), timer: time.NewTimer(limit)}
}

// Paste reads a redirect URI with its query, or a bare authorization code, and checks it as
// the listener does. It returns nil when this ends the wait, and else an *Error of StepAllow
// that says what is wrong with the text, while the wait goes on: KindPasteAuthorizeURL,
// KindPasteNoCode, KindPasteCut, KindPasteWrongState, or the kind of an error of
// Salesforce's. It does not block.
func (w *Wait) Paste(text string) error {
	if w.response.taken.Load() {
		return nil
	}
	a, err := w.request.parsePaste(text)
	if err == nil {
		w.response.offer(a) // where the listener was faster, this is the same response
	}
	return err
}

// Extend moves the deadline of the wait by d and returns it, in the time of Client.Now. When
// the wait is over it returns the last deadline.
func (w *Wait) Extend(d time.Duration) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.response.taken.Load() {
		w.deadline = w.deadline.Add(d)
		w.timer.Reset(w.deadline.Sub(w.now()))
	}
	return w.deadline
}

// Open hands the authorize URL to the browser again, also where Request.NoBrowser is set.
// Errors are those of OpenBrowser, which says how long it takes.
func (w *Wait) Open(ctx context.Context) error {
	if w.response.taken.Load() {
		return nil
	}
	return w.open(ctx, w.address)
}

// awaitCode returns the authorization code, or the error that ended the wait.
func (w *Wait) awaitCode(ctx context.Context, s *strays, observe func(Event)) (string, error) {
	a := w.awaitResponse(ctx, s, observe)
	if a.err != nil {
		return "", a.err
	}
	w.pasted = a.pasted
	observe(CodeReceived{a.pasted})
	return a.code, nil
}

// waitForWholeCode goes on waiting where Salesforce does not know a code that was pasted:
// its end was lost when the person copied it, and the whole code is still valid. The person
// gets two minutes at least for it.
func (w *Wait) waitForWholeCode(err error, observe func(Event)) bool {
	if KindOf(err) != KindCodeCut || !w.pasted {
		return false
	}
	w.mu.Lock()
	if soon := w.now().Add(2 * time.Minute); w.deadline.Before(soon) {
		w.deadline = soon
	}
	w.timer.Reset(w.deadline.Sub(w.now()))
	deadline := w.deadline
	w.mu.Unlock()
	w.response.taken.Store(false)
	observe(Waiting{URL: w.address, Deadline: deadline, Wait: w, Refused: err})
	return true
}

// awaitResponse waits for the first response: of the listener, of Paste, of the timer or of
// the end of ctx.
func (w *Wait) awaitResponse(ctx context.Context, s *strays, observe func(Event)) authorizationResponse {
	defer w.timer.Stop()
	for {
		select {
		case a := <-w.response.arrived:
			return a
		case <-s.more:
			observe(s.take())
		case <-w.timer.C:
			w.response.offer(authorizationResponse{err: &Error{Step: StepAllow, Kind: KindTimeout}})
		case <-ctx.Done():
			w.response.offer(authorizationResponse{err: context.Cause(ctx)})
		}
	}
}

// strays counts the requests that were not the authorization response. They may come faster
// than the watcher takes their events.
type strays struct {
	mu   sync.Mutex
	seen Stray
	more chan struct{}
}

func newStrays() *strays { return &strays{more: make(chan struct{}, 1)} }

// add never blocks: many requests are told in one event.
func (s *strays) add(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.Count++
	s.seen.Reason = reason
	s.seen.TLS = s.seen.TLS || reason == StrayTLS
	s.seen.Foreign = s.seen.Foreign || reason == StrayUser
	select {
	case s.more <- struct{}{}:
	default:
	}
}

func (s *strays) take() Stray {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.seen
	s.seen.TLS, s.seen.Foreign = false, false
	return told
}
