package tui

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/page"
	"sfauth/tui/text"
)

// Examined is a finding as people and programs read it.
type Examined struct {
	Part   flow.Part `json:"part"`
	OK     bool      `json:"ok"`
	Detail string    `json:"detail"`
	Reason string    `json:"reason"`
	Hint   string    `json:"hint"`
}

// Examine puts findings into words.
func Examine(found []flow.Finding, r flow.Request) []Examined {
	all := make([]Examined, len(found))
	for i, f := range found {
		all[i] = Examined{Part: f.Part, OK: f.Err == nil, Detail: keystore.Clean(f.Detail, 200)}
		if f.Err != nil {
			all[i].Reason, all[i].Hint = text.English.Why(f.Err, r), text.English.Hint(f.Err, r)
			if f.Part == flow.PartBrowser {
				all[i].Hint = text.English.Lines.ByHand
			}
		}
	}
	return all
}

// Doctor writes what works and what to do about what does not, a line each.
func Doctor(w io.Writer, all []Examined) error {
	var lines strings.Builder
	for _, e := range all {
		mark, said := page.MarkDone, cmp.Or(e.Detail, text.English.Lines.None)
		if !e.OK {
			mark, said = page.MarkWrong, e.Reason
		}
		fmt.Fprintf(&lines, "%s %-10s%s\n", mark, e.Part, said)
		if e.Hint != "" {
			fmt.Fprintf(&lines, "  hint: %s\n", e.Hint)
		}
	}
	_, err := io.WriteString(w, lines.String())
	return err
}
