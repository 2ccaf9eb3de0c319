package takeover

import (
	"cmp"
	"slices"
	"strings"
)

// field is what a name in a file stands for.
type field string

const (
	clientID     field = "clientid"
	clientSecret field = "clientsecret"
	refreshToken field = "refreshtoken"
	instanceURL  field = "instanceurl"
	loginURL     field = "loginurl"
	loginDomain  field = "domain" // which may be another's, and counts where nothing else names a host
	tokenURL     field = "tokenurl"
	redirectURI  field = "redirecturi"
	username     field = "username"
	orgID        field = "orgid"
	identityURL  field = "id"
	isSandbox    field = "issandbox"
	accessToken  field = "accesstoken"
	clientName   field = "client" // of jsforce's, which has clients apart
)

// The names that tools and people give the fields (SALESFORCE.md §7.2), without what they
// begin with and without _, - and dots; a longer one stands before a shorter one that it ends
// in.
var names = []struct {
	name  string
	field field
}{
	{"clientsecret", clientSecret}, {"consumersecret", clientSecret},
	{"clientid", clientID}, {"consumerkey", clientID},
	{"refreshtoken", refreshToken},
	{"accesstokenurl", tokenURL}, {"refreshtokenurl", tokenURL}, {"tokenurl", tokenURL}, {"tokenuri", tokenURL}, {"tokenendpoint", tokenURL}, {"refreshurl", tokenURL},
	{"accesstoken", accessToken}, {"sessionid", accessToken},
	{"instanceurl", instanceURL}, {"loginurl", loginURL}, {"authurl", loginURL}, {"authorizationurl", loginURL}, {"mydomain", loginURL}, {"domain", loginDomain},
	{"redirecturi", redirectURI}, {"redirecturl", redirectURI}, {"callbackurl", redirectURI}, {"callbackuri", redirectURI},
	{"username", username}, {"orgid", orgID}, {"organizationid", orgID},
	{"issandbox", isSandbox},
}

// pair is a name and its value, at a place in the file: the names of what it is within.
type pair struct {
	place  []string
	prefix string // of the name: SALESFORCE_
	key    string // the whole name
	field  field  // "": none that is known
	value  string
	tool   Tool // that writes such a thing, wherever it stands
}

func newPair(place []string, key, value string) pair {
	p := pair{place: slices.Clone(place), key: key, value: strings.TrimSpace(value)}
	switch key {
	case "id":
		p.field = identityURL
	case "client":
		p.field = clientName
	default:
		p.prefix, p.field = meaning(key)
	}
	return p
}

// meaning is what a name begins with, and the field that the rest of it stands for.
func meaning(key string) (prefix string, f field) {
	for _, n := range names {
		if prefix, ok := cutSuffix(key, n.name); ok {
			return prefix, n.field
		}
	}
	return "", ""
}

// cutSuffix is strings.CutSuffix, whatever the case of the letters and whatever stands
// between them.
func cutSuffix(key, suffix string) (before string, ok bool) {
	for len(suffix) > 0 {
		if key == "" {
			return "", false
		}
		switch c := key[len(key)-1]; {
		case c|0x20 == suffix[len(suffix)-1]:
			suffix = suffix[:len(suffix)-1]
		case c != '_' && c != '-' && c != '.':
			return "", false
		}
		key = key[:len(key)-1]
	}
	return key, true
}

// group is the pairs of one place whose names begin alike.
type group struct {
	place  []string
	prefix string
	has    map[field]string
	keys   map[field]string // by which names
	tool   Tool             // that wrote it; "": nobody can tell
}

// grouped makes groups of the pairs that say something, in the order of the file.
func grouped(pairs []pair) (all []*group) {
	at := map[string]*group{}
	for _, p := range pairs {
		if p.field == "" || placeholder().MatchString(p.value) || p.value == "" && p.field != clientSecret {
			continue
		}
		where := strings.Join(append(slices.Clone(p.place), p.prefix), "\x00")
		g := at[where]
		if g == nil {
			g = &group{place: p.place, prefix: p.prefix, has: map[field]string{}, keys: map[field]string{}}
			at[where], all = g, append(all, g)
		}
		g.tool = cmp.Or(g.tool, p.tool)
		if key, twice := g.keys[p.field]; !twice || key == p.key { // a shell, too, goes by what it is told last
			g.has[p.field], g.keys[p.field] = p.value, p.key
		}
	}
	return all
}

// takes gives g what it has not, of others that agree about it. What belongs to an app is
// not that of another one.
func (g *group) takes(others ...map[field]string) {
	for _, n := range shared {
		if _, said := g.has[n]; said {
			continue
		}
		found := ""
		for _, o := range others {
			v := o[n]
			if v == "" || v == found || slices.Contains(ofApp, n) && g.isOther(o) {
				continue
			}
			if found != "" { // they do not agree
				found = ""
				break
			}
			found = v
		}
		if found != "" {
			g.has[n] = found
		}
	}
}

// isOther tells whether o names another app than g does.
func (g *group) isOther(o map[field]string) bool {
	differ := func(n field) bool { return g.has[n] != "" && o[n] != "" && g.has[n] != o[n] }
	return differ(clientID) || differ(clientSecret)
}

var ofApp = []field{clientID, clientSecret, redirectURI}

var shared = []field{clientID, clientSecret, instanceURL, loginURL, loginDomain, tokenURL, redirectURI, username, orgID, isSandbox, identityURL}

// complete takes what g has not from the groups that have no grant of their own: of the same
// place, within it, around it, and then of anywhere in the file.
func (g *group) complete(all []*group) {
	if name := g.has[clientName]; name != "" {
		for _, o := range all {
			if slices.Equal(o.place, []string{"clients", name}) {
				g.takes(o.has)
			}
		}
	}
	around := []func(o *group) bool{
		func(o *group) bool { return slices.Equal(o.place, g.place) },
		func(o *group) bool {
			return len(o.place) > len(g.place) && slices.Equal(o.place[:len(g.place)], g.place)
		},
	}
	for i := len(g.place) - 1; i >= 0; i-- {
		around = append(around, func(o *group) bool { return slices.Equal(o.place, g.place[:i]) })
	}
	around = append(around, func(o *group) bool { return g.has[clientName] == "" || !slices.Contains(o.place, "clients") })
	for _, near := range around {
		var others []map[field]string
		for _, o := range all {
			if o != g && near(o) && o.has[refreshToken] == "" && (o.prefix == "" || o.prefix == g.prefix || isSalesforces(o.prefix)) {
				others = append(others, o.has)
			}
		}
		g.takes(others...)
	}
}

// isSalesforces tells a grant that says by itself that it is one of Salesforce's.
func (g *group) isSalesforces() bool {
	return strings.HasPrefix(g.has[refreshToken], "5Aep") || isSalesforces(g.prefix) || slices.ContainsFunc(g.place, isSalesforces)
}

func isSalesforces(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"salesforce", "sfdc", "sfdx"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return slices.Contains(strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("_-. ", r) }), "sf")
}

// name is what a person finds the group by in the file.
func (g *group) name() string {
	name := strings.Trim(g.prefix, "_-.")
	for i := len(g.place) - 1; i >= 0 && name == ""; i-- {
		if !slices.Contains(structural, g.place[i]) {
			name = g.place[i]
		}
	}
	return name
}

// Places that every file of a tool has.
var structural = []string{"result", "connections", "credentials", "values", "variable", "auth", "oauth2", "item", "request", "body", "urlencoded", "curl"}
