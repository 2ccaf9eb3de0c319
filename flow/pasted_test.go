package flow_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"sfauth/flow"
)

const (
	someKey    = "3MVG9demo7sfauth.Qk1Zr8Tn_Wy4Xp2Lc9Vb6Hd3Jm5Gf0Ns.Ka7Ue1Io4Rt8Yw2Pq6Zx3Cv9Bn5Ml"
	someSecret = "C0FFEE0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"
	someJWT    = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1aWQifQ.c2lnbmF0dXJl"
)

func TestAClientIDIsTakenOutOfWhatCameAlongWithIt(t *testing.T) {
	for _, pasted := range []string{
		someKey, " \ufeff" + someKey + "\r\n",
		"Consumer Key\n" + someKey, "Consumer Key: " + someKey, "client_id=" + someKey, "client-id: " + someKey,
		"コンシューマー鍵: " + someKey, "コンシューマ鍵　" + someKey, "コンシューマー鍵 (client_id)\t" + someKey, "クライアント ID：" + someKey,
		`"` + someKey + `"`, "'" + someKey + "',", "“" + someKey + "”", "「" + someKey + "」", "`" + someKey + "`",
		"SALESFORCE_CLIENT_ID=" + someKey, `export SF_CLIENT_ID="` + someKey + `"`, `"client_id": "` + someKey + `",`, `"consumerKey":"` + someKey + `"`,
	} {
		clean, odd, err := flow.CheckClientID(pasted)
		if clean != someKey || odd != "" || err != nil {
			t.Errorf("%q: %q, %q, %v", pasted, clean, odd, err)
		}
	}
	if clean, odd, err := flow.CheckClientID("PlatformCLI"); clean != "PlatformCLI" || odd != "" || err != nil {
		t.Errorf("the key of the Salesforce CLI: %q, %q, %v", clean, odd, err)
	}
}

// wholeKey is as long as a key that Setup makes (SALESFORCE.md §6.4).
const wholeKey = someKey + "_Demo1"

// around is what people paste in place of one value, which has both.
var around = []string{
	wholeKey + "\n" + someSecret,
	"Consumer Key\n" + wholeKey + "\nConsumer Secret\n" + someSecret + "\nCopy",
	"コンシューマー鍵\n" + wholeKey + "\nコンシューマーの秘密\n" + someSecret, "コンシューマー鍵 " + wholeKey + " コンシューマーの秘密 " + someSecret,
	`{"clientId":"` + wholeKey + `","clientSecret":"` + someSecret + `"}`,
	"SF_CLIENT_ID=" + wholeKey + " SF_CLIENT_SECRET=" + someSecret,
	"curl -d grant_type=refresh_token -d client_id=" + wholeKey + " -d client_secret=" + someSecret + " https://login.salesforce.com/services/oauth2/token",
	"https://acme.my.salesforce.com/services/oauth2/token?client_id=" + wholeKey + "&client_secret=" + someSecret,
	"<consumerKey>" + wholeKey + "</consumerKey><consumerSecret>" + someSecret + "</consumerSecret>",
	"force://" + wholeKey + ":" + someSecret + ":5Aep861TSESvWeug_xvFHRBTTbf_YrTWgEyjBJrf@acme.my.salesforce.com",
}

func TestAKeyAndASecretAreTakenOutOfATextThatHasBoth(t *testing.T) {
	for _, pasted := range around {
		if key, secret := flow.KeyAndSecret(pasted); key != wholeKey || secret != someSecret {
			t.Errorf("%q: %q, %q", pasted, key, secret)
		}
		if clean, odd, err := flow.CheckClientID(pasted); clean != wholeKey || odd != "" || err != nil {
			t.Errorf("%q: %q, %q, %v", pasted, clean, odd, err)
		}
		if clean, odd := flow.CheckClientSecret(pasted); clean != someSecret || odd != "" {
			t.Errorf("%q: %q, %q", pasted, clean, odd)
		}
	}
	for _, pasted := range []string{
		wholeKey[:60] + "\n" + wholeKey[60:] + "\n" + someSecret[:40] + "\n" + someSecret[40:], // wrapped: nobody can tell what belongs together
		wholeKey + " " + strings.ToUpper(wholeKey), someSecret + " " + strings.Replace(someSecret, "C", "D", 1),
	} {
		if key, secret := flow.KeyAndSecret(pasted); key == wholeKey || key != "" && secret != "" {
			t.Errorf("%q: %q, %q", pasted, key, secret)
		}
	}
}

