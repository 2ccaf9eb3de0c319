package login

import (
	"sfauth/flow"
	"sfauth/tui/text"
)

// Remedy is something to do with a grant that could not be saved.
type Remedy int

const (
	saveAgain Remedy = iota
	saveAsNew
	ReplaceSaved
	LogInAgain
	SaveInFile
	ShowToken
	Discard
)

// Choice is what is typed for it, and what that does.
func (r Remedy) Choice(t text.ChoicesText) text.Choice {
	return [...]text.Choice{t.SaveAgain, t.SaveAsNew, t.ReplaceSaved, t.LogInAgain, t.SaveInFile, t.Show, t.Discard}[r]
}

// Remedies are those for this failure. Screens and lines offer the same.
func Remedies(c *flow.Client, r flow.Request, failure error) []Remedy {
	switch kind := flow.KindOf(failure); {
	case failure == nil:
		return nil
	case kind == flow.KindOtherUser:
		return []Remedy{saveAsNew, ReplaceSaved, LogInAgain, ShowToken, Discard}
	case CanUseFile(c, r, kind):
		return []Remedy{saveAgain, SaveInFile, ShowToken, Discard}
	}
	return []Remedy{saveAgain, ShowToken, Discard}
}

// IsPort tells whether the callback could not be listened on: the answer can be pasted.
func IsPort(k flow.Kind) bool {
	return k == flow.KindPortBusy || k == flow.KindPortPrivileged || k == flow.KindPortReserved || k == flow.KindListenFailed
}
