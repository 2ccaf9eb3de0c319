//go:build unix

package endtoend

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	at "sfauth/flow/endtoend/desk"
)

func TestMain(m *testing.M) { at.Main(m, chromium) }

// chromium is a real browser that allows access, or does not.
func chromium(ctx context.Context, b *at.Browser, as, url string) (did bool, err error) {
	button, did := map[string]string{"chromium-allow": "#oaapprove", "chromium-deny": "#oadeny"}[as]
	if did {
		err = press(ctx, b, url, button)
	}
	return did, err
}

func press(ctx context.Context, s *at.Browser, url, button string) error {
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
func (d *desk) browserSaw() (s at.Browser) {
	d.T.Helper()
	var report []byte
	d.until("the browser has finished", func() (reported bool) {
		var err error
		report, err = os.ReadFile(d.Report())
		return err == nil
	})
	if err := json.Unmarshal(report, &s); err != nil {
		d.T.Fatal(err)
	}
	return s
}

// noBrowser asserts that none was opened.
func (d *desk) noBrowser() {
	d.T.Helper()
	if _, err := os.Stat(d.Report()); err == nil {
		d.T.Error("the browser was opened")
	}
}
