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

func TestClientIDIsTrimmedRefusedWithBlanksAndWarnedOfWhenOdd(t *testing.T) {
	const key = "3MVG9demo7sfauth.Qk1Zr8Tn_Wy4Xp2Lc9Vb6Hd3Jm5Gf0Ns.Ka7Ue1Io4Rt8Yw2Pq6Zx3Cv9Bn5Ml"
	for pasted, want := range map[string]struct {
		clean string
		odd   bool
		kind  flow.Kind
	}{
		key:                      {key, false, ""},
		" \ufeff" + key + "\r\n": {key, false, ""},
		"Consumer Key\n" + key:   {key, false, ""}, // copied with its label, as Setup and guides have it
		"client_id=" + key:       {key, false, ""},
		"コンシューマー鍵: " + key:       {key, false, ""},
		"コンシューマ鍵　" + key:         {key, false, ""},
		"コンシューマー鍵 (client_id)\t" + key:          {key, false, ""},
		"コンシューマ鍵":                               {"", false, flow.KindClientIDEmpty},
		"コンシューマー鍵 " + key[:30] + " " + key[30:]: {"", false, flow.KindClientIDBlank},
		"client_identity":                       {"client_identity", true, ""},
		"PlatformCLI":                           {"PlatformCLI", false, ""},
		key[:20]:                                {key[:20], true, ""},
		"my-app":                                {"my-app", true, ""},
		"":                                      {"", false, flow.KindClientIDEmpty},
		" \n\t":                                 {"", false, flow.KindClientIDEmpty},
		key[:30] + " " + key[30:]:               {"", false, flow.KindClientIDBlank},
		key[:30] + "\n" + key:                   {"", false, flow.KindClientIDBlank},
		key[:9] + "\u200b" + key:                {"", false, flow.KindClientIDBlank},
		key[:9] + "\x1b[0m" + key:               {"", false, flow.KindClientIDBlank},
	} {
		clean, odd, err := flow.CheckClientID(pasted)
		if clean != want.clean || odd != want.odd {
			t.Errorf("%q: %q, odd %v", pasted, clean, odd)
		}
		if want.kind != "" {
			wantKind(t, err, flow.StepInput, want.kind)
		} else if err != nil {
			t.Errorf("%q: %v", pasted, err)
		}
	}
}
