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
)

// teller tells a login in finished sentences: all of it line by line, or what becomes of it
// when the person has left the screen.
type teller struct {
	all     *Text
	text    plainText
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
	t := &teller{all: &english, text: english.Plain, client: c, request: r, out: out}
	if out == nil {
		t.early = new(bytes.Buffer)
		t.out = t.early
	}
	return t
}

// say writes a line; what is put into it comes from outside, and is cleaned.
func (t *teller) say(format string, words ...string) {
	clean := make([]any, len(words))
	for i, w := range words {
		clean[i] = keystore.Clean(w, 0)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, format+"\n", clean...)
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
	t.say(t.text.saved, t.saved.Name, t.where)
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
	t.await(t.text.awaitKeychain)
}

// tell tells what has happened, and what is waited for next.
func (t *teller) tell(e flow.Event) {
	t.follow(e)
	switch e := e.(type) {
	case flow.KeychainReady:
		t.say(t.text.keychain, e.Where)
	case flow.Listening:
		t.tellCallback(e)
	case flow.Browser:
		t.tellBrowser(e.Err)
	case flow.Stray:
		t.tellStray(e)
	case flow.CodeReceived:
		t.say(t.text.code)
	case flow.TokensReceived:
		t.tellScopes(e)
	case flow.Saved:
		t.saySaved()
	case flow.Named:
		switch {
		case e.Err != nil:
			t.say(t.text.identityUnknown, Why(e.Err, *t.request))
		case e.Username != "":
			t.say(t.text.signedIn, e.Username)
		}
	case flow.Revoked:
		if e.Err == nil {
			t.say(t.text.revoked)
		} else {
			t.say(t.text.notRevoked, Why(e.Err, *t.request))
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
		t.await(t.text.awaitTokens)
	case flow.Identified:
		t.awaitVault()
	case flow.TokensReceived:
		t.await(t.text.awaitName)
	case flow.Saved:
		t.saved = &e.Connection
		t.await(t.text.awaitName)
	case flow.Named:
		if t.saved != nil && t.request.Existing != nil {
			t.await(t.text.awaitRevoked)
		}
	}
}

func (t *teller) tellCallback(e flow.Listening) {
	t.callback = e
	if e.PasteOnly {
		t.say(t.text.pasteOnly, e.Callback)
	} else {
		t.say(t.text.listening, e.Callback)
	}
}

// tellBrowser says, over SSH, how a browser on another machine reaches this one.
func (t *teller) tellBrowser(err error) {
	if t.browser = err; err == nil {
		t.say(t.text.opened)
		return
	}
	t.say(t.text.notOpened, t.all.Authorise.noBrowser(err))
	if c, bad := flow.ParseCallback(t.callback.Callback); bad == nil && !t.callback.PasteOnly && errors.Is(err, flow.ErrSSH) {
		t.say("%s", t.all.Authorise.Forward)
		t.say("\n%s\n", t.all.Authorise.ForwardBy(c.Port()))
	}
}

// tellStray says once that the browser insists on https: it tries again and again.
func (t *teller) tellStray(e flow.Stray) {
	switch {
	case e.Foreign:
		t.say(t.text.foreignStray)
	case !e.TLS:
		t.say(t.text.stray, e.Reason)
	case !t.insists:
		t.insists = true
		t.say(t.text.tlsStray)
	}
}

func (t *teller) tellScopes(e flow.TokensReceived) {
	missing := missingScopes(e.Asked, e.Granted)
	format := t.text.granted
	if len(e.Asked) > 0 && len(missing) == 0 {
		format = t.text.grantedAsked
	}
	t.say(format, strings.Join(e.Granted, ", "))
	if len(missing) > 0 {
		t.say(t.text.notGranted, strings.Join(missing, ", "))
	}
}
