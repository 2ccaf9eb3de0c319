package flow

import (
	"html"
	"strings"
	"testing"

	"sfauth/keystore"
)

func FuzzNothingInAPageIsMarkup(f *testing.F) {
	f.Add("acme", "admin@acme.example", "Connected")
	f.Add(`"><script>alert(1)</script>`, `' onclick='x`, `{{facts}}`)
	f.Add(`&lt;b&gt;`, "\x00\xff", `<!--`)
	f.Fuzz(func(t *testing.T, name, user, title string) {
		if name == "" || user == "" {
			t.Skip("not shown")
		}
		show := func(name, user, title string) string {
			words := TabText{Language: title, Saved: TabPage{title, title}, Connection: title, User: title, Footer: title}
			return words.saved(keystore.Connection{Name: name, Username: user}).html("nonce")
		}
		got := show(name, user, title)
		if marks(got) != marks(show("name", "user", "title")) {
			t.Error(got)
		}
		shown := html.UnescapeString(got)
		for _, want := range []string{"<dd>" + name + "</dd>", "<dd>" + user + "</dd>", "<h1>" + title + "</h1>"} {
			if !strings.Contains(shown, want) {
				t.Errorf("no %s in %s", want, shown)
			}
		}
	})
}

// marks are what tags and attributes are made of.
func marks(page string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>"'`, r) {
			return r
		}
		return -1
	}, page)
}
