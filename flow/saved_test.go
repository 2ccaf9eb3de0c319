package flow_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/export"
	"sfauth/keystore"
)

// savedLate is a login whose save lands although the vault was given up on.
func (w *world) savedLate() flow.Grant {
	w.Helper()
	w.vault.onSet = func(account string, s keystore.Secret) error {
		if strings.HasPrefix(account, "probe") {
			return nil
		}
		return errors.Join(w.vault.Memory.Set(context.Background(), account, s), keystore.ErrTimeout)
	}
	g, err := w.login()
	wantKind(w, err, flow.StepSave, flow.KindKeychainTimeout)
	<-w.tab
	w.vault.onSet = nil
	return g
}

// again is the request of a login whose grant takes the place of an earlier one.
func (w *world) again() {
	w.Helper()
	first := w.loggedIn()
	time.Sleep(time.Hour)
	w.request.Existing = &first.Connection
}

// hasTakenOver says that g is saved, works, and is the only grant.
func (w *world) hasTakenOver(g *flow.Grant) {
	w.Helper()
	for range 2 { // a person who presses save twice changes nothing by it
		saved, revoked, err := w.Save(w.Context(), g)
		must(w, err)
		if revoked != nil {
			must(w, revoked.Err)
		}
		_, err = w.Token(w.Context(), saved.Name, fresh)
		must(w, err)
	}
	list, err := w.Store.List()
	must(w, err)
	if len(list) != 1 || !list[0].SameGrant(g.Connection) || w.org.Approvals() != 1 {
		w.Errorf("%+v, %d approvals", list, w.org.Approvals())
	}
}

func TestTheOldGrantIsRevokedByTheRetryOfASaveThatHadLanded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.again()
		g := w.savedLate()
		w.hasTakenOver(&g)
	})
}

func TestTheRetryOfASaveThatHadLandedLeavesARenewedTokenAlone(t *testing.T) {
	inWorld(t, func(w *world) {
		w.again()
		g := w.savedLate()
		_, err := w.Token(w.Context(), g.Connection.Name, fresh) // a script renews
		must(w, err)
		w.hasTakenOver(&g)
	})
}

func TestTheOldGrantIsRevokedThoughItWasRenewedBeforeTheRetry(t *testing.T) {
	inWorld(t, func(w *world) {
		w.again()
		w.vault.failSaves(keystore.ErrTimeout)
		g, err := w.login()
		wantKind(w, err, flow.StepSave, flow.KindKeychainTimeout)
		w.vault.failSet = nil
		_, err = w.Token(w.Context(), g.Connection.Name, fresh)
		must(w, err)
		w.hasTakenOver(&g)
	})
}

func TestANewGrantIsSavedOnceThoughItsSaveLandedLateAndWasHealed(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.savedLate()
		must(w, w.Store.Heal(w.Context()))
		w.hasTakenOver(&g)
	})
}

func TestWhatIsExportedDuringARenewalIsTheNewToken(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		exported := make(chan string, 1)
		w.org.During = func(string) {
			go func() {
				text, _, err := w.Export(context.Background(), g.Connection.Name, "json", export.Options{})
				if err != nil {
					w.Error(err)
				}
				exported <- text
			}()
			time.Sleep(time.Second)
		}
		_, err := w.Token(w.Context(), g.Connection.Name, fresh)
		must(w, err)
		var out struct {
			Token string `json:"refresh_token"`
		}
		must(w, json.Unmarshal([]byte(<-exported), &out))
		if !w.org.RefreshValid(out.Token) {
			w.Error("it is dead")
		}
	})
}

func TestAnExportThatAsksForAccessTokensReadsNoSecret(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.vault.onGet = func() (keystore.Secret, error) { w.Error("read"); return keystore.Secret{}, keystore.ErrDenied }
		for _, format := range []string{"jsforce", "mcp"} {
			text, c, err := w.Export(w.Context(), g.Connection.Name, format, export.Options{})
			if err != nil || text == "" || c.ID != g.Connection.ID {
				w.Errorf("%s: %q, %v", format, text, err)
			}
		}
	})
}