// A terminal that joins lines makes one word of both: that is no key, and must not get into the
// address that the browser opens unwarned.
func TestAKeyWithASecretAtItsEndIsNoKey(t *testing.T) {
	for _, pasted := range []string{wholeKey + someSecret, "コンシューマー鍵" + wholeKey + "コンシューマーの秘密" + someSecret} {
		if clean, odd, _ := flow.CheckClientID(pasted); clean != wholeKey && odd != flow.PastedUnknown {
			t.Errorf("%q: %q, %q", pasted, clean, odd)
		}
	}
}

func TestTheKeyInPlaceOfTheSecretIsKnownInWhateverItStands(t *testing.T) {
	for _, pasted := range []string{"client_id=" + wholeKey, "コンシューマー鍵 " + wholeKey, `{"clientId": "` + wholeKey + `"}`} {
		if _, odd := flow.CheckClientSecret(pasted); odd != flow.PastedKey {
			t.Errorf("%q: %q", pasted, odd)
		}
	}
	for _, pasted := range []string{"client_secret=" + someSecret, `"consumerSecret":"` + someSecret + `"`} {
		if _, odd, _ := flow.CheckClientID(pasted); odd != flow.PastedSecret {
			t.Errorf("%q: %q", pasted, odd)
		}
	}
}

func TestAClientIDIsRefusedWhenThereIsNoneOrABlankInside(t *testing.T) {
	for pasted, want := range map[string]struct {
		kind flow.Kind
		odd  flow.Pasted
	}{
		"":                                {flow.KindClientIDEmpty, ""},
		" \n\t":                           {flow.KindClientIDEmpty, ""},
		`""`:                              {flow.KindClientIDEmpty, ""},
		"コンシューマ鍵":                         {flow.KindClientIDEmpty, ""},
		"My app":                          {flow.KindClientIDBlank, flow.PastedName},
		"受注 連携 ２号":                        {flow.KindClientIDBlank, flow.PastedName},
		someKey[:30] + " " + someKey[30:]: {flow.KindClientIDBlank, ""},
		"コンシューマー鍵 " + someKey[:30] + " " + someKey[30:]: {flow.KindClientIDBlank, ""},
		someKey[:30] + "\n" + someKey:                   {flow.KindClientIDBlank, ""},
		someKey[:9] + "\u200b" + someKey:                {flow.KindClientIDBlank, ""},
		someKey[:9] + "\x1b[0m" + someKey:               {flow.KindClientIDBlank, ""},
	} {
		clean, odd, err := flow.CheckClientID(pasted)
		if clean != "" || odd != want.odd {
			t.Errorf("%q: %q, %q", pasted, clean, odd)
		}
		wantKind(t, err, flow.StepInput, want.kind)
	}
}

// inPlaceOfAKey is what people paste where a Consumer Key belongs, and where a secret does.
var inPlaceOfAKey = map[string]flow.Pasted{
	"0xI5g000000GmaBEAS":                       flow.PastedAppID,
	"0xI5g000000GmaB":                          flow.PastedAppID,
	"0H45g000000GmaBCAS":                       flow.PastedAppID,
	"8885g000000GmaBAAS":                       flow.PastedAppID,
	"00D5g00000ABCDEEAO":                       flow.PastedOrgID,
	"00D5g00000ABCDE":                          flow.PastedOrgID,
	"0055g00000XyZabAAH":                       flow.PastedRecordID,
	"a0B5g00000XyZab":                          flow.PastedRecordID,
	"00D5g00000ABCDE!AQcAQH0dMHZfz972Szmpkb58": flow.PastedAccessToken,
	someJWT: flow.PastedAccessToken,
	"5Aep861TSESvWeug_xvFHRBTTbf_YrTWgEyjBJrf": flow.PastedRefreshToken,
	"ana@acme.example":                         flow.PastedUsername,
	"https://acme.my.salesforce.com":           flow.PastedAddress,
	"acme.my.salesforce.com":                   flow.PastedAddress,
	"acme.my.salesforce.com/lightning/page":    flow.PastedAddress,
	"http://localhost:1717/OauthRedirect":      flow.PastedAddress,
	"My_App":                                   flow.PastedName,
	"MyApp":                                    flow.PastedName,
	"my-app":                                   flow.PastedName,
	"abc123":                                   flow.PastedExample,
	"123456":                                   flow.PastedExample,
	"YOUR_CONSUMER_KEY":                        flow.PastedExample,
	"<client_id>":                              flow.PastedExample,
	"xxxxxxxxxx":                               flow.PastedExample,
}

