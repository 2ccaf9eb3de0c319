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
)

func TestReplaceOverwritesOnlyWhenThePersonSaysSo(t *testing.T) {
	inWorld(t, one, func(w *world) {
		before, err := w.store.Find("acme")
		if err != nil {
			t.Fatal(err)
		}
		w.allows().wait(time.Second).press("enter", "a").wait(time.Second).press("esc", "ctrl+t", "down", "down", "down", "ctrl+u").typ(demo.OtherUsername)
		w.press("enter").wait(30*time.Second).shows("another user or org", "Replace acme")
		if kept, err := w.store.Find("acme"); err != nil || kept.Username != before.Username {
			t.Errorf("%+v, %v", kept, err)
		}
		w.press("down", "enter").wait(2*time.Second).shows("Connected", demo.OtherUsername).golden("done-replaced")
		all, err := w.store.List()
		if err != nil || len(all) != 1 || all[0].ID != before.ID || all[0].Username != demo.OtherUsername {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestWhatIsGivenBackIsRevoked(t *testing.T) {
	inWorld(t, one, func(w *world) {
		approvals := w.org.Approvals()
		w.allows().wait(time.Second).press("enter", "a").wait(time.Second).press("esc", "ctrl+t", "down", "down", "down", "ctrl+u").typ(demo.OtherUsername)
		w.press("enter").wait(30*time.Second).press("down", "down", "down", "enter").wait(2*time.Second).shows("1 connection", "alive")
		if n := w.org.Approvals(); n != approvals {
			t.Errorf("%d approvals, before %d", n, approvals)
		}
	})
}

func TestARevocationThatFailsIsToldAndUndoesNothing(t *testing.T) {
	inWorld(t, func(w *world, o *Options) {
		one(w, o)
		o.Client.HTTP.Transport = noRevocation{o.Client.HTTP.Transport}
	}, func(w *world) {
		w.allows().wait(time.Second).press("enter", "a").wait(30*time.Second).shows("✓ Connected", "could not be revoked", "five approvals").golden("done-unrevoked")
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
	inWorld(t, func(w *world, o *Options) {
		for range 5 {
			w.keep("acme", nil)
		}
		w.listed(o)
	}, func(w *world) {
		w.allows().wait(time.Second).press("n").typ("http://" + loginHost).wait(time.Second).press("enter")
		w.paste(w.app.ClientID).press("enter").paste(w.app.ClientSecret).press("enter").wait(30*time.Second).shows("Connected", "five approvals")
		w.press("enter").wait(2 * time.Second).shows("needs re-authorising")
	})
}

func TestALoginHostThatWasChangedOutsideIsAskedForAgain(t *testing.T) {
	inWorld(t, func(w *world, o *Options) {
		one(w, o)
		path := filepath.Join(w.store.Dir, "index.json")
		list, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, bytes.ReplaceAll(list, []byte(loginHost), []byte("127.0.0.1:9999")), 0o600)
		}
		if err == nil {
			o.Saved, err = w.store.List()
		}
		if err != nil {
			t.Fatal(err)
		}
	}, func(w *world) {
		w.wait(time.Second).shows("needs re-authorising").press("enter").wait(time.Second)
		w.shows("Where do you log in?", "changed outside sfauth").golden("org-changed")
	})
}
