package tui

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sfauth/flow/demo"
	"sfauth/tui/world"
)

func TestReplaceOverwritesOnlyWhenThePersonSaysSo(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		before, err := w.Store.Find("acme")
		if err != nil {
			t.Fatal(err)
		}
		w.allows().wait(time.Second).press("enter", "a").wait(time.Second).press("a", "ctrl+t", "down", "down", "down", "ctrl+u").typ(demo.OtherUsername)
		w.press("enter").wait(30*time.Second).shows("another user or org", "Replace acme")
		if kept, err := w.Store.Find("acme"); err != nil || kept.Username != before.Username {
			t.Errorf("%+v, %v", kept, err)
		}
		w.press("down", "enter").wait(2*time.Second).shows("is renewed", demo.OtherUsername).golden("done-replaced")
		all, err := w.Store.List()
		if err != nil || len(all) != 1 || all[0].ID != before.ID || all[0].Username != demo.OtherUsername {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestWhatIsGivenBackIsRevoked(t *testing.T) {
	inWorld(t, one, func(w *screened) {
		approvals := w.Org.Approvals()
		w.allows().wait(time.Second).press("enter", "a").wait(time.Second).press("a", "ctrl+t", "down", "down", "down", "ctrl+u").typ(demo.OtherUsername)
		w.press("enter").wait(30*time.Second).press("down", "down", "down", "enter").wait(2*time.Second).shows("1 connection", "alive")
		if n := w.Org.Approvals(); n != approvals {
			t.Errorf("%d approvals, before %d", n, approvals)
		}
	})
}

func TestARevocationThatFailsIsToldAndUndoesNothing(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		one(w, o)
		o.Client.HTTP.Transport = noRevocation{o.Client.HTTP.Transport}
	}, func(w *screened) {
		w.allows().wait(time.Second).press("enter", "a").wait(30*time.Second).shows("is renewed", "could not be revoked", "five approvals").golden("done-unrevoked")
	})
}

// noRevocation is a network that does not let a token be revoked.
type noRevocation struct{ http.RoundTripper }

func (n noRevocation) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/revoke") {
		return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	}
	return n.RoundTripper.RoundTrip(r)
}

func TestTheSixthApprovalSaysThatItEndsTheOldest(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		for range 5 {
			w.Keep("acme", nil)
		}
		w.listed(o)
	}, func(w *screened) {
		w.allows().wait(time.Second).press("n").typ("http://" + world.LoginHost).wait(time.Second).press("enter")
		w.paste(w.App.ClientID).press("enter").paste(w.App.ClientSecret).press("enter").wait(30*time.Second).shows("is connected", "five approvals")
		w.press("enter").wait(2 * time.Second).shows("needs re-authorising")
	})
}

func TestALoginHostThatWasChangedOutsideIsAskedForAgain(t *testing.T) {
	inWorld(t, func(w *screened, o *Options) {
		one(w, o)
		path := filepath.Join(w.Store.Dir, "index.json")
		list, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, bytes.ReplaceAll(list, []byte(world.LoginHost), []byte("127.0.0.1:9999")), 0o600)
		}
		if err == nil {
			o.Saved, err = w.Store.List()
		}
		if err != nil {
			t.Fatal(err)
		}
	}, func(w *screened) {
		w.wait(time.Second).shows("needs re-authorising").press("enter").wait(time.Second)
		w.shows("Where do you log in?", "changed outside sfauth").golden("org-changed")
	})
}

func TestBackFromAnAuthorisationThatTheListBeganIsTheList(t *testing.T) {
	inWorld(t, atHome, func(w *screened) {
		w.wait(30*time.Second).press("g", "enter").wait(time.Second).shows("Allow access").press("esc").wait(time.Second).shows("Connections", "› ✗ acme-uat")
		w.press("enter").wait(time.Second).press("e", "down", "enter").shows("fix this").press("a").wait(time.Second).shows("Which app asks for access?")
		w.press("esc").wait(time.Second).shows("Connections", "› ✗ acme-uat")
		w.press("n").wait(time.Second).typ("http://" + world.LoginHost).wait(time.Second).press("enter").shows("Which app asks for access?")
		w.press("esc").wait(time.Second).shows("Where do you log in?").press("esc").wait(time.Second).shows("Connections")
	})
	inWorld(t, func(w *screened, o *Options) { atHome(w, o); w.Refuses() }, func(w *screened) {
		w.wait(30*time.Second).press("g", "enter").wait(30 * time.Second).shows("Access was denied").press("esc").wait(time.Second).shows("Connections")
	})
}
