package flow

import (
	"slices"
	"strings"
	"unicode"
)

// The scopes that Salesforce names itself (SALESFORCE.md §1.1); an org can have more.
var knownScopes = strings.Fields(`api web id openid profile email address phone refresh_token offline_access full visualforce content
	lightning chatter_api custom_permissions wave_api eclair_api pardot_api cdp_api cdp_ingest_api cdp_profile_api cdp_query_api
	cdp_segment_api cdp_identityresolution_api cdp_calculated_insight_api sfap_api einstein_gpt_api chatbot_api interaction_api
	scrt_api user_registration_api forgot_password pwdless_login_api mcp_api`)

// ParseScope reads scopes as people type and copy them: separated by blanks, commas or plus
// signs, in quotes, or in the words of Setup with the names in brackets. It returns each
// once, separated by blanks; "" means all scopes of the app. Errors are an *Error of
// StepInput: KindScopeInvalid, or KindScopeNoRefresh where these scopes bring no refresh
// token (SALESFORCE.md §3.1).
func ParseScope(pasted string) (string, error) {
	var names []string
	for _, name := range scopeNames(pasted) {
		if lower := strings.ToLower(name); slices.Contains(knownScopes, lower) {
			name = lower
		}
		if !isScope(name) {
			return "", &Error{Step: StepInput, Kind: KindScopeInvalid}
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 0 && !slices.Contains(names, "refresh_token") && !slices.Contains(names, "offline_access") {
		return "", &Error{Step: StepInput, Kind: KindScopeNoRefresh}
	}
	return strings.Join(names, " "), nil
}

// scopeNames are the names in a text, without what separates them.
func scopeNames(pasted string) []string {
	text := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return asTyped(r)
	}, pasted)
	text = strings.NewReplacer("%20", " ", "%2C", " ").Replace(strings.TrimSpace(text))
	if name, value, ok := strings.Cut(text, "="); ok && strings.HasPrefix(strings.ToLower(name), "scope") {
		text = value
	}
	inside, outside := brackets(text)
	if words := scopeWords(inside); slices.ContainsFunc(words, isKnownScope) {
		return words
	}
	return scopeWords(outside)
}

func scopeWords(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`,;+|&"'[](){}“”‘’、`, r)
	})
}

func isKnownScope(name string) bool { return slices.Contains(knownScopes, strings.ToLower(name)) }

// brackets separates what stands in round brackets from the rest.
func brackets(text string) (inside, outside string) {
	for {
		before, rest, found := strings.Cut(text, "(")
		outside += before + " "
		if !found {
			return inside, outside
		}
		before, text, _ = strings.Cut(rest, ")")
		inside += before + " "
	}
}

// isScope tells a name from other words, and from a secret in the wrong field, which must
// not get into the address that the browser opens.
func isScope(name string) bool {
	const longest = 60
	others := strings.TrimLeft(name, letters+strings.ToUpper(letters))
	return others != name && len(name) <= longest && strings.Trim(others, letters+strings.ToUpper(letters)+digits+"_") == ""
}
