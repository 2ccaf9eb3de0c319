package flow

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Domain is a login host: https, or http on loopback, with the path of an
// Experience Cloud site where there is one (SALESFORCE.md §1.2).
type Domain struct{ base string } // no trailing slash

// A cloud is one of the separate worlds of Salesforce, which differ in where orgs log in and
// where their Lightning pages are (SALESFORCE.md §1.3).
type cloud struct{ login, lightning string }

var clouds = []cloud{
	{".my.salesforce.com", ".lightning.force.com"},
	{".my.salesforce.mil", ".lightning.crmforce.mil"},
	{".my.sfcrmproducts.cn", ".lightning.sfcrmapps.cn"},
	{".my-salesforce.com", ".my-lightning.com"},
}

// A rewrite turns the end of a host that is no login host into the end of one that is.
type rewrite struct {
	from, to string
	packaged bool // the first label ends in "--" and a package's namespace
}

var rewrites = []rewrite{
	{from: ".my.salesforce-setup.com", to: ".my.salesforce.com"},
	{from: ".my.salesforce-sites.com", to: ".my.salesforce.com"},
	{from: ".my.salesforce-scrt.com", to: ".my.salesforce.com"},
	{from: ".builder.salesforce-experience.com", to: ".my.salesforce.com"},
	{from: ".preview.salesforce-experience.com", to: ".my.salesforce.com"},
	{from: ".live-preview.salesforce-experience.com", to: ".my.salesforce.com"},
	{from: ".file.force.com", to: ".my.salesforce.com"},
	{from: ".my.salesforce", to: ".my.salesforce.com"}, // the copy has lost its end
	{from: ".salesforce", to: ".my.salesforce.com"},
	{from: ".lightning.force", to: ".my.salesforce.com"},
	{from: ".content.force.com", to: ".my.salesforce.com", packaged: true},
	{from: ".documentforce.com", to: ".my.salesforce.com", packaged: true},
	{from: ".vf.force.com", to: ".my.salesforce.com", packaged: true},
	{from: ".visual.force.com", to: ".my.salesforce.com", packaged: true},
	{from: ".container.force.com", to: ".my.salesforce.com", packaged: true},

	// The beginning of a host, as people say it or have typed it so far.
	{from: ".my", to: ".my.salesforce.com"},
	{from: ".lightning", to: ".my.salesforce.com"},
	{from: ".sandbox", to: ".sandbox.my.salesforce.com"},
	{from: ".scratch", to: ".scratch.my.salesforce.com"},
	{from: ".develop", to: ".develop.my.salesforce.com"},
	{from: ".trailblaze", to: ".trailblaze.my.salesforce.com"},
}

// What a single word stands for, as in the wizard and in other tools, and the host where
// people log in by e-mail address.
var aliases = map[string]string{
	"login":                  "login.salesforce.com",
	"production":             "login.salesforce.com",
	"prod":                   "login.salesforce.com",
	"test":                   "test.salesforce.com",
	"sandbox":                "test.salesforce.com",
	"welcome":                "login.salesforce.com",
	"welcome.salesforce.com": "login.salesforce.com",
}

// Hosts that log in at their root. Every other host may be that of a site, which has a path.
var loginSuffixes = []string{
	".salesforce.com", ".salesforce.mil", ".sfcrmproducts.cn", ".my-salesforce.com",
	".database.com", ".cloudforce.com",
}

// Words that people type in place of the name of their org, and hosts of Salesforce's that
// no org has: the My Domain that sfauth would make of them is somebody else's.
var noOrgs = strings.Fields(`https http ftp www salesforce sfdc sf lightning force setup home org domain instance company example
	mydomain my-domain my-domain-name mycompany my-company myorg yourdomain your-domain yourcompany your-company yourorg
	dev development developer uat qa staging
	www.salesforce.com help.salesforce.com trailhead.salesforce.com developer.salesforce.com admin.salesforce.com
	status.salesforce.com trust.salesforce.com appexchange.salesforce.com`)

// The places that the names of servers begin with, and the countries of Hyperforce.
var places = strings.Fields("na eu ap cs um usa can bra gbr deu fra ita swe che ind jpn kor sgp aus")

// ParseDomain finds the login host in whatever a person pastes: a name, the address of any
// page of the org, a link among other words (SALESFORCE.md §1.2). Errors are an *Error of
// StepInput: KindDomainEmpty, KindDomainInvalid, KindDomainNotHTTPS, KindDomainInstanced,
// KindDomainNoOrg, KindDomainID or KindDomainUsername.
func ParseDomain(pasted string) (Domain, error) {
	u, kind := parseAddress(pasted)
	if kind != "" {
		return Domain{}, &Error{Step: StepInput, Kind: kind}
	}
	host, kind := loginHost(u.Hostname())
	if kind != "" {
		return Domain{}, &Error{Step: StepInput, Kind: kind}
	}
	if u.Scheme == "http" && !isLoopback(host) {
		return Domain{}, &Error{Step: StepInput, Kind: KindDomainNotHTTPS}
	}
	base := u.Scheme + "://" + bracketed(host)
	if p := u.Port(); p != "" && p != defaultPort[u.Scheme] {
		base += ":" + p
	}
	if !hasAnySuffix(host, loginSuffixes) {
		base += siteOf(u.EscapedPath())
	}
	return Domain{base}, nil
}

var defaultPort = map[string]string{"https": "443", "http": "80"}

