package flow_test

import (
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
)

const day = 24 * time.Hour

func TestARenewalBeginsTheIdleLimitAnewAndACheckDoesNot(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		until := func() time.Time {
			w.Helper()
			c, err := w.Store.Find(g.Connection.Name)
			must(w, err)
			return flow.IdleUntil(c)
		}
		if got, want := until(), g.Connection.AuthorizedAt.Add(flow.IdleLimit); !got.Equal(want) {
			w.Error("after the login", got, "not", want)
		}
		time.Sleep(20 * day)
		before := until()
		w.CheckAll(w.Context(), []keystore.Connection{g.Connection}, func(int, flow.Health) {})
		if !until().Equal(before) {
			w.Error("a check has moved it to", until())
		}
		for range 2 { // the first time right after a check, the second some time later
			_, err := w.Token(w.Context(), g.Connection.Name, fresh)
			must(w, err)
			if left := time.Until(until()); left > flow.IdleLimit || left < flow.IdleLimit-time.Minute {
				w.Error("after a renewal", left, "are left")
			}
			time.Sleep(5 * day)
		}
	})
}

func TestAnAuthorisationBeginsTheIdleLimitAnew(t *testing.T) {
	now := time.Now()
	renewed := now.Add(-25 * day)
	c := keystore.Connection{AuthorizedAt: now, RenewedAt: &renewed}
	if got := flow.IdleUntil(c); !got.Equal(now.Add(flow.IdleLimit)) {
		t.Error(got)
	}
}

func TestAnAuthorisationByAClockThatWasAheadPutsTheIdleLimitOffForNobody(t *testing.T) {
	now := time.Now()
	renewed := now.Add(-25 * day)
	ahead := keystore.Connection{AuthorizedAt: now.Add(60 * day)}
	if got := flow.IdleUntil(ahead); !got.IsZero() {
		t.Error("nobody has used it before", got)
	}
	ahead.RenewedAt = &renewed
	if got := flow.IdleUntil(ahead); !got.Equal(renewed.Add(flow.IdleLimit)) {
		t.Error("its last use that is known is that of", renewed, "and not before", got)
	}
}

func TestNobodyKnowsTheIdleLimitOfWhatHasEndedOrLivesBeyondIt(t *testing.T) {
	now := time.Now()
	seen := func(ago time.Duration) *time.Time { at := now.Add(-ago); return &at }
	for what, row := range map[string]struct {
		c     keystore.Connection
		known bool
	}{
		"authorised lately":                        {keystore.Connection{AuthorizedAt: now.Add(-day)}, true},
		"its limit may be over":                    {keystore.Connection{AuthorizedAt: now.Add(-40 * day), AliveAt: seen(20 * day)}, true},
		"alive after the limit":                    {keystore.Connection{AuthorizedAt: now.Add(-40 * day), AliveAt: seen(day)}, false},
		"alive after the limit, and renewed since": {keystore.Connection{AuthorizedAt: now.Add(-40 * day), AliveAt: seen(day), RenewedAt: seen(day)}, true},
		"ended":                   {keystore.Connection{AuthorizedAt: now.Add(-day), Verdict: string(flow.Reauthorise)}, false},
		"unreachable":             {keystore.Connection{AuthorizedAt: now.Add(-day), Verdict: string(flow.Transient)}, true},
		"nobody knows since when": {keystore.Connection{}, false},
	} {
		if until := flow.IdleUntil(row.c); until.IsZero() == row.known {
			t.Errorf("%s: %v", what, until)
		}
	}
}
