package flow

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"sfauth/keystore"
)

// The rows of SALESFORCE.md §1.2, each in the ways in which people paste it.
var pastedDomains = []struct{ pasted, want string }{
	{"login.salesforce.com", "login.salesforce.com"},
	{"test.salesforce.com", "test.salesforce.com"},
	{"login", "login.salesforce.com"},
	{"test", "test.salesforce.com"},
	{"https://welcome.salesforce.com/?locale=de", "login.salesforce.com"},
	{"acme", "acme.my.salesforce.com"},
	{"acme--uat", "acme--uat.sandbox.my.salesforce.com"},
	{"acme.my", "acme.my.salesforce.com"},
	{"acme--uat.sandbox", "acme--uat.sandbox.my.salesforce.com"},
	{"acme-dev-ed.develop", "acme-dev-ed.develop.my.salesforce.com"},
	{"acme.my.salesforce.com", "acme.my.salesforce.com"},
	{"acme--uat.sandbox.my.salesforce.com", "acme--uat.sandbox.my.salesforce.com"},
	{"acme.scratch.my.salesforce.com", "acme.scratch.my.salesforce.com"},
	{"acme-dev-ed.develop.my.salesforce.com", "acme-dev-ed.develop.my.salesforce.com"},
	{"acme.trailblaze.my.salesforce.com", "acme.trailblaze.my.salesforce.com"},
	{"acme.demo.my.salesforce.com", "acme.demo.my.salesforce.com"},
	{"acme.patch.my.salesforce.com", "acme.patch.my.salesforce.com"},
	{"acme.free.my.salesforce.com", "acme.free.my.salesforce.com"},
	{"acme.bt.my.salesforce.com", "acme.bt.my.salesforce.com"},
	{"acme.sfdctest.my.salesforce.com", "acme.sfdctest.my.salesforce.com"},
	{"acme.sfdcdot.my.salesforce.com", "acme.sfdcdot.my.salesforce.com"},
	{"acme.lightning.force.com", "acme.my.salesforce.com"},
	{"acme-dev-ed.develop.lightning.force.com", "acme-dev-ed.develop.my.salesforce.com"},
	{"https://acme--uat.sandbox.lightning.force.com/lightning/o/Account/list?filterName=x#top", "acme--uat.sandbox.my.salesforce.com"},
	{"https://acme.my.salesforce-setup.com/lightning/setup/SetupOneHome/home", "acme.my.salesforce.com"},
	{"acme--uat.sandbox.my.salesforce-setup.com", "acme--uat.sandbox.my.salesforce.com"},
	{"acme--c.vf.force.com", "acme.my.salesforce.com"},
	{"acme--ns.vf.force.com/apex/Page", "acme.my.salesforce.com"},
	{"acme--uat--c.sandbox.vf.force.com", "acme--uat.sandbox.my.salesforce.com"},
	{"acme.visual.force.com", "acme.my.salesforce.com"},
	{"acme--c.visual.force.com", "acme.my.salesforce.com"},
	{"acme.file.force.com", "acme.my.salesforce.com"},
	{"acme--uat.sandbox.file.force.com", "acme--uat.sandbox.my.salesforce.com"},
	{"acme.content.force.com", "acme.my.salesforce.com"},
	{"acme.my.salesforce-sites.com/landing", "acme.my.salesforce.com"},
	{"acme.builder.salesforce-experience.com", "acme.my.salesforce.com"},
	{"acme--uat.sandbox.live-preview.salesforce-experience.com", "acme--uat.sandbox.my.salesforce.com"},
	{"acme.my.salesforce.mil", "acme.my.salesforce.mil"},
	{"acme.lightning.crmforce.mil", "acme.my.salesforce.mil"},
	{"acme.my.sfcrmproducts.cn", "acme.my.sfcrmproducts.cn"},
	{"acme.lightning.sfcrmapps.cn", "acme.my.sfcrmproducts.cn"},
	{"acme.my-salesforce.com", "acme.my-salesforce.com"},
	{"acme.my-lightning.com", "acme.my-salesforce.com"},
	{"acme.database.com/x", "acme.database.com"},
	{"acme.cloudforce.com/x", "acme.cloudforce.com"},

	{"acme.my.site.com", "acme.my.site.com"},
	{"https://acme.my.site.com/partners", "acme.my.site.com/partners"},
	{"https://acme.my.site.com/partners/", "acme.my.site.com/partners"},
	{"https://acme.my.site.com/partners/s/", "acme.my.site.com/partners"},
	{"https://acme.my.site.com/Partners/s/login/?startURL=%2F", "acme.my.site.com/Partners"},
	{"https://acme.my.site.com/partners/login", "acme.my.site.com/partners"},
	{"https://acme.my.site.com/partners/services/oauth2/authorize?client_id=x", "acme.my.site.com/partners"},
	{"https://acme.my.site.com/s/article/x", "acme.my.site.com"},
	{"https://acme.my.site.com/partners/CommunitiesLanding.jsp", "acme.my.site.com/partners"},
	{"https://acme.my.site.com//partners//s", "acme.my.site.com/partners"},
	{"https://shop.example.com/members/login", "shop.example.com/members"},
	{"eu1.example.com", "eu1.example.com"},
	{"xn--mller-kva.example", "xn--mller-kva.example"},

	{"  https://acme.my.salesforce.com/ \n", "acme.my.salesforce.com"},
	{"<https://acme.my.salesforce.com>", "acme.my.salesforce.com"},
	{"“acme.my.salesforce.com”,", "acme.my.salesforce.com"},
	{"https://acme.my.sales\r\nforce.com/services", "acme.my.salesforce.com"},
	{"\ufeffacme\u200b", "acme.my.salesforce.com"},
	{"HTTPS://ACME.My.Salesforce.COM/Home", "acme.my.salesforce.com"},
	{"//acme.my.salesforce.com", "acme.my.salesforce.com"},
	{"acme.my.salesforce.com.", "acme.my.salesforce.com"},
	{"https://acme.my.salesforce.com:443/x", "acme.my.salesforce.com"},
	{"https://login.example.com:8443", "login.example.com:8443"},
	{"https://login.example.com:08443", "login.example.com:8443"},
	{"https://eu1.my.salesforce.com", "eu1.my.salesforce.com"},

	// Mistakes of which only one meaning is possible are mended.
	{"https//acme.my.salesforce.com", "acme.my.salesforce.com"},
	{"https/acme.my.salesforce.com", "acme.my.salesforce.com"},
	{"https:acme.my.salesforce.com", "acme.my.salesforce.com"},
	{"https:/acme.my.salesforce.com/home", "acme.my.salesforce.com"},
	{"https:///acme.my.salesforce.com", "acme.my.salesforce.com"},
	{"https;//acme.my.salesforce.com", "acme.my.salesforce.com"},
	{`HTTPS:\\acme.my.salesforce.com`, "acme.my.salesforce.com"},
	{"https://https://acme.my.salesforce.com", "acme.my.salesforce.com"},
	{"http://https://acme.my.salesforce.com", "acme.my.salesforce.com"},
	{"https%3A%2F%2Facme.my.salesforce.com%2Fhome", "acme.my.salesforce.com"},
	{"https:acme", "acme.my.salesforce.com"},
	{"ｈｔｔｐｓ：／／ａｃｍｅ．ｍｙ．salesforce.com", "acme.my.salesforce.com"},
	{"acme。my。salesforce。com", "acme.my.salesforce.com"},
	{"ＡＣＭＥ", "acme.my.salesforce.com"},
	{"acme‑dev‐ed.develop", "acme-dev-ed.develop.my.salesforce.com"},
	{"acme—uat.sandbox.my.salesforce.com", "acme--uat.sandbox.my.salesforce.com"},
	{"acme–uat.sandbox.lightning.force.com", "acme--uat.sandbox.my.salesforce.com"},
	{"acme—uat", "acme--uat.sandbox.my.salesforce.com"},
	{"acme–corp.my.salesforce.com", "acme-corp.my.salesforce.com"},
	{"acme.my.salesforce.com..", "acme.my.salesforce.com"},
	{"https://acme.my.salesforce.com./home", "acme.my.salesforce.com"},
	{"acme.", "acme.my.salesforce.com"},
	{"https://acme.my.site.com/partners.", "acme.my.site.com/partners"},
	{"[acme](https://acme.my.salesforce.com/home)", "acme.my.salesforce.com"},
	{"[our org](https://acme.my.salesforce.com).", "acme.my.salesforce.com"},
	{"[https://acme.my.salesforce.com]", "acme.my.salesforce.com"},
	{"(acme.my.salesforce.com)", "acme.my.salesforce.com"},
	{"**acme**", "acme.my.salesforce.com"},
	{"「acme」", "acme.my.salesforce.com"},
	{"My Domain: https://acme.my.salesforce.com", "acme.my.salesforce.com"},
	{"acme.my.salesforce", "acme.my.salesforce.com"},
	{"acme.salesforce", "acme.my.salesforce.com"},
	{"acme.lightning.force", "acme.my.salesforce.com"},
	{"acme:443", "acme.my.salesforce.com"},
	{"production", "login.salesforce.com"},
	{"Sandbox", "test.salesforce.com"},
	{"acme--dev.cs13.my.salesforce.com", "acme--dev.sandbox.my.salesforce.com"},
	{"https://acme--dev.cs13.lightning.force.com/one", "acme--dev.sandbox.my.salesforce.com"},
	{"acme--uat--c.cs42.visual.force.com", "acme--uat.sandbox.my.salesforce.com"},
	{"acme1", "acme1.my.salesforce.com"},                     // acme1 looks like the name of a server, and is none
	{"acmecorporation", "acmecorporation.my.salesforce.com"}, // this name is as long as an id, and is none
	{"3m", "3m.my.salesforce.com"},
	{"https.my.salesforce.com", "https.my.salesforce.com"}, // a whole host is taken as it is given

	{"http://localhost:8080/", "http://localhost:8080"},
	{"http://127.0.0.1:80", "http://127.0.0.1"},
	{"http://[::1]:8080/services/oauth2/authorize", "http://[::1]:8080"},
	{"https://localhost:8443", "localhost:8443"},
	{"localhost", "localhost"},
}

