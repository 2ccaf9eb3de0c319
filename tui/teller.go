package tui

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// teller tells a login in finished sentences: all of it line by line, or what becomes of it
// when the person has left the screen.
type teller struct {
	all     *text.Text
	text    text.LinesText
	client  *flow.Client
	request *flow.Request

	callback flow.Listening
	where    string // secrets go
	browser  error  // why none was opened
	insists  bool   // the browser, on https: said
	saved    *keystore.Connection
	told     bool // that it is

	mu    sync.Mutex // a paste is answered while the login goes on
	out   io.Writer
	early *bytes.Buffer // what was said before somebody listened; nil: out does
	waits string        // what is waited for, until it is said or over
	timer *time.Timer
}

// newTeller returns one that tells out, or, where that is nil, whom speak says later.
func newTeller(c *flow.Client, r *flow.Request, out io.Writer) *teller {
	t := &teller{all: &text.English, text: text.English.Lines, client: c, request: r, out: out}
	if out == nil {
		t.early = new(bytes.Buffer)
		t.out = t.early
	}
	return t
}

// say writes a line. It is cleaned: what is put into it may come from outside.
func (t *teller) say(sentence string) { t.write(keystore.Clean(sentence, 0) + "\n") }

// sayApart writes what is to be copied between blank lines.
func (t *teller) sayApart(text string) { t.write("\n" + keystore.Clean(text, 0) + "\n\n") }

func (t *teller) write(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = io.WriteString(t.out, text)
}

// await says what is waited for from now on, if that takes longer than a second.
func (t *teller) await(sentence string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	if t.waits = sentence; sentence != "" && t.early == nil {
		t.timer = time.AfterFunc(time.Second, t.hurry)
	}
}

// hurry says at once what is waited for: the person has left, or has waited long enough.
func (t *teller) hurry() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waits != "" {
		fmt.Fprintln(t.out, t.waits)
		t.waits = ""
	}
}

func (t *teller) saySaved() {
	t.say(t.text.Saved(t.saved.Name, t.where))
	t.told = true
}

// speak tells out what there is to be told from here on: the person has left the screen.
func (t *teller) speak(out io.Writer) {
	t.mu.Lock()
	if t.early != nil {
		_, _ = t.early.WriteTo(out)
	}
	t.out, t.early = out, nil
	t.mu.Unlock()
	if t.saved != nil && !t.told {
		t.saySaved()
	}
	t.hurry()
}

// awaitVault awaits the place that the secrets of the login go to, which may ask for a
// passphrase in its own words.
func (t *teller) awaitVault() {
	if goesToFile(t.client, *t.request) {
		t.await("")
		return
	}
	t.await(t.text.AwaitKeychain)
}

// tell tells what has happened, and what is waited for next.
func (t *teller) tell(e flow.Event) {
	t.follow(e)
	switch e := e.(type) {
	case flow.KeychainReady:
		t.say(t.text.Keychain(e.Where))
	case flow.Listening:
		t.tellCallback(e)
	case flow.Browser:
		t.tellBrowser(e.Err)
	case flow.Stray:
		t.tellStray(e)
	case flow.CodeReceived:
		t.say(t.text.Code)
	case flow.TokensReceived:
		t.tellScopes(e)
	case flow.Saved:
		t.saySaved()
	case flow.Named:
		switch {
		case e.Err != nil:
			t.say(t.text.IdentityUnknown(text.English.Why(e.Err, *t.request)))
		case e.Username != "":
			t.say(t.text.SignedIn(e.Username))
		}
	case flow.Revoked:
		if e.Err == nil {
			t.say(t.text.Revoked)
		} else {
			t.say(t.text.NotRevoked(text.English.Why(e.Err, *t.request)))
		}
	}
}

// follow keeps in mind what e says about what is waited for next.
func (t *teller) follow(e flow.Event) {
	t.await("")
	switch e := e.(type) {
	case flow.KeychainReady:
		t.where = e.Where
	case flow.CodeReceived:
		t.await(t.text.AwaitTokens)
	case flow.Identified:
		t.awaitVault()
	case flow.TokensReceived:
		t.await(t.text.AwaitName)
	case flow.Saved:
		t.saved = &e.Connection
		t.await(t.text.AwaitName)
	case flow.Named:
		if t.saved != nil && t.request.Existing != nil {
			t.await(t.text.AwaitRevoked)
		}
	}
}

func (t *teller) tellCallback(e flow.Listening) {
	t.callback = e
	if e.PasteOnly {
		t.say(t.text.PasteOnly(e.Callback))
	} else {
		t.say(t.text.Listening(e.Callback))
	}
}

// tellBrowser says, over SSH, how a browser on another machine reaches this one.
func (t *teller) tellBrowser(err error) {
	if t.browser = err; err == nil {
		t.say(t.text.Opened)
		return
	}
	t.say(t.text.NotOpened(t.all.Authorise.NoBrowser(err)))
	if c, bad := flow.ParseCallback(t.callback.Callback); bad == nil && !t.callback.PasteOnly && errors.Is(err, flow.ErrSSH) {
		t.say(t.all.Authorise.Forward)
		t.sayApart(t.all.Authorise.ForwardBy(c.Port()))
	}
}

// tellStray says once that the browser insists on https: it tries again and again.
func (t *teller) tellStray(e flow.Stray) {
	switch {
	case e.Foreign:
		t.say(t.text.ForeignStray)
	case !e.TLS:
		t.say(t.text.Stray(e.Reason))
	case !t.insists:
		t.insists = true
		t.say(t.text.TLSStray)
	}
}

func (t *teller) tellScopes(e flow.TokensReceived) {
	missing := missingScopes(e.Asked, e.Granted)
	granted := t.text.Granted
	if len(e.Asked) > 0 && len(missing) == 0 {
		granted = t.text.GrantedAsked
	}
	t.say(granted(strings.Join(e.Granted, ", ")))
	if len(missing) > 0 {
		t.say(t.text.NotGranted(strings.Join(missing, ", ")))
	}
}
