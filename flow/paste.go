package flow

import (
	"net/url"
	"strings"
	"unicode"

	"sfauth/keystore"
)

// parsePaste reads whatever a person copied: the redirect URI with its query, the query or
// the bare code, broken over lines, in quotes or among other words. The error is for that
// person, and the wait goes on.
func (q authorizationRequest) parsePaste(text string) (authorizationResponse, error) {
	const most = 64 // words: an authorization response has fewer
	words := strings.Fields(keystore.Clean(text, 0))
	words = words[:min(len(words), most)]
	// The whole text is tried first: a terminal may have broken the address over several lines.
	a, err := q.parsePastedWord(strings.Join(words, ""), !strings.ContainsAny(strings.TrimSpace(text), " \t"))
	for i := range words {
		for j := i + 1; err != nil && j <= len(words); j++ {
			if b, invalid := q.parsePastedWord(strings.Join(words[i:j], ""), false); invalid == nil {
				a, err = b, nil
			}
		}
	}
	a.pasted = true
	return a, err
}

// A shell quotes a pasted address with \, and the source of a web page has &amp; for &.
var unquoted = strings.NewReplacer(`\`, "", "&amp;", "&")

func (q authorizationRequest) parsePastedWord(word string, maybeCode bool) (authorizationResponse, error) {
	word = strings.Trim(unquoted.Replace(word), "\"'`<>()[]{},;.…|*“”‘’«»「」。、")
	_, query, isURL := strings.Cut(word, "?")
	if !isURL {
		query = word
	}
	query, _, _ = strings.Cut(query, "#")
	if i := strings.LastIndexByte(query, '%'); i >= 0 && i > len(query)-3 { // the copy ends within a percent-encoded character
		query = query[:i]
	}
	v, _ := url.ParseQuery(query)
	switch {
	case v.Has("response_type") || v.Has("code_challenge"):
		return authorizationResponse{}, &Error{Step: StepAllow, Kind: KindPasteAuthorizeURL}
	case v.Has("code") && !v.Has("state") && (isURL || len(v) > 1), q.isStateCut(v["state"]):
		return authorizationResponse{}, &Error{Step: StepAllow, Kind: KindPasteCut}
	case v.Has("state"):
		a, stray := q.parseResponse(v)
		if strings.ContainsAny(a.code, ":?&") { // two addresses without a blank between them
			return authorizationResponse{}, pasteErrors[StrayCode]
		}
		return a, pasteErrors[stray]
	case v.Has("error"): // of Salesforce's own error page, which has no state (SALESFORCE.md §4.1)
		return authorizationResponse{}, oauthError(StepAllow, v.Get("error"), v.Get("error_description"), 0)
	case v.Has("code") && !hasRepeated(v):
		return q.acceptBareCode(v.Get("code"))
	case maybeCode && !isURL:
		// A code that was copied out of the address still has its %3D%3D.
		if plain, err := url.PathUnescape(word); err == nil {
			return q.acceptBareCode(plain)
		}
	}
	return authorizationResponse{}, pasteErrors[StrayCode]
}

// isStateCut tells a state whose end is missing.
func (q authorizationRequest) isStateCut(state []string) bool {
	return len(state) == 1 && len(state[0]) < len(q.state) && strings.HasPrefix(q.state, state[0])
}

var pasteErrors = map[string]error{
	StrayState: &Error{Step: StepAllow, Kind: KindPasteWrongState},
	StrayCode:  &Error{Step: StepAllow, Kind: KindPasteNoCode},
}

// acceptBareCode takes a code that came without a state: only the browser that received it
// knows it, and PKCE makes it useless to other logins (RFC 9700 §4.7.1). Client ID and
// client secret, which the clipboard may still have from the step before, are refused.
func (q authorizationRequest) acceptBareCode(code string) (authorizationResponse, error) {
	if !looksLikeCode(code) || code == q.ClientID || q.ClientSecret.Equal(keystore.NewSecret(code)) {
		return authorizationResponse{}, pasteErrors[StrayCode]
	}
	return authorizationResponse{code: code}, nil
}

// looksLikeCode is false for a mistyped word and for the name of an error, which would end
// the login as a code.
func looksLikeCode(s string) bool {
	const shortest = 16
	return len(s) >= shortest && strings.ContainsFunc(s, unicode.IsDigit) && !strings.ContainsFunc(s, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-+/=~!", r)
	})
}
