package flow

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// jsonObject is a JSON object as it came.
type jsonObject map[string]json.RawMessage

// The names that sfauth reads in answers.
var jsonNames = []string{
	"access_token", "refresh_token", "scope", "instance_url", "id", "issued_at", "signature", "error", "error_description",
	"active", "expires_in", "organization_id", "user_id", "username", "sub", "issuer", "authorization_endpoint",
}

// parseJSON reads one JSON object and nothing behind it. It refuses an object that has a
// name twice, or one of jsonNames in other letters: readers differ about which of the two
// counts (RFC 8259 §4), and whoever forges an answer may want that.
func parseJSON(body []byte) (o jsonObject, ok bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	o = jsonObject{}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, _ := token.(string)
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return nil, false
		}
		lower := strings.ToLower(name)
		if seen[lower] || lower != name && slices.Contains(jsonNames, lower) {
			return nil, false
		}
		seen[lower], o[name] = true, value
	}
	if _, err := d.Token(); err != nil {
		return nil, false
	}
	_, err := d.Token()
	return o, err == io.EOF
}

// text is "" where there is no string of that name.
func (o jsonObject) text(name string) (s string) {
	_ = json.Unmarshal(o[name], &s) // into a string, or not at all
	return s
}
