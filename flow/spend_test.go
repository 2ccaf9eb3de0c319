package flow_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
)

func TestOnlyADeadTokenAsksForAPersonAndNoAnswerIsAskedForTwice(t *testing.T) {
	for _, fault := range demo.Faults() {
		if fault.Where != demo.AtToken {
			continue
		}
		inWorld(t, func(w *world) {
			g := w.loggedIn()
			w.org.Fail(fault.Name)
			start := time.Now()
			_, err := w.Token(w.Context(), g.Connection.Name, fresh)
			verdict := flow.VerdictOf(err)
			if (verdict == flow.Reauthorise) != (fault.Name == "expired_token") {
				w.Error(fault.Name, verdict, err)
			}
			switch fault.Name {
			case "already_processing", "expired_code": // Salesforce has not used the token up (SALESFORCE.md §4.4)
			default:
				if w.refreshes() != 1 {
					w.Error(fault.Name, w.refreshes(), "refreshes")
				}
			}
			if took := time.Since(start); took > time.Minute {
				w.Error(fault.Name, "took", took)
			}
			c, found := w.Store.Find(g.Connection.Name)
			must(w, found)
			if c.Verdict != string(verdict) || w.stored(c).RefreshToken.Empty() {
				w.Error(fault.Name, c.Verdict, c.Reason)
			}
		})
	}
}

func TestRefreshUnderWayElsewhereIsWaitedOut(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.org.Fail("already_processing")
		go func() {
			time.Sleep(4 * time.Second)
			w.org.Fail("")
		}()
		access, err := w.Token(w.Context(), g.Connection.Name, fresh)
		must(w, err)
		if !w.org.AccessValid(access.Token.Reveal()) || w.refreshes() < 2 {
			w.Error(w.refreshes(), "refreshes")
		}
	})
}

func TestWaitingOutEndsAndCanBeGivenUp(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.org.Fail("already_processing")
		start := time.Now()
		_, err := w.Token(w.Context(), g.Connection.Name, fresh)
		wantKind(w, err, flow.StepRefresh, flow.KindAlreadyProcessing)
		if took := time.Since(start); took > 30*time.Second {
			w.Error("it took", took)
		}
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(w.Context())
		time.AfterFunc(2*time.Second, func() { cancel(enough) })
		start = time.Now()
		_, err = w.Token(ctx, g.Connection.Name, fresh)
		if took := time.Since(start); err != enough || took > 2100*time.Millisecond {
			w.Error(err, took)
		}
		w.org.Fail("")
		_, err = w.Token(w.Context(), g.Connection.Name, fresh)
		must(w, err)
	})
}
