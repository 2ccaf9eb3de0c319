package flow

import (
	"slices"
	"strings"

	"sfauth/keystore"
)

// Grant is what Authorize obtained. One that comes with an error is in memory only:
// Client.Save stores it, Client.GiveUp revokes it.
type Grant struct {
	Connection keystore.Connection
	Secrets    keystore.Secrets

	access  keystore.Secret
	refused bool               // sfauth does not believe it: no person can decide to keep it
	taken   bool               // over from another tool, which obtained it
	former  *keystore.Replaced // is revoked once this one is saved; nil: there is none
}

// LacksJWT tells whether what access is for takes JWT-based access tokens alone, and the app
// has issued another kind (SALESFORCE.md §6.3). It looks at the form of the token only.
func (g Grant) LacksJWT() bool {
	token := g.access.Reveal()
	return PurposeOf(g.Connection.Scope).JWT && token != "" && (strings.Count(token, ".") != 2 || !strings.HasPrefix(token, "eyJ"))
}

// newGrant makes a connection of a token response and of the request. A connection that is
// authorised again has its id, its name and the name of its user already.
func (c *Client) newGrant(q authorizationRequest, t tokenResponse) Grant {
	now := c.now()
	conn := keystore.Connection{
		Name:         proposedName(q.Request, t.instance),
		Domain:       q.Domain.String(),
		ClientID:     q.ClientID,
		RedirectURI:  q.callback.String(),
		Scope:        strings.Join(strings.Fields(q.Scope), " "),
		Prompt:       q.Prompt,
		UserID:       t.identity.user,
		OrgID:        t.identity.org,
		InstanceURL:  t.instance,
		Scopes:       t.scopes,
		AuthorizedAt: now,
		CheckedAt:    &now,
		Verdict:      string(Alive),
	}
	if q.Existing != nil {
		conn.ID, conn.Name, conn.Username = q.Existing.ID, q.Existing.Name, q.Existing.Username
	}
	return Grant{
		Connection: conn,
		Secrets:    keystore.Secrets{ClientSecret: q.ClientSecret, RefreshToken: t.refresh, SealKey: keystore.NewSealKey()},
		access:     t.access,
	}
}

// proposedName is the name of the org, which the login domain or else the instance has.
func proposedName(r Request, instance string) string {
	if strings.ContainsFunc(strings.ToLower(r.Name), canBeInName) {
		return r.Name
	}
	at, _ := ParseDomain(instance)
	for _, d := range []Domain{r.Domain, at} {
		if label := d.Label(); !slices.Contains([]string{"", "login", "test"}, label) {
			return label
		}
	}
	return "salesforce"
}

// canBeInName tells the characters of which the keystore leaves something in a name.
func canBeInName(c rune) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
