package flow

import (
	"slices"
	"strings"
)

// Purpose is what access is wanted for, and what the app needs to have for it (SALESFORCE.md
// §6.3). A connection has no purpose besides its scopes: PurposeOf reads it there.
type Purpose struct {
	Key     string // "rest", "data360", "agent", "mcp"; "own": scopes of one's own
	Scopes  string // asked for, separated by blanks; "": all scopes of the app
	JWT     bool   // the app has to issue JWT-based access tokens
	Public  bool   // the app has no secret
	Data360 bool   // the access token can be exchanged for one of Data 360
}

// OwnScopes is the key of the purpose that is none of Purposes.
const OwnScopes = "own"

// Purposes are those that sfauth knows, the most common first.
var Purposes = []Purpose{
	{Key: "rest", Scopes: DefaultScope},
	{Key: "data360", Scopes: "api refresh_token cdp_query_api cdp_ingest_api", Data360: true},
	{Key: "agent", Scopes: "api refresh_token chatbot_api sfap_api", JWT: true},
	{Key: "mcp", Scopes: "mcp_api refresh_token", JWT: true, Public: true},
}

// PurposeOf is the purpose whose scopes these are, in any order. All other scopes are one of
// their own, which needs what each of them does.
func PurposeOf(scope string) Purpose {
	given := scopeSet(scope)
	for _, p := range Purposes {
		if slices.Equal(scopeSet(p.Scopes), given) {
			return p
		}
	}
	return Purpose{
		Key: OwnScopes, Scopes: scope,
		JWT:     slices.ContainsFunc(given, func(s string) bool { return s == "chatbot_api" || s == "sfap_api" || s == "mcp_api" }),
		Data360: slices.ContainsFunc(given, func(s string) bool { return strings.HasPrefix(s, "cdp_") }),
	}
}

// scopeSet are the scopes in one order, each by one name: offline_access is another for
// refresh_token (SALESFORCE.md §1.1).
func scopeSet(scope string) []string {
	names := strings.Fields(scope)
	for i, name := range names {
		if name == "offline_access" {
			names[i] = "refresh_token"
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
