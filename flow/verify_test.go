package flow

import (
	"encoding/json"
	"strings"
	"syscall"
	"testing"

	"sfauth/keystore"
)

func TestTokensGoToSalesforceTheLoginHostOrLoopbackInTestsOnly(t *testing.T) {
	for _, c := range []struct {
		login, address string
		want           bool
	}{
		{"https://acme.my.salesforce.com", "https://acme.my.salesforce.com", true},
		{"https://acme.my.salesforce.com", "https://login.salesforce.com/id/00D/005", true},
		{"https://login.salesforce.com", "https://ACME--uat.sandbox.my.salesforce.com", true},
		{"https://login.salesforce.com", "https://acme.my.salesforce.mil", true},
		{"https://login.salesforce.com", "https://acme.my.site.com/partners", true},
		{"https://login.salesforce.com", "https://acme.my-salesforce.com", true},
		{"https://login.salesforce.com", "https://acme.my.sfcrmproducts.cn", true},
		{"https://id.example.com:8443/site", "https://id.example.com:8443/id", true},
		{"http://127.0.0.1:8080", "http://localhost:9090", true},

		{"https://login.salesforce.com", "http://acme.my.salesforce.com", false},
		{"https://login.salesforce.com", "https://salesforce.com.evil.example", false},
		{"https://login.salesforce.com", "https://evilsalesforce.com", false},
		{"https://login.salesforce.com", "https://evil-my-salesforce.com", false},
		{"https://login.salesforce.com", "https://acme.my.salesforce.com@evil.example", false},
		{"https://login.salesforce.com", "https://user@acme.my.salesforce.com", false},
		{"https://login.salesforce.com", "https://acme.my.salesforce.com:8443", false},
		{"https://login.salesforce.com", "https://evil.example/.salesforce.com", false},
		{"https://login.salesforce.com", "https://evil.example#.salesforce.com", false},
		{"https://login.salesforce.com", "https://evil.example?.salesforce.com", false},
		{"https://login.salesforce.com", "https://evil.example\\.salesforce.com", false},
		{"https://login.salesforce.com", "//acme.my.salesforce.com", false},
		{"https://login.salesforce.com", "http://localhost:8080", false},
		{"https://login.salesforce.com", "https://127.0.0.1", false},
		{"https://id.example.com", "https://id.example.com:8443", false},
		{"https://id.example.com", "http://id.example.com", false},
		{"http://127.0.0.1:8080", "https://evil.example", false},
		{"https://login.salesforce.com", "", false},
	} {
		if got := isTrusted(Domain{c.login}, c.address); got != c.want {
			t.Errorf("login at %s, token to %s: %v", c.login, c.address, got)
		}
	}
}

func TestSuffixesOfSalesforceAreAnchoredAtADot(t *testing.T) {
	for _, suffix := range salesforceHosts {
		if !strings.HasPrefix(suffix, ".") {
			t.Error(suffix)
		}
	}
}

// The key and the message are made up, the signature is from openssl:
// printf '%s' "$id$issued" | openssl dgst -sha256 -hmac "$secret" -binary | base64
func TestSignatureIsHMACOfIdentityAndTime(t *testing.T) {
	id, err := parseIdentity("https://login.salesforce.com/id/00Dx0000000BV7zEAG/005x00000012Q9PAAU")
	if err != nil {
		t.Fatal(err)
	}
	good := tokenResponse{identity: id, issued: "1278448101416", signature: "Utxgz0duzHFn/aLJGPEY7B8Ry7f5QzyzckdCPDkavRw="}
	if !good.signed("the secret") {
		t.Error("the right signature is refused")
	}
	for name, bad := range map[string]tokenResponse{
		"time":      {identity: id, issued: "1278448101417", signature: good.signature},
		"identity":  {identity: identity{url: id.url + "x"}, issued: good.issued, signature: good.signature},
		"signature": {identity: id, issued: good.issued, signature: "AAAA" + good.signature[4:]},
		"none":      {identity: id, issued: good.issued},
		"no base64": {identity: id, issued: good.issued, signature: "%%%"},
	} {
		if bad.signed("the secret") {
			t.Error("accepted with another", name)
		}
	}
	if good.signed("another secret") {
		t.Error("accepted with another secret")
	}
	if err := (tokenResponse{access: keystore.NewSecret("00D!abc"), identity: id, instance: "https://acme.my.salesforce.com"}).verify(clientCredentials{domain: Domain{"https://login.salesforce.com"}}); err != nil {
		t.Error("a public client has nothing to check a signature with:", err)
	}
}

