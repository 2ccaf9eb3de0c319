package flow

import (
	"context"
	"sync"
	"time"
)

// Wait is the live end of a login that waits for a person. Its methods may be
// called from any goroutine, also when the login is over: then they do nothing.
type Wait struct {
	request  authorizationRequest
	response *firstResponse
	open     func(ctx context.Context, url string) error

	pasted bool // the latest code; of the one who waits

	mu       sync.Mutex
	now      func() time.Time
	deadline time.Time
	timer    *time.Timer
}

func (c *Client) newWait(q authorizationRequest, a *firstResponse) *Wait {
	limit := c.Timeout
	if limit == 0 {
		limit = 5 * time.Minute
	}
	return &Wait{request: q, response: a, open: c.browser(), now: c.now,
		deadline: c.now().Add(limit), timer: time.NewTimer(limit)}
}

// Paste takes a redirected URL or a bare authorization code through the same check
// as a callback. It returns nil when it is the answer, and an *Error that says why
// not otherwise; the wait goes on. It does not block.
func (w *Wait) Paste(text string) error {
	if w.response.taken.Load() {
		return nil
	}
	a, err := w.request.parsePaste(text)
	if err == nil {
		w.response.offer(a) // of two answers the first counts, and both are right
	}
	return err
}

// Extend moves the deadline and returns it.
func (w *Wait) Extend(d time.Duration) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.response.taken.Load() {
		w.deadline = w.deadline.Add(d)
		w.timer.Reset(w.deadline.Sub(w.now()))
	}
	return w.deadline
}

// Open hands the URL to the browser again, whatever was asked for before. It
// returns what Browser.Err would say, after at most a few seconds.
func (w *Wait) Open(ctx context.Context) error {
	if w.response.taken.Load() {
		return nil
	}
	return w.open(ctx, w.request.authorizeURL())
}

// awaitCode is what the first answer brings.
func (w *Wait) awaitCode(ctx context.Context, s *strays, observe func(Event)) (string, error) {
	a := w.awaitResponse(ctx, s, observe)
	if a.err != nil {
		return "", a.err
	}
	w.pasted = a.pasted
	observe(CodeReceived{a.pasted})
	return a.code, nil
}

// waitForWholeCode goes on waiting after a code that was pasted and that Salesforce does not know: it
// was cut when it was copied, and the whole one is still good. There are two minutes at
// least for it.
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
	observe(Waiting{URL: w.request.authorizeURL(), Deadline: deadline, Wait: w, Refused: err})
	return true
}

// awaitResponse waits for the first answer: from the listener, from Paste, or that the
// time is up or the login given up.
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

// strays counts the requests that were not the answer, for a watcher who may be
// slower than they come.
type strays struct {
	mu   sync.Mutex
	seen Stray
	more chan struct{}
}

func newStrays() *strays { return &strays{more: make(chan struct{}, 1)} }

// add never blocks: a flood of requests is told in one event.
func (s *strays) add(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.Count++
	s.seen.Reason = reason
	s.seen.TLS = s.seen.TLS || reason == strayTLS
	s.seen.Foreign = s.seen.Foreign || reason == strayUser
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
