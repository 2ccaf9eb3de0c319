package tui

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// checked is what a check has found out, of one kind each.
func checked(kinds ...flow.Kind) (all []Checked) {
	for i, k := range kinds {
		c := Checked{Connection: keystore.Connection{Name: "c" + string(rune('0'+i)), Verdict: string(flow.Alive)}}
		if k != "" {
			c.Err = &flow.Error{Step: flow.StepRefresh, Kind: k}
			c.Verdict = string(k.Verdict())
		}
		all = append(all, c)
	}
	return all
}

func TestTheWorstOfACheckDecidesWhatToDo(t *testing.T) {
	const dead, later, admin, silent = flow.KindTokenExpired, flow.KindServerBusy, flow.KindAppBlocked, flow.KindCheckRefused
	for _, row := range []struct {
		kinds     []flow.Kind
		why, hint string
	}{
		{[]flow.Kind{"", dead}, "not alive: 1 of 2", "c1: run sfauth login c1"},
		{[]flow.Kind{later, dead}, "not alive: 2 of 2", "c1: run sfauth login c1"},
		{[]flow.Kind{silent, admin, later}, "not alive: 3 of 3", "c2: try again in a few minutes"},
		{[]flow.Kind{silent, "", "", ""}, "not alive: 1 of 4", "c0: check it by renewing: sfauth token c0 --fresh"},
	} {
		err := Sick(checked(row.kinds...))
		if why, hint := text.English.Why(err, flow.Request{}), text.English.Hint(err, flow.Request{}); why != row.why || !strings.HasPrefix(hint, row.hint) {
			t.Errorf("%v: %s, %s", row.kinds, why, hint)
		}
	}
	if err := Sick(checked("")); err != nil {
		t.Error(err)
	}
}

func TestTheSameCauseHasTheSameWordsInCheckTokenHomeAndDetails(t *testing.T) {
	h := &home{wizard: newWizard(t.Context(), Options{Client: &flow.Client{}})}
	for _, k := range flow.Kinds() {
		if k == flow.KindUnknown { // whose words are Salesforce's own
			continue
		}
		c := checked(k)[0]
		words := text.English.Explain(k, text.RequestOf(c.Connection))
		health := h.client.Health(c.Err)
		c.Connection = health.Of(c.Connection)
		var table bytes.Buffer
		if err := Verdicts(&table, []Checked{c}); err != nil {
			t.Fatal(err)
		}
		for where, said := range map[string]string{"check": table.String(), "its last line": text.English.Why(Sick([]Checked{c}), flow.Request{}), "token": text.English.Why(c.Err, text.RequestOf(c.Connection))} {
			if !strings.Contains(said, words.Why) {
				t.Errorf("%s says %q where %s is %q", where, said, k, words.Title)
			}
		}
		if check, token := text.English.Hint(Sick([]Checked{c}), flow.Request{}), text.English.Hint(c.Err, text.RequestOf(c.Connection)); check != token {
			t.Errorf("%s: a check hints %q, a renewal %q", k, check, token)
		}
		s := &saved{Connection: c.Connection}
		if known := h.reason(s); known != words.Sentence && k.Verdict() == flow.Reauthorise {
			t.Errorf("%s: Home knows %q from the list", k, known)
		}
		if s.heard(health); h.reason(s) != words.Sentence {
			t.Errorf("%s: Home says %q, not %q", k, h.reason(s), words.Title)
		}
	}
}

func TestWhatSalesforceSaidFollowsWhatItMeans(t *testing.T) {
	err := &flow.Error{Step: flow.StepRefresh, Kind: flow.KindTokenExpired, Code: "invalid_grant", Description: "expired access/refresh token"}
	if why := text.English.Why(err, flow.Request{}); why != "the grant has ended: invalid_grant: expired access/refresh token" {
		t.Error(why)
	}
}

func TestACheckOfAKeychainThatCannotBeReadHintsAtTheKeychain(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		w.wait(time.Second)
		w.Vault.Deaf = keystore.ErrLocked
		all, err := w.Store.List()
		if err != nil {
			t.Fatal(err)
		}
		var found []Checked
		w.wizard.client.CheckAll(t.Context(), all, func(i int, h flow.Health) { found = append(found, Checked{h.Of(all[i]), h.Err}) })
		sick := Sick(found)
		if why, hint := text.English.Why(sick, flow.Request{}), text.English.Hint(sick, flow.Request{}); why != "the keychain is locked" || hint != "unlock the keychain, then try again" {
			t.Errorf("%s, %s", why, hint)
		}
	})
}
