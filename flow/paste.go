package flow

import (
	"net/url"
	"strings"
	"unicode"

	"sfauth/keystore"
)

// parsePaste takes whatever a person copied: the redirected address, its query or
// the bare code, broken over lines, in quotes or among other words. The error is
// for that person; nothing ends by it.
func (q authorizationRequest) parsePaste(text string) (authorizationResponse, error) {
	const most = 64 // words; what is longer is no answer
	words := strings.Fields(keystore.Clean(text, 0))
	words = words[:min(len(words), most)]
	// Whole first: a terminal may have broken the address over several lines.
	a, err := q.parsePastedWord(strings.Join(words, ""), !strings.ContainsAny(strings.TrimSpace(text), " \t"))
	for i := range words {
		for j := i + 1; err != nil && j <= len(words); j++ {
			if b, wrong := q.parsePastedWord(strings.Join(words[i:j], ""), false); wrong == nil {
				a, err = b, nil
			}
		}
	}
	a.pasted = true
	return a, err
}

// A shell quotes an address that is pasted with \, a web page its & with &amp;.
var unquoted = strings.NewReplacer(`\`, "", "&amp;", "&")

func (q authorizationRequest) parsePastedWord(word string, maybeCode bool) (authorizationResponse, error) {
	word = strings.Trim(unquoted.Replace(word), "\"'`<>()[]{},;.…|*“”‘’«»「」。、")
	_, query, isURL := strings.Cut(word, "?")
	if !isURL {
		query = word
	}
	query, _, _ = strings.Cut(query, "#")
	if i := strings.LastIndexByte(query, '%'); i >= 0 && i > len(query)-3 { // cut within a character
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
		if strings.ContainsAny(a.code, ":?&") { // two addresses run into one
			return authorizationResponse{}, pasteErrors[strayCode]
		}
		return a, pasteErrors[stray]
	case v.Has("error"): // Salesforce's own page says so, and without our state (SALESFORCE.md §4.1)
		return authorizationResponse{}, oauthError(StepAllow, v.Get("error"), v.Get("error_description"), 0)
	case v.Has("code") && !hasRepeated(v):
		return q.acceptBareCode(v.Get("code"))
	case maybeCode && !isURL:
		// Copied out of the address, a code still has its %3D%3D.
		if plain, err := url.PathUnescape(word); err == nil {
			return q.acceptBareCode(plain)
		}
	}
	return authorizationResponse{}, pasteErrors[strayCode]
}

// isStateCut tells a state of which the end is missing.
func (q authorizationRequest) isStateCut(state []string) bool {
	return len(state) == 1 && len(state[0]) < len(q.state) && strings.HasPrefix(q.state, state[0])
}

var pasteErrors = map[string]error{
	strayState: &Error{Step: StepAllow, Kind: KindPasteWrongState},
	strayCode:  &Error{Step: StepAllow, Kind: KindPasteNoCode},
}

// acceptBareCode takes a code that came without a state: nobody but the browser that got it
// knows it, and PKCE makes it useless to other logins (RFC 9700 §4.7.1). What the
// clipboard still holds from the step before is no code.
func (q authorizationRequest) acceptBareCode(code string) (authorizationResponse, error) {
	if !looksLikeCode(code) || code == q.ClientID || q.ClientSecret.Equal(keystore.NewSecret(code)) {
		return authorizationResponse{}, pasteErrors[strayCode]
	}
	return authorizationResponse{code: code}, nil
}

// looksLikeCode keeps a mistyped word and the name of an error from ending the login.
func looksLikeCode(s string) bool {
	const shortest = 16
	return len(s) >= shortest && strings.ContainsFunc(s, unicode.IsDigit) && !strings.ContainsFunc(s, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-+/=~!", r)
	})
}
