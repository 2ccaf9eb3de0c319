package keystore

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

const (
	maxName    = 64
	maxAccount = 100
)

var illegal = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[^a-z0-9._]+`)
})

// ValidName returns ErrBadName for a text that cannot be the name of a connection.
func ValidName(name string) error {
	if !legal(name, maxName) {
		return ErrBadName
	}
	return nil
}

// legal reports whether s is 1 to max characters of [a-z0-9._-] and begins with a letter or
// digit. Such a text is no path and no flag, and keychains that fold case keep it.
func legal(s string, max int) bool {
	for i, c := range []byte(s) {
		alnum := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !alnum && (i == 0 || c != '.' && c != '_' && c != '-') {
			return false
		}
	}
	return s != "" && len(s) <= max
}

// ProposeName makes a valid name of s that is not taken: "Acme (UAT)" becomes "acme-uat",
// or "acme-uat-2" where that is taken. A text that has nothing of a name in it becomes
// "connection".
func ProposeName(s string, taken func(string) bool) string {
	base := cut(strings.Trim(illegal().ReplaceAllString(strings.ToLower(s), "-"), "-._"), maxName)
	if base == "" {
		base = "connection"
	}
	name := base
	for n := 2; taken(name); n++ {
		suffix := fmt.Sprint("-", n)
		name = cut(base, maxName-len(suffix)) + suffix
	}
	return name
}

// cut shortens ASCII text to n bytes, without a separator at its end.
func cut(s string, n int) string { return strings.TrimRight(s[:min(n, len(s))], "-._") }

// newAccount is a vault's account that no other connection has: prefix and 50 random bits.
func newAccount(prefix string) string {
	return prefix + "-" + strings.ToLower(rand.Text()[:10])
}
