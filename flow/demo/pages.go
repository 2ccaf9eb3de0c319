package demo

import (
	"embed"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

//go:embed pages.html
var files embed.FS

var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(files, "pages.html"))
})

// scopeWords are Salesforce's own words for what a scope allows.
var scopeWords = map[string]string{
	"api":                "Manage user data via APIs (api)",
	"cdp_ingest_api":     "Manage Data Cloud Ingestion API data (cdp_ingest_api)",
	"cdp_profile_api":    "Manage Data Cloud profile data (cdp_profile_api)",
	"cdp_query_api":      "Perform ANSI SQL queries on Data Cloud data (cdp_query_api)",
	"chatter_api":        "Access Connect REST API resources (chatter_api)",
	"content":            "Access content resources (content)",
	"custom_permissions": "Access custom permissions (custom_permissions)",
	"eclair_api":         "Access Analytics REST API Charts Geodata resources (eclair_api)",
	"full":               "Full access (full)",
	"id":                 "Access the identity URL service (id, profile, email, address, phone)",
	"lightning":          "Access Lightning applications (lightning)",
	"openid":             "Access unique user identifiers (openid)",
	"pardot_api":         "Manage Pardot services (pardot_api)",
	"refresh_token":      "Perform requests at any time (refresh_token, offline_access)",
	"sfap_api":           "Access the Salesforce API Platform (sfap_api)",
	"visualforce":        "Access Visualforce applications (visualforce)",
	"wave_api":           "Access Analytics REST API resources (wave_api)",
	"web":                "Manage user data via Web browsers (web)",
}

func scopeNames() []string {
	return append(slices.Sorted(maps.Keys(scopeWords)), slices.Sorted(maps.Keys(sameScope))...)
}

// inWords is what the consent page lists: a line for each permission.
func inWords(scopes []string) []string {
	var lines []string
	for _, s := range scopes {
		words, known := scopeWords[canonical(s)]
		if !known {
			words = s
		}
		if !slices.Contains(lines, words) {
			lines = append(lines, words)
		}
	}
	return lines
}

func (q request) consentPage(r *http.Request, handle string) answer {
	return page(http.StatusOK, "consent", map[string]any{
		"Title": "Allow Access? | Salesforce", "Org": OrgName, "Host": r.Host, "Another": asAnother(r, q.user),
		"App": q.app.Name, "User": q.user.name, "Initial": strings.ToUpper(q.user.name[:1]),
		"Scopes": inWords(q.scopes), "Handle": handle, "Again": slices.Contains(strings.Fields(r.Form.Get("prompt")), "login"),
	})
}

// asAnother is the address of the same page for the other user.
func asAnother(r *http.Request, u user) string {
	query := r.URL.Query()
	for _, other := range users {
		if other != u {
			query.Set("login_hint", other.name)
		}
	}
	return r.URL.Path + "?" + query.Encode()
}

// notice is a page with one message.
func notice(status int, heading, text string) answer {
	return page(status, "notice", map[string]any{"Title": heading + " | Salesforce", "Heading": heading, "Text": text})
}

func page(status int, name string, data map[string]any) answer {
	var b strings.Builder
	if err := pages().ExecuteTemplate(&b, name, data); err != nil {
		panic(err) // template and data are both part of this program
	}
	return text(status, asHTML, b.String())
}

// protect has no form-action: browsers apply it to the redirect after the form as well, and
// that goes to the redirect URI.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}
