package demo

import (
	_ "embed"
	"fmt"
	"html"
	"maps"
	"net/http"
	"slices"
	"strings"
)

//go:embed pages.html
var frame string

// scopeWords are Salesforce's own words for what a scope allows.
var scopeWords = map[string]string{
	"api":                "Manage user data via APIs (api)",
	"cdp_ingest_api":     "Manage Data 360 Ingestion API data (cdp_ingest_api)",
	"cdp_profile_api":    "Manage Data 360 profile data (cdp_profile_api)",
	"cdp_query_api":      "Perform ANSI SQL queries on Data 360 data (cdp_query_api)",
	"chatbot_api":        "Access chatbot services (chatbot_api)",
	"chatter_api":        "Access Connect REST API resources (chatter_api)",
	"content":            "Access content resources (content)",
	"custom_permissions": "Access custom permissions (custom_permissions)",
	"eclair_api":         "Access Analytics REST API Charts Geodata resources (eclair_api)",
	"full":               "Full access (full)",
	"id":                 "Access the identity URL service (id, profile, email, address, phone)",
	"lightning":          "Access Lightning applications (lightning)",
	"mcp_api":            "Access MCP servers (mcp_api)",
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
	logged := "Logged"
	if slices.Contains(strings.Fields(r.Form.Get("prompt")), "login") {
		logged = "Just logged"
	}
	var scopes string
	for _, s := range inWords(q.scopes) {
		scopes += markup("  <li>%s</li>\n", s)
	}
	return page(http.StatusOK, "Allow Access?",
		markup(`<div class="who">
  <div class="face" aria-hidden="true">%s</div>
  <div><strong>%s</strong><span>%s in to %s at %s</span>
    <a href="%s">Not you?</a></div>
</div>
<h1>Allow Access?</h1>
<p><strong>%s</strong> is asking to:</p>
<ul>
`, strings.ToUpper(q.user.name[:1]), q.user.name, logged, OrgName, r.Host, asAnother(r, q.user), q.app.Name)+
			scopes+
			markup(`</ul>
<p>Do you want to allow access for %s?</p>
<form method="post" action="/services/oauth2/authorize">
  <input type="hidden" name="handle" value="%s">
  <button id="oadeny" name="answer" value="deny">Deny</button>
  <button id="oaapprove" name="answer" value="allow">Allow</button>
</form>
<p class="small">To revoke access at any time, go to your personal settings.</p>`, q.user.name, handle))
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
	return page(status, heading, markup("<h1>%s</h1>\n<p>%s</p>", heading, text))
}

func page(status int, title, body string) answer {
	return text(status, asHTML, strings.NewReplacer("{{title}}", html.EscapeString(title)+" | Salesforce", "{{body}}", body).Replace(frame))
}

// markup is HTML with a text, escaped, for each %s in it: between tags or quotation marks.
// A template would keep every method of every type in the program.
func markup(format string, texts ...string) string {
	escaped := make([]any, len(texts))
	for i, t := range texts {
		escaped[i] = html.EscapeString(t)
	}
	return fmt.Sprintf(format, escaped...)
}

// protect has no form-action: browsers apply it to the redirect after the form as well, and
// that goes to the redirect URI.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}
