package demo

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// app is what Setup has under a Consumer Key.
func (o *Org) app(clientID string) (App, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	a, known := o.apps[clientID]
	return a, known
}

// setup stands for every page of Setup: it has what a person goes there for, the keys and
// callback URLs of the apps, and lets an administrator approve users.
func (o *Org) setup(*http.Request) answer {
	o.mu.Lock()
	defer o.mu.Unlock()
	apps := slices.SortedFunc(maps.Values(o.apps), func(a, b App) int { return strings.Compare(a.Name, b.Name) })
	body := markup("<h1>External Client Apps</h1>\n<p class=\"small\">Setup of %s: what an administrator sees and does there.</p>\n", OrgName)
	for _, a := range apps {
		body += markup(`<h2>%s</h2>
<dl>
  <dt>Consumer Key</dt><dd>%s</dd>
  <dt>Consumer Secret</dt><dd>%s</dd>
`, a.Name, a.ClientID, a.ClientSecret)
		for _, c := range a.Callbacks {
			body += markup("  <dt>Callback URL</dt><dd>%s</dd>\n", c)
		}
		body += "</dl>\n"
		if a.Unapproved {
			body += markup(`<p>Permitted Users: admin approved users are pre-authorized. No user is approved.</p>
<form method="post"><button class="only" name="approve" value="%s">Approve all users</button></form>
`, a.ClientID)
		}
	}
	return page(http.StatusOK, "External Client Apps", body)
}

// approveUsers approves all users of an app and shows Setup again.
func (o *Org) approveUsers(r *http.Request) answer {
	o.mu.Lock()
	if a, known := o.apps[r.PostForm.Get("approve")]; known {
		a.Unapproved = false
		o.apps[a.ClientID] = a
	}
	o.mu.Unlock()
	return redirect(http.StatusSeeOther, r.URL.Path)
}
