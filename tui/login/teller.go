package login

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// Teller tells a login in finished sentences: all of it line by line, or what becomes of it
// when the person has left the screen.
type Teller struct {
	Words   *text.Text
	client  *flow.Client
	request *flow.Request

	Callback flow.Listening
	Where    string          // secrets go
	Browser  error           // why none was opened
	Deaf     bool            // nothing can be pasted
	Ignored  atomic.Int64    // requests that were not the answer
	strays   map[string]bool // sentences about such: said
	saved    *keystore.Connection
	screen   bool // it follows a screen, which says itself what it leaves behind

	mu    sync.Mutex // a paste is answered while the login goes on
	out   io.Writer
	early *bytes.Buffer // what was said before somebody listened; nil: out does
	waits string        // what is waited for, until it is over
	since time.Time     // when that began
	said  bool          // that it is waited for
	timer *time.Timer

	unheard bool
}

// NewTeller returns one that tells out, or, where that is nil, whom speak says later.
func NewTeller(words *text.Text, c *flow.Client, r *flow.Request, out io.Writer) *Teller {
	t := &Teller{Words: words, client: c, request: r, out: out}
	if out == nil {
		t.screen = true
		t.early = new(bytes.Buffer)
		t.out = t.early
	}
	return t
}

// Say writes a line. It is cleaned: what is put into it may come from outside.
func (t *Teller) Say(sentence string) { t.write(keystore.Clean(sentence, 0) + "\n") }

// SayApart writes what is to be copied between blank lines.
func (t *Teller) SayApart(text string) { t.write("\n" + keystore.Clean(text, 0) + "\n\n") }

func (t *Teller) write(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := io.WriteString(t.out, text); err != nil {
		t.unheard = true
	}
}

// Unheard tells whether nobody is there any more to hear what is said.
func (t *Teller) Unheard() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.unheard
}

// Await says what is waited for from now on, if that takes longer than a second.
func (t *Teller) Await(sentence string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	t.waits, t.since, t.said = sentence, time.Now(), false
	if sentence != "" && t.early == nil {
		t.timer = time.AfterFunc(time.Second, t.remind)
	}
}

// Hurry says at once what is waited for: the person has left, or has waited long enough.
func (t *Teller) Hurry() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sayWaits()
}

func (t *Teller) sayWaits() {
	if t.waits != "" && !t.said {
		fmt.Fprintln(t.out, t.waits)
		t.said = true
	}
}

// remind says what is waited for, and from then on how long that is, ever more rarely.
func (t *Teller) remind() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer == nil {
		return
	}
	waited := time.Since(t.since)
	if t.said && waited > 10*time.Second {
		fmt.Fprintln(t.out, t.Words.Lines.StillBusy(t.Words.Lines.Lasting(waited)))
	}
	t.sayWaits()
	t.timer = time.AfterFunc(max(14*time.Second, waited), t.remind)
}

// Speak tells out what there is to be told from here on: the person has left the screen.
func (t *Teller) Speak(out io.Writer) {
	t.mu.Lock()
	if t.early != nil {
		_, _ = t.early.WriteTo(out)
	}
	t.out, t.early = out, nil
	t.mu.Unlock()
	t.Hurry()
}

// AwaitVault awaits the place that the secrets of the login go to, which may ask for a
// passphrase in its own words.
func (t *Teller) AwaitVault() {
	switch GoesTo(t.client, *t.request) {
	case FileStore:
		t.Await("")
	case keystore.PostgresKind:
		t.Await(t.Words.Lines.AwaitDatabase)
	default:
		t.Await(t.Words.Lines.AwaitKeychain)
	}
}

// Asks says at once that a window of the keychain's waits for an answer, or, where a screen
// shows that, to who leaves it before.
func (t *Teller) Asks() {
	t.Await(t.Words.Lines.AwaitAnswer)
	t.mu.Lock()
	shown := t.early != nil
	t.mu.Unlock()
	if !shown {
		t.Hurry()
	}
}

