package tui

import (
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/keystore"
)

func TestTheWorstOfACheckDecidesWhatToDo(t *testing.T) {
	for verdicts, want := range map[string]struct{ why, hint string }{
		"alive reauthorise":         {"not alive: 1 of 2", "run sfauth login c1"},
		"transient reauthorise":     {"not alive: 2 of 2", "run sfauth login c1"},
		"unknown setup transient":   {"not alive: 3 of 3", "try sfauth check c2 again later"},
		"reauthorise":               {"it needs re-authorising", "run sfauth login c0"},
		"setup":                     {"someone must change Setup", "run sfauth and open c0"},
		"client":                    {"the app's settings are wrong", "run sfauth and open c0"},
		"transient":                 {"it could not be checked now", "try sfauth check c0 again later"},
		"unknown":                   {"it could not be checked", "run sfauth token c0 --fresh"},
		"unknown alive alive alive": {"not alive: 1 of 4", "run sfauth token c0 --fresh"},
	} {
		var all []keystore.Connection
		for i, v := range strings.Fields(verdicts) {
			all = append(all, keystore.Connection{Name: "c" + string(rune('0'+i)), Verdict: v})
		}
		err := Sick(all)
		if why := Why(err, flow.Request{}); why != want.why || !strings.HasPrefix(Hint(err, flow.Request{}), want.hint) {
			t.Errorf("%s: %s, %s", verdicts, why, Hint(err, flow.Request{}))
		}
	}
	if err := Sick([]keystore.Connection{{Verdict: "alive"}}); err != nil {
		t.Error(err)
	}
}
