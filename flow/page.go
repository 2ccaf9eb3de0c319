package flow

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"html/template"
	"net/http"
	"sync"

	"sfauth/keystore"
)

//go:embed page.html
var pageHTML string

// pageTemplate is parsed when the first page is asked for, not at every start.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageHTML))
})

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
	Nonce                    string
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
	p.Nonce = rand.Text()
	var body bytes.Buffer
	if err := pageTemplate().Execute(&body, p); err != nil {
		http.Error(w, p.Title, status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy+"; style-src 'nonce-"+p.Nonce+"'")
	w.WriteHeader(status)
	w.Write(body.Bytes())
}
