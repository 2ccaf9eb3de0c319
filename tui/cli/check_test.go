package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// haveFound is what a check has found out about as many connections, of one kind each.
func haveFound(kinds ...flow.Kind) (all []checked) {
	for i, k := range kinds {
		c := checked{Connection: keystore.Connection{Name: "c" + string(rune('0'+i)), Verdict: string(flow.Alive)}}
		if k != "" {
			c.Err = &flow.Error{Step: flow.StepCheck, Kind: k}
			c.Verdict = string(k.Verdict())
		}
		all = append(all, c)
	}
	return all
}

func TestTheWorstOfACheckDecidesWhatToDo(t *testing.T) {
	dead, later, admin, silent := flow.KindTokenExpired, flow.KindServerBusy, flow.KindAppBlocked, flow.KindCheckRefused
	for _, row := range []struct {
		kinds     []flow.Kind
		why, hint string
	}{
		{[]flow.Kind{"", dead}, "not alive: 1 of 2", "c1: run sfauth login c1"},
		{[]flow.Kind{later, dead}, "not alive: 2 of 2", "c1: run sfauth login c1"},
		{[]flow.Kind{silent, admin, later}, "not alive: 3 of 3", "c2: try again in a few minutes"},
		{[]flow.Kind{silent, "", "", ""}, "not alive: 1 of 4", "c0: check it by renewing: sfauth token c0 --fresh"},
	} {
		err := sick(haveFound(row.kinds...))
		if why, hint := text.English.Why(err, flow.Request{}), text.English.Hint(err, flow.Request{}); why != row.why || !strings.HasPrefix(hint, row.hint) {
			t.Errorf("%v: %s, %s", row.kinds, why, hint)
		}
	}
	if err := sick(haveFound("")); err != nil {
		t.Error(err)
	}
}

func TestWhatSalesforceSaidFollowsWhatItMeans(t *testing.T) {
	err := &flow.Error{Step: flow.StepRefresh, Kind: flow.KindTokenExpired, Code: "invalid_grant", Description: "expired access/refresh token"}
	if why := text.English.Why(err, flow.Request{}); why != "the connection needs re-authorising: invalid_grant: expired access/refresh token" {
		t.Error(why)
	}
}

func TestACheckOfAKeychainThatCannotBeReadHintsAtTheKeychain(t *testing.T) {
	world.Begin(t, func(ctx context.Context, w *world.World) {
		all := []keystore.Connection{w.Keep("acme", nil)}
		w.Vault.Deaf = keystore.ErrLocked
		var found []checked
		w.Client.CheckAll(ctx, all, func(i int, h flow.Health) { found = append(found, newChecked(h.Of(all[i]), h.Err, 0)) })
		sick := sick(found)
		if why, hint := text.English.Why(sick, flow.Request{}), text.English.Hint(sick, flow.Request{}); why != "the keychain is locked" || hint != "unlock the keychain, then try again" {
			t.Errorf("%s, %s", why, hint)
		}
	})
}

func TestTheSameCauseHasTheSameWordsInCheckAndToken(t *testing.T) {
	for _, k := range flow.Kinds() {
		if k == flow.KindUnknown { // whose words are Salesforce's own
			continue
		}
		c := haveFound(k)[0]
		words := text.English.Explain(k, text.RequestOf(c.Connection))
		c.Connection = new(flow.Client).Health(c.Err).Of(c.Connection)
		var table bytes.Buffer
		if err := printVerdicts(&table, &text.English, []checked{c}); err != nil {
			t.Fatal(err)
		}
		for where, said := range map[string]string{"check": table.String(), "its last line": text.English.Why(sick([]checked{c}), flow.Request{}), "token": text.English.Why(c.Err, text.RequestOf(c.Connection))} {
			if !strings.Contains(said, words.Why) {
				t.Errorf("%s says %q where %s is %q", where, said, k, words.Title)
			}
		}
		if check, token := text.English.Hint(sick([]checked{c}), flow.Request{}), text.English.Hint(c.Err, text.RequestOf(c.Connection)); check != token {
			t.Errorf("%s: a check hints %q, a renewal %q", k, check, token)
		}
	}
}

// counted counts what each would be a call of the system.
type counted int

func (c *counted) Write(p []byte) (int, error) { *c++; return len(p), nil }

func TestATableForAProgramIsNotWrittenCellByCell(t *testing.T) {
	all := make([]checked, 100)
	for i := range all {
		all[i].Name, all[i].Verdict = "acme", "alive"
	}
	var writes counted
	if err := printVerdicts(&writes, &text.English, all); err != nil || writes != 1 {
		t.Errorf("%v: %d writes", err, writes)
	}
}
