package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf16"
)

// printJSON writes what a terminal would act on, or would hide, as an escape.
func (a *app) printJSON(v any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	var escaped bytes.Buffer
	for _, r := range text.String() {
		if r != '\n' && !unicode.IsGraphic(r) {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&escaped, "\\u%04x", unit)
			}
			continue
		}
		escaped.WriteRune(r)
	}
	_, err := a.out.Write(escaped.Bytes())
	return err
}
