// Package stage is what `sfauth demo` is played on: a simulated org in the costume of a real
// one, and saved connections in every state that there is.
package stage

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"syscall"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// Host is the login host that the org plays; its Lightning pages are at lightning.
const (
	Host      = "acme.my.salesforce.com"
	lightning = "acme.lightning.force.com"
)

// Stage is an org that plays Host, and the way to it. It is an http.RoundTripper that
// reaches this org and nothing else. New and Open make it.
type Stage struct {
	Org     *demo.Org
	at      string // host and port where it truly is
	network http.RoundTripper
	apps    apps
}

// New is a stage whose org answers at the host and port at, which network reaches, once it is
// served there. callback is the redirect URI that all its apps have registered.
func New(at, callback string, network http.RoundTripper) *Stage {
	s := &Stage{at: at, network: network, apps: appsOf(callback)}
	s.Org = demo.New(s.apps.wizard, s.apps.unapproved, s.apps.changed)
	s.Org.Host = Host
	return s
}

// Open serves a stage on loopback until end is called. The callback has a port that is free
// now, so that two demos may run at once. Errors are those of net.Listen.
func Open() (s *Stage, end func(), err error) {
	org, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	callback, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		org.Close()
		return nil, nil, err
	}
	defer callback.Close()
	redirectURI := fmt.Sprintf("http://localhost:%d/OauthRedirect", callback.Addr().(*net.TCPAddr).Port)
	s = New(org.Addr().String(), redirectURI, new(http.Transport))
	return s, s.Org.Serve(org), nil
}

// Costume has a client find the org at Host, and nobody else: what the demo is told stays on
// this machine, whatever host a person types.
func (s *Stage) Costume(c *flow.Client) { c.HTTP, c.Page = &http.Client{Transport: s}, s.Page }

// RoundTrip takes a request for https://Host to the org. For every other host the network is
// unreachable.
func (s *Stage) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != Host {
		if r.Body != nil {
			_ = r.Body.Close() // nothing of it was sent
		}
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}
	}
	there := r.Clone(r.Context())
	there.URL.Scheme, there.URL.Host = "http", s.at
	return s.network.RoundTrip(there)
}

// Page is the address on this machine at which a browser finds a page of the org. Where
// another host is meant it leads to a page that says that nothing is there.
func (s *Stage) Page(address string) string {
	u, err := url.Parse(address)
	if err != nil || !slices.Contains([]string{Host, lightning}, u.Host) {
		u = &url.URL{Path: "/"}
	}
	u.Scheme, u.Host = "http", s.at
	return u.String()
}

// Request is the login that the demo begins with: all that a person would type.
func (s *Stage) Request() flow.Request {
	domain, err := flow.ParseDomain(Host)
	if err != nil {
		panic(err) // Host is part of this program
	}
	app := s.apps.wizard
	return flow.Request{Domain: domain, ClientID: app.ClientID, ClientSecret: keystore.NewSecret(app.ClientSecret),
		RedirectURI: app.Callbacks[0], Scope: flow.DefaultScope}
}
