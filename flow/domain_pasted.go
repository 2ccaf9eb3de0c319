package flow

import (
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// schemes are what a scheme becomes when it is typed or copied: https//acme, https:acme,
// http://https://acme. It is compiled, and forms are, when a text is met that they may match:
// most commands read only the domain of a saved connection, and need none of them.
var schemes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?i:(?:https?(?::|;?[/\\])[/\\]*)*(https?)(?::|;?[/\\])[/\\]*)`)
})

// parseAddress reads a URL or the beginning of one. Of a text that it refuses it returns
// nothing: it may be a secret that was pasted into the wrong field.
func parseAddress(pasted string) (*url.URL, Kind) {
	s := unwrapped(pasted)
	var is Pasted
	if !strings.HasSuffix(s, ".com") || strings.ToLower(s) != s || strings.Contains(s, "@") {
		is = formOf(s)
	}
	switch {
	case is == PastedUsername:
		return nil, KindDomainUsername
	case is != "":
		return nil, KindDomainID
	case strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//"): // a path without its host
		return nil, KindDomainNoOrg
	}
	s = withScheme(s)
	if s == "https://" || s == "http://" {
		return nil, KindDomainEmpty
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, KindDomainInvalid
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return nil, KindDomainInvalid
	}
	if n, err := strconv.Atoi(u.Port()); strings.HasSuffix(u.Host, ":") || u.Port() != "" && (err != nil || n < 1 || n > 65535) {
		return nil, KindDomainInvalid
	}
	if n, _ := strconv.Atoi(u.Port()); n > 0 {
		u.Host = net.JoinHostPort(u.Hostname(), strconv.Itoa(n))
	}
	return u, ""
}

// withScheme is the address with its scheme, which it mends or adds.
func withScheme(s string) string {
	if len(s) >= 4 && strings.EqualFold(s[:4], "http") {
		if found := schemes().FindStringSubmatch(s); found != nil {
			return strings.ToLower(found[1]) + "://" + s[len(found[0]):]
		}
	}
	if !strings.Contains(s, "://") {
		s = "https://" + strings.TrimLeft(s, "/")
	}
	return s
}

// unwrapped is the address in what was pasted: without quotes, brackets and the words of a
// link in Markdown, and with the characters that a keyboard or a word processor has
// replaced.
func unwrapped(pasted string) string {
	words := strings.Fields(strings.Map(asTyped, pasted))
	s := strings.Join(words, " ")
	if links := addressesIn(words); len(words) > 1 && len(links) == 1 {
		s = links[0]
	}
	if _, link, ok := strings.Cut(s, "]("); ok {
		s, _, _ = strings.Cut(link, ")")
	}
	s = strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("\"'`<>(){}“”‘’«»„‚「」『』【】,;!…*", r)
	})
	s = strings.TrimRight(s, ".?")
	if strings.HasPrefix(s, "[") && !strings.Contains(s, "::") {
		s = strings.Trim(s, "[]")
	}
	if plain, err := url.PathUnescape(s); err == nil && !strings.Contains(s, "://") && strings.Contains(plain, "://") {
		s = plain
	}
	return hyphenated(s)
}

func addressesIn(words []string) (found []string) {
	for _, w := range words {
		if strings.Contains(w, "://") {
			found = append(found, w)
		}
	}
	return found
}

// asTyped is a character as a keyboard in ASCII types it, and -1 for line breaks and tabs,
// which browsers drop as well, and for characters that nobody sees.
func asTyped(r rune) rune {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		return -1
	case r >= '！' && r <= '～': // full width
		return r - '！' + '!'
	case strings.ContainsRune("。｡", r):
		return '.'
	case strings.ContainsRune("‐‑‒−﹣", r):
		return '-'
	}
	return r
}

// hyphenated mends a dash that a word processor made of two hyphens, which stand before the
// name of a sandbox. In a whole address that is no sandbox's it was made of one.
func hyphenated(s string) string {
	hyphens := "--"
	if strings.Contains(s, ".") && !strings.Contains(s, ".sandbox") {
		hyphens = "-"
	}
	return strings.NewReplacer("–", hyphens, "—", hyphens, "―", hyphens).Replace(s)
}
