package demo

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	codeLifetime = 15 * time.Minute // SALESFORCE.md §2

	errorPagePath      = "/setup/secur/RemoteAccessErrorPage.apexp"
	genericCode        = "OAUTH_APPROVAL_ERROR_GENERIC"
	genericDescription = "An unexpected error has occured during authentication. Please try again." // sic
	scopeDescription   = "the requested scope is invalid, unknown, or malformed"
)

// request is an authorize request that is waiting for a person's answer.
type request struct {
	app       App
	callback  string
	scopes    []string
	state     string
	challenge string
	user      user
}

// code is what an authorization code stands for.
type code struct {
	request
	issued time.Time
}

// What never reaches the callback (SALESFORCE.md §4.1).
var (
	unknownClient    = rawText(asText, "invalid_client_id", "client identifier invalid")
	missingCallback  = rawText(asText, "redirect_uri_missing", "redirect_uri missing")
	callbackMismatch = pre(rawText(asHTML, "redirect_uri_mismatch", "redirect_uri must match configuration"))
	missingChallenge = rawText("", "invalid_request", "missing required code challenge")
	unknownMethod    = rawText("", "invalid_request", "unsupported code challenge method")
)

func pre(a answer) answer {
	a.body = "<pre>" + a.body + "</pre>"
	return a
}

// authorize shows the consent page, or says on Salesforce's own page or at the
// callback why not.
func (o *Org) authorize(r *http.Request) answer {
	q := r.Form
	app, known := o.apps[q.Get("client_id")]
	callback := q.Get("redirect_uri")
	switch {
	case !known:
		return unknownClient
	case callback == "":
		return missingCallback
	case !slices.Contains(app.Callbacks, callback):
		return callbackMismatch
	case app.PKCERequired && q.Get("code_challenge") == "":
		return missingChallenge
	case !slices.Contains([]string{"", "S256"}, q.Get("code_challenge_method")): // none means S256 (SALESFORCE.md §2)
		return unknownMethod
	}
	asked := request{
		app: app, callback: callback, scopes: strings.Fields(q.Get("scope")), state: q.Get("state"),
		challenge: q.Get("code_challenge"), user: userNamed(q.Get("login_hint")),
	}
	if len(asked.scopes) == 0 {
		asked.scopes = app.Scopes
	}
	switch {
	case q.Get("response_type") != "code":
		return asked.refuse("unsupported_response_type", "response type not supported")
	case !app.allows(asked.scopes):
		return asked.refuse("invalid_scope", scopeDescription)
	case q.Get("immediate") == "true": // nobody is ever logged in already
		return asked.refuse("immediate_unsuccessful", "immediate unsuccessful")
	}

	handle := rand.Text()
	o.mu.Lock()
	o.asked[handle] = asked
	o.mu.Unlock()
	return asked.consentPage(r, handle)
}

// consent takes the person's answer. The handle is good for one answer, and only
// who saw the page has it.
func (o *Org) consent(r *http.Request) answer {
	o.mu.Lock()
	defer o.mu.Unlock()
	handle := r.PostForm.Get("handle")
	asked, open := o.asked[handle]
	delete(o.asked, handle)
	switch {
	case !open:
		return notice(http.StatusBadRequest, "This page was answered already", "Start again from where you came.")
	case r.PostForm.Get("answer") != "allow":
		return asked.refuse("access_denied", "end-user denied authorization")
	}
	c := "aPrx" + rand.Text() + rand.Text() + "=="
	o.codes[c] = code{asked, o.now()}
	return asked.back(url.Values{"code": {c}})
}

// back redirects to the callback, with the state of the request.
func (q request) back(say url.Values) answer {
	to, err := url.Parse(q.callback)
	if err != nil { // only an App that no Setup would save
		return callbackMismatch
	}
	query := to.Query()
	for name := range say {
		query.Set(name, say.Get(name))
	}
	if q.state != "" {
		query.Set("state", q.state)
	}
	to.RawQuery = query.Encode()
	a := redirect(http.StatusFound, to.String())
	a.err = say.Get("error")
	return a
}

func (q request) refuse(code, description string) answer {
	return q.back(url.Values{"error": {code}, "error_description": {description}})
}

// toErrorPage sends people to where Salesforce leaves those whose approval failed.
func toErrorPage(code, description string) answer {
	why := url.Values{"error": {code}, "error_description": {description}}
	a := redirect(http.StatusFound, errorPagePath+"?"+why.Encode())
	a.err = code
	return a
}

// errorPage gives the reason in its address alone (SALESFORCE.md §4.1).
func (o *Org) errorPage(*http.Request) answer {
	return notice(http.StatusOK, "OAuth Error", genericCode+" : "+genericDescription)
}

// sameScope names the scopes that Setup offers as one.
var sameScope = map[string]string{
	"offline_access": "refresh_token", "profile": "id", "email": "id", "address": "id", "phone": "id",
}

func canonical(scope string) string {
	if same, ok := sameScope[scope]; ok {
		return same
	}
	return scope
}

func (a App) allows(scopes []string) bool {
	return !slices.ContainsFunc(scopes, func(s string) bool {
		return !slices.ContainsFunc(a.Scopes, func(has string) bool { return canonical(has) == canonical(s) })
	})
}

func has(scopes []string, want string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return canonical(s) == want })
}