func TestWhateverIsPastedBecomesTheLoginHost(t *testing.T) {
	for _, p := range pastedDomains {
		d, err := ParseDomain(p.pasted)
		if err != nil || d.String() != p.want {
			t.Errorf("%q is %q (%v), want %q", p.pasted, d, err, p.want)
		}
	}
}

var refusedDomains = []struct {
	pasted string
	kind   Kind
}{
	{"", KindDomainEmpty},
	{" \n ", KindDomainEmpty},
	{"https://", KindDomainEmpty},
	{"https://login.salesforce.com@evil.com", KindDomainInvalid},
	{"https://user:secret@acme.my.salesforce.com", KindDomainInvalid},
	{"demo@acme.example", KindDomainUsername},
	{"mailto:demo@acme.example.uat", KindDomainUsername},
	{"demo＠acme.example", KindDomainUsername},
	{`https://login.salesforce.com\@evil.com`, KindDomainInvalid},
	{"acme my.salesforce.com", KindDomainInvalid},
	{"acme_corp", KindDomainInvalid},
	{"-acme", KindDomainInvalid},
	{"acme..my.salesforce.com", KindDomainInvalid},
	{".my.salesforce.com", KindDomainInvalid},
	{".lightning.force.com", KindDomainInvalid},
	{"--c.vf.force.com", KindDomainInvalid},
	{strings.Repeat("a", 64), KindDomainInvalid},
	{strings.Repeat("a.", 130) + "com", KindDomainInvalid},
	{"https://аcme.my.salesforce.com", KindDomainInvalid}, // Cyrillic а
	{"https://10.0.0.1", KindDomainInvalid},
	{"https://[2001:db8::1]", KindDomainInvalid},
	{"https://[::1%25eth0]", KindDomainInvalid},
	{"acme.my.salesforce.com:0", KindDomainInvalid},
	{"acme.my.salesforce.com:65536", KindDomainInvalid},
	{"acme.my.salesforce.com:", KindDomainInvalid},
	{"ftp://acme.my.salesforce.com", KindDomainInvalid},
	{"force://PlatformCLI::5Aep861@acme.my.salesforce.com", KindDomainInvalid},
	{"http://acme.my.salesforce.com", KindDomainNotHTTPS},
	{"http://localhost.evil.com", KindDomainNotHTTPS},
	{"http://127.0.0.1.evil.com", KindDomainNotHTTPS},
	{"na44.salesforce.com", KindDomainInstanced},
	{"https://cs42.salesforce.com/home/home.jsp", KindDomainInstanced},
	{"na44-api.salesforce.com", KindDomainInstanced},
	{"c.na44.visual.force.com", KindDomainInstanced},
	{"na1", KindDomainInstanced},
	{"CS42", KindDomainInstanced},
	{"usa532s", KindDomainInstanced},
	{"http//acme.my.salesforce.com", KindDomainNotHTTPS},
	{"http/acme.my.salesforce.com", KindDomainNotHTTPS},
	{"127.1", KindDomainInvalid},
	{"acme.0x7f", KindDomainInvalid},
	{"acme.my.salesforce.com https://other.example https://third.example", KindDomainInvalid},
	{"https", KindDomainNoOrg},
	{"http", KindDomainNoOrg},
	{"www", KindDomainNoOrg},
	{"uat", KindDomainNoOrg},
	{"Salesforce", KindDomainNoOrg},
	{"mydomain", KindDomainNoOrg},
	{"my.salesforce.com", KindDomainNoOrg},
	{"https://www.salesforce.com/", KindDomainNoOrg},
	{"salesforce.com", KindDomainNoOrg},
	{"lightning.force.com", KindDomainNoOrg},
	{"sandbox.my.salesforce.com", KindDomainNoOrg},
	{"https://help.salesforce.com/s/articleView?id=x", KindDomainNoOrg},
	{"develop", KindDomainNoOrg},
	{"my", KindDomainNoOrg},
	{"12345", KindDomainNoOrg},
	{"/lightning/setup/SetupOneHome/home", KindDomainNoOrg},
	{"00D5g00000ABCDEF", KindDomainID},
	{"00D5g00000ABCDE", KindDomainID},
	{"00D5g00000ABCDEEAO", KindDomainID},
	{"0015g00000ABCDEAA1", KindDomainID},
	{"a0B5g00000ABCDE", KindDomainID},
	{"00D5g00000ABCDE!AQcAQH0dMHZfz972Szmpkb58urFRkgeBGsxL", KindDomainID},
	{"3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0QqEWhqKpoW3svG3X", KindDomainID},
	{"5Aep861TSESvWeug_xvFHRBTTbf_YrTWgEyjBJrfCPk.Tse", KindDomainID},
	{"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0", KindDomainID},
	{"acme.usa532s.my.salesforce.com", KindDomainInstanced},
}

