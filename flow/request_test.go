package flow_test

import (
	"testing"

	"sfauth/flow"
)

func TestCallbackIsListenedForPastedOrRefused(t *testing.T) {
	const refused, paste = "refused", ""
	for pasted, port := range map[string]string{
		"http://localhost:1717/OauthRedirect":             "1717",
		" http://localhost:1717/OauthRedirect\n":          "1717",
		"http://localhost":                                "80",
		"http://localhost/":                               "80",
		"http://localhost:80/cb?app=1":                    "80",
		"http://127.0.0.1:7171/callback":                  "7171",
		"http://[::1]:38000/":                             "38000",
		"http://LocalHost:8787":                           "8787",
		"https://localhost:1717/OauthRedirect":            paste,
		"https://login.salesforce.com/services/oauth2/cb": paste,
		"":                                                  refused,
		"localhost:1717":                                    refused,
		"http://localhost:0/cb":                             refused,
		"http://localhost:65536/cb":                         refused,
		"http://localhost:port/cb":                          refused,
		"http://localhost:1717/a b":                         refused,
		"http://localhost:1717/cb#part":                     refused,
		"http://user@localhost:1717/cb":                     refused,
		"http://example.com/cb":                             refused,
		"http://localhost.example.com/cb":                   refused,
		"http://127.0.0.2:1717/cb":                          refused,
		"http://0.0.0.0:1717/cb":                            refused,
		"https:///cb":                                       refused,
		"myapp://oauth/callback":                            refused,
		"javascript:alert(1)":                               refused,
		"http://localhost:1717/\x1b[31m":                    refused,
		"urn:ietf:wg:oauth:2.0:oob":                         refused,
		"http://localhost:1717/OauthRedirect\nhttp://other": refused,
	} {
		c, err := flow.ParseRedirectURI(pasted)
		if port == refused {
			wantKind(t, err, flow.StepInput, flow.KindRedirectURIInvalid)
			continue
		}
		if err != nil || c.Port() != port || c.PasteOnly() != (port == paste) {
			t.Errorf("%q: port %q, %v", pasted, c.Port(), err)
		}
	}
}

func TestCallbackIsKeptToTheLetter(t *testing.T) {
	for _, text := range []string{"http://LOCALHOST:01717/OauthRedirect/", "https://X.example/%7Ea?b=c", "http://localhost"} {
		c, err := flow.ParseRedirectURI("\t" + text + " ")
		must(t, err)
		if c.String() != text {
			t.Errorf("%q became %q", text, c)
		}
	}
}
