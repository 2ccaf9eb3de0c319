package flow_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/flow/export"
	"sfauth/keystore"
)

// edit changes the list of connections as anybody with an editor can.
func (w *world) edit(old, new string) (undo func()) {
	w.Helper()
	path := filepath.Join(w.Store.Dir, "index.json")
	was, err := os.ReadFile(path)
	must(w, err)
	edited := bytes.ReplaceAll(was, []byte(old), []byte(new))
	if bytes.Equal(edited, was) {
		w.Fatalf("%q is not in the list", old)
	}
	must(w, os.WriteFile(path, edited, 0o600))
	return func() { must(w, os.WriteFile(path, was, 0o600)) }
}

// uses is every way to use the secrets of acme.
func (w *world) uses() map[string]func() error {
	conn := func() keystore.Connection {
		c, err := w.Store.Find("acme")
		must(w, err)
		return c
	}
	return map[string]func() error{
		"token":    func() error { _, err := w.Token(w.Context(), "acme", flow.TokenOptions{}); return err },
		"fresh":    func() error { _, err := w.Token(w.Context(), "acme", fresh); return err },
		"exchange": func() error { _, err := w.Token(w.Context(), "acme", forData360); return err },
		"check":    func() error { return w.Check(w.Context(), conn()).Err },
		"export":   func() error { _, _, err := w.Export(w.Context(), "acme", "env", export.Options{}); return err },
		"copy":     func() error { _, _, err := w.Secrets(w.Context(), conn()); return err },
		"remove":   func() error { _, err := w.Remove(w.Context(), "acme", false); return err },
	}
}

func TestAListThatWasEditedDecidesNothing(t *testing.T) {
	for what, edit := range map[string][2]string{
		"login host": {loginHost, "http://127.0.0.1:9999"},
		"app":        {demo.DefaultApp().ClientID, demo.DefaultApp().ClientID + "x"},
		"user":       {`"user_id":"005`, `"user_id":"00500`},
		"org":        {`"org_id":"00D`, `"org_id":"00D00`},
	} {
		inWorld(t, func(w *world) {
			w.request.Name = "acme"
			w.loggedIn()
			_, err := w.Token(w.Context(), "acme", flow.TokenOptions{}) // an access token is in the cache from now on
			must(w, err)
			undo := w.edit(edit[0], edit[1])
			w.between(func(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
				w.Errorf("%s: something was sent to %s", what, r.URL)
				return nil, os.ErrPermission
			})
			for how, use := range w.uses() {
				if err := use(); flow.KindOf(err) != flow.KindChanged || flow.VerdictOf(err) != flow.Reauthorise {
					w.Errorf("%s, %s: %v", what, how, err)
				}
			}
			c, err := w.Store.Find("acme")
			must(w, err)
			if r, whole, err := w.Again(w.Context(), c); err != nil || whole || !r.Domain.IsZero() || !r.ClientSecret.Empty() {
				w.Errorf("%s: the host is not asked for: %+v, %v", what, r, err)
			}
			undo()
			w.HTTP.Transport = w.browser.Transport
			if _, err := w.Token(w.Context(), "acme", fresh); err != nil {
				w.Errorf("%s: something was lost: %v", what, err)
			}
		})
	}
}

func TestAuthorisingAgainMendsAListThatWasEdited(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.Name = "acme"
		g := w.loggedIn()
		w.edit(demo.DefaultApp().ClientID, "another")
		w.request.Existing = &g.Connection
		w.loggedIn()
		if _, err := w.Token(w.Context(), "acme", fresh); err != nil {
			w.Error(err)
		}
	})
}

