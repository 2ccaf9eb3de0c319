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
	notApproved        = "user is not admin approved to access this app"
	scopeDescription   = "the requested scope is invalid, unknown, or malformed"
)

// request is an authorization request that waits for the consent of a person.
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

// Errors that Salesforce shows on its own page and never sends to the redirect URI
// (SALESFORCE.md §4.1).
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

// authorize shows the consent page, or an error on Salesforce's own page or at the redirect
// URI.
func (o *Org) authorize(r *http.Request) answer {
	q := r.Form
	app, known := o.app(q.Get("client_id"))
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
	pending := request{
		app: app, callback: callback, scopes: strings.Fields(q.Get("scope")), state: q.Get("state"),
		challenge: q.Get("code_challenge"), user: userNamed(q.Get("login_hint")),
	}
	if len(pending.scopes) == 0 {
		pending.scopes = app.Scopes
	}
	switch {
	case q.Get("response_type") != "code":
		return pending.refuse("unsupported_response_type", "response type not supported")
	case app.Unapproved:
		return pending.refuse("OAUTH_APP_ACCESS_DENIED", notApproved)
	case !app.allows(pending.scopes):
		return pending.refuse("invalid_scope", scopeDescription)
	case q.Get("immediate") == "true": // no browser has a session here
		return pending.refuse("immediate_unsuccessful", "immediate unsuccessful")
	}

	handle := rand.Text()
	o.mu.Lock()
	o.waiting[handle] = pending
	o.mu.Unlock()
	return pending.consentPage(r, handle)
}

// consent takes the person's answer. A handle is good for one answer, and only the browser
// that was shown the page has it.
func (o *Org) consent(r *http.Request) answer {
	o.mu.Lock()
	defer o.mu.Unlock()
	handle := r.PostForm.Get("handle")
	pending, open := o.waiting[handle]
	delete(o.waiting, handle)
	switch {
	case !open:
		return notice(http.StatusBadRequest, "This page was answered already", "Start again from where you came.")
	case r.PostForm.Get("answer") != "allow":
		return pending.refuse("access_denied", "end-user denied authorization")
	}
	c := "aPrx" + rand.Text() + rand.Text() + "=="
	o.codes[c] = code{pending, o.now()}
	return pending.back(url.Values{"code": {c}})
}

// back redirects to the redirect URI, with the state of the request.
func (q request) back(say url.Values) answer {
	to, err := url.Parse(q.callback)
	if err != nil { // of an App that no Setup would save
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

// toErrorPage redirects to the page where Salesforce leaves a person whose approval failed.
func toErrorPage(code, description string) answer {
	why := url.Values{"error": {code}, "error_description": {description}}
	a := redirect(http.StatusFound, errorPagePath+"?"+why.Encode())
	a.err = code
	return a
}

// errorPage has the reason in its address alone (SALESFORCE.md §4.1).
func (o *Org) errorPage(*http.Request) answer {
	return notice(http.StatusOK, "OAuth Error", genericCode+" : "+genericDescription)
}

// sameScope has the scopes that Setup offers together with another one.
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
