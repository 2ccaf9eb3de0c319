package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sfauth/flow"
	"sfauth/keystore"
)

// Why is an error as its first line says it: what is known of the failure, then what
// Salesforce said, or what else is known of its cause, in lower case and without a full
// stop. Whatever names the same failure elsewhere begins with the same words.
func Why(err error, r flow.Request) string {
	if u, ok := errors.AsType[flow.Unkept](err); ok {
		return Why(u.Err, r) + ": " + fragment(english.unkept(u, r))
	}
	failure, ok := errors.AsType[*flow.Error](err)
	if kind := flow.KindOf(err); !ok && kind != flow.KindUnknown && !errors.As(err, new(UsageError)) {
		return keystore.Clean(fragment(explain(&english, r, kind).Title)+beyond(err, kind), 500)
	}
	if !ok || failure.Kind == flow.KindUnknown {
		return keystore.Clean(err.Error(), 500)
	}
	why := fragment(explain(&english, r, failure.Kind).Title)
	switch {
	case flow.KindOf(failure.Err) == failure.Kind:
		why += beyond(failure.Err, failure.Kind)
	case failure.Err != nil || failure.Status != 0 || failure.Code != "" || failure.Description != "":
		why += ": " + failure.Error()
	}
	return keystore.Clean(strings.Replace(err.Error(), failure.Error(), why, 1), 500)
}

// unkept is what became of a grant that came and is not kept.
func (t *Text) unkept(u flow.Unkept, r flow.Request) string {
	if u.Revoked == nil {
		return t.Unkept
	}
	return t.UnkeptAlive(Why(u.Revoked, r))
}

// beyond is what err says besides its kind, which has a sentence: a path, a variable.
func beyond(err error, kind flow.Kind) string {
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
func Hint(err error, r flow.Request) string {
	if h, ok := errors.AsType[hinter](err); ok {
		return h.hint()
	}
	if exposed, ok := errors.AsType[*keystore.ExposedError](err); ok && exposed.Mend != "" {
		return fmt.Sprintf(english.Plain.run, exposed.Mend)
	}
	if u, ok := errors.AsType[flow.Unkept](err); ok && u.Revoked != nil {
		return RevokeByHand()
	}
	if errors.As(err, new(*keystore.ExportError)) {
		return english.Plain.otherFormat
	}
	failure, ok := errors.AsType[*flow.Error](err)
	switch kind := flow.KindOf(err); {
	case !ok && kind == flow.KindUnknown:
		return ""
	case kind == flow.KindTimeout:
		return english.Plain.pasteError // the wizard has a key for it
	case ok && kind == flow.KindClientCredentials && failure.Step == flow.StepExchange && r.ClientSecret.Empty():
		return english.Plain.giveSecret
	default:
		return fragment(explain(&english, r, kind).Fix[0])
	}
}

// hinter is an error that knows better than its kind what to do about it.
type hinter interface {
	error
	hint() string
}

// hinted gives any error a hint.
type hinted struct {
	error
	todo string
}

func (h hinted) hint() string  { return h.todo }
func (h hinted) Unwrap() error { return h.error }

// fragment is a sentence without its capital, but for that of a name, and without
// its full stop.
func fragment(sentence string) string {
	sentence = strings.TrimSuffix(sentence, ".")
	first, size := utf8.DecodeRuneInString(sentence)
	if strings.HasPrefix(sentence, "Salesforce ") || strings.HasPrefix(sentence, "Windows ") {
		return sentence
	}
	return string(unicode.ToLower(first)) + sentence[size:]
}