func TestWhatIsNoLoginHostIsRefusedByItsKind(t *testing.T) {
	for _, p := range refusedDomains {
		d, err := ParseDomain(p.pasted)
		var e *Error
		if !errors.As(err, &e) || e.Kind != p.kind || e.Step != StepInput || !d.IsZero() {
			t.Errorf("%q is %q (%v), want %s", p.pasted, d, err, p.kind)
		}
	}
}

func TestARefusedDomainIsNotRepeatedInItsError(t *testing.T) {
	_, err := ParseDomain("force://PlatformCLI::5Aep861secret@acme.my.salesforce.com")
	if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "acme") {
		t.Errorf("%v", err)
	}
}

func TestSetupLinksLeadIntoTheOrgOfTheDomain(t *testing.T) {
	for domain, want := range map[string]string{
		"acme":                                "https://acme.lightning.force.com/lightning/setup/ConnectedAppsUsage/home",
		"acme--uat":                           "https://acme--uat.sandbox.lightning.force.com/lightning/setup/ConnectedAppsUsage/home",
		"acme.my.salesforce.mil":              "https://acme.lightning.crmforce.mil/lightning/setup/ConnectedAppsUsage/home",
		"acme.my.sfcrmproducts.cn":            "https://acme.lightning.sfcrmapps.cn/lightning/setup/ConnectedAppsUsage/home",
		"acme.my-salesforce.com":              "https://acme.my-lightning.com/lightning/setup/ConnectedAppsUsage/home",
		"login":                               "",
		"test":                                "",
		"acme.my.site.com/partners":           "",
		"shop.example.com":                    "",
		"http://localhost:8080":               "",
		"acme.my.salesforce.com.evil.example": "",
	} {
		d, err := ParseDomain(domain)
		if got := d.Setup(SetupConnectedAppsUsage); err != nil || got != want {
			t.Errorf("%s: %q (%v), want %q", domain, got, err, want)
		}
	}
}

