package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/login"
	"sfauth/tui/window"
)

// recheck asks once more about all that is shown, and sees what others have saved.
func (h *home) recheck() tea.Cmd {
	for _, s := range h.shown {
		s.health, s.checking = flow.Health{}, false
	}
	h.asked = true
	return h.open()
}

// resume checks what has not been checked: another run may have ended the last one.
// The first frame is drawn before any secret is read.
func (h *home) resume() tea.Cmd {
	var which []*saved
	var conns []keystore.Connection
	idle := false // there is a connection that no check is under way for
	for _, s := range h.all {
		if s.health.Verdict != "" {
			continue
		}
		which, conns = append(which, s), append(conns, s.Connection)
		idle = idle || !h.busy(s)
		s.checking = true
	}
	if !idle {
		return nil
	}
	client, asked := h.w.client, h.asked
	h.asked = false
	checks := h.w.start(h, func(ctx context.Context, send func(window.InTurn)) (*keystore.Connection, error) {
		if !asked {
			ctx = unasked(ctx)
		}
		found, told := make(chan func(), len(conns)), make(chan struct{})
		go func() {
			defer close(told)
			tellInFrames(ctx, found, send)
		}()
		client.CheckAll(ctx, conns, func(i int, health flow.Health) { found <- func() { which[i].heard(health) } })
		close(found)
		<-told
		send(func() tea.Cmd { h.settle(); return nil })
		return nil, nil
	})
	return tea.Batch(checks, h.spin())
}

// tellInFrames sends what has come in since the last frame as one: each message that a window
// hears costs a frame, and of thousands of verdicts hundreds come within one. news has room for
// all, so that nobody who finds something out waits for the screen.
func tellInFrames(ctx context.Context, news <-chan func(), send func(window.InTurn)) {
	for one := range news {
		all := []func(){one}
		for range len(news) {
			all = append(all, <-news)
		}
		send(func() tea.Cmd {
			for _, hear := range all {
				hear()
			}
			return nil
		})
		select {
		case <-time.After(window.AFrame):
		case <-ctx.Done():
		}
	}
}

// busy tells whether a check of s is under way.
func (h *home) busy(s *saved) bool {
	return s.checking && h.w.run != nil && h.w.run.owner == window.Screen(h) && h.w.run.ctx.Err() == nil
}

// spin moves the spinners as long as there are any.
func (h *home) spin() tea.Cmd {
	if h.moving {
		return nil
	}
	h.moving = true
	return window.After(working, h.tick)
}

func (h *home) tick() tea.Cmd {
	h.frame++
	h.moving = false
	if slices.ContainsFunc(h.all, h.busy) {
		return h.spin()
	}
	return nil
}

// askStores asks what the stores of the saved connections are called, and the database that
// a person may choose. Of the others a login finds it out by itself.
func (w *wizard) askStores() tea.Cmd {
	var kinds []string
	if w.home != nil {
		kinds = w.home.stores()
	}
	if login.Offers(w.client) && !slices.Contains(kinds, keystore.PostgresKind) {
		kinds = append(kinds, keystore.PostgresKind)
	}
	var ask []tea.Cmd
	store := w.client.Store
	for _, kind := range kinds {
		ask = append(ask, func() tea.Msg {
			own := store.Describe(w.ctx, kind)
			return window.InTurn(func() tea.Cmd { w.nameStore(kind, own); return nil })
		})
	}
	return tea.Batch(ask...)
}

// stores are the kinds of store that the connections are in.
func (h *home) stores() (kinds []string) {
	for _, s := range h.all {
		if !slices.Contains(kinds, s.Store) {
			kinds = append(kinds, s.Store)
		}
	}
	return kinds
}
