package stage

import (
	"context"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
)

// opened is a stage on loopback, and a client in its costume with the five connections.
func opened(t *testing.T) (*Stage, *flow.Client) {
	t.Helper()
	s, end, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	c := &flow.Client{Store: &keystore.Store{Dir: t.TempDir(), Vault: keystore.NewMemory()}}
	s.Costume(c)
	if err := s.Save(t.Context(), c.Store, time.Now()); err != nil {
		t.Fatal(err)
	}
	return s, c
}

func TestFiveSavedConnectionsAreInFiveStates(t *testing.T) {
	_, c := opened(t)
	all, err := c.Store.List()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]flow.Verdict{"billing": flow.Alive, Ended: flow.Reauthorise, "support": flow.Setup, "reports": flow.ClientWrong, "uat": flow.Transient}
	got := map[string]flow.Verdict{}
	for _, conn := range all {
		got[conn.Name] = c.Check(t.Context(), conn).Verdict
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestALoginOnTheStageIsOneAtThePlayedHost(t *testing.T) {
	s, c := opened(t)
	c.Open = func(ctx context.Context, url string) error {
		if !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Error("the browser is sent to", url)
		}
		go func() { _, _ = demo.Visit(context.WithoutCancel(ctx), http.DefaultClient, url, true) }()
		return nil
	}
	g, err := c.Authorize(t.Context(), s.Request(), func(flow.Event) {})
	if conn := g.Connection; err != nil || conn.Name != "acme" || conn.Domain != Host || conn.InstanceURL != "https://"+Host || conn.OrgID != demo.OrgID {
		t.Errorf("%+v, %v", conn, err)
	}
	if a, err := c.Token(t.Context(), "acme", flow.TokenOptions{Fresh: true}); err != nil || a.Connection.InstanceURL != "https://"+Host {
		t.Errorf("%+v, %v", a.Connection, err)
	}
}

func TestNothingThatTheDemoIsToldLeavesThisMachine(t *testing.T) {
	s, c := opened(t)
	for _, host := range []string{"login.salesforce.com", "acme.my.salesforce.com.evil.example", "127.0.0.1:1"} {
		r, err := (&http.Client{Transport: s}).Post("https://"+host+"/services/oauth2/token", "", strings.NewReader("client_secret=x"))
		if err == nil {
			_ = r.Body.Close()
			t.Errorf("%s answers", host)
		}
		if page := s.Page("https://" + host + "/secur/logout.jsp"); page != "http://"+s.at+"/" {
			t.Errorf("%s: the browser is sent to %s", host, page)
		}
	}
	other, err := flow.ParseDomain("globex")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Discover(t.Context(), other); flow.KindOf(err) != flow.KindUnreachable {
		t.Errorf("another org: %v", err)
	}
}

func TestLinksIntoSetupLeadToTheSimulatedOne(t *testing.T) {
	s, c := opened(t)
	r, err := http.Get(c.PageAt(s.Request().Domain.Setup(flow.SetupExternalClientApps)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	for _, a := range []demo.App{s.apps.wizard, s.apps.unapproved, s.apps.changed} {
		if !strings.Contains(string(body), a.Name) || !strings.Contains(string(body), a.ClientSecret) {
			t.Errorf("without %s (%v)", a.Name, err)
		}
	}
}
