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
	return page(http.StatusOK, "setup", map[string]any{"Title": "External Client Apps | Salesforce", "Org": OrgName, "Apps": apps})
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
