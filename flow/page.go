package flow

import (
	"crypto/rand"
	_ "embed"
	"html"
	"io"
	"net/http"
	"strings"

	"sfauth/keystore"
)

//go:embed page.html
var pageHTML string

// TabText has the sentences of the page that the browser's tab shows in the end, in one
// language.
type TabText struct {
	Language         string // of the HTML, as en (RFC 5646)
	Saved            TabPage
	Failed           TabPage // the login ended without a saved connection
	Stray            TabPage // a request that is not the authorization response
	Connection, User string  // before the names of the two
	Footer           string
}

// TabPage has the heading of a page and what is said below it.
type TabPage struct{ Title, Text string }

// page is what the browser's tab shows. It asks nothing of anywhere.
type page struct {
	*TabText
	Class, Mark, Title, Text string
	Name, Username           string // of the saved connection
}

func (t *TabText) saved(c keystore.Connection) page {
	return page{TabText: t, Class: "saved", Mark: "✓", Title: t.Saved.Title, Text: t.Saved.Text, Name: c.Name, Username: c.Username}
}

func (t *TabText) failed() page {
	return page{TabText: t, Class: "failed", Mark: "!", Title: t.Failed.Title, Text: t.Failed.Text}
}

func (t *TabText) stray() page {
	return page{TabText: t, Class: "stray", Mark: "?", Title: t.Stray.Title, Text: t.Stray.Text}
}

// guard sets what every answer of the listener carries: no browser stores, frames or sniffs
// it, and no other site learns from it where the browser came from.
func guard(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", policy)
}

const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (p page) write(w http.ResponseWriter, status int) {
	nonce := rand.Text()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy+"; style-src 'nonce-"+nonce+"'")
	w.WriteHeader(status)
	io.WriteString(w, p.html(nonce))
}

// html uses no template: a program with one keeps every method of every type, 2.5 MB.
// Values stand where html.EscapeString will do, as text or between quotation marks.
func (p page) html(nonce string) string {
	var facts string
	if p.Name != "" {
		facts = fact(p.Connection, p.Name)
	}
	if p.Name != "" && p.Username != "" {
		facts += fact(p.User, p.Username)
	}
	return strings.NewReplacer(
		"{{language}}", html.EscapeString(p.Language),
		"{{nonce}}", nonce,
		"{{class}}", p.Class,
		"{{mark}}", p.Mark,
		"{{title}}", html.EscapeString(p.Title),
		"{{facts}}", facts,
		"{{text}}", html.EscapeString(p.Text),
		"{{footer}}", html.EscapeString(p.Footer),
	).Replace(pageHTML)
}

func fact(label, value string) string {
	return "<dt>" + html.EscapeString(label) + "</dt><dd>" + html.EscapeString(value) + "</dd>"
}