func TestSecretsInAnothersPlaceGoNowhere(t *testing.T) {
	f := launch(t)
	other, err := f.Store.Create(t.Context(), keystore.Connection{Name: "other", Domain: "http://127.0.0.1:1", ClientID: "app"}, f.grant())
	must(t, err)
	c, err := f.Store.Find("acme")
	must(t, err)
	_, err = f.Token(t.Context(), "acme", fresh)
	must(t, err)
	for _, folder := range []string{"vault", "sealed"} {
		a, b := filepath.Join(f.dir, folder, c.ID+".age"), filepath.Join(f.dir, folder, other.ID+".age")
		must(t, os.Rename(a, a+"-"))
		_ = os.Rename(b, a) // fails in the folder sealed, where other has no file
		must(t, os.Rename(a+"-", b))
		for _, name := range []string{"acme", "other"} {
			for _, o := range []flow.TokenOptions{{}, fresh} {
				if access, err := f.Token(t.Context(), name, o); flow.KindOf(err) != flow.KindChanged || !access.Token.Empty() {
					t.Errorf("%s of %s: %v", folder, name, err)
				}
			}
		}
	}
}

func TestARefreshThatBringsAnothersIdentityIsNotBelieved(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		w.between(func(_ *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			res, err := send()
			if err == nil && strings.HasSuffix(res.Request.URL.Path, "/token") {
				body, err := io.ReadAll(res.Body)
				must(w, err)
				res.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(string(body), g.Connection.UserID, "005000000000009AAA")))
				res.ContentLength = -1
			}
			return res, err
		})
		access, err := w.Token(w.Context(), g.Connection.Name, fresh)
		wantKind(w, err, flow.StepRefresh, flow.KindOtherUser)
		if !access.Token.Empty() || !w.stored(g.Connection).RefreshToken.Equal(g.Secrets.RefreshToken) {
			w.Error("it was kept, or handed out")
		}
	})
}

func TestAnOlderCopyOfTheSecretsIsNotSent(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		old, err := w.vault.Get(w.Context(), g.Connection.ID)
		must(w, err)
		time.Sleep(time.Hour)
		_, err = w.Token(w.Context(), g.Connection.Name, fresh)
		must(w, err)
		must(w, w.vault.Set(w.Context(), g.Connection.ID, old))
		must(w, os.RemoveAll(filepath.Join(w.Store.Dir, "sealed"))) // the sealed copy has the newer secrets
		_, err = w.Token(w.Context(), g.Connection.Name, fresh)
		wantKind(w, err, flow.StepRefresh, flow.KindChanged)
		if w.refreshes() != 1 {
			w.Error("a spent token was sent")
		}
	})
}

func TestAnExportNamesNoInstanceThatIsNotSalesforces(t *testing.T) {
	inWorld(t, func(w *world) {
		w.request.Name = "acme"
		w.loggedIn()
		w.edit(`"instance_url":"`+loginHost, `"instance_url":"https://acme.example`)
		for _, format := range export.Formats() {
			if text, _, err := w.Export(w.Context(), "acme", format, export.Options{}); flow.KindOf(err) != flow.KindForeignHost || text != "" {
				w.Errorf("%s: %v", format, err)
			}
		}
		a, err := w.Token(w.Context(), "acme", flow.TokenOptions{})
		must(w, err)
		if a.Connection.InstanceURL != loginHost {
			w.Errorf("exec would go to %s", a.Connection.InstanceURL)
		}
	})
}

// An attacker who can write the list alone cannot make a host one that the person has confirmed.
func TestHostThatNoSecretVouchesForIsConfirmedAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		c, err := w.Store.Create(w.Context(), keystore.Connection{Name: "shop", Domain: "shop.example.com", ClientID: w.request.ClientID},
			keystore.Secrets{RefreshToken: keystore.NewSecret("5Aep")})
		must(w, err)
		r, _, err := w.Again(w.Context(), c)
		must(w, err)
		if doubt := r.Doubt(); doubt != "" {
			w.Error("of a whole connection:", doubt)
		}
		must(w, w.vault.Delete(w.Context(), c.ID))
		r, whole, err := w.Again(w.Context(), c)
		must(w, err)
		if doubt := r.Doubt(); whole || r.Domain.String() != "shop.example.com" || doubt != flow.KindDomainForeign {
			w.Errorf("%s is doubted as %q", r.Domain, doubt)
		}
	})
}
