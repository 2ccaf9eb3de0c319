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

// fromJSON reads one JSON value, or several in a row; ok is false where the text is something
// else.
func fromJSON(text string) (pairs []pair, ok bool) {
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
			return nil, false
		}
		all = append(all, v)
	}
	if len(all) == 0 {
		return nil, false
	}
	switch all[0].(type) {
	case string, map[string]any, []any:
	default: // a line that begins with a number, say
		return nil, false
	}
	w := walk{variables: map[string]string{}}
	for range 2 { // the second time with the variables of a Postman export, which may stand behind their use
		w.pairs = nil
		for i, v := range all {
			key := ""
			if len(all) > 1 {
				key = strconv.Itoa(i + 1)
			}
			w.value(nil, key, v)
		}
	}
	return w.pairs, true
}

type walk struct {
	variables map[string]string // of a Postman export
	pairs     []pair
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
// key and a value, as Postman writes objects.
func (w *walk) list(place []string, key string, entries []any) {
	within := append(slices.Clone(place), nonEmpty(key)...)
	for i, v := range entries {
		entry, _ := v.(map[string]any)
		name, isPair := entry["key"].(string)
		value, hasValue := entry["value"]
		switch {
		case !isPair || !hasValue:
			w.value(append(slices.Clone(within), strconv.Itoa(i+1)), "", v)
		case entry["enabled"] != false && entry["disabled"] != true:
			if text, ok := value.(string); ok && !strings.Contains(text, "{{") {
				w.variables[name] = text
			}
			w.value(within, name, value)
		}
	}
}

// text reads a string, and what is written down within it: the address of a request, a form.
func (w *walk) text(place []string, key, value string) {
	value = w.substituted(value)
	if found := within(place, value); len(found) > 0 {
		w.pairs = append(w.pairs, found...)
		if !strings.HasPrefix(value, "{") {
			w.pairs = append(w.pairs, newPair(place, key, ""))
		}
		return
	}
	if key == "raw" && strings.Contains(value, "/services/oauth2/token") {
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
		with, known := w.variables[strings.TrimSpace(name)]
		if !ok || !closed || !known || len(value) > Longest {
			break
		}
		value = before + with + after
	}
	return value
}

// within is what a value says that is a text of its own.
func within(place []string, value string) []pair {
	switch {
	case sfdxURL().MatchString(value):
		return sfdxPairs(place, value)
	case strings.Contains(value, "refresh_token=") && !strings.ContainsAny(value, " \n"):
		return formPairs(place, value)
	case strings.HasPrefix(value, "{") && strings.Contains(value, "refresh"):
		pairs, _ := fromJSON(value)
		for i := range pairs {
			pairs[i].place = append(slices.Clone(place), pairs[i].place...)
		}
		return pairs
	}
	return nil
}
