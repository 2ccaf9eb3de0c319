package flow

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"sfauth/keystore"
)

// secrets are those of one request, in every form in which an answer could repeat them,
// in small letters.
type secrets []string

// What is secret in a form that sfauth posts.
var secretFields = []string{"client_secret", "refresh_token", "code", "code_verifier", "token"}

func (q call) secrets(proxy *url.Userinfo) secrets {
	var s secrets
	access := q.bearer.Reveal()
	if org, rest, ok := strings.Cut(access, "!"); ok && strings.HasPrefix(org, "00D") { // an id that addresses have in them (SALESFORCE.md §3)
		access = rest
	}
	s.add(access)
	for _, name := range secretFields {
		s.add(q.form.Get(name))
	}
	s.addBasic(q.form.Get("client_id"), q.form.Get("client_secret"))
	if password, is := proxy.Password(); is {
		s.add(password)
		s.addBasic(proxy.Username(), password)
	}
	return s
}

func (s *secrets) add(secret string) {
	if secret == "" {
		return
	}
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
		*s = append(*s, small(form))
	}
}

// addBasic adds what RFC 7617 makes of a user and a password.
func (s *secrets) addBasic(user, password string) {
	if password != "" {
		*s = append(*s, small(base64.StdEncoding.EncodeToString([]byte(user+":"+password))))
	}
}

// hide makes text safe to show and to keep: cleaned, and without anything of the secrets
// that is too long to be there by chance. It is cleaned before, since what is invisible
// could divide a secret that would then be whole again.
func (s secrets) hide(text string) string {
	const tooLong, most = 8, 4 << 10
	text = keystore.Clean(text[:min(len(text), most)], 0)
	low, secret := small(text), make([]bool, len(text))
	for _, form := range s {
		n := min(len(form), tooLong)
		for i := range max(0, len(low)-n+1) {
			if strings.Contains(form, low[i:i+n]) {
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

// small is text with small letters for those of ASCII, at the same places.
func small(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// proxyPassword is what the proxy of a request is told.
func proxyPassword(t http.RoundTripper, req *http.Request) *url.Userinfo {
	if t, ok := t.(*http.Transport); ok && t.Proxy != nil {
		if proxy, err := t.Proxy(req); err == nil && proxy != nil {
			return proxy.User
		}
	}
	return nil
}