func TestLabelsAreConnectionNames(t *testing.T) {
	for domain, want := range map[string]string{
		"acme":                      "acme",
		"acme--uat":                 "acme-uat",
		"acme-dev-ed.develop":       "acme-dev-ed",
		"login":                     "login",
		"acme.my.site.com":          "acme",
		"acme.my.site.com/Partners": "acme-partners",
		"www.example.com/a/b":       "example-a-b",
		"http://localhost:8080":     "",
		"http://127.0.0.1:8080":     "",
		"http://[::1]:8080":         "",
	} {
		d, err := ParseDomain(domain)
		if got := d.Label(); err != nil || got != want {
			t.Errorf("%s: %q (%v), want %q", domain, got, err, want)
		}
	}
	if got := (Domain{}).Label(); got != "" {
		t.Errorf("no domain: %q", got)
	}
}

// Whatever is accepted is https, or loopback, has no user, reads back as itself, and its
// host is one that was given, with the end that Salesforce's hosts have.
func FuzzParseDomain(f *testing.F) {
	for _, p := range pastedDomains {
		f.Add(p.pasted)
	}
	for _, p := range refusedDomains {
		f.Add(p.pasted)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		d, err := ParseDomain(pasted)
		if err != nil {
			return
		}
		again, err := ParseDomain(d.String())
		if err != nil || again != d {
			t.Errorf("%q is %q, read back %q (%v)", pasted, d, again, err)
		}
		if to := d.URL("/services/oauth2/token"); !isOpenable(to) || strings.Contains(to, "@") {
			t.Errorf("%q leads to %q", pasted, to)
		}
		if strings.Contains(d.Label(), "/") {
			t.Errorf("%q is labelled %q", pasted, d.Label())
		}
		if !stems(d, pasted) {
			t.Errorf("%q does not stem from %q", d, pasted)
		}
	})
}

