//go:build unix

package endtoend

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sfauth/flow/demo"
)

// workshop is where the program is built.
var workshop string

// The test binary is also the browser that $BROWSER names.
func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "as-browser" {
		browse(os.Args[2], os.Args[3], os.Args[4])
		os.Exit(0)
	}
	flag.Parse()
	flag.Set("test.parallel", "4") // what is tested mostly waits
	var err error
	if workshop, err = os.MkdirTemp("", "sfauth-built"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(workshop)
	os.Exit(code)
}

// seen is what the browser was started with and had in front of it in the end.
type seen struct {
	Args, Env            []string
	Address, Title, Text string
	History              []string
}

// browse is the program behind $BROWSER: it does to the URL what the first
// argument says, and reports to a file what it saw.
func browse(as, report, url string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	s := seen{Args: os.Args, Env: os.Environ()}
	var err error
	switch as {
	case "chromium-allow":
		err = s.chromium(ctx, url, "#oaapprove")
	case "chromium-deny":
		err = s.chromium(ctx, url, "#oadeny")
	case "allow", "deny":
		var p demo.Page
		p, err = demo.Visit(ctx, http.DefaultClient, url, as == "allow")
		s.Address, s.Title, s.Text = p.URL, p.Title, p.Body
	case "nothing":
	}
	if err != nil {
		s.Text = "error: " + err.Error()
	}
	b, _ := json.Marshal(s)
	os.WriteFile(report+".tmp", b, 0o600)
	os.Rename(report+".tmp", report)
}

func (s *seen) chromium(ctx context.Context, url, button string) error {
	profile, err := os.MkdirTemp("", "sfauth-chromium")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(url), chromedp.Click(chromedp.CSS(button))); err != nil {
		return err
	}
	for arrived := false; !arrived; time.Sleep(50 * time.Millisecond) { // an error means that the tab is on its way
		arrived, err = chromedp.Run(ctx, chromedp.Evaluate[bool](`location.hostname === "localhost" && document.readyState === "complete"`))
		if ctx.Err() != nil {
			return err
		}
	}
	var errs [4]error
	s.Address, errs[0] = chromedp.Run(ctx, chromedp.Location())
	s.Title, errs[1] = chromedp.Run(ctx, chromedp.Title())
	s.Text, errs[2] = chromedp.Run(ctx, chromedp.Text(chromedp.CSS("body")))
	history, err := chromedp.Run(ctx, chromedp.NavigationEntries())
	errs[3] = err
	for _, e := range history.Entries {
		s.History = append(s.History, e.URL)
	}
	return errors.Join(errs[:]...)
}

// browserSaw waits for the browser's report.
func (d *desk) browserSaw() (s seen) {
	d.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if b, err := os.ReadFile(d.report()); err == nil {
			if err := json.Unmarshal(b, &s); err != nil {
				d.t.Fatal(err)
			}
			return s
		}
	}
	d.t.Fatal("the browser never finished")
	return s
}

// noBrowser asserts that none was opened.
func (d *desk) noBrowser() {
	d.t.Helper()
	if _, err := os.Stat(d.report()); err == nil {
		d.t.Error("the browser was opened")
	}
}

// redirected is a person who allows access, or not, in a browser on another machine:
// it ends on an address that it cannot load.
func redirected(t *testing.T, authorizeURL string, allow bool) (address string) {
	t.Helper()
	elsewhere := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/OauthRedirect" {
			address = r.URL.String()
			return nil, errors.New("connection refused")
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	_, err := demo.Visit(t.Context(), elsewhere, authorizeURL, allow)
	if address == "" {
		t.Fatalf("no callback was asked for: %v", err)
	}
	return address
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
