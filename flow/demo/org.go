// Package demo is a simulated Salesforce: the consent page, the token endpoint and what
// belongs to them, after SALESFORCE.md §1 to §5 and §9, with a switch for each way in which
// Salesforce fails. `sfauth demo` and the tests run against it.
package demo

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// App is an app as Setup knows it.
type App struct {
	ClientID, ClientSecret, Name string
	Callbacks                    []string // redirect URIs, compared to the letter
	Scopes                       []string // granted when a request names none
	SecretRequired               bool     // "Require Secret for Web Server Flow"
	RefreshSecretRequired        bool     // "Require Secret for Refresh Token Flow"
	PKCERequired                 bool
	Rotation                     bool // "Enable Refresh Token Rotation"
	JWT                          bool // "Issue JSON Web Token (JWT)-based access tokens for named users"
	NoIntrospection              bool // the app may not look at its own tokens
	Unapproved                   bool // "Admin approved users are pre-authorized", and no user is
}

// DefaultApp is the app of `sfauth demo`: confidential, with everything on that a
// new External Client App has on (SALESFORCE.md §0.4).
func DefaultApp() App {
	return App{
		ClientID:              "3MVG9demo7sfauth.Qk1Zr8Tn_Wy4Xp2Lc9Vb6Hd3Jm5Gf0Ns.Ka7Ue1Io4Rt8Yw2Pq6Zx3Cv9Bn5Ml_Demo",
		ClientSecret:          "D3A0C5F1B7E29468D3A0C5F1B7E29468D3A0C5F1B7E29468D3A0C5F1B7E29468",
		Name:                  "sfauth demo",
		Callbacks:             []string{"http://localhost:1717/OauthRedirect"},
		Scopes:                []string{"api", "web", "refresh_token", "id", "openid"},
		SecretRequired:        true,
		RefreshSecretRequired: true,
		PKCERequired:          true,
		Rotation:              true,
	}
}

// The simulated org and its users. The ids have 18 characters.
const (
	OrgName  = "Acme (demo)"
	OrgID    = "00DWx0000004DemMAE"
	Username = "demo@acme.example"
	UserID   = "005Wx000001DemUIAS"

	OtherUsername = "other@acme.example" // logs in when login_hint names it
	OtherUserID   = "005Wx000001OthUIAS"
)

// Org is a simulated org with its login host. Unless Host is set its address is the Host of
// each request, so it answers wherever it is served. New makes it.
type Org struct {
	// Host is what the org plays: in its answers it is at https://Host, whatever address a
	// request came by. Set it before the first request.
	Host string
	// Now is the clock; nil: time.Now. Set it before the first request.
	Now func() time.Time
	// During is called while a token request of this grant type is being processed,
	// with no lock held: block in it and a second request overlaps. Set it before the
	// first request.
	During func(grantType string)
	// NoData360 is an org that has no Data 360. Set it before the first request.
	NoData360 bool
	// Elsewhere is where the faults that redirect a token request point.
	Elsewhere string

	mux  *http.ServeMux
	apps map[string]App

	mu      sync.Mutex // guards apps, too
	fault   fault
	log     []Entry
	waiting map[string]request // that wait for consent, by the handle of their page
	codes   map[string]code
	grants  grants
}

// New is an org that has these apps; without any, DefaultApp.
func New(apps ...App) *Org {
	if len(apps) == 0 {
		apps = []App{DefaultApp()}
	}
	o := &Org{
		Elsewhere: "https://evil.example/services/oauth2/token",
		mux:       http.NewServeMux(),
		apps:      map[string]App{},
		waiting:   map[string]request{},
		codes:     map[string]code{},
		grants:    grants{refresh: map[string]*grant{}, access: map[string]session{}, data360: map[string]session{}},
	}
	for _, a := range apps {
		o.apps[a.ClientID] = a
	}
	o.handle(atAuthorize, o.authorize, "GET /services/oauth2/authorize")
	o.handle(atConsent, o.consent, "POST /services/oauth2/authorize")
	o.handle(atToken, o.token, "POST /services/oauth2/token")
	o.handle(atIdentity, o.userinfo, "GET /services/oauth2/userinfo")
	o.handle(atIdentity, o.identity, "GET /id/{org}/{user}")
	o.handle(atRevoke, o.revoke, "GET /services/oauth2/revoke", "POST /services/oauth2/revoke")
	o.handle(atIntrospect, o.introspect, "POST /services/oauth2/introspect")
	o.handle(atData360, o.exchangeForData360, "POST /services/a360/token")
	o.handle(atDiscovery, o.discovery, "GET /.well-known/openid-configuration")
	o.handle(unaffected, o.keys, "GET /id/keys")
	o.handle(unaffected, o.errorPage, "GET "+errorPagePath)
	o.handle(unaffected, o.setup, "GET /lightning/setup/{page}/home")
	o.handle(unaffected, o.approveUsers, "POST /lightning/setup/{page}/home")
	o.handle(unaffected, o.logout, "GET /secur/logout.jsp")
	o.handle(unaffected, o.nothingHere, "/")
	return o
}

// handle routes patterns to a handler; the fault of its stage may act, and the answer is
// logged.
func (o *Org) handle(at stage, h handler, patterns ...string) {
	for _, p := range patterns {
		o.mux.HandleFunc(p, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
			if err := r.ParseForm(); err != nil {
				http.Error(w, "unreadable request", http.StatusBadRequest)
				return
			}
			a := o.answer(at, h, r)
			o.record(r, a)
			a.write(w, r)
		})
	}
}

// ServeHTTP answers as Salesforce does.
func (o *Org) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if o.Host != "" {
		r.Host, r.TLS = o.Host, new(tls.ConnectionState)
	}
	o.mux.ServeHTTP(w, r)
}

// Serve answers on l until stop is called, which ends requests under way as well.
func (o *Org) Serve(l net.Listener) (stop func()) {
	s := &http.Server{
		Handler:           o,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // a full screen may be drawn over stderr
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Serve(l) // it always ends with http.ErrServerClosed
	}()
	return func() {
		_ = s.Close()
		<-ended
	}
}

func (o *Org) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// base is the org's own address as the request named it.
func base(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
