package tui

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/window"
)

// Passphrase asks a person for the key to the encrypted file, or to what is in PostgreSQL: on the screen of the
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
	shared bool            // of the connections in PostgreSQL
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
	q := question{fresh, keystore.IsForPostgres(ctx), ctx.Done(), make(chan keystore.Secret, 1)}
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

// unlock is the screen that asks, twice where the passphrase is a new one.
type unlock struct {
	w             *wizard
	from          window.Screen
	question      question
	form          page.Form
	first, second *page.Row
}

func newUnlock(w *wizard, q question) *unlock {
	u := &unlock{w: w, from: w.Screen, question: q}
	t := w.text.Passphrase
	u.first = &page.Row{Label: t.Passphrase, Field: page.NewField("", ""), Verb: w.text.Keys.Continue, Enter: u.enter}
	u.second = &page.Row{Label: t.Again, Field: page.NewField("", ""), Verb: w.text.Keys.Continue, Enter: u.enter, Hidden: !q.fresh}
	if q.fresh {
		u.first.Label = t.New
	}
	u.form.Rows = []*page.Row{u.first, u.second}
	for _, r := range u.form.Rows {
		r.Field.Masked, r.Field.Spaced = true, true
	}
	u.form.To(u.first)
	return u
}

func (u *unlock) Place() (int, string) { return window.Step(u.from), u.w.text.Passphrase.Title }
func (u *unlock) Under() window.Screen { return u.from }
func (u *unlock) Focus() *page.Field   { return u.form.Focus() }

func (u *unlock) Keys() []page.Action {
	k := u.w.text.Keys
	reveal := k.RevealPassphrase
	if !u.first.Field.Masked {
		reveal = k.HidePassphrase
	}
	return append(u.form.Keys(u.w.text.Keys.Move),
		page.Press("esc", k.Back, func() tea.Cmd { return u.answer(keystore.Secret{}) }),
		page.Press("ctrl+r", reveal, func() tea.Cmd {
			u.first.Field.Masked = !u.first.Field.Masked
			u.second.Field.Masked = u.first.Field.Masked
			return nil
		}),
	)
}

func (u *unlock) answer(s keystore.Secret) tea.Cmd {
	u.w.secret.give(u.question, s)
	u.w.Show(u.from)
	return nil
}

func (u *unlock) enter() tea.Cmd {
	t, first, second := u.w.text.Passphrase, u.first.Field, u.second.Field
	switch {
	case first.Value() == "":
		first.Complaint = t.Empty
		u.form.To(u.first)
	case u.question.fresh && u.form.On(u.first):
		u.form.To(u.second)
	case u.question.fresh && first.Value() != second.Value():
		second.Complaint = t.Differ
	default:
		return u.answer(keystore.NewSecret(first.Value()))
	}
	return nil
}

func (u *unlock) Draw(p *page.Page) {
	t := u.w.text.Passphrase
	heading, headingNew, noWayBack := t.Heading, t.HeadingNew, t.NoWayBack
	if u.question.shared {
		heading, headingNew, noWayBack = t.HeadingShared, t.HeadingNewShared, t.NoWayBackShared
	}
	if u.question.fresh {
		heading = headingNew
	}
	p.Heading(heading)
	u.form.Draw(p, u.first)
	p.Gap()
	if u.question.fresh {
		u.form.Draw(p, u.second)
		p.Gap()
		p.Prose(p.Style.Dim, noWayBack)
	}
	p.Aside(t.Elsewhere)
}
