//go:build unix

package desk

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"sync"
)

// Post stands in front of the org and notes every secret that passes by.
type Post struct {
	Org http.Handler

	mu   sync.Mutex
	seen map[string]string // secret: what it is
}

func (p *Post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // the org says what it thinks of an unreadable one
	for _, name := range []string{"code", "code_verifier", "refresh_token"} {
		p.Note(name, r.PostForm.Get(name))
	}
	c := &copied{ResponseWriter: w}
	p.Org.ServeHTTP(c, r)
	var tokens map[string]any
	if json.Unmarshal(c.body, &tokens) == nil {
		for _, name := range []string{"access_token", "refresh_token", "id_token"} {
			s, _ := tokens[name].(string)
			p.Note(name, s)
		}
	}
	if to, err := url.Parse(w.Header().Get("Location")); err == nil {
		p.Note("code", to.Query().Get("code"))
	}
}

func (p *Post) Note(what, secret string) {
	if secret == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[secret] = what
}

// Seen is every secret that has passed by, with what it is.
func (p *Post) Seen() map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.seen)
}

// copied keeps what is written, as far as an answer of tokens goes.
type copied struct {
	http.ResponseWriter
	body []byte
}

func (c *copied) Write(b []byte) (int, error) {
	if len(c.body) < 64<<10 {
		c.body = append(c.body, b...)
	}
	return c.ResponseWriter.Write(b)
}
