package tui

import (
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/tui/login"
	"sfauth/tui/text"
)

// The test sends the event itself: flow's tests have it sent by a real other user.
func TestAnswerOfAnotherUserIsSaidAsSuch(t *testing.T) {
	stray := flow.Stray{Count: 1, Reason: "another user of this machine", Foreign: true}
	inWorld(t, given, func(w *screened) {
		w.wait(time.Second)
		w.wizard.run.owner.(*authorise).heard(stray)
		w.shows("Ignored an answer from another user of this machine.", "press p").golden("authorise-foreign")
	})
	var out strings.Builder
	login.NewTeller(&text.English, nil, new(flow.Request), &out).Tell(stray)
	if said := out.String(); !strings.HasPrefix(said, "Ignored an answer from another user of this machine. ") || strings.Contains(said, "press") {
		t.Error(said)
	}
}
