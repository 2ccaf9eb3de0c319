// Package takeover finds in a file of another tool what that tool holds of a grant: its
// refresh token, and whatever of the app and the org stands beside. It asks neither a host
// nor a person, and believes nothing of it.
package takeover

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"sfauth/keystore"
)

// Why a file holds nothing to take over. None of them quotes it.
var (
	ErrNothing     = errors.New("no refresh token is in it")
	ErrTooLong     = errors.New("it is too long, and no refresh token is in what was read of it")
	ErrAccessToken = errors.New("an access token is in it, and no refresh token")
	ErrEncrypted   = errors.New("the Salesforce CLI has encrypted the refresh token")
	ErrRedacted    = errors.New("the Salesforce CLI has left out the refresh token")
	ErrAsks        = errors.New("it has no token, and asks sfauth for one")
)

// Longest is how many bytes a file may have. Salesforce's own collection for Postman has two
// million.
const Longest = 4 << 20

// Tool is who keeps such a file, and has to stop using the refresh token.
type Tool string

// The tools that are known by their files; Program is any other.
const (
	SalesforceCLI Tool = "sf"
	JSForce       Tool = "jsforce"
	Curl          Tool = "curl"
	Postman       Tool = "postman"
	Singer        Tool = "singer"
	Airbyte       Tool = "airbyte"
	Program       Tool = ""
)

// Holding is what a tool holds of one grant. Fields are empty where the file has nothing for
// them; no host and no id has been checked.
type Holding struct {
	Tool         Tool
	Name         string // in its file; empty where that has one grant, and no name for it
	LoginURL     string // an address, or the name of a domain
	ClientID     string
	ClientSecret keystore.Secret
	Public       bool // it says that there is no client secret
	RefreshToken keystore.Secret
	InstanceURL  string
	RedirectURI  string
	Username     string
	OrgID        string
}

// Read finds the grants in a file (SALESFORCE.md §7): an sfdx-url, the Salesforce CLI's JSON,
// jsforce's, Singer's and Airbyte's configuration, a Postman export, a token response,
// variables in whatever form a shell or a program reads them, and curl commands. There is
// one Holding for each refresh token, each with a name of its own where there are several,
// whatever the case of its letters.
// Errors are those above.
func Read(data []byte) ([]Holding, error) {
	if len(data) > Longest {
		return nil, ErrTooLong
	}
	text := strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u200b", "", "\ufeff", "").Replace(keystore.Decoded(data)))
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\ufffd")
	}
	pairs, isJSON := fromJSON(text)
	if !isJSON {
		pairs = fromText(text)
	}
	if held := grants(pairs, toolOf(pairs)); len(held) > 0 {
		return held, nil
	}
	why := whyNone(text, pairs)
	if why == ErrNothing && !isJSON && len(text) > longestText {
		why = ErrTooLong
	}
	return nil, why
}

// whyNone is what is there in place of a refresh token.
func whyNone(text string, pairs []pair) error {
	has := func(test func(pair) bool) bool { return slices.ContainsFunc(pairs, test) }
	switch {
	case has(func(p pair) bool { return p.field == refreshToken && encrypted().MatchString(p.value) }):
		return ErrEncrypted
	case strings.Contains(text, "sf org auth show-"), strings.Contains(text, "connectedStatus"),
		toolOf(pairs) == SalesforceCLI && strings.Contains(strings.ToLower(text), "redacted"):
		return ErrRedacted
	case asksSfauth().MatchString(text):
		return ErrAsks
	case has(func(p pair) bool { return isAccessToken(p.value) }), isAccessToken(text):
		return ErrAccessToken
	}
	return ErrNothing
}

var (
	// What the Salesforce CLI writes in place of a secret: initialisation vector and cipher text,
	// then the tag, in hexadecimal digits.
	encrypted = pattern(`^[0-9a-f]{16,}:[0-9a-f]{32}$`)
	// A program that is called, as an export writes it down, or a shell.
	asksSfauth = pattern(`sfauth(?:\.exe)?["']?,?\s*(?:"args"\s*:\s*)?\[?\s*["']?(?:token|exec)\b`)
	// Placeholders of documents and templates, and variables that are set elsewhere.
	placeholder = pattern(`^(?:\$\{?\w+\}?|\$\(.*|%\w+%|.*\{\{.*\}\}.*|<.*>|\*+|…|\.{3})$`)
	identity    = pattern(`^(https?://.+)/id/(00D\w{12}(?:\w{3})?)/005\w{12}(?:\w{3})?$`)
	orgIDs      = pattern(`^00D[a-zA-Z0-9]{12}(?:[a-zA-Z0-9]{3})?$`)
	tokenText   = pattern(`^[!#&-;=?-Z^-z|~]{8,}$`) // none of "$%<>@[\]{}, which stand around tokens
	sfdxURL     = pattern(`force://([a-zA-Z0-9._-]+={0,2}):([a-zA-Z0-9._-]*={0,2}):([a-zA-Z0-9._-]+={0,2})@([a-zA-Z0-9:._-]+)`)
)

