package flow

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sfauth/keystore"
)

// An answer may come from somebody in between who repeats what the proxy was told.
func TestWhatIsRepeatedOfTheSecretsIsNotSaid(t *testing.T) {
	const secret, password = "D3A0C5F1B7E29468/+=", "p@ss:word%1"
	proxied := &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.example:8080", User: url.UserPassword("bob", password)})}
	for name, echo := range map[string]string{
		"raw":             secret,
		"percent-encoded": url.QueryEscape(secret),
		"small letters":   strings.ToLower(url.QueryEscape(secret)),
		"encoded twice":   url.QueryEscape(url.QueryEscape(secret)),
		"a part":          secret[:12],
		"divided":         secret[:6] + "\u200b" + secret[6:],
		"behind escapes":  secret[:6] + "\x1b[0m" + secret[6:],
		"base64":          base64.StdEncoding.EncodeToString([]byte(secret)),
		"Basic":           base64.StdEncoding.EncodeToString([]byte("3MVG9:" + secret)),
		"the proxy's":     password,
		"the proxy's, %":  url.QueryEscape(password),
		"to the proxy":    "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("bob:"+password)),
	} {
		req, err := http.NewRequest(http.MethodPost, "https://acme.my.salesforce.com/", nil)
		if err != nil {
			t.Fatal(err)
		}
		q := httpRequest{form: url.Values{"client_id": {"3MVG9"}, "client_secret": {secret}}}
		said := q.secrets(proxyUser(proxied, req)).hide("you sent " + echo + " and no more")
		if !strings.HasPrefix(said, "you sent ") || !strings.HasSuffix(said, " and no more") || !strings.Contains(said, "•••") {
			t.Errorf("%s: %q", name, said)
		}
		for _, hidden := range []string{"D3A0C5F1", "d3a0c5f1", "p@ss", "word%1", "word%25"} {
			if strings.Contains(said, hidden) {
				t.Errorf("%s: %q", name, said)
			}
		}
	}
}

func TestWordsOfSalesforcesStayWhole(t *testing.T) {
	q := httpRequest{form: url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"5Aep861KVzMx"}, "client_id": {"3MVG9"}}}
	const said = "expired access/refresh token"
	if got := q.secrets(nil).hide(said); got != said {
		t.Error(got)
	}
}

func TestANameTwiceOrInOtherLettersIsNonsense(t *testing.T) {
	for body, ok := range map[string]bool{
		`{"access_token":"a","refresh_token":"b"}`:        true,
		`{"access_token":"a","sidCookieName":"x"}`:        true,
		`{"access_token":"a","refresh_token":"b"}` + "\n": true,
		`{"refresh_token":"a","refresh_token":"b"}`:       false,
		`{"refresh_token":"a","REFRESH_TOKEN":"b"}`:       false,
		`{"access_token":"a","Refresh_Token":"b"}`:        false,
		`{"access_token":"a"} {"access_token":"b"}`:       false,
		`{"access_token":"a"`:                             false,
		`[]`:                                              false,
		`null`:                                            false,
	} {
		if _, got := parseJSON([]byte(body)); got != ok {
			t.Errorf("%s: %v", body, got)
		}
	}
}

func TestARefreshTokenThatComesAloneIsKept(t *testing.T) {
	c := &Client{HTTP: &http.Client{Transport: answering(200, `{"refresh_token":"5AepNew","id":"https://login.salesforce.com/id/00Dx0000000BV7z/005x00000012Q9P"}`)}}
	asker := clientCredentials{domain: Domain{"https://acme.my.salesforce.com"}, id: "3MVG9"}
	got, err := c.refresh(t.Context(), asker, keystore.NewSecret("5AepOld"), nil)
	if err != nil || got.refresh.Reveal() != "5AepNew" || KindOf(got.verify(asker)) != KindBadAnswer {
		t.Error(err, got.refresh.Reveal() == "5AepNew", got.verify(asker))
	}
}

func TestARevocationIsOnlySalesforcesOwn(t *testing.T) {
	conn := keystore.Connection{Domain: "https://acme.my.salesforce.com"}
	for name, c := range map[string]struct {
		answer roundTrip
		ok     bool
	}{
		"done":          {answering(200, ""), true},
		"dead already":  {answering(400, `{"error":"invalid_token"}`), true},
		"a page":        {answering(200, "<html>"), false},
		"an object":     {answering(200, "{}"), true},
		"a blank":       {answering(200, " \r\n"), true},
		"no object":     {answering(200, "[]"), false},
		"a page, error": {answering(200, `{"error":"invalid_token"}`), false},
		"cut off":       {cut(""), false},
		"busy":          {answering(503, `{"error":"invalid_token"}`), false},
	} {
		if err := (&Client{HTTP: &http.Client{Transport: c.answer}}).Revoke(t.Context(), conn, keystore.NewSecret("5Aep861KVzMx")); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
