package tui

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
	"sfauth/tui/window"
)

// Passphrase asks a person for the key to the encrypted file: on the screen of the
// wizard while that runs, else another way. Ask is a keystore.KeySource's Prompt.
type Passphrase struct {
	onScreen  atomic.Bool
	questions chan question
	otherwise func(ctx context.Context, fresh bool) (keystore.Secret, error) // asks where there is no screen
	mu        sync.Mutex
	late      keystore.Secret // typed when who had asked had given up
}

// NewPassphrase returns one that Options connects with the screen; where there is none,
// otherwise asks.
func NewPassphrase(otherwise func(ctx context.Context, fresh bool) (keystore.Secret, error)) *Passphrase {
	return &Passphrase{questions: make(chan question), otherwise: otherwise}
}

type question struct {
	fresh  bool
	done   <-chan struct{} // nobody waits any more
	answer chan keystore.Secret
}

type unaskedKey struct{}

// unasked marks what nobody asked for: it must not put a question in front of them.
func unasked(ctx context.Context) context.Context {
	return context.WithValue(ctx, unaskedKey{}, true)
}

// errNotGiven is for a passphrase that a person did not want to give, or to be asked for.
var errNotGiven = fmt.Errorf("%w: the passphrase was not given", keystore.ErrNoKey)

// Ask returns keystore.ErrNoKey when the person would rather not say, or did not ask
// for what needs it, and the cause of ctx.
func (p *Passphrase) Ask(ctx context.Context, fresh bool) (keystore.Secret, error) {
	if ctx.Value(unaskedKey{}) != nil {
		return keystore.Secret{}, errNotGiven
	}
	if !p.onScreen.Load() {
		return p.otherwise(ctx, fresh)
	}
	if s := p.take(keystore.Secret{}); !s.Empty() {
		return s, nil
	}
	q := question{fresh, ctx.Done(), make(chan keystore.Secret, 1)}
	select {
	case p.questions <- q:
	case <-ctx.Done():
		return keystore.Secret{}, context.Cause(ctx)
	}
	select {
	case s := <-q.answer:
		if s.Empty() {
			return s, errNotGiven
		}
		return s, nil
	case <-ctx.Done():
		return keystore.Secret{}, context.Cause(ctx)
	}
}

// take returns what was typed late, and keeps s in its place.
func (p *Passphrase) take(s keystore.Secret) keystore.Secret {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, p.late = p.late, s
	return s
}

// give answers a question. Where the store has given up meanwhile, its next question is
// answered with it.
func (p *Passphrase) give(q question, s keystore.Secret) {
	select {
	case <-q.done:
		p.take(s)
	default:
		q.answer <- s
	}
}

// listen waits for the next question.
func (w *wizard) listen() tea.Cmd {
	if w.secret == nil {
		return nil
	}
	w.secret.onScreen.Store(true)
	return func() tea.Msg {
		select {
		case q := <-w.secret.questions:
			return window.InTurn(func() tea.Cmd { w.Appear(newUnlock(w, q)); return w.listen() })
		case <-w.ctx.Done():
			return nil
		}
	}
}
