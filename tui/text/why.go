package text

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"sfauth/flow"
	"sfauth/flow/export"
	"sfauth/keystore"
)

// Why is an error as its first line says it: what is known of the failure, then what
// Salesforce said, or what else is known of its cause, in lower case and without a full
// stop. Whatever names the same failure elsewhere begins with the same words.
func (t *Text) Why(err error, r flow.Request) string {
	if u, ok := errors.AsType[flow.Unkept](err); ok {
		return t.Why(u.Err, r) + ": " + t.Line(t.Unkept(u, r))
	}
	if w, ok := errors.AsType[worded](err); ok {
		return t.brief(w.Words(t))
	}
	failure, ok := errors.AsType[*flow.Error](err)
	if kind := flow.KindOf(err); !ok && kind != flow.KindUnknown && !errors.As(err, new(ownWords)) {
		return t.brief(t.Explain(kind, r).Why + Beyond(err, kind))
	}
	if !ok || failure.Kind == flow.KindUnknown {
		return t.brief(err.Error())
	}
	why := t.Explain(failure.Kind, r).Why
	switch {
	case flow.KindOf(failure.Err) == failure.Kind:
		why += Beyond(failure.Err, failure.Kind)
	case failure.Err != nil || failure.Status != 0 || failure.Code != "" || failure.Description != "":
		why += ": " + failure.Error()
	}
	return t.brief(strings.Replace(err.Error(), failure.Error(), why, 1))
}

// brief is what an error says, on one line.
func (t *Text) brief(why string) string { return keystore.Clean(t.Detail(why), 500) }

// worded is an error that finds its words in the Text.
type worded interface {
	error
	Words(t *Text) string
}

// ownWords is an error that says by itself what was wrong, as those of usage do.
type ownWords interface {
	error
	OwnWords()
}

// Unkept is what became of a grant that came and is not kept.
func (t *Text) Unkept(u flow.Unkept, r flow.Request) string {
	if u.Revoked == nil {
		return t.Revoked
	}
	return t.NotRevoked(t.Why(u.Revoked, r))
}

// Beyond is what err says besides its kind, which has a sentence: a path, a variable.
func Beyond(err error, kind flow.Kind) string {
	root := err
	for inner := root; inner != nil; inner = within(root, kind) {
		root = inner
	}
	rest := strings.Replace(err.Error(), root.Error()+": ", "", 1)
	rest = strings.TrimSuffix(strings.TrimSpace(strings.Replace(rest, root.Error(), "", 1)), ":")
	switch {
	case rest == "":
		return ""
	case rest[0] == '(':
		return " " + rest
	}
	return ": " + rest
}

// within is the error of a kind that err wraps.
func within(err error, kind flow.Kind) error {
	var all []error
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		all = []error{e.Unwrap()}
	case interface{ Unwrap() []error }:
		all = e.Unwrap()
	}
	i := slices.IndexFunc(all, func(e error) bool { return flow.KindOf(e) == kind })
	if i < 0 {
		return nil
	}
	return all[i]
}

// Hint is what to do about an error, as its last line says it; empty when there is
// nothing sensible to say.
func (t *Text) Hint(err error, r flow.Request) string {
	if h, ok := errors.AsType[hinter](err); ok {
		return h.Hint(t)
	}
	if exposed, ok := errors.AsType[*keystore.ExposedError](err); ok && exposed.Mend != "" {
		return t.Lines.Run(exposed.Mend)
	}
	if u, ok := errors.AsType[flow.Unkept](err); ok && u.Revoked != nil {
		return t.Line(t.Remove.RevokeByHand)
	}
	switch {
	case errors.As(err, new(*export.Error)):
		return t.Lines.OtherFormat
	case errors.Is(err, export.ErrNoInstance):
		return t.Lines.Run("sfauth token " + keystore.Clean(r.Name, 64))
	}
	failure, ok := errors.AsType[*flow.Error](err)
	switch kind := flow.KindOf(err); {
	case !ok && kind == flow.KindUnknown:
		return ""
	case kind == flow.KindTimeout:
		return t.Lines.PasteError // the wizard has a key for it
	case ok && kind == flow.KindClientCredentials && failure.Step == flow.StepExchange && r.ClientSecret.Empty():
		return t.Lines.GiveSecret
	default:
		return t.Explain(kind, r).Hint
	}
}

// hinter is an error that knows better than its kind what to do about it.
type hinter interface {
	error
	Hint(t *Text) string
}

// Explain is what is known of a kind of failure, and of what it is about.
func (t *Text) Explain(k flow.Kind, r flow.Request) Trouble { return t.Explained(k, t.about(r)) }

func (t *Text) about(r flow.Request) About {
	a := About{Callback: cmp.Or(r.RedirectURI, flow.DefaultRedirectURI), Name: r.Name, Host: t.Trouble.NoHost, Logout: t.Trouble.NoHost}
	if c, err := flow.ParseRedirectURI(a.Callback); err == nil {
		a.Port = c.Port()
	}
	if _, odd, _ := flow.CheckClientID(r.ClientID); odd != flow.PastedUnknown { // an app may have been given such a key
		a.OddClientID = t.App.OddClientID.Of(odd)
	}
	if r.Existing != nil {
		a.Name = r.Existing.Name
	}
	if !r.Domain.IsZero() {
		a.Host, a.Logout = keystore.Clean(r.Domain.String(), 100), keystore.Clean(r.Domain.URL("/secur/logout.jsp"), 200)
	}
	a.Callback, a.Name = keystore.Clean(a.Callback, 200), keystore.Clean(a.Name, 64)
	return a
}

// RequestOf is what sentences say of a saved connection.
func RequestOf(c keystore.Connection) flow.Request {
	domain, _ := flow.ParseDomain(c.Domain)
	return flow.Request{Domain: domain, RedirectURI: c.RedirectURI, Name: c.Name}
}