// whatAClientDoes is every method that may fail for want of a secret.
func whatAClientDoes(w *world, c keystore.Connection) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"token": func(ctx context.Context) error { _, err := w.Token(ctx, c.Name, fresh); return err },
		"export": func(ctx context.Context) error {
			_, _, err := w.Export(ctx, c.Name, "json", export.Options{})
			return err
		},
		"secrets": func(ctx context.Context) error { _, _, err := w.Secrets(ctx, c); return err },
		"move":    func(ctx context.Context) error { return w.Move(ctx, c.Name, "file") },
		"check":   func(ctx context.Context) error { return w.Check(ctx, c).Err },
		"again":   func(ctx context.Context) error { _, _, err := w.Again(ctx, c); return err },
		"remove":  func(ctx context.Context) error { _, err := w.Remove(ctx, c.Name, false); return err },
		"forget":  func(ctx context.Context) error { _, err := w.Remove(ctx, c.Name, true); return err },
	}
}

// A method that cannot go on without a secret says at which step it stopped.
var stepOf = map[string]flow.Step{"token": flow.StepRefresh, "export": flow.StepExport, "secrets": flow.StepExport,
	"move": flow.StepMove, "check": flow.StepCheck}

func TestWhateverFailsSaysSoInTheSameWay(t *testing.T) {
	inWorld(t, func(w *world) {
		c := w.loggedIn().Connection
		w.Store.Others = []keystore.Vault{&keystore.File{Dir: w.Store.Dir}}
		enough := errors.New("enough")
		over, cancel := context.WithCancelCause(w.Context())
		cancel(enough)
		for name, do := range whatAClientDoes(w, c) {
			w.vault.onGet = func() (keystore.Secret, error) { return keystore.Secret{}, keystore.ErrLocked }
			if e, ok := errors.AsType[*flow.Error](do(w.Context())); !ok || e.Kind != flow.KindKeychainLocked {
				w.Errorf("%s: %#v", name, e)
			}
			if err := do(over); err != enough {
				w.Errorf("%s, given up: %v", name, err)
			}
			step, stops := stepOf[name]
			if !stops {
				continue
			}
			w.vault.onGet = func() (keystore.Secret, error) { return keystore.Secret{}, keystore.ErrNotFound }
			wantKind(w, do(w.Context()), step, flow.KindKeychainMissing)
		}
		wantKind(w, w.Move(w.Context(), "nobody", "file"), flow.StepMove, flow.KindNoConnection)
		_, _, err := w.Export(w.Context(), "nobody", "json", export.Options{})
		wantKind(w, err, flow.StepExport, flow.KindNoConnection)
	})
}

func TestAMovedConnectionIsReadFromItsNewPlace(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		key := filepath.Join(t.TempDir(), "key")
		must(w, os.WriteFile(key, []byte(keystore.NewSealKey().Reveal()), 0o600))
		w.Store.Others = []keystore.Vault{&keystore.File{Dir: w.Store.Dir, Keys: keystore.KeySource{KeyFile: key}}}
		must(w, w.Move(w.Context(), g.Connection.Name, "file"))
		c, secrets, err := w.Secrets(w.Context(), g.Connection)
		must(w, err)
		if c.Store != "file" || !secrets.RefreshToken.Equal(g.Secrets.RefreshToken) {
			w.Errorf("%+v", c)
		}
	})
}

func TestAConnectionThatWasRemovedMeanwhileIsMadeAnew(t *testing.T) {
	inWorld(t, func(w *world) {
		w.again()
		w.onRevoke(func(*http.Request) error { return errors.New("nothing is left to revoke") })
		existing := *w.request.Existing
		must(w, w.Store.Remove(w.Context(), existing))
		g := w.loggedIn()
		if g.Connection.ID == existing.ID || g.Connection.Name != existing.Name {
			w.Errorf("%+v", g.Connection)
		}
		_, err := w.Token(w.Context(), existing.Name, fresh)
		must(w, err)
	})
}
