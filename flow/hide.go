package flow

import (
	"encoding/base64"
	"net/url"
	"strings"

	"sfauth/keystore"
)

// secrets are those of one request, in every form in which an answer could repeat them,
// in lower case.
type secrets []string

// The fields of a form that are secret.
var secretFields = []string{"client_secret", "refresh_token", "code", "code_verifier", "token", "subject_token"}

func (q httpRequest) secrets(proxy *url.Userinfo) secrets {
	var s secrets
	s.add(withoutOrg(q.bearer.Reveal()))
	for _, name := range secretFields {
		s.add(withoutOrg(q.form.Get(name)))
	}
	s.addBasic(q.form.Get("client_id"), q.form.Get("client_secret"))
	if password, is := proxy.Password(); is {
		s.add(password)
		s.addBasic(proxy.Username(), password)
	}
	return s
}

// withoutOrg is the secret part of an access token: addresses have the id of the org in them,
// too (SALESFORCE.md §3).
func withoutOrg(token string) string {
	if org, rest, ok := strings.Cut(token, "!"); ok && strings.HasPrefix(org, "00D") {
		return rest
	}
	return token
}

func (s *secrets) add(secret string) {
	if secret == "" {
		return
	}
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
		*s = append(*s, lowerASCII(form))
	}
}

// addBasic adds what HTTP Basic makes of a user and a password (RFC 7617 §2).
func (s *secrets) addBasic(user, password string) {
	if password != "" {
		*s = append(*s, lowerASCII(base64.StdEncoding.EncodeToString([]byte(user+":"+password))))
	}
}

// hide makes text of an answer safe to show and to keep: cleaned, and without any part of
// the secrets that is too long to be there by chance. It cleans first: a character that
// nobody sees could divide a secret, which would be whole again without it.
func (s secrets) hide(text string) string {
	const tooLong, most = 8, 4 << 10
	text = keystore.Clean(text[:min(len(text), most)], 0)
	lower, secret := lowerASCII(text), make([]bool, len(text))
	for _, form := range s {
		n := min(len(form), tooLong)
		for i := range max(0, len(lower)-n+1) {
			if strings.Contains(form, lower[i:i+n]) {
				for j := range n {
					secret[i+j] = true
				}
			}
		}
	}
	var shown strings.Builder
	for i := range len(text) {
		switch {
		case !secret[i]:
			shown.WriteByte(text[i])
		case i == 0 || !secret[i-1]:
			shown.WriteString("•••")
		}
	}
	return strings.ToValidUTF8(shown.String(), "")
}

// lowerASCII leaves every other character as it is: strings.ToLower may change the length
// of a text, and hide compares places.
func lowerASCII(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
