package flow

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"sfauth/keystore"
)

// requestLimit is for one request to Salesforce, from the name look-up to the last
// byte of the answer.
const requestLimit = 30 * time.Second

// app is who asks at the token endpoint, and where that is.
type app struct {
	domain Domain
	id     string
	secret keystore.Secret // empty: a public client
}

// tokens is a usable answer of the token endpoint (SALESFORCE.md §3).
type tokens struct {
	access, refresh keystore.Secret // refresh is the old one where none came
	scopes          []string
	instance        string
	issued          string // milliseconds, as signed
	identity        identity
	signature       string
}

// exchange trades the code for tokens. It is sent once: a code is good for one use,
// and whether a lost answer used it up nobody can say (RFC 6749 §4.1.2).
func (c *Client) exchange(ctx context.Context, q question, code string) (tokens, error) {
	asker := app{q.Domain, q.ClientID, q.ClientSecret}
	return c.post(ctx, StepExchange, asker, func(ctx context.Context, conf *oauth2.Config) (*oauth2.Token, error) {
		conf.RedirectURL = q.callback.text
		return conf.Exchange(ctx, code, oauth2.VerifierOption(q.verifier))
	})
}

// refresh trades a refresh token for an access token and, with rotation, the next
// refresh token. It is sent once as well: using an old refresh token revokes the
// new one (SALESFORCE.md §5.1).
func (c *Client) refresh(ctx context.Context, asker app, old keystore.Secret) (tokens, error) {
	return c.post(ctx, StepRefresh, asker, func(ctx context.Context, conf *oauth2.Config) (*oauth2.Token, error) {
		return conf.TokenSource(ctx, &oauth2.Token{RefreshToken: old.Reveal()}).Token()
	})
}

// post makes one token request. Over HTTP/1.1, to which transport keeps, net/http sends
// a POST again only if nothing of it was written before; x/oauth2 only to find out the
// AuthStyle, so that is said (SALESFORCE.md §3).
func (c *Client) post(ctx context.Context, step Step, asker app,
	request func(context.Context, *oauth2.Config) (*oauth2.Token, error)) (tokens, error) {
	conf := &oauth2.Config{
		ClientID:     asker.id,
		ClientSecret: asker.secret.Reveal(),
		Endpoint:     oauth2.Endpoint{TokenURL: asker.domain.URL("/services/oauth2/token"), AuthStyle: oauth2.AuthStyleInParams},
	}
	limited, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	got, err := request(context.WithValue(limited, oauth2.HTTPClient, c.httpClient()), conf)
	switch {
	case err == nil:
		return readTokens(step, got)
	case ctx.Err() != nil:
		return tokens{}, context.Cause(ctx)
	}
	return tokens{}, tokenError(step, err)
}

// tokenError keeps what Salesforce said and nothing of a body that is not Salesforce's.
func tokenError(step Step, err error) *Error {
	if said, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return refusal(step, said.ErrorCode, said.ErrorDescription, said.Response.StatusCode)
	}
	if lost, ok := errors.AsType[*url.Error](err); ok {
		return &Error{Step: step, Kind: KindOf(lost), Err: lost.Err}
	}
	return &Error{Step: step, Kind: KindBadAnswer}
}

// readTokens takes the fields out of an answer. A refresh token that could not be kept
// on a line is none; at all else verify looks, when that one is safe.
func readTokens(step Step, t *oauth2.Token) (tokens, error) {
	field := func(name string) string {
		s, _ := t.Extra(name).(string)
		return s
	}
	if !opaque(t.RefreshToken) {
		return tokens{}, &Error{Step: step, Kind: KindBadAnswer}
	}
	id, _ := parseIdentity(field("id")) // verify will miss it
	return tokens{
		access:    keystore.NewSecret(t.AccessToken),
		refresh:   keystore.NewSecret(t.RefreshToken),
		scopes:    scopes(field("scope")),
		instance:  strings.TrimRight(field("instance_url"), "/"),
		issued:    fmt.Sprint(t.Extra("issued_at")),
		identity:  id,
		signature: field("signature"),
	}, nil
}

func opaque(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII || invisible(r) })
}

func scopes(granted string) []string {
	names := strings.Fields(granted)
	for i, name := range names {
		names[i] = keystore.Clean(name, 80)
	}
	return names
}