// pattern is compiled when a text is met that it may match: other commands need none.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

func isAccessToken(s string) bool { return strings.HasPrefix(s, "00D") && strings.Contains(s, "!") }

func isRefreshToken(s string) bool {
	return tokenText().MatchString(s) && !isAccessToken(s) && !encrypted().MatchString(s) && !placeholder().MatchString(s)
}

// grants are the holdings that the pairs make: one for each group that has a refresh token,
// with what it lacks from where that may stand.
func grants(pairs []pair, tool Tool) (held []Holding) {
	groups := grouped(pairs)
	tokens := slices.DeleteFunc(slices.Clone(groups), func(g *group) bool { return !isRefreshToken(g.has[refreshToken]) })
	if ours := slices.DeleteFunc(slices.Clone(tokens), func(g *group) bool { return !g.isSalesforces() }); len(ours) > 0 {
		tokens = ours // the others are grants of another service, in the same file
	}
	const most = 100 // grants in one file, which are more than a person tells apart
	var order []*group
	for _, g := range tokens[:min(len(tokens), most)] {
		g.complete(groups)
		same := func(o *group) bool { return o.has[refreshToken] == g.has[refreshToken] }
		if i := slices.IndexFunc(order, same); i >= 0 {
			order[i].takes(g.has)
			continue
		}
		order = append(order, g)
	}
	named := map[string]bool{}
	for i, g := range order {
		h := g.holding(cmp.Or(g.tool, tool))
		if len(order) > 1 {
			h.Name = cmp.Or(h.Name, strconv.Itoa(i+1))
			for named[strings.ToLower(h.Name)] {
				h.Name += "-" + strconv.Itoa(i+1)
			}
			named[strings.ToLower(h.Name)] = true
		}
		held = append(held, h)
	}
	return held
}

// holding is what the fields of a group say.
func (g *group) holding(tool Tool) Holding {
	h := Holding{
		Tool: tool, Name: keystore.Clean(g.name(), 60),
		ClientID:     g.has[clientID],
		RefreshToken: keystore.NewSecret(g.has[refreshToken]),
		InstanceURL:  strings.TrimRight(g.has[instanceURL], "/"),
		RedirectURI:  g.has[redirectURI],
		Username:     keystore.Clean(g.has[username], 255),
	}
	secret, said := g.has[clientSecret]
	h.ClientSecret, h.Public = keystore.NewSecret(secret), said && secret == ""
	if id := identity().FindStringSubmatch(g.has[identityURL]); id != nil {
		h.LoginURL, h.OrgID = id[1], id[2]
	}
	if org := g.has[orgID]; orgIDs().MatchString(org) {
		h.OrgID = org
	}
	h.LoginURL = cmp.Or(g.has[loginURL], g.has[tokenURL], h.InstanceURL, g.has[loginDomain], g.sandboxURL(tool), h.LoginURL)
	return h
}

// sandboxURL is the login host of the tools that know two of them, and of jsforce where it is
// told none.
func (g *group) sandboxURL(tool Tool) string {
	sandbox, said := g.has[isSandbox]
	switch {
	case sandbox == "true":
		return "https://test.salesforce.com"
	case said, tool == JSForce, tool == Singer, tool == Airbyte:
		return "https://login.salesforce.com"
	}
	return ""
}

// toolOf is whose file has such pairs.
func toolOf(pairs []pair) Tool {
	has := func(keys ...string) bool {
		return !slices.ContainsFunc(keys, func(key string) bool {
			return !slices.ContainsFunc(pairs, func(p pair) bool { return p.key == key })
		})
	}
	within := func(place string) bool {
		return slices.ContainsFunc(pairs, func(p pair) bool { return slices.Contains(p.place, place) })
	}
	schema := func(p pair) bool { return p.key == "schema" && strings.Contains(p.value, "getpostman.com") }
	switch {
	case has("_postman_variable_scope"), has("_postman_id"), slices.ContainsFunc(pairs, schema):
		return Postman
	case within("connections") && within("clients"), within("connections") && has("refreshToken"), within("oauth2") && has("refreshToken"):
		return JSForce
	case has("instanceApiVersion"), has("sfdxAuthUrl"):
		return SalesforceCLI
	case has("start_date", "api_type"), has("select_fields_by_default"):
		return Singer
	case has("auth_type"):
		return Airbyte
	}
	return Program
}
