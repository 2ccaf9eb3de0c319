package demo

import (
	"html"
	"strings"
	"testing"
)

func FuzzATextIsNoMarkup(f *testing.F) {
	f.Add(`"><script>alert(1)</script>`)
	f.Add(`' onclick='x`)
	f.Add("&lt; %s {{body}}")
	f.Fuzz(func(t *testing.T, text string) {
		got := markup(`<a href="%s">%s</a>`, text, text)
		if strings.Count(got, "<") != 2 || strings.Count(got, ">") != 2 || strings.Count(got, `"`) != 2 || strings.Contains(got, "'") {
			t.Error(got)
		}
		if html.UnescapeString(got) != `<a href="`+text+`">`+text+`</a>` {
			t.Error(got)
		}
	})
}