func TestWhatIsPastedInPlaceOfAConsumerKeyIsKnown(t *testing.T) {
	also := map[string]flow.Pasted{
		someSecret:            flow.PastedSecret,
		"8412345678901234567": flow.PastedSecret,
		someKey[:20]:          flow.PastedKeyPart,
		"3MVG":                flow.PastedKeyPart,
		"3MVG9...":            flow.PastedKeyPart,
		"Zk8$kq0!pL/7+":       flow.PastedUnknown,
		"dGhpc2lzYXJhbmRvbWtleXRoYXRzb21lYm9keWdhdmVhbmFwcA": flow.PastedUnknown, // an app can be given any key by its metadata
	}
	maps.Copy(also, inPlaceOfAKey)
	for pasted, want := range also {
		clean, odd, err := flow.CheckClientID(" " + pasted + "\n")
		if clean != pasted || odd != want || err != nil {
			t.Errorf("%q: %q, %q, %v; want %q", pasted, clean, odd, err, want)
		}
	}
}

func TestAClientSecretIsTakenAsItIsAndWarnedOfWhenItIsSomethingElse(t *testing.T) {
	for _, pasted := range []string{
		someSecret, "8412345678901234567", "Consumer Secret\n" + someSecret, "client_secret=" + someSecret, `"` + someSecret + `"`,
		"コンシューマーの秘密 " + someSecret, `SALESFORCE_CLIENT_SECRET="` + someSecret + `"`,
	} {
		if clean, odd := flow.CheckClientSecret(pasted); !strings.HasSuffix(pasted, clean) && !strings.HasSuffix(pasted, clean+`"`) || odd != "" || strings.ContainsAny(clean, `"= `) {
			t.Errorf("%q: %q, %q", pasted, clean, odd)
		}
	}
	for _, own := range []string{"", `"quoted"?`, "Zk8$kq0!pL/7+", " with blanks? ", `"`} {
		if clean, odd := flow.CheckClientSecret(own); clean != own || odd != "" {
			t.Errorf("%q: %q, %q", own, clean, odd)
		}
	}
	also := map[string]flow.Pasted{someKey: flow.PastedKey, "Consumer Secret": flow.PastedName, "コンシューマーの秘密": flow.PastedName}
	maps.Copy(also, inPlaceOfAKey)
	for pasted, want := range also {
		if clean, odd := flow.CheckClientSecret(pasted); clean != pasted || odd != want {
			t.Errorf("%q: %q, %q; want %q", pasted, clean, odd, want)
		}
	}
}

// Whatever is pasted, a client ID has no blank and no mark around it, and is warned of where it
// is no whole key; a secret is never shortened but to the form of one.
func FuzzCheckClient(f *testing.F) {
	for pasted := range inPlaceOfAKey {
		f.Add(pasted)
	}
	for _, pasted := range around {
		f.Add(pasted)
	}
	for _, seed := range []string{"", "client_id=" + someKey, `"` + someSecret + `"`, "Consumer Key\n", "\x1b]0;x\x07", "\xff\ufeff", "「" + someKey + "」"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		clean, odd, err := flow.CheckClientID(pasted)
		again, oddAgain, _ := flow.CheckClientID(clean)
		switch {
		case err != nil && (clean != "" || !errors.As(err, new(*flow.Error))):
			t.Errorf("%q was refused, with %q, %v", pasted, clean, err)
		case err == nil && (clean == "" || !strings.Contains(pasted, clean) || strings.ContainsAny(clean, " \n\t")):
			t.Errorf("%q became %q", pasted, clean)
		case err == nil && odd == "" && (again != clean || oddAgain != "" || clean != "PlatformCLI" && !strings.HasPrefix(clean, "3MVG")):
			t.Errorf("%q became %q, and that %q", pasted, clean, again)
		}
		secret, _ := flow.CheckClientSecret(pasted)
		if secret != pasted && strings.Trim(secret, "0123456789ABCDEF") != "" {
			t.Errorf("the secret %q became %q", pasted, secret)
		}
	})
}
