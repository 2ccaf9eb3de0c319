package flow_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"sfauth/flow"
)

func TestAnUnansweredLoginEndsAfterFiveMinutesAndFreesThePort(t *testing.T) {
	inWorld(t, func(w *world) {
		w.Open = func(context.Context, string) error { return errors.New("no browser here") }
		start := time.Now()
		_, err := w.login()
		wantKind(w, err, flow.StepAllow, flow.KindTimeout)
		if took := time.Since(start); took < 5*time.Minute || took > 5*time.Minute+time.Second {
			w.Error("it took", took)
		}
		if b, _ := heard[flow.Browser](w); b.Err == nil {
			w.Error("a browser that fails is an event")
		}
		if !w.isFree() {
			w.Error("the port is still held")
		}
	})
}

func TestMoreTimeIsMoreTime(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.NoBrowser = true
		start := time.Now()
		var wait *flow.Wait
		_, err := w.login(waiting(func(e flow.Waiting) {
			wait = e.Wait
			if !e.Deadline.Equal(start.Add(5 * time.Minute)) {
				w.Error("deadline", e.Deadline)
			}
			go func() {
				time.Sleep(4 * time.Minute)
				if d := e.Wait.Extend(5 * time.Minute); !d.Equal(start.Add(10 * time.Minute)) {
					w.Error("moved to", d)
				}
			}()
		}))
		wantKind(w, err, flow.StepAllow, flow.KindTimeout)
		if took := time.Since(start); took.Round(time.Second) != 10*time.Minute {
			w.Error("it took", took)
		}
		if d := wait.Extend(time.Hour); !d.Equal(start.Add(10 * time.Minute)) {
			w.Error("moved after the end to", d)
		}
		if b, _ := heard[flow.Browser](w); b.Err != flow.ErrNotAsked {
			w.Error("browser", b.Err)
		}
	})
}

func TestGivingUpReturnsTheCauseAndFreesThePort(t *testing.T) {
	inWorld(t, func(w *world) {
		back := errors.New("went back")
		ctx, cancel := context.WithCancelCause(w.Context())
		w.person(func(string) { cancel(back) })
		if _, err := w.loginWith(ctx); err != back {
			w.Error(err)
		}
		if !w.isFree() {
			w.Error("the port is still held")
		}
		w.person(func(u string) { w.visit(u, true) })
		w.loggedIn()
	})
}

func TestBrowserOpensAgainOnTheSameURL(t *testing.T) {
	inWorld(t, func(w *world) {
		opened := []string{}
		w.Open = func(_ context.Context, u string) error {
			if opened = append(opened, u); len(opened) == 2 {
				go w.visit(u, true)
			}
			return flow.ErrNoDisplay
		}
		_, err := w.login(waiting(func(e flow.Waiting) {
			go func() {
				if err := e.Wait.Open(w.Context()); err != flow.ErrNoDisplay {
					w.Error(err)
				}
			}()
		}))
		must(w, err)
		if b, _ := heard[flow.Browser](w); len(opened) != 2 || opened[0] != opened[1] || b.Err != flow.ErrNoDisplay {
			w.Error(opened, b.Err)
		}
	})
}
