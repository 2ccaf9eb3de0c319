package demo

import (
	"encoding/json"
	"net/http"
	"net/url"
)

const (
	asHTML = "text/html; charset=UTF-8"
	asText = "text/plain; charset=UTF-8"
	asJSON = "application/json;charset=UTF-8"
)

// A handler decides an answer; a fault may replace or alter it before it is written.
type handler func(r *http.Request) answer

// answer is a response not yet written.
type answer struct {
	status      int    // 0: no whole answer was sent
	contentType string // is sent even when empty
	err         string // the OAuth error it carries, for the log
	location    string
	fields      map[string]any // JSON, in place of body
	body        string
	stream      func(body []byte, w http.ResponseWriter, r *http.Request) // writes the answer in place of net/http
}

func (a answer) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", a.contentType)
	if a.contentType == asHTML {
		protect(h)
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.contentType == asHTML && readsJapanese(r) {
		a.body = inJapanese.Replace(a.body)
	}
	body := []byte(a.body)
	if a.fields != nil {
		body, _ = json.Marshal(a.fields) // it has text, numbers, lists and maps of them
	}
	if a.stream != nil {
		a.stream(body, w, r)
		return
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the client may be gone
}

func text(status int, contentType, body string) answer {
	return answer{status: status, contentType: contentType, body: body}
}

func reply(fields map[string]any) answer {
	return answer{status: http.StatusOK, contentType: asJSON, fields: fields}
}

func redirect(status int, to string) answer {
	return answer{status: status, contentType: asHTML, location: to}
}

// refusal is an error of the token endpoint (SALESFORCE.md §4.3).
func refusal(code, description string) answer {
	a := reply(map[string]any{"error": code, "error_description": description})
	a.status, a.err = http.StatusBadRequest, code
	return a
}

// rawText is an error that stays on Salesforce's own page, as plain text that looks like a
// query (SALESFORCE.md §4.1).
func rawText(contentType, code, description string) answer {
	a := text(http.StatusBadRequest, contentType, "error="+code+"&error_description="+url.PathEscape(description))
	a.err = code
	return a
}
