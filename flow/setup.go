package flow

import "strings"

// SetupPage is a page of Setup that sfauth links to, by its name in the address.
type SetupPage string

const (
	SetupExternalClientApps SetupPage = "ManageExternalClientApplication"
	SetupConnectedAppsUsage SetupPage = "ConnectedAppsUsage"
	SetupAppManager         SetupPage = "NavigationMenus"
	SetupLoginHistory       SetupPage = "OrgLoginHistory"
)

// Setup is the address of a page of Setup in the org of this domain, "" where the domain
// names no org (login., test., a site, a custom domain).
func (d Domain) Setup(p SetupPage) string {
	for _, c := range clouds {
		if org, ok := strings.CutSuffix(d.base, c.login); ok {
			return org + c.lightning + "/lightning/setup/" + string(p) + "/home"
		}
	}
	return ""
}
