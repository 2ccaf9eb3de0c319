package flow_test

import (
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/takeover"
	"sfauth/keystore"
)

// held is a grant that another tool has obtained.
func (w *world) held() takeover.Holding {
	return takeover.Holding{RefreshToken: keystore.NewSecret(w.org.Approve(w.request.ClientID))}
}

func (w *world) inspected(h takeover.Holding) (flow.Grant, error) {
	w.Helper()
	w.events = nil
	return w.Inspect(w.Context(), w.request, h, func(e flow.Event) { w.events = append(w.events, e) })
}

// takenOver inspects and saves.
func (w *world) takenOver(h takeover.Holding) (keystore.Connection, *flow.Revoked) {
	w.Helper()
	g, err := w.inspected(h)
	must(w, err)
	saved, revoked, err := w.Save(w.Context(), &g)
	must(w, err)
	return saved, revoked
}

func TestATokenIsTakenOverWithoutBeingUsedAndThenRenews(t *testing.T) {
	inWorld(t, func(w *world) {
		h := w.held()
		c, revoked := w.takenOver(h)
		if w.posts() != 0 || !w.org.RefreshValid(h.RefreshToken.Reveal()) || revoked != nil {
			w.Error(w.posts(), "token requests", revoked)
		}
		if c.UserID != demo.UserID || c.OrgID != demo.OrgID || c.Username != demo.Username || c.InstanceURL != loginHost || c.Verdict != string(flow.Alive) || c.Scope == "" {
			w.Errorf("%+v", c)
		}
		if who, ok := heard[flow.Identified](w); !ok || who.UserID != demo.UserID {
			w.Errorf("%+v", w.events)
		}
		if !flow.IdleUntil(c).IsZero() {
			w.Error("nobody knows when the other tool has used it last")
		}
		for range 3 {
			a, err := w.Token(w.Context(), c.Name, flow.TokenOptions{Fresh: true})
			must(w, err)
			if !w.org.AccessValid(a.Token.Reveal()) || a.Connection.InstanceURL != loginHost {
				w.Errorf("%+v", a)
			}
		}
		if c, err := w.Store.Find(c.Name); err != nil || !c.TakenOver || flow.IdleUntil(c).IsZero() {
			w.Errorf("%+v, %v", c, err)
		}
		if w.refreshes() != 3 || w.org.RefreshValid(h.RefreshToken.Reveal()) {
			w.Error(w.refreshes(), "renewals")
		}
	})
}

func TestWhatIsDeadOrAnothersOrUnheardOfIsNotTakenOver(t *testing.T) {
	for name, row := range map[string]struct {
		change func(w *world, h *takeover.Holding)
		step   flow.Step
		kind   flow.Kind
	}{
		"dead":         {func(w *world, _ *takeover.Holding) { w.org.RevokeAll() }, flow.StepCheck, flow.KindTokenExpired},
		"wrong secret": {func(w *world, _ *takeover.Holding) { w.request.ClientSecret = keystore.NewSecret("another") }, flow.StepCheck, flow.KindClientCredentials},
		"host down": {func(w *world, _ *takeover.Holding) {
			w.request.Domain, _ = flow.ParseDomain("http://127.0.0.1:9")
		}, flow.StepCheck, flow.KindRefused},
		"another app's": {func(w *world, h *takeover.Holding) { h.RefreshToken = keystore.NewSecret("5Aep861nobodys") }, flow.StepCheck, flow.KindTokenExpired},
		"another user's": {func(w *world, _ *takeover.Holding) {
			w.request.Existing = &keystore.Connection{ID: "x", Name: "x", OrgID: demo.OrgID, UserID: demo.OtherUserID}
		}, flow.StepVerify, flow.KindOtherUser},
		"keychain": {func(w *world, _ *takeover.Holding) {
			w.vault.failSet = func(string) error { return keystore.ErrLocked }
		}, flow.StepKeychain, flow.KindKeychainLocked},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				h := w.held()
				row.change(w, &h)
				_, err := w.inspected(h)
				wantKind(t, err, row.step, row.kind)
				if all, _ := w.Store.List(); len(all) > 0 || w.posts() != 0 {
					t.Error(len(all), "saved,", w.posts(), "token requests")
				}
			})
		})
	}
}

