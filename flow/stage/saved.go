package stage

import (
	"context"
	"slices"
	"strings"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// Ended is the name of the saved connection whose grant has ended, which asks to be
// authorised again.
const Ended = "backup"

// apps are those of the org: that of the demo's login, one whose users an administrator has
// still to approve, and one whose Consumer Secret was changed.
type apps struct{ wizard, unapproved, changed demo.App }

func appsOf(callback string) apps {
	app := func(name, id, secret string) demo.App {
		a := demo.DefaultApp()
		a.Callbacks = []string{callback}
		if name != "" {
			a.Name = name
			a.ClientID = strings.TrimSuffix(a.ClientID, "_Demo") + id
			a.ClientSecret = strings.Repeat(secret, 4)
		}
		return a
	}
	all := apps{app("", "", ""), app("Support desk", "_Desk", "7B1E94C02F6A5D38"), app("Sales reports", "_Reps", "E5509A3D71C8B246")}
	for _, p := range flow.Purposes { // any of which a person may choose
		for scope := range strings.FieldsSeq(p.Scopes) {
			if !slices.Contains(all.wizard.Scopes, scope) {
				all.wizard.Scopes = append(all.wizard.Scopes, scope)
			}
		}
	}
	all.unapproved.Unapproved = true
	return all
}

// Save puts five connections into a store, as logins some time before now would have: of each
// state that a check finds, one. Errors are those of Store.Create.
func (s *Stage) Save(ctx context.Context, store *keystore.Store, now time.Time) error {
	const hour, day = time.Hour, 24 * time.Hour
	login, desk, reports := s.apps.wizard, s.apps.unapproved, s.apps.changed
	before := reports
	before.ClientSecret = strings.Repeat("00F4D2A86C3B917E", 4)
	for _, c := range []struct {
		name          string
		app           demo.App
		token         string
		authorised    time.Duration // ago
		alive         time.Duration
		host, user    string
		org, username string
	}{
		{"billing", login, s.Org.Approve(login.ClientID), 12 * day, 2 * hour, Host, demo.UserID, demo.OrgID, demo.Username},
		{Ended, login, "5Aep861ended", 75 * day, 31 * day, Host, demo.UserID, demo.OrgID, demo.Username},
		{"support", desk, s.Org.Approve(desk.ClientID), 40 * day, 3 * day, Host, demo.UserID, demo.OrgID, demo.Username},
		{"reports", before, s.Org.Approve(reports.ClientID), 200 * day, 30 * hour, Host, demo.UserID, demo.OrgID, demo.Username},
		{"uat", login, "5Aep861elsewhere", 20 * day, 26 * hour, "acme--uat.sandbox.my.salesforce.com", "005Wx000001UatUIAS", "00DWx0000004UatMAE", demo.Username + ".uat"},
	} {
		alive := now.Add(-c.alive).UTC()
		_, err := store.Create(ctx, keystore.Connection{
			Name: c.name, Domain: c.host, ClientID: c.app.ClientID, RedirectURI: c.app.Callbacks[0], Scope: flow.DefaultScope,
			Username: c.username, UserID: c.user, OrgID: c.org, InstanceURL: "https://" + c.host,
			Scopes: strings.Fields(flow.DefaultScope), AuthorizedAt: now.Add(-c.authorised).UTC(), AliveAt: &alive,
		}, keystore.Secrets{ClientSecret: keystore.NewSecret(c.app.ClientSecret), RefreshToken: keystore.NewSecret(c.token)})
		if err != nil {
			return err
		}
	}
	return nil
}
