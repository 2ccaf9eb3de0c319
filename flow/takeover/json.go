package takeover

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// deepest is more than any tool's file has within one another.
const deepest = 32

// mostTexts is how many texts of JSON are read that stand in one another as strings.
const mostTexts = 3

// fromJSON reads one JSON value, or several in a row; ok is false where the text is something
// else.
func fromJSON(text string) (pairs []pair, ok bool) {
	w := walk{variables: newVariables()}
	ok = w.json(nil, text)
	return w.pairs, ok
}

// json reads a text that is JSON. The variables of a Postman export may stand behind their use.
func (w *walk) json(place []string, text string) (ok bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var all []any
	for {
		var v any
		err := d.Decode(&v)
		if err == io.EOF {
			break
		}
		const most = 1000
		if err != nil || len(all) == most {
			return false
		}
		all = append(all, v)
	}
	if len(all) == 0 {
		return false
	}
	switch all[0].(type) {
	case string, map[string]any, []any:
	default: // a line that begins with a number, say
		return false
	}
	w.learn(all)
	for i, v := range all {
		key := ""
		if len(all) > 1 {
			key = strconv.Itoa(i + 1)
		}
		w.value(place, key, v)
	}
	return true
}

type walk struct {
	variables *variables // of a Postman export
	pairs     []pair
	texts     int // of JSON, around the one that is read
}

// learn finds the variables in v.
func (w *walk) learn(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			w.learn(v[key])
		}
	case []any:
		for _, entry := range v {
			name, value, _, on := keyAndValue(entry)
			if text, ok := value.(string); on && ok && (!strings.Contains(text, "{{") || w.variables.known[name] == "") {
				w.variables.known[name] = text
			}
			w.learn(entry)
		}
	}
}

// keyAndValue is what an entry of a list says that has a key and a value, as Postman writes
// objects; on is false for one that is switched off.
func keyAndValue(v any) (key string, value any, isPair, on bool) {
	entry, _ := v.(map[string]any)
	key, hasKey := entry["key"].(string)
	value, hasValue := entry["value"]
	isPair = hasKey && hasValue
	return key, value, isPair, isPair && entry["enabled"] != false && entry["disabled"] != true
}

func (w *walk) value(place []string, key string, v any) {
	if len(place) > deepest {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		w.object(append(slices.Clone(place), nonEmpty(key)...), v)
	case []any:
		w.list(place, key, v)
	case string:
		w.text(place, key, v)
	case json.Number:
		w.text(place, key, v.String())
	case bool:
		w.text(place, key, strconv.FormatBool(v))
	}
}

func nonEmpty(key string) []string {
	if key == "" {
		return nil
	}
	return []string{key}
}

func (w *walk) object(place []string, o map[string]any) {
	if name, ok := o["name"].(string); ok && o["request"] != nil { // of a request in a Postman collection
		place = append(slices.Clone(place), name)
	}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		w.value(place, key, o[key])
	}
}

// list reads the entries of a list, each at a place of its own, but for those that have a
// key and a value.
func (w *walk) list(place []string, key string, entries []any) {
	within := append(slices.Clone(place), nonEmpty(key)...)
	for i, v := range entries {
		switch name, value, isPair, on := keyAndValue(v); {
		case !isPair:
			w.value(append(slices.Clone(within), strconv.Itoa(i+1)), "", v)
		case on:
			w.value(within, name, value)
		}
	}
}

// text reads a string, and what is written down within it: the address of a request, a form.
func (w *walk) text(place []string, key, value string) {
	value = w.substituted(value)
	before := len(w.pairs)
	switch {
	case sfdxURL().MatchString(value):
		w.pairs = append(w.pairs, sfdxPairs(place, value)...)
	case strings.Contains(value, "refresh_token=") && !strings.ContainsAny(value, " \n"):
		w.pairs = append(w.pairs, formPairs(place, value)...)
	case strings.HasPrefix(value, "{") && strings.Contains(value, "refresh") && w.texts < mostTexts:
		w.texts++
		w.json(place, value)
		w.texts--
	}
	if len(w.pairs) > before {
		if !strings.HasPrefix(value, "{") {
			w.pairs = append(w.pairs, newPair(place, key, ""))
		}
		return
	}
	if (key == "raw" || key == "url") && strings.Contains(value, "/services/oauth2/token") {
		key = string(tokenURL)
		for i := len(place) - 1; i > 0 && (place[i] == "url" || place[i] == "request"); i-- {
			place = place[:i]
		}
	}
	w.pairs = append(w.pairs, newPair(place, key, value))
}

// substituted has the values of the variables of a Postman export in their places.
func (w *walk) substituted(value string) string {
	for range 4 { // a variable may have others in it
		before, rest, ok := strings.Cut(value, "{{")
		name, after, closed := strings.Cut(rest, "}}")
		if !ok || !closed {
			break
		}
		with, known := w.variables.value(strings.TrimSpace(name))
		if !known {
			break
		}
		value = before + with + after
	}
	return value
}

// variables are what a file has names for, and says again by their names.
type variables struct {
	known map[string]string
	room  int // in bytes: a file that says a long one often could be of any length otherwise
}

func newVariables() *variables { return &variables{map[string]string{}, Longest} }

// value is that of a variable that is known, and for which there is room.
func (v *variables) value(name string) (value string, ok bool) {
	value, ok = v.known[name]
	if !ok || len(value) > v.room {
		return "", false
	}
	v.room -= len(value)
	return value, true
}
