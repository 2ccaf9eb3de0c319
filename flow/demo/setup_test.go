package demo

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const setupURL = orgURL + "/lightning/setup/ManageExternalClientApplication/home"

func TestSetupShowsWhatALoginNeedsOfAnApp(t *testing.T) {
	in(t, nil, func(w *world) {
		status, body := w.get(setupURL, "")
		body = html.UnescapeString(body)
		for _, want := range []string{w.app.Name, w.app.ClientID, w.app.ClientSecret, w.app.Callbacks[0]} {
			if status != http.StatusOK || !strings.Contains(body, want) {
				w.Errorf("%d, without %s", status, want)
			}
		}
	})
}

func TestAnAppRefusesEverybodyUntilSetupApprovesItsUsers(t *testing.T) {
	in(t, func(a *App) { a.Unapproved = true }, func(w *world) {
		token := w.org.Approve(w.app.ClientID)
		if _, s := w.refresh(token); s.error() != "invalid_app_access : user is not admin approved to access this app" {
			w.Error(s)
		}
		w.visit(w.authorizeURL(), true)
		if w.told.Get("error") != "OAUTH_APP_ACCESS_DENIED" {
			w.Errorf("the callback was told %v", w.told)
		}
		if _, body := w.get(setupURL, ""); !strings.Contains(body, "Approve all users") {
			w.Error(body)
		}
		if _, err := w.http.PostForm(setupURL, url.Values{"approve": {w.app.ClientID}}); err != nil {
			w.Fatal(err)
		}
		if _, body := w.get(setupURL, ""); strings.Contains(body, "Approve all users") {
			w.Error("approved, and it offers it still")
		}
		if status, s := w.refresh(token); status != http.StatusOK {
			w.Error(s)
		}
	})
}

func TestAPersonWhoIsNotTheUserChangesToAnother(t *testing.T) {
	in(t, nil, func(w *world) {
		_, body := w.get(w.authorizeURL(), "")
		link, found := between(body, `<a href="`, `"`)
		if _, other := w.get(orgURL+link, ""); !found || !strings.Contains(other, OtherUsername) {
			w.Errorf("%q leads to %s", link, other)
		}
	})
}

func TestAnOrgThatPlaysAHostNamesItInEveryAnswer(t *testing.T) {
	in(t, nil, func(w *world) {
		w.org.Host = "acme.my.salesforce.com"
		s := w.login()
		for _, name := range []string{"instance_url", "id"} {
			if !strings.HasPrefix(s.str(name), "https://acme.my.salesforce.com") {
				w.Errorf("%s is %s", name, s.str(name))
			}
		}
		if _, body := w.get(w.authorizeURL(), ""); strings.Contains(body, "127.0.0.1") {
			w.Error(body)
		}
	})
}