func TestIdentityURLNamesOrgAndUser(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://login.salesforce.com/id/00Dx0000000BV7z/005x00000012Q9P":          true,
		"https://login.salesforce.com/id/00Dx0000000BV7zEAG/005x00000012Q9PAAS":    true,
		"https://acme.my.site.com/partners/id/00Dx0000000BV7zEAG/005x00000012Q9P":  true,
		"https://login.salesforce.com/id/00Dx0000000BV7zEAG/005x00000012Q9PAAS/":   false,
		"https://login.salesforce.com/id/00Dx0000000BV7zEAG/005x00000012Q9PAAS?a":  false,
		"https://login.salesforce.com/id/001x0000000BV7zEAG/005x00000012Q9PAAS":    false,
		"https://login.salesforce.com/id/00Dx0000000BV7zEAG/../../005x00000012Q9P": false,
		"https://login.salesforce.com/00Dx0000000BV7zEAG/005x00000012Q9PAAS":       false,
		"https://evil.example\n/id/00Dx0000000BV7zEAG/005x00000012Q9PAAS":          false,
		"": false,
	} {
		if _, err := parseIdentity(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
	if !sameID("00Dx0000000BV7zEAG", "00Dx0000000BV7z") || sameID("00Dx0000000BV7z", "00Dx0000000bV7z") || sameID("", "") {
		t.Error("ids of 15 and 18 characters")
	}
}

func TestANameIsProposedByTheDomainOrElseByTheInstance(t *testing.T) {
	for _, c := range []struct{ given, login, instance, want string }{
		{"Mine", "https://acme.my.salesforce.com", "https://acme.my.salesforce.com", "Mine"},
		{"", "https://acme--uat.sandbox.my.salesforce.com", "https://other.my.salesforce.com", "acme-uat"},
		{"", "https://login.salesforce.com", "https://acme.my.salesforce.com", "acme"},
		{"", "https://test.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com", "acme-uat"},
		{"", "http://127.0.0.1:8080", "http://127.0.0.1:8080", "salesforce"},
	} {
		if got := proposedName(Request{Name: c.given, Domain: Domain{c.login}}, c.instance); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// tokenAnswer is a response of the token endpoint, with an identity URL and an instance of
// Salesforce's.
func tokenAnswer(access, refresh string) httpResponse {
	body, _ := json.Marshal(map[string]string{"access_token": access, "refresh_token": refresh,
		"id": "https://login.salesforce.com/id/00Dx0000000BV7z/005x00000012Q9P", "instance_url": "https://acme.my.salesforce.com"})
	said, _ := parseJSON(body)
	return httpResponse{json: said}
}

func TestTokenThatCannotTravelIsNoToken(t *testing.T) {
	client := clientCredentials{domain: Domain{"https://login.salesforce.com"}}
	for _, bad := range []string{"abc\r\nHost: evil", "abc\nSALESFORCE_CLIENT_ID=x", "äbc", "a bc"} {
		if _, err := parseTokenResponse(StepExchange, tokenAnswer("00D!abc", bad)); KindOf(err) != KindBadAnswer {
			t.Errorf("%q: %v", bad, err)
		}
		got, err := parseTokenResponse(StepExchange, tokenAnswer(bad, "5Aep"))
		if err != nil || got.refresh.Reveal() != "5Aep" || KindOf(got.verify(client)) != KindBadAnswer {
			t.Errorf("%q: %v", bad, err)
		}
	}
	got, err := parseTokenResponse(StepExchange, tokenAnswer("00D!abc", "5Aep"))
	if err != nil || got.verify(client) != nil {
		t.Error(err, got.verify(client))
	}
}

func TestListenErrorsOfWindowsAreKnownByNumber(t *testing.T) {
	for err, want := range map[syscall.Errno]Kind{wsaEADDRINUSE: KindPortBusy, wsaEACCES: KindPortReserved} {
		if got := KindOf(listenError("1717", err)); got != want {
			t.Errorf("%d is %s", err, got)
		}
	}
}

func newQuestion(t testing.TB) authorizationRequest {
	t.Helper()
	q, err := newAuthorizationRequest(Request{Domain: Domain{"https://acme.my.salesforce.com"}, ClientID: "3MVG9abc", ClientSecret: keystore.NewSecret("secret")})
	if err != nil {
		t.Fatal(err)
	}
	return q
}