// loginHost turns the host of any page of an org into the one that logs in.
func loginHost(host string) (string, Kind) {
	host = strings.TrimRight(strings.ToLower(host), ".")
	if isLoopback(host) {
		return host, ""
	}
	if !isHostname(host) {
		return "", KindDomainInvalid
	}
	if alias, ok := aliases[host]; ok {
		return alias, ""
	}
	switch {
	case isNobodys(host):
		return "", KindDomainNoOrg
	case isServer(host) && slices.Contains(places, host[:strings.IndexAny(host, digits)]):
		return "", KindDomainInstanced
	}
	if !strings.Contains(host, ".") {
		if strings.Contains(host, "--") {
			host += ".sandbox"
		} else {
			host += ".my"
		}
	}
	host = currentSandbox(rewritten(host))
	switch {
	case isNobodys(host): // develop.lightning.force.com
		return "", KindDomainNoOrg
	case isInstanced(host):
		return "", KindDomainInstanced
	}
	if !isHostname(host) {
		return "", KindDomainInvalid
	}
	return host, ""
}

// isNobodys tells what names no org: a word of noOrgs, a number, or an end that all hosts of
// a kind have.
func isNobodys(host string) bool {
	suffix := "." + host
	return slices.Contains(noOrgs, host) || strings.Trim(host, "0123456789") == "" || slices.Contains(salesforceHosts, suffix) ||
		slices.ContainsFunc(clouds, func(c cloud) bool { return suffix == c.login || suffix == c.lightning }) ||
		slices.ContainsFunc(rewrites, func(r rewrite) bool { return suffix == r.from || suffix == r.to })
}

func rewritten(host string) string {
	for _, c := range clouds {
		if org, ok := strings.CutSuffix(host, c.lightning); ok {
			return org + c.login
		}
	}
	for _, r := range rewrites {
		org, ok := strings.CutSuffix(host, r.from)
		if !ok {
			continue
		}
		if label, rest, _ := strings.Cut(org, "."); r.packaged && strings.Contains(label, "--") {
			org = strings.TrimSuffix(label[:strings.LastIndex(label, "--")]+"."+rest, ".")
		}
		return org + r.to
	}
	return host
}

// isInstanced tells a host that names a server in place of an org, as na44.salesforce.com
// and c.cs42.visual.force.com do. Salesforce ends their use for logins (SALESFORCE.md §1.2).
func isInstanced(host string) bool {
	org, ok := strings.CutSuffix(host, ".salesforce.com")
	if !ok {
		if org, ok = strings.CutSuffix(host, ".force.com"); !ok {
			return false
		}
	}
	labels := strings.Split(org, ".")
	if len(labels) > 1 {
		labels = labels[1:] // the first label is the name of the org
	}
	for _, l := range labels {
		if isServer(l) {
			return true
		}
	}
	return false
}

// currentSandbox is the host that a sandbox has today, of one that names its server as
// acme--dev.cs13.my.salesforce.com does (SALESFORCE.md §1.2).
func currentSandbox(host string) string {
	org, ok := strings.CutSuffix(host, ".my.salesforce.com")
	name, server, _ := strings.Cut(org, ".")
	if !ok || !strings.Contains(name, "--") || !isServer(server) {
		return host
	}
	return name + ".sandbox.my.salesforce.com"
}

const digits, letters = "0123456789", "abcdefghijklmnopqrstuvwxyz"

// isServer tells the name of a server: na44, cs42, usa532s, na44-api.
func isServer(l string) bool {
	l = strings.TrimSuffix(strings.TrimSuffix(l, "-api"), "s")
	place := strings.TrimRight(l, digits)
	number := len(l) - len(place)
	return len(place) >= 2 && len(place) <= 4 && strings.Trim(place, letters) == "" && number >= 1 && number <= 4
}

// isHostname accepts names in ASCII alone: a letter of another alphabet may look like one of
// these. It accepts the xn-- form of an internationalized name (RFC 5890 §2.3.2.1), and no
// IP address.
func isHostname(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil || len(host) > 253 {
		return false
	}
	last := ""
	for last = range strings.SplitSeq(host, ".") {
		if len(last) > 63 || strings.Trim(last, letters+digits+"-") != "" || strings.Trim(last, "-") != last || last == "" { // RFC 1035 §2.3.4
			return false
		}
	}
	_, err := strconv.ParseUint(last, 0, 64)
	return err != nil || last == host // 127.1 and 127.0x1 are addresses as well
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback() && ip.Zone() == ""
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// siteOf is the path of a site without that of a page in it: the path of a site is made of
// plain words.
func siteOf(path string) string {
	site := ""
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "" {
			continue
		}
		if strings.Trim(strings.ToLower(segment), letters+digits+"_-") != "" || pagesOfSites[strings.ToLower(segment)] {
			break
		}
		site += "/" + segment
	}
	return site
}

var pagesOfSites = map[string]bool{
	"s": true, "login": true, "services": true, "secur": true, "apex": true, "idp": true,
	"setup": true, "_ui": true, "lightning": true, "selfregister": true, "communitieslogin": true,
}

func hasAnySuffix(s string, suffixes []string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}

// String is the shortest text that ParseDomain reads as the same Domain:
// acme.my.salesforce.com, acme.my.site.com/partners, http://127.0.0.1:8080.
func (d Domain) String() string { return strings.TrimPrefix(d.base, "https://") }

// URL is the address of a path on the login host.
func (d Domain) URL(path string) string { return d.base + path }

// IsZero tells a Domain that ParseDomain has not returned.
func (d Domain) IsZero() bool { return d.base == "" }

// Label is a connection name made of the domain: "acme", "acme-uat", "acme-partners" for a
// site, "" for loopback.
func (d Domain) Label() string {
	u, err := url.Parse(d.base)
	if err != nil || isLoopback(u.Hostname()) {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(u.Hostname(), "www."), ".")
	return strings.ToLower(strings.NewReplacer("--", "-", "/", "-").Replace(name + u.Path))
}