func TestWhoseATokenIsThatSalesforceSaysNothingOfTheFirstRenewalTells(t *testing.T) {
	app := demo.DefaultApp()
	app.NoIntrospection = true
	for _, deaf := range []bool{false, true} {
		inWorld(t, func(w *world) {
			h := w.held()
			h.Username, h.OrgID = "who the file says", "00D000000000001AAA"
			g, err := w.inspected(h)
			wantKind(w, err, flow.StepCheck, flow.KindCheckRefused)
			c, _, err := w.Save(w.Context(), &g)
			must(w, err)
			if c.UserID != "" || c.Username != h.Username || c.Verdict == string(flow.Alive) {
				w.Errorf("%+v", c)
			}
			for i := range 4 {
				w.vault.failSet = nil
				if deaf && i == 0 { // the sealed file is then ahead of the vault
					w.vault.failSet = func(string) error { return keystore.ErrTimeout }
				}
				a, err := w.Token(w.Context(), c.Name, flow.TokenOptions{Fresh: true})
				must(w, err)
				known := !deaf || i > 0
				if now, err := w.Store.Find(c.Name); err != nil || (now.UserID == demo.UserID) != known || (now.OrgID == demo.OrgID) != known ||
					(now.Username == demo.Username) != known || now.ID != c.ID || a.Connection.UserID != now.UserID {
					w.Errorf("deaf %v, renewal %d: %+v, %+v, %v", deaf, i+1, now, a.Connection, err)
				}
			}
			if w.refreshes() != 4 || w.org.Approvals() != 1 {
				w.Error(w.refreshes(), "renewals,", w.org.Approvals(), "approvals")
			}
			if a, err := w.Token(w.Context(), c.Name, flow.TokenOptions{}); err != nil || !w.org.AccessValid(a.Token.Reveal()) || w.refreshes() != 4 {
				w.Error("what is cached is not used:", err)
			}
		}, app)
	}
}

func TestATokenThatAConnectionHasIsNotSavedTwice(t *testing.T) {
	inWorld(t, func(w *world) {
		c := w.loggedIn().Connection
		s, err := w.Store.Secrets(w.Context(), c)
		must(w, err)
		g, err := w.inspected(takeover.Holding{RefreshToken: s.RefreshToken})
		wantKind(w, err, flow.StepVerify, flow.KindHeldAlready)
		if g.Connection.Name != c.Name {
			w.Error(g.Connection.Name)
		}
	})
}

// A rotated token that is used again, or revoked, ends the grant that it was of.
func TestTakingOverRevokesTheFormerTokenOnlyWhereThatIsAliveByItself(t *testing.T) {
	for _, lives := range []bool{true, false} {
		inWorld(t, func(w *world) {
			c := w.loggedIn().Connection
			old, err := w.Store.Secrets(w.Context(), c)
			must(w, err)
			h := w.held()
			if !lives { // another tool has renewed with it
				w.org.RevokeAll()
				h = w.held()
			}
			var asked []string
			r, _, err := w.Again(w.Context(), c)
			must(w, err)
			w.request = r
			time.Sleep(time.Second)
			before := len(w.org.Log())
			saved, revoked := w.takenOver(h)
			for _, e := range w.org.Log()[before:] {
				asked = append(asked, e.Path)
			}
			did := asked[len(asked)-1] == "/services/oauth2/revoke"
			if saved.ID != c.ID || saved.Name != c.Name || (revoked != nil) != lives || did != lives || w.org.RefreshValid(old.RefreshToken.Reveal()) {
				w.Errorf("lives %v: %v, %v, %+v", lives, asked, revoked, saved)
			}
			now, err := w.Store.Secrets(w.Context(), saved)
			must(w, err)
			if !w.org.RefreshValid(now.RefreshToken.Reveal()) || !now.RefreshToken.Equal(h.RefreshToken) {
				w.Error("what is stored does not work")
			}
		})
	}
}

func TestTheInstanceOfAFileIsBelievedOnlyWhereItIsSalesforces(t *testing.T) {
	inWorld(t, func(w *world) {
		for said, want := range map[string]string{"https://evil.example": "", "https://acme.my.salesforce.com": "https://acme.my.salesforce.com", "": loginHost} {
			h := w.held()
			h.InstanceURL = said
			if g, err := w.inspected(h); err != nil || g.Connection.InstanceURL != want {
				w.Errorf("%q: %q, %v", said, g.Connection.InstanceURL, err)
			}
		}
	})
}