// stems tells whether the name in front of the domain stands in what was pasted, but for
// what ParseDomain mends: case, width, hyphens, percent-encoding, and the hosts that have a word.
func stems(d Domain, pasted string) bool {
	for _, host := range aliases {
		if d.String() == host {
			return true
		}
	}
	plain, err := url.PathUnescape(pasted)
	if err != nil {
		plain = pasted
	}
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r = asTyped(r); r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, strings.ToLower(strings.Map(asTyped, s)))
	}
	u, err := url.Parse(d.URL(""))
	if err != nil {
		return false
	}
	name, _, _ := strings.Cut(u.Hostname(), ".")
	return strings.Contains(letters(plain), letters(name)) || strings.Contains(letters(pasted), letters(name))
}

// What the name of a host tells of whom it belongs to.
var hosts = map[string]Kind{
	"acme": "", "login": "", "acme--uat": "", "acme.my.salesforce.mil": "", "acme.my.sfcrmproducts.cn": "", "acme.my.site.com/partners": "",
	"acme.my-salesforce.com": "", "acme.secure.force.com": "", "acme.database.com": "",
	"http://localhost:8080": "", "http://127.0.0.1:8080": "", "https://[::1]:8443": "",

	"shop.example.com": KindDomainForeign, "login.acme.example/members": KindDomainForeign, "site.com": KindDomainForeign, "acme.site.com": KindDomainForeign,

	"salesforce.com.evil.example":         KindDomainImitates,
	"acme.my.salesforce.com.evil.example": KindDomainImitates,
	"acme.my.salesforce.co":               KindDomainImitates,
	"acme-salesforce.com":                 KindDomainImitates,
	"notsalesforce.com":                   KindDomainImitates,
	"acme.my.sales-force.com":             KindDomainImitates,
	"acme.my.sa1esf0rce.com":              KindDomainImitates,
	"acme.mysalesforce.com":               KindDomainImitates,
	"acme.sales.force.example":            KindDomainImitates,
	"lightning.f0rce.com":                 KindDomainImitates,
	"xn--slesforce-31a.com":               KindDomainImitates,
	"login.xn--mller-kva.example":         KindDomainImitates,
}

func TestHostThatIsNoneOfSalesforcesIsDoubted(t *testing.T) {
	for pasted, want := range hosts {
		d, err := ParseDomain(pasted)
		if got := d.Doubt(); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", pasted, got, err, want)
		}
	}
}

func TestHostOfASavedConnectionIsNotDoubtedAgain(t *testing.T) {
	d, err := ParseDomain("shop.example.com/members")
	if err != nil {
		t.Fatal(err)
	}
	for saved, want := range map[string]Kind{d.String(): "", "shop.example.com": KindDomainForeign, "": KindDomainForeign} {
		r := Request{Domain: d, Existing: &keystore.Connection{Domain: saved}}
		if got := r.Doubt(); got != want {
			t.Errorf("saved with %q: %q, want %q", saved, got, want)
		}
	}
	if got := (Request{Domain: d}).Doubt(); got != KindDomainForeign {
		t.Error(got)
	}
}

const copiedAddress = "https://acme--uat.sandbox.lightning.force.com/lightning/o/Account/list"

func BenchmarkParseDomain(b *testing.B) {
	for b.Loop() {
		if _, err := ParseDomain(copiedAddress); err != nil {
			b.Fatal(err)
		}
	}
}

// Step 1 parses the field at each key that is pressed.
func TestAnAddressIsReadWithinItsAllocations(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { ParseDomain(copiedAddress) }); n > 42 {
		t.Errorf("%.0f allocations, want at most 42", n)
	}
}
