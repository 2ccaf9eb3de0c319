package flow

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// object is a JSON object as it came.
type object map[string]json.RawMessage

// The names that sfauth reads in answers.
var names = []string{
	"access_token", "refresh_token", "scope", "instance_url", "id", "issued_at", "signature", "error", "error_description",
	"active", "organization_id", "user_id", "username", "issuer", "authorization_endpoint",
}

// parse reads one JSON object and nothing behind it. One with a name twice, or with a name
// of ours in other letters, is nonsense: readers differ about which of them counts
// (RFC 8259 §4), and somebody may want that.
func parse(body []byte) (o object, ok bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	o = object{}
	folded := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		key, _ := name.(string)
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return nil, false
		}
		low := strings.ToLower(key)
		if folded[low] || low != key && slices.Contains(names, low) {
			return nil, false
		}
		folded[low], o[key] = true, value
	}
	if _, err := d.Token(); err != nil {
		return nil, false
	}
	_, err := d.Token()
	return o, err == io.EOF
}

// text is "" where there is no string of that name.
func (o object) text(name string) (s string) {
	_ = json.Unmarshal(o[name], &s) // into a string, or not at all
	return s
}
