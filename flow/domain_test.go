package flow

import (
	"errors"
	"strings"
	"testing"
)

// Every row of SALESFORCE.md §1.2, and how people paste them.
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
	{"demo@acme.example", KindDomainInvalid},
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
	{"acme--uat--c.cs42.visual.force.com", KindDomainInstanced},
	{"acme--uat.cs42.my.salesforce.com", KindDomainInstanced},
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

// Whatever is accepted is https, or loopback, has no user, and reads back as itself.
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
		url := d.URL("/services/oauth2/token")
		if !isOpenable(url) || strings.Contains(url, "@") {
			t.Errorf("%q leads to %q", pasted, url)
		}
		if strings.Contains(d.Label(), "/") {
			t.Errorf("%q is labelled %q", pasted, d.Label())
		}
	})
}

func BenchmarkParseDomain(b *testing.B) {
	for b.Loop() {
		if _, err := ParseDomain("https://acme--uat.sandbox.lightning.force.com/lightning/o/Account/list"); err != nil {
			b.Fatal(err)
		}
	}
}
