package flow_test

import (
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/keystore"
)

func TestACheckOfAStaleListPutsNothingOldBack(t *testing.T) {
	inWorld(t, func(w *world) {
		stale, err := w.Store.Find(w.loggedIn().Connection.Name)
		must(w, err)
		w.edit(`"instance_url":"`+stale.InstanceURL, `"instance_url":"http://localhost:8001`) // the org has got another instance since
		time.Sleep(time.Hour)
		now, err := w.Store.Find(stale.Name)
		must(w, err)
		if found := w.checked([]keystore.Connection{now}); found[now.Name].Verdict != flow.Alive {
			w.Fatalf("%+v", found)
		}
		before, err := w.Store.Find(stale.Name)
		must(w, err)
		w.org.RevokeAll()
		time.Sleep(time.Hour)
		w.checked([]keystore.Connection{stale})
		after, err := w.Store.Find(stale.Name)
		must(w, err)
		if after.Verdict != string(flow.Reauthorise) || after.InstanceURL != "http://localhost:8001" || before.AliveAt == nil || !after.AliveAt.Equal(*before.AliveAt) {
			w.Errorf("%+v", after)
		}
	})
}
