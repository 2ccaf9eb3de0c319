package keystore

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestProposedNamesAreLegalAndFree(t *testing.T) {
	long := strings.Repeat("a", 80)
	for _, c := range []struct {
		in, want string
		taken    []string
	}{
		{"acme", "acme", nil},
		{"acme", "acme-2", []string{"acme"}},
		{"acme", "acme-3", []string{"acme", "acme-2"}},
		{"Acme (UAT)", "acme-uat", nil},
		{"acme--uat", "acme-uat", nil},
		{"-._", "connection", nil},
		{"", "connection", nil},
		{"株式会社", "connection", nil},
		{"../../etc/passwd", "etc-passwd", nil},
		{long, long[:64], nil},
		{long, long[:62] + "-2", []string{long[:64]}},
	} {
		got := ProposeName(c.in, func(s string) bool { return slices.Contains(c.taken, s) })
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
		if err := ValidName(got); err != nil {
			t.Errorf("%q is proposed and not legal", got)
		}
	}
}

func TestNamesThatCannotBeTypedArePathsOrFlagsAreRefused(t *testing.T) {
	for _, name := range []string{"", "-x", ".", "..", "a/b", `a\b`, "Acme", "a b", "é", "a\n", "a\x00", strings.Repeat("a", 65)} {
		if err := ValidName(name); !errors.Is(err, ErrBadName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
