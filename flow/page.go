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

// page is what the browser's tab shows. It asks nothing of anywhere.
type page struct {
	Class, Mark, Title, Text string
	Name, Username           string // of the connection, when there is one
	Nonce                    string
}

var (
	savedPage = page{Class: "saved", Mark: "✓", Title: "Connected",
		Text: "sfauth has saved this connection. You can close this tab and go back to the terminal."}
	failedPage = page{Class: "failed", Mark: "!", Title: "Go back to the terminal",
		Text: "The login is not finished. sfauth says there what happened and what to do. You can close this tab."}
	strayPage = page{Class: "stray", Mark: "?", Title: "Not the answer to this login",
		Text: "Nothing was changed. If you came here from an earlier login, open the link that sfauth shows in the terminal now."}
)

// guard sets what every answer carries: it is not stored, not framed, not sniffed,
// and nobody learns where the browser came from.
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

// of is the page with the name of a connection on it.
func (p page) of(c keystore.Connection) page {
	p.Name, p.Username = c.Name, c.Username
	return p
}