// Tell tells what has happened, and what is waited for next.
func (t *Teller) Tell(e flow.Event) {
	before := t.Where
	t.Follow(e)
	switch e := e.(type) {
	case flow.KeychainReady:
		if t.Where != before { // each attempt looks
			t.Say(t.Words.Lines.Keychain(t.Where))
		}
	case flow.Listening:
		t.tellCallback(e)
	case flow.Browser:
		t.SayOpened(e.Err)
	case flow.Stray:
		t.tellStray(e)
	case flow.CodeReceived:
		t.Say(t.Words.Lines.Code)
	case flow.TokensReceived:
		t.tellScopes(e)
	case flow.Identified:
		if e.OrgID != "" { // an introspection may leave it out
			t.Say(t.Words.Lines.Org(e.OrgID, e.InstanceURL))
		}
	case flow.Saved:
		if !t.screen {
			t.Say(t.Words.Lines.Saved(t.saved.Name, t.Where))
		}
	case flow.Named:
		switch {
		case e.Err != nil:
			t.Say(t.Words.Lines.IdentityUnknown(t.Words.Why(e.Err, *t.request)))
		case e.Username != "":
			t.Say(t.Words.Lines.SignedIn(e.Username))
		}
	case flow.Revoked:
		if e.Err == nil {
			t.Say(t.Words.Lines.Revoked)
		} else {
			t.Say(t.Words.Lines.NotRevoked(t.Words.Why(e.Err, *t.request)))
		}
	}
}

// Follow keeps in mind what e says about what is waited for next.
func (t *Teller) Follow(e flow.Event) {
	t.Await("")
	switch e := e.(type) {
	case flow.KeychainAsks:
		t.Asks()
	case flow.KeychainReady:
		t.Where = t.Words.StoreName(e.Kind, e.Name)
	case flow.CodeReceived:
		t.Await(t.Words.Lines.AwaitTokens)
	case flow.Identified:
		t.AwaitVault()
	case flow.TokensReceived:
		t.Await(t.Words.Lines.AwaitName)
	case flow.Saved:
		t.saved = &e.Connection
		t.Await(t.Words.Lines.AwaitName)
	case flow.Named:
		if t.saved != nil && t.request.Existing != nil {
			t.Await(t.Words.Lines.AwaitRevoked)
		}
	}
}

func (t *Teller) tellCallback(e flow.Listening) {
	t.Callback = e
	if e.PasteOnly {
		t.Say(t.Words.Lines.PasteOnly(e.Callback))
	} else {
		t.Say(t.Words.Lines.Listening(e.Callback))
	}
}

// SayOpened says whether a browser was, and over SSH how one on another machine reaches this
// one.
func (t *Teller) SayOpened(err error) {
	if t.Browser = err; err == nil {
		t.Say(t.Words.Lines.Opened)
		return
	}
	t.Say(t.Words.Lines.NotOpened(t.Words.Authorise.NoBrowser(err)))
	if c, bad := flow.ParseRedirectURI(t.Callback.Callback); bad == nil && !t.Callback.PasteOnly && errors.Is(err, flow.ErrSSH) {
		t.Say(t.Words.Authorise.Forward)
		t.SayApart(t.Words.Authorise.ForwardBy(c.Port()))
	}
}

// tellStray says a thing once: whoever does not know better tries again and again.
func (t *Teller) tellStray(e flow.Stray) {
	l := t.Words.Lines
	sentence := l.Strays.Of(e.Reason)
	switch {
	case e.Foreign && t.Deaf:
		sentence = l.ForeignStrayUnheard
	case e.Foreign:
		sentence = l.ForeignStray
	case e.TLS && t.Deaf:
		sentence = l.TLSStrayUnheard
	case e.TLS:
		sentence = l.TLSStray
	}
	t.Ignored.Store(int64(e.Count))
	if t.strays[sentence] {
		return
	}
	if t.strays == nil {
		t.strays = map[string]bool{}
	}
	t.strays[sentence] = true
	t.Say(sentence)
}

func (t *Teller) tellScopes(e flow.TokensReceived) {
	missing := MissingScopes(e.Asked, e.Granted)
	granted := t.Words.Lines.Granted
	if len(e.Asked) > 0 && len(missing) == 0 {
		granted = t.Words.Lines.GrantedAsked
	}
	t.Say(granted(strings.Join(e.Granted, ", ")))
	if len(missing) > 0 {
		t.Say(t.Words.Lines.NotGranted(strings.Join(missing, ", ")))
	}
}
